import {
  type AccessTokenVerifierOptions,
  createAccessTokenVerifier,
  type ExplainedCheck,
  type TokenExplanation,
} from '@scopegate/access-token';
import type { TokenOverrides } from '@scopegate/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openIssuer } from '../../support/test-issuers.js';

/** Options besides the issuer, the audience and the keys. */
type Policy = Partial<AccessTokenVerifierOptions>;

async function explain(
  overrides: TokenOverrides,
  policy: Policy = {},
  scope?: string,
): Promise<TokenExplanation> {
  const issuer = await openIssuer();
  const keys = { jwks: { keys: await issuer.publicKeys() } };
  const options = { ...issuer.options(), ...keys, ...policy } as AccessTokenVerifierOptions;
  const verifier = createAccessTokenVerifier(options);
  onTestFinished(() => {
    verifier.close();
  });
  return verifier.explain(await issuer.mint(overrides), { scope });
}

function checkOf({ checks }: TokenExplanation, name: string): Partial<ExplainedCheck> {
  return checks.find((check) => check.name === name) ?? {};
}

/** Leaves out every claim that an access token has. */
const BARE = { client_id: undefined, scope: undefined };
const PLAIN = { header: { typ: 'JWT' } };

describe('explain for a refused type', () => {
  it('names the claims that would count', async () => {
    const explanation = await explain({ ...PLAIN, claims: BARE });
    expect(checkOf(explanation, 'type')).toMatchObject({
      outcome: 'failed',
      reason: 'typ',
      expected:
        '"typ" "at+jwt", or "JWT" or no "typ" with one of "client_id", "azp", "cid", "appid", ' +
        '"scope", "scp", and no claim that marks another kind of token',
      found: '"typ" "JWT", none of those claims',
    });
    expect(explanation.findings).toMatchObject([
      { cause: 'no_access_token_claim', fixes: [{}, { side: 'resource server' }] },
    ]);
  });

  it('names the claim that marks another kind of token', async () => {
    const claims = { token_use: 'id', azp: 'app', scope: undefined, client_id: undefined };
    for (const typ of ['auto', 'jwt'] as const) {
      const explanation = await explain({ ...PLAIN, claims }, { typ });
      expect(checkOf(explanation, 'type').found).toBe(
        '"typ" "JWT", "azp", marked as another kind of token by "token_use"',
      );
      expect(explanation.findings.map(({ cause }) => cause)).toContain('id_token');
    }
  });

  it('shows only the header parameter if that decides', async () => {
    const refused = await explain({ header: { typ: 'dpop+jwt' } });
    expect(checkOf(refused, 'type').found).toBe('"typ" "dpop+jwt"');
    const strict = await explain(PLAIN, { typ: 'at+jwt' });
    expect(checkOf(strict, 'type')).toMatchObject({
      expected: '"typ" "at+jwt"',
      found: '"typ" "JWT"',
    });
  });

  it('offers both readings of "nonce", and calls the token an ID token only if it has a mark', async () => {
    const claims = { ...BARE, azp: 'app', nonce: 'n' };
    const { findings } = await explain({ ...PLAIN, claims });
    expect(findings).toMatchObject([
      { cause: 'nonce_in_token', fixes: [{ side: 'client' }, { side: 'authorization server' }] },
    ]);
    expect(findings[0]?.evidence).toContain('"nonce"');
    const marked = await explain({ ...PLAIN, claims: { ...claims, at_hash: 'h' } });
    expect(marked.findings.map(({ cause, evidence }) => [cause, evidence])).toEqual([
      [
        'id_token',
        'the token is an ID token, which is for the client only: it has "at_hash", "nonce"',
      ],
    ]);
  });

  it.each([
    ['Keycloak', { ...BARE, azp: 'app', typ: 'Bearer', nonce: 'n' }],
    ['a scope beside a client', { nonce: 'n', scope: 'read' }],
  ])('accepts "nonce" in an access token, by the mark of %s', async (_case, claims) => {
    expect(await explain({ ...PLAIN, claims })).toMatchObject({
      verdict: 'accepted',
      findings: [],
    });
  });

  it('accepts a plain JWT with typ: jwt', async () => {
    const explanation = await explain({ ...PLAIN, claims: BARE }, { typ: 'jwt' });
    expect(explanation).toMatchObject({ verdict: 'accepted', findings: [] });
    expect(checkOf(explanation, 'type')).toMatchObject({
      expected: '"typ" "at+jwt", "JWT" or none, and no claim that marks another kind of token',
      found: '"typ" "JWT", none of those claims',
    });
  });
});

describe('explain › principal', () => {
  it.each([
    ['client', {}],
    ['user', { sub: 'ada' }],
    ['unknown', { sub: undefined }],
    ['client', { sub: 'test-client@clients' }],
    [undefined, { sub: 7 }],
  ])('is %s for %j', async (principal, claims) => {
    expect((await explain({ claims })).principal).toBe(principal);
  });

  it('is reported for a refused token, and is undefined for an unreadable one', async () => {
    expect(await explain({ claims: { exp: 1 } })).toMatchObject({
      verdict: 'refused',
      principal: 'client',
    });
    const issuer = await openIssuer();
    const verifier = createAccessTokenVerifier(issuer.options());
    expect((await verifier.explain('opaque')).principal).toBeUndefined();
    verifier.close();
  });
});

describe('explain for options that accept more', () => {
  it('says that a sender constraint is ignored', async () => {
    const claims = { cnf: { jkt: 'x' } };
    const ignored = await explain({ claims }, { dangerouslyIgnoreSenderConstraint: true });
    expect(ignored.verdict).toBe('accepted');
    expect(checkOf(ignored, 'sender_constraint')).toMatchObject({
      outcome: 'passed',
      expected: 'any token, because "dangerouslyIgnoreSenderConstraint" is set',
    });
    expect((await explain({ claims })).findings).toMatchObject([
      { cause: 'dpop_not_enabled', fixes: [{}, { side: 'resource server' }, {}] },
    ]);
  });

  it('shows the claims at the paths that contain scopes', async () => {
    const policy = { scopeClaims: ['scope', 'realm_access.roles'] };
    const claims = { realm_access: { roles: ['read'] }, scope: undefined };
    const explanation = await explain({ claims }, policy, 'read');
    expect(explanation.verdict).toBe('accepted');
    expect(checkOf(explanation, 'scope_claim').found).toBe(
      '"scope" absent, "realm_access.roles" ["read"]',
    );
    const missing = await explain({ claims: { scope: undefined } }, policy, 'read');
    expect(missing.findings).toMatchObject([
      { evidence: 'the token has no scope: scope, realm_access.roles are absent' },
    ]);
  });

  it.each([
    [60, 'accepted'],
    [62, 'refused'],
  ])('says how far "iat" may be ahead: %d s', async (ahead, verdict) => {
    const issuer = await openIssuer();
    const verifier = createAccessTokenVerifier(issuer.options());
    onTestFinished(() => {
      verifier.close();
    });
    const iat = Math.floor(issuer.clock() / 1000) + ahead;
    const token = await issuer.mint({ claims: { iat, exp: iat + 300 } });
    const explanation = await verifier.explain(token);
    expect(explanation.verdict).toBe(verdict);
    expect(checkOf(explanation, 'not_before').expected).toMatch(
      /with a tolerance of 5 s; "iat" up to 60 s later$/,
    );
  });

  it('explains an "nbf" that is ahead by less than "iat" may be', async () => {
    const now = Math.floor(Date.now() / 1000);
    const { findings } = await explain({ claims: { iat: now + 30, nbf: now + 30 } });
    expect(findings.map(({ cause }) => cause)).toEqual(['clock_skew']);
  });
});
