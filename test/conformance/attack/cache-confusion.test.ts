/** Attacks on the token cache: each server checks each token separately. */
import type { AccessTokenVerifier } from '@scopegate/access-token';
import { internalsOf } from '@scopegate/access-token/internal';
import fc from 'fast-check';
import { expect } from 'vitest';
import {
  createSigners,
  createVerifier,
  createVerifierFor,
  goodClaims,
  judge,
  NOW,
  runs,
} from './attack.js';
import { forEachFront } from '../../support/fronts/fronts.js';
import { type Fixture, openFixture, RESOURCE, useFixture } from '../support/fixture.js';
import { createSigner, encode } from '../support/signer.js';
import { claimsFor, expectOutcome, jwkOf, type Members } from '../support/tokens.js';
import { verifies } from '../support/verifies.js';

const signer = createSigner('ES256');
const other = createSigner('ES256', { kid: 'k2' });
const ed25519 = createSigner('Ed25519', { kid: 'k3' }).publicJwk;
const jwks = { keys: [signer.publicJwk, other.publicJwk] };

/** The result of a verification: the reason for a refusal, or `accepted`. */
async function verdict(verifier: AccessTokenVerifier, token: string): Promise<string> {
  return (await judge(verifier, token)).reason ?? 'accepted';
}

forEachFront((front) => {
  const rs = useFixture(front, { server: { jwks } });

  verifies(
    'rfc7515#5.2/bad-signature-invalid',
    'token cache: checks tokens that share parts with a cached one',
    async () => {
      const claims = claimsFor(rs);
      const token = signer.sign({}, claims);
      const [header = '', payload = '', signature = ''] = token.split('.');
      const [, , otherSignature = ''] = signer.sign({}, claims).split('.');
      expect(otherSignature).not.toBe(signature);
      const forged = encode({ ...claims, scope: 'read admin' });
      expect(await rs.present(token)).toBe('200');
      await expectOutcome(rs, '401-it', {
        'its signature, other claims': `${header}.${forged}.${signature}`,
        'its signature, another header': `${encode({ typ: 'at+jwt', alg: 'ES256' })}.${payload}.${signature}`,
        'its claims, no signature': `${header}.${payload}.`,
        "its claims, another token's signature": `${header}.${payload}.${
          signer.sign({}, claimsFor(rs)).split('.')[2] ?? ''
        }`,
        "its claims, another key's signature": other.sign({ kid: 'k1' }, claims),
        'its claims, another kid': `${encode({ typ: 'at+jwt', alg: 'ES256', kid: 'k2' })}.${payload}.${signature}`,
        'its beginning': token.slice(0, -1),
        'its end': token.slice(1),
        'its beginning and more': `${token}A`,
        'its first half, its second half':
          token.slice(token.length >> 1) + token.slice(0, token.length >> 1),
        'its letters in another case': token.toUpperCase(),
        'its signature in lower case': `${header}.${payload}.${signature.toLowerCase()}`,
      });
      expect(await rs.present(`${header}.${payload}.${otherSignature}`)).toBe('200');
      expect(await rs.present(token)).toBe('200');
    },
  );

  verifies(
    'rfc6749#7/token-valid-and-scope-covers',
    'token cache: checks tokens that share claims with a cached one',
    async () => {
      const claims = claimsFor(rs, { jti: 'one' });
      expect(await rs.present(signer.sign({}, claims))).toBe('200');
      const sign = (changes: Members): string => signer.sign({}, { ...claims, ...changes });
      await expectOutcome(rs, '401-it', {
        expired: sign({ exp: 1 }),
        'another audience': sign({ aud: 'https://other.example' }),
        'another issuer': sign({ iss: 'https://other.example' }),
        'bound to a key': sign({ cnf: { jkt: 'x' } }),
        'not valid yet': sign({ nbf: Number(claims['exp']) - 1 }),
      });
      expect(await rs.present(sign({ scope: 'write' }))).toBe('403-is');
      expect(await rs.present(sign({ scope: 'write', jti: 'two' }))).toBe('403-is');
      expect(await rs.present(sign({ jti: 'two' }))).toBe('200');
    },
  );

  verifies(
    'rfc6749#7/token-valid-and-scope-covers',
    'token cache: caches that a token is valid, never what it may do',
    async () => {
      const { send, present, mint } = await openFixture(front, {
        mount: ({ app, api, handler }) => {
          app.get('/p', api.requireScope('read'), handler);
          app.get('/q', api.requireScope('write'), handler);
          app.get('/any', api.requireAccessToken(), handler);
        },
      });
      const token = await mint();
      const statusAt = async (path: string): Promise<number> =>
        (await send({ path, headers: { authorization: `Bearer ${token}` } })).status;
      expect(await present(token)).toBe('200');
      expect(await statusAt('/q')).toBe(403);
      expect(await statusAt('/any')).toBe(200);
      expect(await statusAt('/q')).toBe(403);
      expect(await present(token)).toBe('200');
    },
  );

  verifies('rfc6749#7/token-valid-and-scope-covers', 'token cache: caches no refusal', async () => {
    const fetching = await openFixture(front);
    const { issuer, present, mint } = fetching;
    const early = await mint({ claims: { nbf: issuer.clock() / 1000 + 60 } });
    expect(await present(early)).toBe('401-it');
    issuer.clock.advance(60_000);
    expect(await present(early)).toBe('200');
    const unknown = signer.sign({}, claimsFor(fetching));
    expect(await present(unknown)).toBe('401-it');
    issuer.publishJwks({ keys: [signer.publicJwk] });
    expect(await present(unknown)).toBe('200');
    // This removes the issuer's own key, and with it the tokens that it signed.
    expect(await present(early)).toBe('401-it');
  });
});

/** Policies with one difference each, and a token that distinguishes them from the first. */
const POLICIES: Readonly<Record<string, Members>> = {
  'another audience': { audience: 'https://other.example' },
  'another issuer': { issuer: 'https://other-as.example' },
  'other keys': { jwks: { keys: [jwkOf(other, { kid: 'k1' })] } },
  'other algorithms': { jwks: { keys: [...jwks.keys, ed25519] }, algorithms: ['Ed25519'] },
  'RFC 9068 to the letter': { typ: 'at+jwt' },
  'short lifetimes': { maxLifetimeSeconds: 60 },
  'short tokens': { maxTokenBytes: 256 },
  'another time': { clock: () => (NOW + 301) * 1000, clockToleranceSeconds: 0 },
  'an earlier time': { clock: () => (NOW - 3600) * 1000 },
  'other claims': {
    claims: { '~standard': { version: 1, vendor: 'test', validate: () => ({ issues: [{}] }) } },
  },
};

forEachFront((front) => {
  const lenient = { issuer: 'https://as.example', audience: RESOURCE, jwks };
  const clock = (): number => NOW * 1000;
  const open = (options: Members): Promise<Fixture> =>
    openFixture(front, { server: () => ({ ...lenient, clock, ...options }) });
  const token = signer.sign({ typ: 'JWT' }, goodClaims());

  verifies(
    'scopegate#isolation/servers-share-no-decision',
    'token cache: decides for each server by its own policy',
    async () => {
      const first = await open({});
      for (const [name, policy] of Object.entries(POLICIES)) {
        const second = await open(policy);
        expect(await first.present(token), name).toBe('200');
        expect(await second.present(token), name).toBe('401-it');
        // In any order, and any number of times.
        expect(await second.present(token), name).toBe('401-it');
        expect(await first.present(token), name).toBe('200');
        const both = Array.from({ length: 6 }, (_, place) =>
          (place % 2 === 0 ? first : second).present(token),
        );
        expect(await Promise.all(both), name).toEqual([
          '200',
          '401-it',
          '200',
          '401-it',
          '200',
          '401-it',
        ]);
      }
    },
  );

  verifies(
    'scopegate#isolation/servers-share-no-decision',
    'token cache: decides again behind the guard of another server',
    async () => {
      for (const [name, policy] of Object.entries(POLICIES)) {
        const strict = front.createResourceServer({ ...lenient, clock, ...policy });
        const rs = await openFixture(front, {
          server: () => ({ ...lenient, clock }),
          mount: ({ app, api, handler }) => {
            const [first, second] = [api.requireScope('read'), strict.requireScope('read')];
            app.get('/first', first, handler);
            app.get('/p', first, second, handler);
          },
        });
        const authorization = `Bearer ${token}`;
        const answer = await rs.send({ path: '/first', headers: { authorization } });
        expect(answer.status, name).toBe(200);
        expect(await rs.present(token), name).toBe('401-it');
      }
    },
  );

  verifies(
    'scopegate#isolation/servers-share-no-decision',
    'token cache: gives a token only to the server whose guard verified it',
    async () => {
      const second = front.createResourceServer({ ...lenient, clock });
      const shown: unknown[] = [];
      const rs = await openFixture(front, {
        server: () => ({ ...lenient, clock }),
        mount: ({ app, api, handler }) => {
          app.get('/p', api.requireScope('read'), (request) => {
            const { original } = request;
            shown.push(api.accessToken(original).tokenId);
            expect(() => second.accessToken(original)).toThrow(TypeError);
            expect(() => second.accessTokenIfAny(original)).toThrow(TypeError);
            return handler(request);
          });
        },
      });
      expect(await rs.present(token)).toBe('200');
      expect(shown).toEqual(['token-1']);
    },
  );
});

// Tokens that become valid and expire within a few minutes, signed by keys of several kinds.
const signers = createSigners().filter(({ alg }) => ['ES256', 'Ed25519', 'RS256'].includes(alg));
const TIMED = [
  { exp: NOW + 60 },
  { exp: NOW + 120, nbf: NOW + 30 },
  { exp: NOW + 90, iat: NOW + 20 },
  { exp: NOW + 400, iat: undefined },
  { exp: NOW - 1, iat: NOW - 100 },
  { exp: NOW + 200, aud: 'https://other.example' },
  { exp: NOW + 200, scope: 5 },
];
const POOL = signers.flatMap((by) => {
  const tokens = TIMED.map((times) => by.sign({}, goodClaims(times)));
  return [...tokens, ...tokens.slice(0, 2).map((each) => `${each.slice(0, -4)}AAAA`)];
});

/** Moves the clock and presents a token. */
interface Step {
  readonly token: string;
  readonly seconds: number;
}

verifies(
  'rfc7519#4.1.4/expired-token-refused',
  'token cache: decides the same with and without a cache',
  async () => {
    const step: fc.Arbitrary<Step> = fc.record({
      token: fc.constantFrom(...POOL),
      seconds: fc.oneof(fc.constant(0), fc.integer({ min: -40, max: 60 })),
    });
    let remembered = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
        let now = NOW;
        const clock = (): number => now * 1000;
        const [plain, ...caching] = [
          createVerifierFor(signers, { clock, tokenCache: false }),
          createVerifierFor(signers, { clock }),
          // So few entries that most are evicted.
          createVerifierFor(signers, { clock, tokenCache: { maxEntries: 2 } }),
        ];
        for (const { token, seconds } of steps) {
          now += seconds;
          const expected = await verdict(plain, token);
          for (const verifier of caching) {
            if (internalsOf(verifier).findCached(token) !== undefined) remembered += 1;
            expect(await verdict(verifier, token)).toBe(expected);
          }
        }
      }),
      runs(60),
    );
    expect(remembered).toBeGreaterThan(100);
  },
);

verifies(
  'scopegate#isolation/servers-share-no-decision',
  'token cache: separates verifiers of one process',
  async () => {
    const verifiers = Object.entries({ 'the first': {}, ...POLICIES }).map(
      ([name, policy]) => [name, createVerifier({ jwks, ...policy })] as const,
    );
    const token = signer.sign({ typ: 'JWT' }, goodClaims());
    const verdicts = async (): Promise<readonly string[]> =>
      Promise.all(verifiers.map(([, verifier]) => verdict(verifier, token)));
    const first = await verdicts();
    expect(first[0]).toBe('accepted');
    expect(first.slice(1)).not.toContain('accepted');
    expect(await verdicts()).toEqual(first);
    expect(await verdicts()).toEqual(first);
  },
);
