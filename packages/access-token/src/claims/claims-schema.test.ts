import { runInNewContext } from 'node:vm';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { ChallengeError, InvalidTokenError } from '@scopegate/protocol';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { VerifiedAccessToken } from './verified-token.js';
import { applyClaimsSchema } from './claims-schema.js';

const token = Object.freeze({
  issuer: 'https://as.example',
  claims: Object.freeze({ sub: 'u1', tenant: 't1' }),
}) as unknown as VerifiedAccessToken;

/** A schema with the given `validate`. */
function schemaOf<Claims>(
  validate: (claims: unknown) => unknown,
): StandardSchemaV1<unknown, Claims> {
  const answer = validate as StandardSchemaV1.Props<unknown, Claims>['validate'];
  return { '~standard': { version: 1, vendor: 'test', validate: answer } };
}

/** The outcome of applying a schema: the token, or what was thrown. */
async function outcomeOf(validate: () => unknown): Promise<unknown> {
  try {
    return (await applyClaimsSchema(token, schemaOf(validate))).token;
  } catch (error) {
    return error;
  }
}

/** The claims of a token after a schema returned a value. */
async function claimsOf<Claims = unknown>(value: unknown): Promise<Claims> {
  const { token: claimed } = await applyClaimsSchema<Claims>(
    token,
    schemaOf<Claims>(() => ({ value })),
  );
  return claimed.claims;
}

/** Something that can be awaited and is not a promise. */
function thenable(settle: (resolve: (value: unknown) => void) => void): object {
  const answer = {};
  return Object.defineProperty(answer, 'then', { value: settle });
}

describe('applyClaimsSchema', () => {
  it("returns the token with the schema's claims synchronously", () => {
    const schema = schemaOf<{ tenant: string }>((claims) => ({
      value: { tenant: (claims as { tenant: string }).tenant.toUpperCase() },
    }));
    const applied = applyClaimsSchema(token, schema);
    expect(applied).toEqual({
      isShareable: true,
      heapBytes: expect.any(Number) as number,
      token: { issuer: 'https://as.example', claims: { tenant: 'T1' } },
    });
    expect(token.claims).toEqual({ sub: 'u1', tenant: 't1' });
  });

  it('waits for an asynchronous schema', async () => {
    const schema = schemaOf<{ n: number }>(() => Promise.resolve({ value: { n: 1 } }));
    const applying = applyClaimsSchema(token, schema);
    expect(applying).toBeInstanceOf(Promise);
    expect(await applying).toMatchObject({ token: { claims: { n: 1 } } });
  });

  it.each([
    ['now', (issues: unknown) => ({ issues })],
    ['later', (issues: unknown) => Promise.resolve({ issues })],
  ])('refuses claims with issues: %s', async (_case, answer) => {
    const schema = schemaOf(() => answer([{ message: 'tenant must not be t1' }]));
    const refusal = await (async () => applyClaimsSchema(token, schema))().catch(
      (reason: unknown) => reason,
    );
    expect(refusal).toEqual(new InvalidTokenError('claim'));
    expect(refusal).not.toHaveProperty('cause');
  });

  it('refuses a result with issues, even an empty array', () => {
    expect(() =>
      applyClaimsSchema(
        token,
        schemaOf(() => ({ issues: [] })),
      ),
    ).toThrow(new InvalidTokenError('claim'));
  });

  it('rethrows what the schema throws', () => {
    const broken = new RangeError('broken');
    const schema = schemaOf(() => {
      throw broken;
    });
    expect(() => applyClaimsSchema(token, schema)).toThrow(broken);
  });

  it.each([
    ['an object', { a: { b: [{ c: 1 }] } }],
    ['an object without prototype', Object.assign(Object.create(null), { a: { b: [{}] } })],
    ['an object that is partly frozen', Object.freeze({ a: { b: Object.freeze([{ c: 1 }]) } })],
  ])("deeply freezes the schema's value: %s", async (_case, value: unknown) => {
    const claims = await claimsOf<{ a: { b: object[] } }>(value);
    const parts = [claims, claims.a, claims.a.b, claims.a.b[0]];
    expect(parts.map((part) => Object.isFrozen(part))).toEqual([true, true, true, true]);
  });

  it('accepts a circular object', async () => {
    const value: { self?: object } = {};
    value.self = value;
    const claims = await claimsOf<typeof value>(value);
    expect(Object.isFrozen(claims)).toBe(true);
    expect(claims.self).toBe(claims);
  });

  it.each<[string, (own: object) => object]>([
    ['beside claims', (own) => ({ ...token.claims, own })],
    ['in an array', (own) => [[own]]],
    ['beside what is not plain data', (own) => ({ own, since: new Date(0) })],
    ['in a frozen object', (own) => Object.freeze({ own })],
    ['behind a symbol', (own) => ({ [Symbol('own')]: own })],
    ['by itself', (own) => own],
  ])("freezes nothing of the application's own: %s", async (_case, give) => {
    const own = { theme: 'light', list: [{ a: 1 }] };
    const claims = await claimsOf<object>(give(own));
    expect([own, own.list, own.list[0]].some(Object.isFrozen)).toBe(false);
    own.theme = 'dark';
    own.list.push({ a: 2 });
    expect(JSON.stringify(claims)).not.toMatch(/dark|2/);
  });

  it('copies prototypes, order, holes, symbols and hidden members', async () => {
    const symbol = Symbol('s');
    const bare = Object.assign(Object.create(null), { b: 1, a: 2 }) as object;
    // eslint-disable-next-line no-sparse-arrays -- what is tested
    const made = { bare, list: [1, , 3], [symbol]: 1, ['__proto__x']: 1 };
    Object.defineProperty(made, '__proto__', { value: { x: 1 }, enumerable: true });
    Object.defineProperty(made, 'hidden', { value: 1, enumerable: false });
    const claims = await claimsOf<typeof made>(made);
    expect(claims).toStrictEqual(made);
    expect(Object.getPrototypeOf(claims.bare)).toBeNull();
    expect(Object.getPrototypeOf(claims)).toBe(Object.prototype);
    expect(Reflect.ownKeys(claims)).toEqual(Reflect.ownKeys(made));
    expect(1 in claims.list).toBe(false);
  });

  it.each([new Date(0), new Map(), new Uint8Array(2), 'text', 1, null, undefined])(
    'does not change a value that is not a plain object: %s',
    async (value) => {
      expect(await claimsOf(value)).toBe(value);
      if (typeof value === 'object' && value !== null) expect(Object.isFrozen(value)).toBe(false);
    },
  );

  it('returns an immutable token', async () => {
    expect(Object.isFrozen(await outcomeOf(() => ({ value: 1 })))).toBe(true);
  });
});

const ISSUES = { issues: [{ message: 'no' }] };
const LATER: readonly (readonly [string, (answer: unknown) => unknown])[] = [
  ['synchronously', (answer) => answer],
  ['in a promise', (answer) => Promise.resolve(answer)],
  [
    'in a promise of another realm',
    (answer) =>
      (runInNewContext('(it) => Promise.resolve(it)') as (it: unknown) => unknown)(answer),
  ],
  [
    'in a thenable',
    (answer) =>
      thenable((resolve) => {
        resolve(answer);
      }),
  ],
  [
    'in a thenable of a promise',
    (answer) =>
      thenable((resolve) => {
        resolve(Promise.resolve(answer));
      }),
  ],
];

describe.each(LATER)('a schema that returns its result %s', (_way, give) => {
  it('accepts a value and refuses issues', async () => {
    expect(await outcomeOf(() => give({ value: 1 }))).toMatchObject({ claims: 1 });
    expect(await outcomeOf(() => give({ value: 1, issues: undefined }))).toMatchObject({
      claims: 1,
    });
    expect(await outcomeOf(() => give({ value: undefined }))).toMatchObject({ claims: undefined });
    expect(await outcomeOf(() => give(ISSUES))).toEqual(new InvalidTokenError('claim'));
    const both = { value: 1, ...ISSUES };
    expect(await outcomeOf(() => give(both))).toEqual(new InvalidTokenError('claim'));
  });

  it.each([
    ['an empty object', {}],
    ['false', false],
    ['true', true],
    ['undefined', undefined],
    ['null', null],
    ['text', 'value'],
    ['a list', []],
    ['the answer of another library', { success: false, error: {} }],
    ['no issues and no value', { issues: undefined }],
  ])('never accepts another shape: %s', async (_case, answer) => {
    const outcome = await outcomeOf(() => give(answer));
    expect(outcome).toEqual(
      new TypeError('option "claims": the schema must return { value } or { issues }'),
    );
    expect(outcome).not.toBeInstanceOf(ChallengeError);
  });
});

describe('applyClaimsSchema › schema that fails', () => {
  const FAILURES: readonly unknown[] = [undefined, null, '', 0, false, 'route', 'router', { a: 1 }];
  const WAYS: readonly (readonly [string, (failure: unknown) => unknown])[] = [
    [
      'throws',
      (failure) => {
        throw failure;
      },
    ],
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what is tested
    ['rejects with', (failure) => Promise.reject(failure)],
    [
      'returns a thenable that throws',
      (failure) =>
        thenable(() => {
          throw failure;
        }),
    ],
  ];

  it.each(WAYS.flatMap(([way, fail]) => FAILURES.map((failure) => ({ way, failure, fail }))))(
    'ends in an error when it $way $failure',
    async ({ fail, failure }) => {
      const outcome = await outcomeOf(() => fail(failure));
      expect(outcome).toBeInstanceOf(Error);
      expect(outcome).not.toBeInstanceOf(ChallengeError);
      expect(outcome).toMatchObject({
        message:
          'option "claims": the schema threw, or rejected with, a value that is not an Error',
        cause: failure,
      });
    },
  );

  it.each(WAYS)('passes on an Error unchanged when it %s one', async (_way, fail) => {
    const broken = new RangeError('broken');
    expect(await outcomeOf(() => fail(broken))).toBe(broken);
  });
});

describe('applyClaimsSchema › schema that never settles', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it.each([
    ['a promise', () => new Promise(() => undefined)],
    ['a thenable', () => thenable(() => undefined)],
  ])('rejects after 10 s with an error that is not a refusal: %s', async (_case, answer) => {
    vi.useFakeTimers();
    const ended = vi.fn();
    const outcome = outcomeOf(answer).finally(ended);
    await vi.advanceTimersByTimeAsync(9_999);
    expect(ended).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(await outcome).toEqual(
      new Error('option "claims": the schema did not settle within 10 seconds'),
    );
  });

  it('holds no timer after a result, and none for a synchronous one', async () => {
    vi.useFakeTimers();
    await outcomeOf(() => ({ value: 1 }));
    expect(vi.getTimerCount()).toBe(0);
    const outcome = outcomeOf(() => Promise.resolve({ value: 1 }));
    expect(vi.getTimerCount()).toBe(1);
    await outcome;
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('applyClaimsSchema › value of the schema', () => {
  class Tenant {
    readonly name = 't1';
  }
  const isShareable = async (value: unknown): Promise<boolean> =>
    (
      await applyClaimsSchema(
        token,
        schemaOf(() => ({ value })),
      )
    ).isShareable;

  it.each<[string, unknown]>([
    ['text', 'a'],
    ['nothing', undefined],
    ['a big integer', 1n],
    ['objects and arrays', { a: [{ b: [1, 'x', null, true] }], c: {} }],
    ['objects without prototype', Object.assign(Object.create(null), { a: 1 })],
    ['the claims of the token itself', token.claims],
  ])('is shareable when it is plain data: %s', async (_case, value) => {
    expect(await isShareable(value)).toBe(true);
  });

  it.each<[string, unknown]>([
    ['a set', new Set(['user'])],
    ['a map', new Map()],
    ['a date', new Date(0)],
    ['octets', new Uint8Array(2)],
    ['an instance of a class', new Tenant()],
    ['a function', () => 1],
    ['an accessor', Object.defineProperty({}, 'roles', { get: () => [], enumerable: true })],
    ['a subclass of Array', new (class extends Array<unknown> {})()],
    ['a proxy', new Proxy({}, {})],
    ['an object with another prototype', Object.create({ roles: [] })],
  ])('is not shareable when a request could change it: %s', async (_case, value) => {
    expect(await isShareable(value)).toBe(false);
    expect(await isShareable({ inner: [value] })).toBe(false);
    expect(await isShareable(Object.freeze({ inner: Object.freeze([value]) }))).toBe(false);
    expect(await isShareable({ [Symbol('hidden')]: value })).toBe(false);
    const hidden = Object.defineProperty({}, 'hidden', { value, enumerable: false });
    expect(await isShareable(hidden)).toBe(false);
  });

  const heapBytesOf = async (value: unknown): Promise<number> =>
    (
      await applyClaimsSchema(
        token,
        schemaOf(() => ({ value })),
      )
    ).heapBytes;

  it.each<[string, unknown, number]>([
    ['nothing for the claims of the token itself', token.claims, 0],
    ['text', 'x'.repeat(1_000), 2_000],
    ['text within', { a: [{ b: 'x'.repeat(1_000) }] }, 2_000],
    ['names', { ['x'.repeat(1_000)]: 1 }, 2_000],
    ['many members', Array.from({ length: 1_000 }, () => ({})), 64_000],
    ['numbers', Array.from({ length: 1_000 }, (_, index) => index), 16_000],
    ['a big integer', 1n << 80_000n, 10_000],
  ])('has a size: %s', async (_case, value, least) => {
    const heapBytes = await heapBytesOf(value);
    expect(heapBytes).toBeGreaterThanOrEqual(least);
    expect(heapBytes).toBeLessThan(1_000 + 20 * least);
    expect(Number.isSafeInteger(heapBytes)).toBe(true);
  });

  it('counts a shared reference once', async () => {
    const part = { text: 'x'.repeat(1_000) };
    expect(await heapBytesOf([part, part, part, part])).toBeLessThan(4_000);
  });
});
