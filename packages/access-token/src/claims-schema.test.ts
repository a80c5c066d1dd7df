import type { StandardSchemaV1 } from '@standard-schema/spec';
import { InvalidTokenError } from '@scopegate/protocol';
import { describe, expect, it } from 'vitest';
import type { VerifiedAccessToken } from './claims.js';
import { applyClaimsSchema } from './claims-schema.js';

const token = Object.freeze({
  issuer: 'https://as.example',
  claims: Object.freeze({ sub: 'u1', tenant: 't1' }),
}) as unknown as VerifiedAccessToken;

/** A schema that answers so. */
function schemaOf<Claims>(
  validate: (claims: unknown) => unknown,
): StandardSchemaV1<unknown, Claims> {
  const answer = validate as StandardSchemaV1.Props<unknown, Claims>['validate'];
  return { '~standard': { version: 1, vendor: 'test', validate: answer } };
}

describe('applyClaimsSchema', () => {
  it('gives the token the claims that the schema made, in this tick', () => {
    const schema = schemaOf<{ tenant: string }>((claims) => ({
      value: { tenant: (claims as { tenant: string }).tenant.toUpperCase() },
    }));
    const applied = applyClaimsSchema(token, schema);
    expect(applied).toEqual({ issuer: 'https://as.example', claims: { tenant: 'T1' } });
    expect(token.claims).toEqual({ sub: 'u1', tenant: 't1' });
  });

  it('waits for a schema that takes its time', async () => {
    const schema = schemaOf<{ n: number }>(() => Promise.resolve({ value: { n: 1 } }));
    const applying = applyClaimsSchema(token, schema);
    expect(applying).toBeInstanceOf(Promise);
    expect(await applying).toMatchObject({ claims: { n: 1 } });
  });

  it.each([
    ['now', (issues: unknown) => ({ issues })],
    ['later', (issues: unknown) => Promise.resolve({ issues })],
  ])('refuses what the schema finds issues with: %s', async (_case, answer) => {
    const schema = schemaOf(() => answer([{ message: 'tenant must not be t1' }]));
    const refusal = await (async () => applyClaimsSchema(token, schema))().catch(
      (reason: unknown) => reason,
    );
    expect(refusal).toEqual(new InvalidTokenError('claim'));
    expect(refusal).not.toHaveProperty('cause');
  });

  it('refuses where there are issues, even none', () => {
    expect(() =>
      applyClaimsSchema(
        token,
        schemaOf(() => ({ issues: [] })),
      ),
    ).toThrow(new InvalidTokenError('claim'));
  });

  it('leaves alone what a schema throws', () => {
    const broken = new RangeError('broken');
    const schema = schemaOf(() => {
      throw broken;
    });
    expect(() => applyClaimsSchema(token, schema)).toThrow(broken);
  });

  it.each([
    ['an object', { a: { b: [{ c: 1 }] } }],
    ['an object without prototype', Object.assign(Object.create(null), { a: { b: [{}] } })],
    ['an object whose outside is frozen', Object.freeze({ a: { b: Object.freeze([{ c: 1 }]) } })],
  ])('freezes in depth what the schema made: %s', async (_case, value: unknown) => {
    const { claims } = await applyClaimsSchema<{ a: { b: object[] } }>(
      token,
      schemaOf(() => ({ value })),
    );
    const parts = [claims, claims.a, claims.a.b, claims.a.b[0]];
    expect(parts.map((part) => Object.isFrozen(part))).toEqual([true, true, true, true]);
  });

  it('takes an object that holds itself', async () => {
    const value: { self?: object } = {};
    value.self = value;
    const { claims } = await applyClaimsSchema(
      token,
      schemaOf<object>(() => ({ value })),
    );
    expect(Object.isFrozen(claims)).toBe(true);
  });

  it.each([new Date(0), new Map(), new Uint8Array(2), 'text', 1, null, undefined])(
    'leaves alone what is no plain object: %s',
    async (value) => {
      const schema = schemaOf<unknown>(() => ({ value }));
      expect((await applyClaimsSchema(token, schema)).claims).toBe(value);
      if (typeof value === 'object' && value !== null) expect(Object.isFrozen(value)).toBe(false);
    },
  );

  it('makes a token that nobody can change', async () => {
    expect(
      Object.isFrozen(
        await applyClaimsSchema(
          token,
          schemaOf(() => ({ value: 1 })),
        ),
      ),
    ).toBe(true);
  });
});
