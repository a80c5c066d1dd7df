import { inspect } from 'node:util';
import { InvalidTokenError, InsufficientScopeError } from '@scopegate/protocol';
import {
  createAccessTokenVerifier,
  type AccessTokenVerifier,
  type ExplainOptions,
} from '@scopegate/access-token';
import { forgeries, type TestIssuer, type TokenOverrides } from '@scopegate/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { PROOF_CHECKS } from '../../support/proof-check-names.js';
import { openApi, openIssuer } from '../../support/test-issuers.js';

const audience = 'https://api.example.com';
const DAY_MS = 86_400_000;

interface Trust {
  readonly typ?: 'auto' | 'at+jwt' | 'jwt';
  readonly scopeClaims?: readonly string[];
  readonly dangerouslyIgnoreSenderConstraint?: boolean;
  readonly maxLifetimeSeconds?: number;
  readonly audience?: string;
  readonly audienceClaim?: 'client_id';
  readonly algorithms?: readonly ['ES256'];
}

function openVerifier(issuer: TestIssuer, trust: Trust = {}): AccessTokenVerifier {
  const verifier = createAccessTokenVerifier({ ...issuer.options(), ...trust });
  onTestFinished(() => {
    verifier.close();
  });
  return verifier;
}

async function reasonOfRefusal(
  verifier: AccessTokenVerifier,
  token: string,
): Promise<string | undefined> {
  try {
    await verifier.verify(token);
    return undefined;
  } catch (error) {
    return (error as { readonly reason: string }).reason;
  }
}

/** Compares the explanation of one verifier with the refusal of another that never explained. */
async function expectAgreement(issuer: TestIssuer, token: string, trust: Trust): Promise<void> {
  const explained = await openVerifier(issuer, trust).explain(token);
  const reason = await reasonOfRefusal(openVerifier(issuer, trust), token);
  const failed = explained.checks.filter(({ outcome }) => outcome === 'failed');
  expect(explained.verdict).toBe(reason === undefined ? 'accepted' : 'refused');
  expect(explained.reason).toBe(reason);
  expect(
    failed[0]?.reason,
    'the first check that fails must have the reason of verification: each check of verify() needs a row in packages/access-token/src/checks, in the same order',
  ).toBe(reason);
}

describe('explain and verify', () => {
  const trusts: readonly Trust[] = [
    {},
    { typ: 'at+jwt', maxLifetimeSeconds: 60 },
    { algorithms: ['ES256'] },
    { audience: 'test-client', audienceClaim: 'client_id' },
    { typ: 'jwt', scopeClaims: ['scope', 'a.b'], dangerouslyIgnoreSenderConstraint: true },
  ];

  it.each(forgeries)('agree on a token that $explanation', async ({ name }) => {
    const issuer = await openIssuer();
    for (const trust of trusts) {
      await expectAgreement(issuer, await issuer.forge[name](), trust);
      // With two mistakes in one token, both report the first check that fails.
      const alsoExpired = { header: { typ: 'x' }, claims: { exp: 1 } };
      await expectAgreement(issuer, await issuer.forge[name](alsoExpired), trust);
    }
  });

  const mints: readonly TokenOverrides[] = [
    {},
    { scope: 'read:analytics write:reports' },
    { claims: { aud: [audience, 'https://other.example'] } },
    { header: { typ: 'JWT' } },
    { header: { typ: undefined } },
    { header: { kid: undefined } },
    { claims: { sub: 7 } },
    { claims: { client_id: 7 } },
    { claims: { client_id: undefined, azp: 7 } },
    { claims: { jti: 7 } },
    { claims: { jti: undefined } },
    { claims: { scope: ['read'] } },
    { claims: { scope: ['read write'] } },
    { claims: { a: { b: 7 } } },
    { claims: { nonce: 'n' }, header: { typ: 'JWT' } },
    { claims: { token_type: 'refresh' }, header: { typ: 'JWT' } },
    { claims: { client_id: undefined, scope: undefined }, header: { typ: 'JWT' } },
    { claims: { scp: [7] } },
    { claims: { aud: [7] } },
    { claims: { nbf: 'soon' } },
    { claims: { iat: undefined } },
    { expiresInSeconds: 100_000 },
  ];

  it.each(mints)('agree on a token with %j', async (overrides) => {
    const issuer = await openIssuer();
    for (const trust of trusts) await expectAgreement(issuer, await issuer.mint(overrides), trust);
  });

  it('agree on a token without kid whose key is newer than the key set', async () => {
    const issuer = await openIssuer();
    const verifier = openVerifier(issuer);
    await verifier.ready();
    await issuer.rotateKey();
    const token = await issuer.mint({ header: { kid: undefined } });
    expect(await verifier.explain(token)).toMatchObject({ verdict: 'accepted' });
  });

  it('agree on the signature even when verification stopped before it', async () => {
    const issuer = await openIssuer();
    const verifier = openVerifier(issuer);
    await verifier.ready();
    await issuer.rotateKey();
    const token = await issuer.mint({ header: { typ: 'x', kid: undefined } });
    const { reason, checks } = await verifier.explain(token);
    expect(reason).toBe('typ');
    expect(checks.find(({ name }) => name === 'signature')?.outcome).toBe('passed');
  });

  it('agree on claims that the schema refuses', async () => {
    const issuer = await openIssuer();
    const schema = {
      '~standard': {
        version: 1 as const,
        vendor: 'test',
        validate: (claims: unknown) =>
          (claims as { tier?: string }).tier === 'gold'
            ? { value: claims }
            : { issues: [{ message: 'must be gold\u001b[2J', path: ['tier'] }] },
      },
    };
    const verifier = createAccessTokenVerifier({ ...issuer.options(), claims: schema });
    onTestFinished(() => {
      verifier.close();
    });
    const outcomeOf = async (overrides: TokenOverrides): Promise<readonly unknown[]> => {
      const { verdict, reason, checks } = await verifier.explain(await issuer.mint(overrides));
      const check = checks.find(({ name }) => name === 'claims_schema');
      return [verdict, reason, check?.outcome, check?.found];
    };
    expect(await outcomeOf({ claims: { tier: 'gold' } })).toEqual([
      'accepted',
      undefined,
      'passed',
      'no issues',
    ]);
    const issues = 'at "tier": "must be gold\\u001b[2J"';
    expect(await outcomeOf({})).toEqual(['refused', 'claim', 'failed', issues]);
    expect(await outcomeOf({ claims: { aud: 'x' } })).toEqual([
      'refused',
      'audience',
      'skipped',
      'no issues',
    ]);
    const refusal: unknown = await verifier.verify(await issuer.mint()).catch((e: unknown) => e);
    expect(inspect(refusal, { depth: 9 })).not.toMatch(/tier|gold/);
  });
});

describe('explain', () => {
  it('reports every check in the order of verification', async () => {
    const issuer = await openIssuer();
    const { checks, ...rest } = await openVerifier(issuer).explain(await issuer.mint());
    expect(
      checks.map(({ name, outcome }) => `${name} ${outcome}`),
      'add each new check to this list, at its place in the order of verification',
    ).toEqual([
      'format passed',
      'encryption skipped',
      'decryption skipped',
      'nested_token skipped',
      'introspection skipped',
      'active skipped',
      'type passed',
      'algorithm passed',
      'issuer passed',
      'issuer_format skipped',
      'issuer_encryption skipped',
      'replicated_claims skipped',
      'key passed',
      'signature passed',
      'audience passed',
      'time_claims passed',
      'expiry passed',
      'not_before passed',
      'lifetime skipped',
      'required_claims skipped',
      'identity_claims passed',
      'session_claim skipped',
      'authorization_details skipped',
      'scope_claim passed',
      'sender_constraint passed',
      'claims_schema skipped',
      'token_scheme passed',
      'required_binding skipped',
      'certificate skipped',
      ...PROOF_CHECKS.map((name) => `${name} skipped`),
      'fresh_introspection skipped',
      'revocation skipped',
      'required_scope skipped',
      'authentication_context skipped',
      'authentication_time skipped',
    ]);
    const [key] = await issuer.publicKeys();
    expect(rest).toEqual({
      verdict: 'accepted',
      reason: undefined,
      cached: false,
      principal: 'client',
      key: { kid: key?.kid, alg: 'ES256', type: 'ec', bits: undefined },
      keySet: { issuer: issuer.issuer, state: 'empty', keys: 0, ageMs: undefined },
      findings: [],
    });
  });

  it.each([
    ['aud', 'audience'],
    ['exp', 'time_claims'],
    ['nbf', 'time_claims'],
    ['iat', 'time_claims'],
    ['sub', 'identity_claims'],
    ['client_id', 'identity_claims'],
    ['jti', 'identity_claims'],
    ['sid', 'session_claim'],
    ['authorization_details', 'authorization_details'],
    ['cnf', 'sender_constraint'],
  ])('reports a malformed %s only in the check %s', async (name, check) => {
    const issuer = await openIssuer();
    const now = Math.floor(issuer.clock() / 1000);
    const optional = { nbf: now, sid: 's', authorization_details: [{ type: 'x' }] };
    const claims = { sub: 'alice', acr: 'phr', auth_time: now, ...optional, [name]: {} };
    const token = await issuer.mint({ scope: 'read', claims });
    const verifier = openVerifier(issuer, { typ: 'at+jwt', maxLifetimeSeconds: 600 });
    const required = { scope: 'read', acrValues: ['phr'], maxAgeSeconds: 60 };
    const { checks } = await verifier.explain(token, required);
    expect(
      checks.filter(({ outcome }) => outcome === 'failed').map((failed) => failed.name),
      'a check of several claims needs "appliesTo", which is false while an earlier check refuses one of them',
    ).toEqual([check]);
  });

  it('runs every check after the first failure, with what was expected and found', async () => {
    const issuer = await openIssuer();
    const claims = { aud: 'https://other.example', exp: 1, scope: [5], cnf: { jkt: 'x' } };
    const { checks } = await openVerifier(issuer).explain(await issuer.mint({ claims }));
    const failed = checks.filter(({ outcome }) => outcome === 'failed');
    expect(failed.map(({ name, reason }) => [name, reason])).toEqual([
      ['audience', 'audience'],
      ['expiry', 'expired'],
      ['scope_claim', 'claim'],
      ['sender_constraint', 'sender_constraint'],
    ]);
    expect(failed[0]).toMatchObject({
      expected: 'one of "https://api.example.com"',
      found: '"https://other.example"',
      rfc: 'RFC 9068 §4',
    });
    expect(failed.every(({ fixes }) => fixes.length > 0)).toBe(true);
  });

  it('describes an unlimited lifetime without a number', async () => {
    const issuer = await openIssuer();
    const { checks } = await openVerifier(issuer).explain(await issuer.mint());
    const check = checks.find(({ name }) => name === 'lifetime');
    expect(check?.expected).toBe('any lifetime, because "maxLifetimeSeconds" is not set');
    expect(JSON.stringify(checks)).not.toContain('Infinity');
  });

  it('checks the scope that a route requires', async () => {
    const issuer = await openIssuer();
    const verifier = openVerifier(issuer);
    const token = await issuer.mint({ scope: 'read write' });
    expect(await verifier.explain(token, { scope: 'write read' })).toMatchObject({
      verdict: 'accepted',
    });
    const refused = await verifier.explain(token, { scope: 'read admin' });
    expect(refused).toMatchObject({ verdict: 'refused', reason: 'scope' });
    const check = refused.checks.find(({ name }) => name === 'required_scope');
    expect(check).toMatchObject({ expected: '"read admin"', found: '"read write"' });
    expect(check?.reason).toBe(new InsufficientScopeError('scope').reason);
  });

  it('is undecided when the keys are not available, and runs the other checks', async () => {
    const issuer = await openIssuer();
    await issuer.stop();
    const token = await issuer.mint({ claims: { aud: 'https://other.example' } });
    const explained = await openVerifier(issuer).explain(token);
    expect(explained).toMatchObject({ verdict: 'undecided', reason: 'unavailable' });
    const failed = explained.checks.filter(({ outcome }) => outcome === 'failed');
    expect(failed.map(({ name }) => name)).toEqual(['key', 'audience']);
    expect(explained.findings).toEqual([]);
  });

  it('reports whether the token is cached, and caches nothing itself', async () => {
    const issuer = await openIssuer();
    const verifier = openVerifier(issuer);
    const token = await issuer.mint();
    await verifier.explain(token);
    expect(await verifier.explain(token)).toMatchObject({ cached: false });
    await verifier.verify(token);
    expect(await verifier.explain(token)).toMatchObject({ cached: true, verdict: 'accepted' });
    issuer.clock.advance(DAY_MS);
    expect(await verifier.explain(token)).toMatchObject({ cached: false, verdict: 'refused' });
  });

  it('escapes characters of unverified claims that control a terminal', async () => {
    const issuer = await openIssuer();
    const token = await issuer.mint({ claims: { aud: '\u001b[2J\u009b1m\u202etxt\n' } });
    const { checks } = await openVerifier(issuer).explain(token);
    const audienceCheck = checks.find(({ name }) => name === 'audience');
    expect(audienceCheck?.found).toBe('"\\u001b[2J\\u{9b}1m\\u{202e}txt\\n"');
  });

  it('never contains the token', async () => {
    const issuer = await openIssuer();
    for (const { name } of forgeries) {
      const token = await issuer.forge[name]();
      const text = JSON.stringify(await openVerifier(issuer).explain(token));
      for (const part of token.split('.').filter(({ length }) => length > 20)) {
        expect(text).not.toContain(part);
      }
    }
  });

  it('is frozen in depth', async () => {
    const issuer = await openIssuer();
    const explained = await openVerifier(issuer).explain(await issuer.forge.expired());
    const listMutable = (value: unknown): unknown[] =>
      typeof value === 'object' && value !== null
        ? [...(Object.isFrozen(value) ? [] : [value]), ...Object.values(value).flatMap(listMutable)]
        : [];
    expect(listMutable(explained)).toEqual([]);
  });

  it.each([
    [{ scopes: 'read' }, 'explain() has no option "scopes"; did you mean "scope"?'],
    [{ scope: '' }, 'option "scope" must be a string of scope-tokens separated by single spaces'],
    [
      { scope: 'a"b' },
      'option "scope" must be a string of scope-tokens separated by single spaces',
    ],
  ])('refuses the options %j', async (options, message) => {
    const issuer = await openIssuer();
    const explained = openVerifier(issuer).explain('x', options as ExplainOptions);
    await expect(explained).rejects.toThrow(new TypeError(message));
  });

  it('reports by how much two clocks differ', async () => {
    const issuer = await openIssuer();
    const now = Math.floor(issuer.clock.now() / 1000);
    const token = await issuer.mint({ claims: { iat: now + 90, exp: now + 390 } });
    const { findings } = await openVerifier(issuer).explain(token);
    expect(findings[0]?.evidence).toMatch(/^"iat" is (89|90) s in the future/);
  });

  it('is available on the resource server', async () => {
    const issuer = await openIssuer();
    const api = openApi(issuer.options());
    expect(await api.explain(await issuer.mint(), { scope: 'read' })).toMatchObject({
      verdict: 'refused',
      reason: 'scope',
    });
    expect(await api.explain('opaque')).toMatchObject({
      reason: new InvalidTokenError('malformed').reason,
    });
  });
});
