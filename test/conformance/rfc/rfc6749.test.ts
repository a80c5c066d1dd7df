/**
 * Scope, and access to protected resources. RFC 6749 §3.3, §7, §10.3.
 *
 * @module
 */
import type { TokenOverrides } from '@scopegate/testing';
import { describe, expect } from 'vitest';
import { fieldLines } from '../support/answer.js';
import { forEachFront } from '../../support/fronts/fronts.js';
import { type Fixture, openFixture, useFixture } from '../support/fixture.js';
import { challengeOf, outcomeOf } from '../support/outcome.js';
import { verifies } from '../support/verifies.js';

/** As plain JavaScript can call it; TypeScript rejects such calls. */
const NOTHING = [] as unknown as [string];

forEachFront((front) => {
  describe('scope claim', () => {
    const rs = useFixture(front);

    const scopes: readonly (readonly [scope: unknown, outcome: string])[] = [
      ['read', '200'],
      ['write read', '200'],
      ['read write', '200'],
      ['read read', '200'],
      [' read  write ', '200'],
      ['   read', '200'],
      ['', '403-is'],
      [' ', '403-is'],
      [undefined, '403-is'],
      ['Read', '403-is'],
      ['READ', '403-is'],
      ['readonly', '403-is'],
      ['rea', '403-is'],
      ['read:all', '403-is'],
      ['*', '403-is'],
      ['.*', '403-is'],
      ['read\twrite', '403-is'],
      ['read\nwrite', '403-is'],
      ['read\u00a0write', '403-is'],
      ['read\u2003write', '403-is'],
      ['read,write', '403-is'],
      ['"read"', '403-is'],
      ['ｒｅａｄ', '403-is'],
      [['read'], '200'],
      [['write', 'read'], '200'],
      [[], '403-is'],
      [['Read'], '403-is'],
      [['read write'], '401-it'],
      [['read', ''], '401-it'],
      [['read', 5], '401-it'],
      [[['read']], '401-it'],
      [{ read: true }, '401-it'],
      [5, '401-it'],
      [null, '401-it'],
      [true, '401-it'],
    ];
    for (const [scope, outcome] of scopes) {
      const how = outcome === '200' ? 'accepts' : 'does not accept';
      verifies(
        [
          'rfc6749#3.3/scope-is-case-sensitive-set',
          'rfc6749#3.3/surplus-spaces-accepted',
          'rfc6749#7/token-valid-and-scope-covers',
        ],
        `${how} ${JSON.stringify(scope)} for "read"`,
        async () => {
          expect(await rs.present(await rs.mint({ claims: { scope } }))).toBe(outcome);
        },
      );
    }

    verifies('rfc6749#3.3/surplus-spaces-accepted', 'requires at least one scope-token', () => {
      expect(() => rs.api.requireScope('')).toThrow(TypeError);
      expect(() => rs.api.requireScope(...NOTHING)).toThrow(TypeError);
      expect(() => rs.api.requireAnyScope(...NOTHING)).toThrow(TypeError);
      expect(() => rs.api.require({})).toThrow(TypeError);
      expect(() => rs.api.require({ atMost: [] })).toThrow(TypeError);
    });
  });

  describe('several required scopes', () => {
    const rs = useFixture(front, {
      mount: ({ app, api, handler }) => {
        app.get('/all', api.requireScope('a', 'b'), handler);
        app.get('/any', api.requireAnyScope('a', 'b'), handler);
        app.get('/limit', api.require({ scope: 'a', atMost: ['a', 'b'] }), handler);
      },
    });
    const ask = async (path: string, scope: string, needed: string | undefined): Promise<string> =>
      rs.outcome(
        { path, headers: { authorization: `Bearer ${await rs.mint({ scope })}` } },
        { scope: needed },
      );

    verifies(
      ['rfc6749#3.3/scope-is-case-sensitive-set', 'rfc9068#4/granting-claims-decide'],
      'are all needed by requireScope(a, b)',
      async () => {
        expect(await ask('/all', 'b a', 'a b')).toBe('200');
        for (const scope of ['a', 'b', 'c', '', 'ab']) {
          expect(await ask('/all', scope, 'a b'), scope).toBe('403-is');
        }
      },
    );

    verifies(
      'scopegate#scope/refusal-names-one-alternative',
      'are alternatives in anyOf',
      async () => {
        expect(await ask('/any', 'a', 'a')).toBe('200');
        expect(await ask('/any', 'b', 'a')).toBe('200');
        expect(await ask('/any', 'c', 'a')).toBe('403-is');
      },
    );

    verifies('scopegate#scope/excess-scope-refused', 'are limited by atMost', async () => {
      expect(await ask('/limit', 'a', 'a')).toBe('200');
      expect(await ask('/limit', 'b a', 'a')).toBe('200');
      expect(await ask('/limit', 'b', 'a')).toBe('403-is');
      const token = await rs.mint({ scope: 'a b admin' });
      const headers = { authorization: `Bearer ${token}` };
      const answer = await rs.send({ path: '/limit', headers });
      expect(outcomeOf(answer, { tokenScope: 'a' })).toBe('401-it');
      expect(challengeOf(answer).params).toMatchObject({ error: 'invalid_token', scope: 'a' });
    });
  });

  describe('refused access', () => {
    verifies(
      'rfc6749#7.2/refusal-is-never-silent',
      'is answered at once, with a body and no redirect',
      async () => {
        const rs = await openFixture(front);
        const tokens = ['', 'x', 'a b', ...(await allForgeries(rs))];
        for (const token of tokens) {
          const answer = await rs.send({ headers: { authorization: `Bearer ${token}` } });
          expect([400, 401, 403]).toContain(answer.status);
          expect(answer.body).not.toBe('');
          expect(fieldLines(answer, 'location')).toEqual([]);
        }
      },
    );
  });
});

async function allForgeries(
  { issuer }: Fixture,
  overrides: TokenOverrides = {},
): Promise<string[]> {
  const made = issuer.forgeries.map(({ name }) => issuer.forge[name](overrides));
  return Promise.all(made);
}
