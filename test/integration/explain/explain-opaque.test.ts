import {
  type AccessTokenVerifier,
  type AccessTokenVerifierOptions,
  createAccessTokenVerifier,
  type TokenExplanation,
} from '@scopegate/access-token';
import { createProofKey, type TestIssuer } from '@scopegate/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openIssuer } from '../../support/test-issuers.js';

type Introspection = NonNullable<AccessTokenVerifierOptions['introspection']>;

function openVerifier(
  issuer: TestIssuer,
  overrides: Partial<Introspection> = {},
  options: Partial<AccessTokenVerifierOptions> = {},
): AccessTokenVerifier {
  const introspection = { tokens: 'both', ...issuer.introspectionClient, ...overrides } as const;
  const given = { ...issuer.options(), introspection, ...options };
  // The overrides of the tests are options of one issuer.
  const verifier = createAccessTokenVerifier(given as unknown as AccessTokenVerifierOptions);
  onTestFinished(() => {
    verifier.close();
  });
  return verifier;
}

function listFailed({ checks }: TokenExplanation): readonly string[] {
  return checks.filter(({ outcome }) => outcome === 'failed').map(({ name }) => name);
}

function findCheck(explained: TokenExplanation, name: string) {
  return explained.checks.find((check) => check.name === name);
}

describe('explain of an opaque token', () => {
  it('asks once, and checks the answer like the claims of a JWT', async () => {
    const issuer = await openIssuer();
    const token = await issuer.opaque({ scope: 'read', prefix: 'ory_at_' });
    const verifier = openVerifier(issuer, { tokenPrefix: 'ory_at_' });
    const explained = await verifier.explain(token, { scope: 'read' });
    expect(explained).toMatchObject({
      verdict: 'accepted',
      reason: undefined,
      cached: false,
      key: undefined,
      keySet: undefined,
      introspection: { issuer: issuer.issuer, outcome: 'active' },
      findings: [],
    });
    const passed = explained.checks.filter(({ outcome }) => outcome === 'passed');
    expect(
      passed.map(({ name }) => name),
      'add each new check that this token passes, at its place in the order of verification',
    ).toEqual([
      'format',
      'introspection',
      'active',
      'audience',
      'time_claims',
      'expiry',
      'not_before',
      'identity_claims',
      'scope_claim',
      'sender_constraint',
      'token_scheme',
      'required_scope',
    ]);
    expect(findCheck(explained, 'format')?.found).toContain(
      `an opaque token of "${issuer.issuer}", because it begins with "ory_at_"`,
    );
    expect(issuer.requests.introspectionRequests).toHaveLength(1);
    expect(JSON.stringify(explained)).not.toContain(token);
  });

  it('neither uses nor fills the cache', async () => {
    const issuer = await openIssuer();
    const token = await issuer.opaque();
    const verifier = openVerifier(issuer);
    expect(await verifier.explain(token)).toMatchObject({ cached: false });
    await verifier.verify(token);
    expect(issuer.requests.introspectionRequests).toHaveLength(2);
    issuer.revoke(token);
    const explained = await verifier.explain(token);
    expect(explained).toMatchObject({ verdict: 'refused', reason: 'inactive', cached: true });
    expect(issuer.requests.introspectionRequests).toHaveLength(3);
  });

  it('shows that an inactive token is inactive, and checks nothing else', async () => {
    const issuer = await openIssuer();
    const token = await issuer.opaque();
    issuer.revoke(token);
    const explained = await openVerifier(issuer).explain(token, { scope: 'read' });
    expect(explained).toMatchObject({
      verdict: 'refused',
      reason: 'inactive',
      introspection: { outcome: 'inactive' },
    });
    expect(listFailed(explained)).toEqual(['active']);
    expect(findCheck(explained, 'active')).toMatchObject({ found: '"active" false' });
  });

  it('lists every check of the answer that failed', async () => {
    const issuer = await openIssuer();
    const claims = { aud: 'https://other.example', scope: 5, sid: 1, authorization_details: {} };
    const explained = await openVerifier(issuer).explain(await issuer.opaque({ claims }));
    expect(explained).toMatchObject({ verdict: 'refused', reason: 'audience' });
    expect(listFailed(explained)).toEqual([
      'audience',
      'session_claim',
      'authorization_details',
      'scope_claim',
    ]);
  });

  it.each([
    ['typ', { token_type: 'refresh_token' }, 'another kind of token'],
    ['issuer', { iss: 'https://other.example' }, '"iss" is another issuer'],
  ])('shows why an answer is refused with the reason %s', async (reason, claims, found) => {
    const issuer = await openIssuer();
    const explained = await openVerifier(issuer).explain(await issuer.opaque({ claims }));
    expect(explained).toMatchObject({ verdict: 'refused', reason });
    expect(findCheck(explained, 'active')?.found).toContain(found);
  });

  it.each([
    ['status', { kind: 'status', status: 500 }, '500'],
    ['credentials_refused', { kind: 'status', status: 401 }, 'refused the credentials'],
    ['response', { kind: 'html' }, 'something other than an introspection response'],
    ['response', { kind: 'members', members: { active: 'true' } }, 'active'],
    ['unreachable', { kind: 'down' }, 'could not be reached'],
  ] as const)('is undecided when introspection fails: %s', async (failure, fault, message) => {
    const issuer = await openIssuer();
    const token = await issuer.opaque();
    issuer.fault('introspection', fault);
    const explained = await openVerifier(issuer).explain(token);
    expect(explained).toMatchObject({
      verdict: 'undecided',
      reason: 'unavailable',
      introspection: { outcome: 'unavailable', failure },
    });
    expect(explained.introspection?.error).toContain(message);
    expect(explained.introspection?.nextAttemptAt).toBeGreaterThan(0);
    expect(findCheck(explained, 'introspection')?.found).toContain(issuer.issuer);
    expect(findCheck(explained, 'active')).toMatchObject({ outcome: 'skipped', found: 'unknown' });
    expect(listFailed(explained)).toEqual(['introspection']);
  });

  it('sends no malformed or oversized token', async () => {
    const issuer = await openIssuer();
    const verifier = openVerifier(issuer);
    for (const token of ['Bearer x', 'x'.repeat(20_000), '']) {
      expect(await verifier.explain(token)).toMatchObject({ reason: 'malformed' });
    }
    expect(issuer.requests.introspectionRequests).toHaveLength(0);
  });

  it('checks the proof of possession', async () => {
    const issuer = await openIssuer();
    const key = createProofKey();
    const token = await issuer.opaque({ boundTo: key });
    const verifier = openVerifier(issuer, {}, { dpop: true });
    const url = 'https://api.example.com/v1/sales';
    const proof = key.proof({ method: 'GET', url, token });
    const request = { proof, method: 'GET', url: '/v1/sales' };
    expect(await verifier.explain(token, request)).toMatchObject({ verdict: 'accepted' });
    expect(await verifier.explain(token)).toMatchObject({ reason: 'sender_constraint' });
  });

  it('reports that an "exp" is absent, although one is assumed', async () => {
    const issuer = await openIssuer();
    const explained = await openVerifier(issuer).explain(
      await issuer.opaque({ claims: { exp: undefined } }),
    );
    expect(explained.verdict).toBe('accepted');
    expect(findCheck(explained, 'expiry')?.found).toMatch(/^"exp" absent/);
  });
});

describe('explain of a JWT where tokens are introspected', () => {
  it('asks about no JWT without "fresh"', async () => {
    const issuer = await openIssuer();
    const explained = await openVerifier(issuer).explain(await issuer.mint());
    expect(explained).toMatchObject({ verdict: 'accepted', introspection: undefined });
    expect(issuer.requests.introspectionRequests).toHaveLength(0);
  });

  it('refuses a JWT of an issuer whose tokens are opaque', async () => {
    const issuer = await openIssuer();
    const verifier = createAccessTokenVerifier({
      issuer: issuer.issuer,
      audience: 'https://api.example.com',
      introspection: { tokens: 'opaque', ...issuer.introspectionClient },
    });
    const explained = await verifier.explain(await issuer.mint());
    expect(explained).toMatchObject({ verdict: 'refused', reason: 'typ' });
    expect(listFailed(explained)).toEqual(['issuer_format']);
    expect(issuer.requests.introspectionRequests).toHaveLength(0);
  });

  it('asks about a JWT with "fresh", once', async () => {
    const issuer = await openIssuer();
    const token = await issuer.mint();
    const verifier = openVerifier(issuer, { tokens: 'jwt' });
    const explained = await verifier.explain(token, { fresh: true });
    expect(explained).toMatchObject({
      verdict: 'accepted',
      introspection: { outcome: 'active' },
    });
    expect(findCheck(explained, 'fresh_introspection')).toMatchObject({ outcome: 'passed' });
    expect(issuer.requests.introspectionRequests).toHaveLength(1);
    issuer.revoke(token);
    expect(await verifier.explain(token, { fresh: true })).toMatchObject({ reason: 'inactive' });
    expect(await verifier.explain(token)).toMatchObject({ verdict: 'accepted' });
  });

  it('never sends a JWT that is refused', async () => {
    const issuer = await openIssuer();
    const verifier = openVerifier(issuer);
    const claims = { aud: 'https://other.example' };
    const explained = await verifier.explain(await issuer.mint({ claims }), { fresh: true });
    expect(explained).toMatchObject({ reason: 'audience', introspection: undefined });
    expect(findCheck(explained, 'fresh_introspection')).toMatchObject({
      outcome: 'skipped',
      found: 'not checked, because an earlier check failed',
    });
    expect(issuer.requests.introspectionRequests).toHaveLength(0);
  });

  it('checks the scopes that a fresh answer leaves', async () => {
    const issuer = await openIssuer();
    const token = await issuer.mint({ scope: 'read write' });
    issuer.fault('introspection', { kind: 'members', members: { scope: 'read' } });
    const verifier = openVerifier(issuer);
    const required = { fresh: true, scope: 'write' };
    const explained = await verifier.explain(token, required);
    expect(explained).toMatchObject({ verdict: 'refused', reason: 'scope' });
    expect(findCheck(explained, 'fresh_introspection')?.found).toContain('"read"');
    expect(await verifier.explain(token, { scope: 'write' })).toMatchObject({ reason: undefined });
  });

  it('shows a fresh answer that contradicts the token', async () => {
    const issuer = await openIssuer();
    const token = await issuer.mint({ subject: 'alice' });
    issuer.fault('introspection', { kind: 'members', members: { sub: 'mallory' } });
    const explained = await openVerifier(issuer).explain(token, { fresh: true });
    expect(explained).toMatchObject({ verdict: 'refused', reason: 'inactive' });
    expect(findCheck(explained, 'fresh_introspection')?.found).toContain('"sub" "mallory"');
  });

  it('requires introspection for "fresh"', async () => {
    const issuer = await openIssuer();
    const verifier = createAccessTokenVerifier(issuer.options());
    await expect(verifier.explain('x', { fresh: true })).rejects.toThrow(
      'option "fresh" requires the option "introspection" of every issuer',
    );
  });
});
