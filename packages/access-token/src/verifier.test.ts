import { createSecretKey, randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { InvalidTokenError } from '@scopegate/protocol';
import { createTestIssuer, forgeries, type TestIssuer } from '@scopegate/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KeySetUnavailableError } from './keys/key-set-errors.js';
import type { CommonOptions } from './options/options.js';
import type { AccessTokenVerifier } from './access-token-verifier.js';
import { createAccessTokenVerifier } from './verifier.js';
import { internalsOf } from './verifier-internals.js';
import { signToken } from '../../../test/support/tokens.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let issuer: TestIssuer;
let verifiers: AccessTokenVerifier<unknown>[] = [];

beforeEach(async () => {
  issuer = await createTestIssuer({ alg: 'ES256' });
  issuer.setHeaders('jwks', { 'cache-control': 'max-age=3600' });
});

afterEach(async () => {
  for (const verifier of verifiers) verifier.close();
  verifiers = [];
  await issuer.close();
});

function track<Claims>(verifier: AccessTokenVerifier<Claims>): AccessTokenVerifier<Claims> {
  verifiers.push(verifier);
  return verifier;
}

function createVerifier(options: CommonOptions = {}): AccessTokenVerifier {
  return track(createAccessTokenVerifier({ ...issuer.options(), ...options }));
}

/** Why a token is not accepted: the reason, or any other error. */
async function refusalOf(verifier: AccessTokenVerifier<unknown>, token: string): Promise<unknown> {
  try {
    await verifier.verify(token);
    return undefined;
  } catch (error) {
    expect(inspect(error, { depth: 9 })).not.toContain(token.slice(0, 20));
    return error instanceof InvalidTokenError ? error.reason : error;
  }
}

describe('createAccessTokenVerifier › verify()', () => {
  it('accepts a good token, whose keys are discovered', async () => {
    const verifier = createVerifier();
    expect(issuer.requests).toMatchObject({ metadata: 0, jwks: 0 });
    const token = await verifier.verify(await issuer.mint({ scope: 'read write' }));
    expect(token).toMatchObject({ issuer: issuer.issuer, clientId: 'test-client' });
    expect([...token.scopes]).toEqual(['read', 'write']);
    expect(issuer.requests).toMatchObject({ metadata: 1, openid: 0, jwks: 1 });
  });

  it.each(forgeries.map(({ name, explanation }) => [name, explanation] as const))(
    'refuses a forged token: %s: it %s',
    async (name) => {
      const verifier = track(createAccessTokenVerifier({ ...issuer.options(), typ: 'at+jwt' }));
      expect(await refusalOf(verifier, await issuer.forge[name]())).toBeTypeOf('string');
      expect(issuer.requests.forgedJwks).toBe(0);
    },
  );

  it('verifies synchronously inside when the keys are available', async () => {
    const verifier = createVerifier({ tokenCache: false });
    const token = await issuer.mint();
    expect(internalsOf(verifier).verifyMaybeSync(token)).toBeInstanceOf(Promise);
    await verifier.ready();
    expect(internalsOf(verifier).verifyMaybeSync(token)).toMatchObject({ subject: 'test-client' });
    const forged = await issuer.forge.expired();
    expect(() => internalsOf(verifier).verifyMaybeSync(forged)).toThrow(
      new InvalidTokenError('expired'),
    );
  });

  it('skips discovery with jwksUri', async () => {
    const { jwksUri } = issuer;
    const verifier = track(createAccessTokenVerifier({ ...issuer.options(), jwksUri }));
    await verifier.verify(await issuer.mint());
    expect(issuer.requests).toMatchObject({ metadata: 0, openid: 0, jwks: 1 });
  });

  it('needs no network with jwks', async () => {
    const jwks = { keys: await issuer.publicKeys() };
    await issuer.stop();
    const verifier = track(createAccessTokenVerifier({ ...issuer.options(), jwks }));
    expect(internalsOf(verifier).verifyMaybeSync(await issuer.mint())).toMatchObject({
      subject: 'test-client',
    });
  });

  it('fetches with the given function', async () => {
    const asked: string[] = [];
    const spying: typeof fetch = (url, init) => {
      asked.push(new Request(url).url);
      return fetch(url, init);
    };
    await createVerifier({ fetch: spying }).verify(await issuer.mint());
    expect(asked).toEqual([
      `${issuer.issuer}/.well-known/oauth-authorization-server`,
      issuer.jwksUri,
    ]);
  });
});

describe('createAccessTokenVerifier › token cache', () => {
  it('returns the same object again, and finds no other token', async () => {
    const verifier = createVerifier();
    const token = await issuer.mint();
    expect(internalsOf(verifier).findCached(token)).toBeUndefined();
    const verified = await verifier.verify(token);
    expect(internalsOf(verifier).findCached(token)).toBe(verified);
    expect(await verifier.verify(token)).toBe(verified);
    expect(internalsOf(verifier).findCached(await issuer.mint())).toBeUndefined();
  });

  it('is absent when it is disabled', async () => {
    const verifier = createVerifier({ tokenCache: false });
    const token = await issuer.mint();
    await verifier.verify(token);
    expect(internalsOf(verifier).findCached(token)).toBeUndefined();
  });

  it('evicts a token that expires between two uses', async () => {
    const verifier = createVerifier({ clockToleranceSeconds: 0 });
    const token = await issuer.mint({ expiresInSeconds: 60 });
    await verifier.verify(token);
    issuer.clock.advance(MINUTE);
    expect(internalsOf(verifier).findCached(token)).toBeUndefined();
    expect(await refusalOf(verifier, token)).toBe('expired');
  });

  it('does not outlast a clock that is set back', async () => {
    const verifier = createVerifier();
    const token = await issuer.mint();
    await verifier.verify(token);
    issuer.clock.advance(-MINUTE);
    expect(await refusalOf(verifier, token)).toBeUndefined();
    issuer.clock.advance(-1_000);
    expect(await refusalOf(verifier, token)).toBe('not_yet_valid');
    issuer.clock.advance(MINUTE + 1_000);
    expect(await refusalOf(verifier, token)).toBeUndefined();
  });

  it('evicts tokens of a withdrawn key with the next successful refresh', async () => {
    const verifier = createVerifier();
    const token = await issuer.mint({ expiresInSeconds: 7_200 });
    await verifier.verify(token);
    await issuer.rotateKey({ keepOld: false });
    expect(await refusalOf(verifier, token)).toBeUndefined();
    // Past the lifetime of the keys, no token is accepted before they are fetched again.
    issuer.clock.advance(HOUR);
    expect(await refusalOf(verifier, token)).toBe('key');
    expect(internalsOf(verifier).findCached(token)).toBeUndefined();
  });

  it('is not shared between verifiers', async () => {
    const [one, other] = [createVerifier(), createVerifier()];
    const token = await issuer.mint();
    await one.verify(token);
    expect(internalsOf(other).findCached(token)).toBeUndefined();
    const elsewhere = { ...issuer.options(), audience: 'https://other.example' };
    const stranger = track(createAccessTokenVerifier(elsewhere));
    expect(await refusalOf(stranger, token)).toBe('audience');
  });

  it('is limited', async () => {
    const verifier = createVerifier({ tokenCache: { maxEntries: 1 } });
    const tokens = [await issuer.mint(), await issuer.mint()] as const;
    for (const token of tokens) await verifier.verify(token);
    expect(internalsOf(verifier).findCached(tokens[0])).toBeUndefined();
    expect(internalsOf(verifier).findCached(tokens[1])).toBeDefined();
  });
});

describe('createAccessTokenVerifier › token that is not a string', () => {
  it.each([[null], [undefined], [42], [{}], [[]], [Symbol('x')], [new Uint8Array(3)]])(
    'is refused as malformed, with and without a token cache: %s',
    async (value) => {
      const token = value as unknown as string;
      for (const tokenCache of [undefined, false] as const) {
        const verifier = createVerifier({ tokenCache });
        await expect(verifier.verify(token)).rejects.toEqual(new InvalidTokenError('malformed'));
        expect(() => internalsOf(verifier).verifyMaybeSync(token)).toThrow(
          new InvalidTokenError('malformed'),
        );
        expect(internalsOf(verifier).findCached(token)).toBeUndefined();
        await expect(verifier.explain(token)).rejects.toEqual(
          new TypeError('explain() expects the token as a string, without its scheme'),
        );
      }
    },
  );
});

describe('createAccessTokenVerifier › key rotation', () => {
  it('works immediately, even twice in a row', async () => {
    const verifier = createVerifier();
    await verifier.verify(await issuer.mint());
    for (let rotated = 0; rotated < 2; rotated += 1) {
      await issuer.rotateKey();
      expect(await refusalOf(verifier, await issuer.mint())).toBeUndefined();
    }
    expect(issuer.requests).toMatchObject({ metadata: 1, jwks: 3 });
  });

  it('works immediately for a token without "kid"', async () => {
    const verifier = createVerifier();
    const header = { kid: undefined };
    await verifier.verify(await issuer.mint({ header }));
    await issuer.rotateKey();
    expect(await refusalOf(verifier, await issuer.mint({ header }))).toBeUndefined();
    const stranger = await createTestIssuer({ alg: 'ES256' });
    const claims = { iss: issuer.issuer };
    const forged = await stranger.mint({ header, claims });
    await stranger.close();
    expect(await refusalOf(verifier, forged)).toBe('signature');
  });
});

describe('createAccessTokenVerifier › outage of the authorization server', () => {
  beforeEach(async () => {
    await issuer.stop();
  });

  it('is 503 for a token that may be valid', async () => {
    const verifier = createVerifier();
    const refusal = await refusalOf(verifier, await issuer.mint());
    expect(refusal).toBeInstanceOf(KeySetUnavailableError);
    expect(refusal).toMatchObject({ status: 503, headers: { 'Retry-After': '1' } });
    await expect(verifier.ready()).rejects.toBeInstanceOf(KeySetUnavailableError);
  });

  it.each([
    ['a tail', 'trailingDot', 'malformed'],
    ['another kind', 'unknownType', 'typ'],
    ['no algorithm', 'algNone', 'alg'],
    ['another issuer', 'wrongIssuer', 'issuer'],
  ] as const)(
    'still refuses a token for a reason that requires no keys: %s',
    async (_case, name, reason) => {
      expect(await refusalOf(createVerifier(), await issuer.forge[name]())).toBe(reason);
    },
  );

  it('does not affect tokens of cached keys, and is 503 for others', async () => {
    await issuer.start();
    const verifier = createVerifier();
    const [known, unknown] = [await issuer.mint(), await issuer.mint({ header: { kid: 'new' } })];
    await verifier.verify(known);
    await issuer.stop();
    expect(await refusalOf(verifier, unknown)).toBeInstanceOf(KeySetUnavailableError);
    expect(await refusalOf(verifier, known)).toBeUndefined();
    const { lastError, state } = verifier.health().issuers[0] ?? {};
    expect([lastError, state]).toMatchObject([{ reason: 'network' }, 'fresh']);
  });
});

describe('createAccessTokenVerifier › several issuers', () => {
  it('have their own keys, fetched with their first token', async () => {
    const other = await createTestIssuer({ alg: 'ES256', clock: issuer.clock });
    const issuers = [{ issuer: issuer.issuer }, { issuer: other.issuer, audience: 'urn:other' }];
    const { audience, clock } = issuer.options();
    const verifier = track(createAccessTokenVerifier({ issuers, audience, clock }));
    expect(internalsOf(verifier).issuers).toEqual([issuer.issuer, other.issuer]);
    expect(internalsOf(verifier).audiences).toEqual([audience, 'urn:other']);

    expect(await refusalOf(verifier, await issuer.mint())).toBeUndefined();
    expect(other.requests).toMatchObject({ metadata: 0, jwks: 0 });
    // Both have a key with this `kid`.
    const claims = { iss: other.issuer, aud: 'urn:other' };
    expect(await refusalOf(verifier, await issuer.mint({ claims }))).toBe('signature');
    expect(await refusalOf(verifier, await other.mint({ audience: 'urn:other' }))).toBeUndefined();
    expect(verifier.health().issuers.map(({ issuer, state }) => [issuer, state])).toEqual([
      [issuer.issuer, 'fresh'],
      [other.issuer, 'fresh'],
    ]);
    await other.close();
  });

  it('receive no request for the token of an unknown issuer', async () => {
    const verifier = createVerifier();
    expect(await refusalOf(verifier, await issuer.forge.wrongIssuer())).toBe('issuer');
    expect(issuer.requests).toMatchObject({ metadata: 0, openid: 0, jwks: 0 });
  });

  it('list each audience once', () => {
    const issuers = [{ issuer: 'https://a.example' }, { issuer: 'https://b.example' }];
    const verifier = track(createAccessTokenVerifier({ issuers, audience: ['x', 'y'] }));
    expect(internalsOf(verifier).audiences).toEqual(['x', 'y']);
    expect(Object.isFrozen(internalsOf(verifier).audiences) && Object.isFrozen(verifier)).toBe(
      true,
    );
  });
});

describe('createAccessTokenVerifier › shared secret', () => {
  const secret = randomBytes(64);
  const sign = (alg: string, key = secret): string =>
    signToken(
      { iss: 'https://as.example', aud: 'api', client_id: 'c1', scope: 'read' },
      { header: { alg, kid: 'any' }, key: createSecretKey(key) },
    );
  const options = { issuer: 'https://as.example', audience: 'api' };

  it('verifies only tokens of its algorithms', async () => {
    const verifier = track(createAccessTokenVerifier({ ...options, secret }));
    await verifier.ready();
    expect(internalsOf(verifier).verifyMaybeSync(sign('HS256'))).toMatchObject({
      clientId: 'c1',
    });
    expect(await refusalOf(verifier, sign('HS512'))).toBe('alg');
    expect(await refusalOf(verifier, sign('HS256', randomBytes(64)))).toBe('signature');
    expect(verifier.health().issuers).toMatchObject([{ state: 'fresh', keys: 1 }]);
  });

  it('may be used with several algorithms', async () => {
    const algorithms = ['HS256', 'HS512'] as const;
    const verifier = track(createAccessTokenVerifier({ ...options, secret, algorithms }));
    expect(await refusalOf(verifier, sign('HS512'))).toBeUndefined();
    expect(verifier.health().issuers).toMatchObject([{ keys: 1 }]);
  });
});

describe('createAccessTokenVerifier › claims schema', () => {
  interface Tenant {
    readonly tenant: string;
  }

  const schemaOf = (isLate: boolean): StandardSchemaV1<unknown, Tenant> => ({
    '~standard': {
      version: 1,
      vendor: 'test',
      validate: (claims) => {
        const { tenant } = claims as Partial<Tenant>;
        const result =
          typeof tenant === 'string' ? { value: { tenant } } : { issues: [{ message: 'tenant' }] };
        return isLate ? Promise.resolve(result) : result;
      },
    },
  });

  it.each([false, true])('gives the claims their type; asynchronous: %s', async (isLate) => {
    const claims = schemaOf(isLate);
    const verifier = track(createAccessTokenVerifier({ ...issuer.options(), claims }));
    const token = await issuer.mint({ claims: { tenant: 't1' } });
    const verified = await verifier.verify(token);
    const { tenant }: Tenant = verified.claims;
    expect(tenant).toBe('t1');
    expect(verified.claims).toEqual({ tenant: 't1' });
    expect(internalsOf(verifier).findCached(token)).toBe(verified);
    expect(await refusalOf(verifier, await issuer.mint())).toBe('claim');
    expect(await refusalOf(verifier, await issuer.forge.expired())).toBe('expired');
  });
});

describe('createAccessTokenVerifier › life cycle', () => {
  it('begins with ready(), once for all callers', async () => {
    const verifier = createVerifier();
    await Promise.all([verifier.ready(), verifier.ready()]);
    expect(issuer.requests).toMatchObject({ metadata: 1, jwks: 1 });
    expect(verifier.health()).toMatchObject({ issuers: [{ state: 'fresh', keys: 1, ageMs: 0 }] });
  });

  it('ends with close(): fresh keys are used until their lifetime ends', async () => {
    const verifier = createVerifier();
    const token = await issuer.mint({ expiresInSeconds: 7_200 });
    await verifier.verify(token);
    verifier.close();
    expect(await refusalOf(verifier, token)).toBeUndefined();
    issuer.clock.advance(HOUR);
    expect(await refusalOf(verifier, token)).toBeInstanceOf(KeySetUnavailableError);
    expect(issuer.requests.jwks).toBe(1);
  });
});
