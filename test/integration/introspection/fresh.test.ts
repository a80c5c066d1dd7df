/** Presented tokens about which the authorization server is asked again: they are only narrowed. */
import {
  type AccessTokenVerifier,
  createAccessTokenVerifier,
  type VerifiedAccessToken,
} from '@scopegate/access-token';
import { createProofKey } from '@scopegate/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  type IntrospectionFixture,
  type IntrospectionSetup,
  openIntrospection,
  outcomeOf,
} from '../../support/introspection.js';

const PAYOUTS = 'https://api.example.com/payouts';

async function present(
  verifier: AccessTokenVerifier,
  token: string,
  fresh = true,
): Promise<VerifiedAccessToken> {
  const method = 'POST';
  const presentation = { scheme: 'Bearer', token, proofs: [], method, target: '/payouts' } as const;
  return (await verifier.verifyPresented(presentation, { fresh })).token;
}

const BOTH: IntrospectionSetup = { introspection: { tokens: 'both' } };

async function openBoth(
  options: Readonly<Record<string, unknown>> = {},
): Promise<IntrospectionFixture> {
  return openIntrospection({ ...BOTH, options });
}

describe('verifyPresented › fresh', () => {
  it.each(['opaque', 'mint'] as const)('a cached token is asked about: %s', async (kind) => {
    const { issuer, verifier } = await openBoth();
    const token = await issuer[kind]();
    await present(verifier, token, false);
    const asked = issuer.requests.introspection;
    await present(verifier, token);
    await present(verifier, token);
    expect(issuer.requests.introspection).toBe(asked + 2);
  });

  it('an unknown opaque token is asked about once', async () => {
    const { issuer, verifier } = await openBoth();
    await present(verifier, await issuer.opaque());
    expect(issuer.requests.introspection).toBe(1);
  });

  it.each(['opaque', 'mint'] as const)(
    'a token that was revoked is refused, and evicted: %s',
    async (kind) => {
      const { issuer, verifier } = await openBoth();
      const token = await issuer[kind]();
      const verified = await present(verifier, token, false);
      const signal = verifier.whileAcceptable(verified);
      issuer.revoke(token);
      expect(await outcomeOf(present(verifier, token))).toBe('inactive');
      expect(await outcomeOf(verifier.assertAcceptable(verified))).toBe('inactive');
      expect(signal.aborted).toBe(true);
      const outcome = await outcomeOf(present(verifier, token, false));
      // The signature of a JWT remains valid.
      expect(outcome).toBe(kind === 'opaque' ? 'inactive' : 'accepted');
    },
  );

  it('a request that is under way is not shared', async () => {
    const { issuer, verifier } = await openBoth();
    await verifier.ready();
    const token = await issuer.opaque();
    await Promise.all([present(verifier, token, false), present(verifier, token)]);
    expect(issuer.requests.introspection).toBe(2);
  });

  it('each fresh request is separate, and its response is not used for others', async () => {
    const { issuer, verifier } = await openBoth();
    const token = await issuer.opaque({ scope: 'read write' });
    await present(verifier, token, false);
    issuer.fault('introspection', { kind: 'members', members: { scope: 'read' } });
    const fresh = await Promise.all(Array.from({ length: 5 }, () => present(verifier, token)));
    expect(issuer.requests.introspection).toBe(6);
    expect(fresh.map(({ scopes }) => [...scopes])).toEqual(fresh.map(() => ['read']));
    expect([...(await present(verifier, token, false)).scopes]).toEqual(['read', 'write']);
  });

  it('an outage is 503, also where a stale response may be used', async () => {
    const { issuer, verifier } = await openIntrospection({
      introspection: { maxStaleSeconds: 300 },
    });
    const token = await issuer.opaque();
    await present(verifier, token, false);
    await issuer.stop();
    expect(await outcomeOf(present(verifier, token))).toBe('503 unreachable');
    issuer.clock.advance(60_000);
    expect(await outcomeOf(present(verifier, token))).toBe('503 unreachable');
    expect(await outcomeOf(present(verifier, token, false))).toBe('accepted');
  });

  it('an outage is 503 for the JWT of an issuer with opaque tokens, too', async () => {
    const { issuer, verifier } = await openBoth();
    const token = await issuer.mint();
    await present(verifier, token);
    issuer.fault('introspection', { kind: 'status', status: 503 });
    issuer.clock.advance(1_000);
    expect(await outcomeOf(present(verifier, token))).toBe('503 status');
    expect(await outcomeOf(present(verifier, token, false))).toBe('accepted');
  });

  it('a proof is checked before the authorization server is asked', async () => {
    const key = createProofKey();
    const { issuer, verifier } = await openBoth({ dpop: { publicUrl: 'https://api.example.com' } });
    const token = await issuer.mint({ boundTo: key });
    const fields = key.headers({ token, method: 'POST', url: PAYOUTS });
    const presentation = {
      scheme: 'DPoP',
      token,
      proofs: [fields.dpop],
      method: 'POST',
      target: '/payouts',
    } as const;
    const fresh = { fresh: true };
    await verifier.verifyPresented(presentation, fresh);
    expect(issuer.requests.introspection).toBe(1);
    await expect(verifier.verifyPresented(presentation, fresh)).rejects.toMatchObject({
      reason: 'proof_replayed',
    });
    expect(issuer.requests.introspection).toBe(1);
  });

  it('a token that is revoked between its check and the end of the verification is refused', async () => {
    const source = {
      version: 1,
      isRevoked: () => source.version > 1,
      isCurrent: () => {
        queueMicrotask(() => (source.version = 2));
        return true;
      },
    };
    const { issuer, verifier } = await openBoth({ revocation: source });
    expect(await outcomeOf(present(verifier, await issuer.mint()))).toBe('revoked');
  });

  it('requires introspection of every issuer', async () => {
    const { issuer } = await openBoth();
    const verifier = createAccessTokenVerifier(issuer.options());
    onTestFinished(() => {
      verifier.close();
    });
    const token = await issuer.mint();
    await expect(present(verifier, token)).rejects.toThrow(
      'option "fresh" requires the option "introspection" of every issuer',
    );
  });
});

/** Presents a JWT about which the authorization server says something else. */
async function narrow(
  claims: Readonly<Record<string, unknown>>,
  members: Readonly<Record<string, unknown>>,
  options: Readonly<Record<string, unknown>> = {},
): Promise<VerifiedAccessToken> {
  const { issuer, verifier } = await openBoth(options);
  const token = await issuer.mint({ scope: 'read write', subject: 'ann', claims });
  issuer.fault('introspection', { kind: 'members', members });
  return present(verifier, token);
}

describe('verifyPresented › what a fresh response narrows', () => {
  it.each([
    ['no iat', { iat: undefined }],
    ['no exp', { exp: undefined }],
    ['neither', { iat: undefined, exp: undefined }],
  ])('a limited lifetime is that of the JWT: a response with %s', async (_what, members) => {
    const { issuer, verifier } = await openBoth({ maxLifetimeSeconds: 300 });
    const token = await issuer.mint({ expiresInSeconds: 300 });
    issuer.clock.advance(295_000);
    const { expiresAt } = await present(verifier, token, false);
    issuer.fault('introspection', { kind: 'members', members });
    expect(await present(verifier, token)).toMatchObject({ expiresAt });
  });

  it.each<[string, Record<string, unknown>, Record<string, unknown>, readonly string[]]>([
    ['fewer scopes', {}, { scope: 'write' }, ['write']],
    ['more scopes', {}, { scope: 'read write admin' }, ['read', 'write']],
    ['no scope', {}, { scope: '' }, []],
    ['nothing about scopes', {}, { scope: undefined }, ['read', 'write']],
    ['a scope for an scp', { scope: undefined, scp: ['a', 'b'] }, { scope: 'b' }, ['b']],
    ['an scp for a scope', {}, { scope: undefined, scp: ['read'] }, ['read']],
  ])('%s', async (_what, claims, members, expected) => {
    const { scopes } = await narrow(claims, { scp: undefined, ...members });
    expect([...scopes]).toEqual(expected);
  });

  it('claims with roles only if the response contains them', async () => {
    const options = { scopeClaims: ['scope', 'realm_access.roles'] };
    const claims = { realm_access: { roles: ['admin', 'clerk'] } };
    const silent = await narrow(claims, { scope: 'read', realm_access: undefined }, options);
    expect([...silent.scopes]).toEqual(['read', 'admin', 'clerk']);
    const limited = { scope: 'read', realm_access: { roles: ['clerk'] } };
    expect([...(await narrow(claims, limited, options)).scopes]).toEqual(['read', 'clerk']);
  });

  it('the expiry, and with it the end of every watch', async () => {
    const { issuer, verifier } = await openBoth();
    const token = await issuer.mint();
    const exp = Math.floor(issuer.clock() / 1000) + 10;
    issuer.fault('introspection', { kind: 'members', members: { exp } });
    const narrowed = await present(verifier, token);
    expect(narrowed.expiresAt).toBe(exp);
    await verifier.assertAcceptable(narrowed);
    issuer.clock.advance(20_000);
    expect(await outcomeOf(verifier.assertAcceptable(narrowed))).toBe('expired');
    expect((await present(verifier, token, false)).expiresAt).toBeGreaterThan(exp);
  });

  it.each<[string, Record<string, unknown>]>([
    [
      'does not repeat the subject, the client and the audience',
      {
        sub: undefined,
        client_id: undefined,
        aud: undefined,
        iss: undefined,
        exp: undefined,
        jti: undefined,
      },
    ],
    ['repeats them', {}],
  ])('nothing if the response %s', async (_what, members) => {
    expect(await narrow({}, members)).toMatchObject({ subject: 'ann', clientId: 'test-client' });
  });

  it('nothing if the token lacks what the response contains', async () => {
    const token = await narrow({ sub: undefined, client_id: undefined }, { sub: 'bob' });
    expect(token).toMatchObject({ subject: undefined, clientId: undefined });
  });
});

describe('verifyPresented › fresh responses that contradict the token', () => {
  it.each<[string, Record<string, unknown>, string]>([
    ['another subject', { sub: 'bob' }, 'inactive'],
    ['another client', { client_id: 'other' }, 'inactive'],
    ['another id', { jti: 'other' }, 'inactive'],
    ['another audience', { aud: 'https://other.example' }, 'audience'],
    ['another issuer', { iss: 'https://other.example' }, 'issuer'],
    ['another kind', { token_type: 'refresh_token' }, 'typ'],
    ['a past exp', { exp: 1_000_000_000 }, 'expired'],
    ['a key', { cnf: { jkt: createProofKey().thumbprint }, token_type: 'DPoP' }, 'inactive'],
    ['a certificate', { cnf: { 'x5t#S256': createProofKey().thumbprint } }, 'inactive'],
  ])('%s', async (_what, members, reason) => {
    const dpop = { publicUrl: 'https://api.example.com' };
    const options = { dpop, mtls: { certificate: 'socket' } };
    expect(await outcomeOf(narrow({}, members, options))).toBe(reason);
  });
});
