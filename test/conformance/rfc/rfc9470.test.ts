/**
 * Step-up authentication. RFC 9470.
 *
 * @module
 */
import { describe, expect } from 'vitest';
import { forEachFront } from '../../support/fronts/fronts.js';
import type { Answer } from '../support/answer.js';
import { type Mounting, useFixture } from '../support/fixture.js';
import { challengeOf, outcomeOf } from '../support/outcome.js';
import { verifies } from '../support/verifies.js';

/** The parameters of a challenge that name the required authentication. */
function requiredBy(answer: Answer): Readonly<Record<string, string | undefined>> {
  const { acr_values, max_age } = challengeOf(answer).params;
  return { acr_values, max_age };
}

const BOTH = { scope: 'read', acrValues: ['gold', 'platinum'], maxAgeSeconds: 300 } as const;

function mount({ app, api, handler }: Mounting): void {
  app.get('/p', api.require({ scope: 'read', acrValues: ['gold', 'platinum'] }), handler);
  app.get('/age', api.require({ scope: 'read', maxAgeSeconds: 300 }), handler);
  app.get('/now', api.require({ scope: 'read', maxAgeSeconds: 0 }), handler);
  app.get('/both', api.require(BOTH), handler);
  app.guard('/v1', api.require({ scope: 'read', acrValues: ['gold'] }));
  app.get('/v1/recent', api.require({ scope: 'write', maxAgeSeconds: 300 }), handler);
}

forEachFront((front) => {
  const rs = useFixture(front, { mount });
  const now = (): number => Math.floor(rs.issuer.clock.now() / 1000);
  const ask = async (path: string, claims: object): Promise<Answer> => {
    const token = await rs.mint({ claims: { sub: 'alice', ...claims } });
    return rs.send({ path, headers: { authorization: `Bearer ${token}` } });
  };

  describe('step-up challenge', () => {
    verifies(
      'rfc9470#3/weak-authentication-is-401',
      'answers 401 insufficient_user_authentication to a weaker authentication, also from the cache',
      async () => {
        for (const claims of [{}, { acr: 'silver' }]) {
          const token = await rs.mint({ claims: { sub: 'alice', ...claims } });
          for (const state of ['cold', 'cached']) {
            const answer = await rs.send({ headers: { authorization: `Bearer ${token}` } });
            expect([state, outcomeOf(answer)]).toEqual([state, '401-su']);
          }
        }
      },
    );

    verifies(
      'rfc9470#3/acr-values-in-order',
      'lists acr_values in order of preference, and accepts any one of them',
      async () => {
        const refused = await ask('/p', { acr: 'silver' });
        expect(requiredBy(refused)).toEqual({ acr_values: 'gold platinum', max_age: undefined });
        for (const acr of ['gold', 'platinum']) {
          expect(outcomeOf(await ask('/p', { acr }))).toBe('200');
        }
        for (const acr of [['gold'], 'gold platinum', 'GOLD', '']) {
          expect(outcomeOf(await ask('/p', { acr }))).toBe('401-su');
        }
      },
    );

    verifies(
      'rfc9470#3/max-age-in-whole-seconds',
      'has max_age in whole seconds, 0 included, and nothing else can be declared',
      async () => {
        const times: readonly [path: string, max_age: string][] = [
          ['/age', '300'],
          ['/now', '0'],
        ];
        for (const [path, max_age] of times) {
          const refused = await ask(path, { auth_time: now() - 400 });
          expect(outcomeOf(refused)).toBe('401-su');
          expect(requiredBy(refused)).toEqual({ acr_values: undefined, max_age });
          expect(outcomeOf(await ask(path, { auth_time: now() }))).toBe('200');
        }
        for (const maxAgeSeconds of [-1, 1.5, NaN, Infinity, '300' as unknown as number]) {
          expect(() => rs.api.require({ maxAgeSeconds })).toThrow(TypeError);
        }
      },
    );

    verifies(
      'rfc9470#3/acr-and-age-together',
      'combines both requirements with the scope, which is checked first',
      async () => {
        const good = { acr: 'gold', auth_time: now() };
        expect(outcomeOf(await ask('/both', good))).toBe('200');
        const tooOld = { acr: 'gold', auth_time: now() - 400 };
        for (const weak of [{}, { ...good, acr: 'silver' }, tooOld]) {
          const refused = await ask('/both', weak);
          expect(outcomeOf(refused)).toBe('401-su');
          expect(requiredBy(refused)).toEqual({ acr_values: 'gold platinum', max_age: '300' });
        }
        expect(outcomeOf(await ask('/both', { scope: 'x' }))).toBe('403-is');
      },
    );

    verifies(
      'rfc9470#6.1/acr-and-auth-time-from-token',
      'does not accept an acr or an auth_time that is absent or malformed',
      async () => {
        const values = [undefined, null, true, {}, [], String(now()), -1, now() + 60, now() * 1000];
        for (const auth_time of values) {
          expect(outcomeOf(await ask('/age', { auth_time }))).toBe('401-su');
        }
        for (const acr of [undefined, null, true, 1, {}, ['gold', 'gold']]) {
          expect(outcomeOf(await ask('/p', { acr }))).toBe('401-su');
        }
      },
    );

    verifies(
      'rfc9470#4/client-token-is-not-stepped-up',
      "answers 403 to a client's own token, whatever it claims",
      async () => {
        const client = { sub: 'reports', client_id: 'reports', acr: 'gold', auth_time: now() };
        for (const path of ['/p', '/age', '/both']) {
          const refused = await ask(path, client);
          expect(outcomeOf(refused, { scope: undefined })).toBe('403-is');
          expect(requiredBy(refused)).toEqual({ acr_values: undefined, max_age: undefined });
        }
      },
    );

    verifies(
      'rfc9470#5/several-guards-name-all-requirements',
      'names what earlier guards require, so that the next token passes all of them',
      async () => {
        const refused = await ask('/v1/recent', { scope: 'read write', acr: 'gold' });
        expect(outcomeOf(refused, { tokenScope: 'read write' })).toBe('401-su');
        const { scope, acr_values: acr, max_age } = challengeOf(refused).params;
        expect(max_age).toBe('300');
        const next = await ask('/v1/recent', { scope, acr, auth_time: now() });
        expect(outcomeOf(next)).toBe('200');
      },
    );

    verifies(
      'rfc9470#9/no-step-up-before-validation',
      'reveals nothing about required authentication',
      async () => {
        const tokens = ['', 'abc', await rs.issuer.forge.expired(), await rs.mint({ scope: 'x' })];
        for (const path of ['/p', '/age', '/both']) {
          for (const token of tokens) {
            const headers = { authorization: token === '' ? '' : `Bearer ${token}` };
            const { params } = challengeOf(await rs.send({ path, headers }));
            expect(Object.keys(params).filter((name) => /acr|max_age/.test(name))).toEqual([]);
          }
        }
      },
    );
  });
});
