/**
 * The contents of a challenge. RFC 6750 §3.
 *
 * @module
 */
import { allOf, anyOf, createResourceServer } from '@scopegate/express';
import { formatBearerChallenge, formatChallenge } from '@scopegate/protocol';
import { describe, expect } from 'vitest';
import { field } from '../support/answer.js';
import { parseChallenges } from '../support/challenge-parser.js';
import type { FrontGuard, FrontResourceServer } from '../../support/fronts/front.js';
import { forEachFront } from '../../support/fronts/fronts.js';
import { openFixture, RESOURCE, useFixture } from '../support/fixture.js';
import { challengeOf, outcomeOf } from '../support/outcome.js';
import { verifies } from '../support/verifies.js';

/** Strings that would break out of a field, a quoted-string or the narrow character sets. */
const HOSTILE_TEXTS = [
  'a"b',
  'a\\b',
  'a\\"b',
  '", error="invalid_request',
  'x\r\nSet-Cookie: a=b',
  'x\nSet-Cookie: a=b',
  'a\0b',
  'a\tb',
  'a\x7fb',
  'é',
  '日本',
  '\u{1f600}',
  '\ud800',
  '',
] as const;

type GuardFactory = (api: FrontResourceServer) => FrontGuard;

/** A schema of an application that refuses every token. */
function refusing(message: string): object {
  const result = { issues: [{ message }] };
  return { '~standard': { version: 1, vendor: 'test', validate: () => result } };
}

forEachFront((front) => {
  describe('WWW-Authenticate', () => {
    const rs = useFixture(front);

    const refusals: readonly (readonly [outcome: string, status: number, token: () => unknown])[] =
      [
        ['401-bare', 401, () => undefined],
        ['400-ir', 400, () => 'a b'],
        ['401-it', 401, () => 'abc'],
        ['403-is', 403, () => rs.mint({ scope: 'write' })],
      ];
    for (const [outcome, status, token] of refusals) {
      verifies(
        [
          'rfc6750#3/refused-credentials-get-challenge',
          'rfc6750#3/challenge-is-bearer-with-auth-param',
          'rfc6750#3/no-auth-param-twice',
          'rfc9110#11.6.1/every-401-has-challenge',
          'rfc9110#11.5/realm-is-quoted-string',
        ],
        `is complete and follows the grammar: ${outcome}`,
        async () => {
          const presented = await token();
          const authorization = { authorization: `Bearer ${String(presented)}` };
          const answer = await rs.send(presented === undefined ? {} : { headers: authorization });
          expect(answer.status).toBe(status);
          expect(outcomeOf(answer, { realm: RESOURCE })).toBe(outcome);
        },
      );
    }

    verifies(
      [
        'rfc6750#3/refused-credentials-get-challenge',
        'rfc6750#3/challenge-is-bearer-with-auth-param',
      ],
      'is exactly this for each refusal',
      async () => {
        const challengeFor = async (authorization?: string): Promise<string | undefined> =>
          field(
            await rs.send(authorization === undefined ? {} : { headers: { authorization } }),
            'www-authenticate',
          );
        const underScoped = await rs.mint({ scope: 'write' });
        expect(await challengeFor()).toBe(`Bearer realm="${RESOURCE}", scope="read"`);
        expect(await challengeFor('Bearer a b')).toBe(
          `Bearer realm="${RESOURCE}", error="invalid_request", ` +
            'error_description="the Authorization header must be Bearer, a space and one token"',
        );
        expect(await challengeFor('Bearer abc')).toBe(
          `Bearer realm="${RESOURCE}", error="invalid_token", ` +
            'error_description="the access token is malformed", scope="read"',
        );
        expect(await challengeFor(`Bearer ${underScoped}`)).toBe(
          `Bearer realm="${RESOURCE}", error="insufficient_scope", ` +
            'error_description="the access token lacks scope for this resource", scope="read"',
        );
      },
    );

    verifies(
      ['rfc6750#3/401-names-required-scope', 'rfc6750#3/challenge-scope-is-scope-tokens'],
      'names in each 401 the scope that the route requires',
      async () => {
        const routes: Record<string, readonly [guard: GuardFactory, scope: string | undefined]> = {
          '/one': [(api) => api.requireScope('read'), 'read'],
          '/all': [(api) => api.requireScope('write', 'read'), 'write read'],
          '/any': [(api) => api.requireAnyScope('write', 'read'), 'write'],
          '/nested': [
            (api) => api.require({ scope: allOf('a', anyOf('b', 'c')), atMost: ['a', 'c'] }),
            'a c',
          ],
          '/user': [(api) => api.require({ scope: 'read', principal: 'user' }), 'read'],
          '/at-most': [(api) => api.require({ atMost: ['read'] }), undefined],
          '/principal': [(api) => api.require({ principal: 'client' }), undefined],
          '/token': [(api) => api.requireAccessToken(), undefined],
          '/optional': [(api) => api.optionalAccessToken(), undefined],
        };
        const fixture = await openFixture(front, {
          mount: ({ app, api, handler }) => {
            for (const [path, [guard]] of Object.entries(routes))
              app.get(path, guard(api), handler);
          },
        });
        for (const [path, [, tokenScope]] of Object.entries(routes)) {
          const headers = { authorization: 'Bearer abc' };
          expect(await fixture.outcome({ path, headers }, { tokenScope }), path).toBe('401-it');
          const bare = path === '/optional' ? '200' : '401-bare';
          expect(await fixture.outcome({ path }, { tokenScope }), path).toBe(bare);
        }
      },
    );

    verifies(
      'rfc6750#3/401-names-required-scope',
      'several guards on a request: the challenge names the scope of the guard that refuses',
      async () => {
        const fixture = await openFixture(front, {
          mount: ({ app, api, handler }) => {
            app.guard('/api', api.requireAccessToken());
            app.get('/api/p', api.requireScope('read'), handler);
            app.get('/two', api.optionalAccessToken(), api.requireScope('write'), handler);
          },
        });
        const scopeAt = async (path: string): Promise<string | undefined> =>
          challengeOf(await fixture.send({ path })).params['scope'];
        expect(await scopeAt('/api/p')).toBeUndefined();
        expect(await scopeAt('/two')).toBe('write');
      },
    );

    verifies(
      'rfc6750#3/refused-token-gets-error-code',
      'has an error code whenever a token was presented',
      async () => {
        for (const token of ['abc', 'a.b.c', await rs.issuer.forge.expired()]) {
          const answer = await rs.send({ headers: { authorization: `Bearer ${token}` } });
          expect(challengeOf(answer).params['error']).toBe('invalid_token');
        }
      },
    );

    verifies('rfc6750#3/no-relative-error-uri', 'has no error_uri', async () => {
      for (const { name } of rs.issuer.forgeries) {
        const token = await rs.issuer.forge[name]({ scope: 'read' });
        const answer = await rs.send({ headers: { authorization: `Bearer ${token}` } });
        if (answer.status !== 200)
          expect(challengeOf(answer).params).not.toHaveProperty('error_uri');
      }
    });
  });

  describe('WWW-Authenticate with strings of the application', () => {
    verifies(
      ['rfc6750#3/error-text-within-character-set', 'rfc9110#5.5/no-text-breaks-a-field'],
      'never quotes the issues of a claims schema',
      async () => {
        for (const message of HOSTILE_TEXTS) {
          const rs = await openFixture(front, { server: { claims: refusing(message) } });
          const answer = await rs.send({ headers: { authorization: `Bearer ${await rs.mint()}` } });
          expect(outcomeOf(answer)).toBe('401-it');
          const { error_description: description } = challengeOf(answer).params;
          expect(description).toBe('a claim of the access token is missing or malformed');
        }
      },
    );

    verifies(
      [
        'rfc9110#5.6.4/backslash-escapes-quote-and-backslash',
        'rfc9110#5.5/no-text-breaks-a-field',
        'rfc9110#11.5/realm-is-quoted-string',
      ],
      'quotes any realm and stays well-formed',
      async () => {
        for (const realm of ['a"b\\c', ...HOSTILE_TEXTS]) {
          const rs = await openFixture(front, { server: { realm } });
          const readable = realm.replace(/[^\x20-\x7e]/gu, '?');
          expect(await rs.outcome({}, { realm: readable })).toBe('401-bare');
          expect(await rs.present('abc', { realm: readable })).toBe('401-it');
        }
      },
    );
  });
});

describe('formatBearerChallenge', () => {
  verifies('rfc6750#3/challenge-is-bearer-with-auth-param', 'is never the scheme alone', () => {
    expect(() => formatChallenge('Bearer', {})).toThrow(TypeError);
    expect(() => formatBearerChallenge({ realm: undefined })).toThrow(TypeError);
  });

  verifies(
    ['rfc9110#11.2/auth-param-names-ignore-case', 'rfc6750#3/no-auth-param-twice'],
    'has no auth-param twice, in any case',
    () => {
      expect(() => formatChallenge('Bearer', { error: 'a', Error: 'b' })).toThrow(TypeError);
      expect(() => formatChallenge('Bearer', { REALM: 'a', realm: 'b' })).toThrow(TypeError);
    },
  );

  verifies(
    ['rfc6750#3/challenge-scope-is-scope-tokens', 'rfc6750#3/error-text-within-character-set'],
    'removes quotes and backslashes from error and error_description',
    () => {
      for (const text of HOSTILE_TEXTS) {
        const params = {
          realm: text,
          error: text,
          error_description: text,
          scope: text,
          error_uri: text,
        };
        const [challenge] = parseChallenges(formatChallenge('Bearer', params));
        const { realm, ...narrow } = challenge?.params ?? {};
        expect(realm).toBe(text.replace(/[^\x20-\x7e]/gu, '?'));
        expect(Object.keys(narrow)).toHaveLength(4);
        for (const value of Object.values(narrow)) {
          expect(value).toMatch(/^[\x20\x21\x23-\x5b\x5d-\x7e]*$/);
        }
      }
    },
  );

  verifies(
    'rfc6750#3/challenge-is-bearer-with-auth-param',
    'requires a scheme and names that are tokens',
    () => {
      expect(() => formatChallenge('Bear er', { realm: 'a' })).toThrow(TypeError);
      expect(() => formatChallenge('', { realm: 'a' })).toThrow(TypeError);
      expect(() => formatChallenge('Bearer', { 're"alm': 'a' })).toThrow(TypeError);
    },
  );
});

describe('requireScope', () => {
  const api = createResourceServer({ issuer: 'https://as.example', audience: RESOURCE });

  verifies(
    ['rfc6750#3/challenge-scope-is-scope-tokens', 'rfc6749#3.3/surplus-spaces-accepted'],
    'rejects a scope that is not a scope-token',
    () => {
      for (const scope of [
        '',
        ' ',
        're"ad',
        'a\\b',
        'a b',
        'é',
        'a\tb',
        'a\r\nb',
        '\x7f',
        '\u00a0',
      ]) {
        expect(() => api.requireScope(scope), JSON.stringify(scope)).toThrow(TypeError);
        expect(() => api.requireAnyScope('read', scope), JSON.stringify(scope)).toThrow(TypeError);
        expect(() => api.require({ atMost: [scope] }), JSON.stringify(scope)).toThrow(TypeError);
      }
    },
  );

  verifies('rfc6750#3/no-relative-error-uri', 'has no option for an error_uri', () => {
    for (const name of ['errorUri', 'error_uri']) {
      const options = { issuer: 'https://as.example', audience: RESOURCE, [name]: '/help' };
      expect(() => createResourceServer(options)).toThrow(TypeError);
    }
  });
});
