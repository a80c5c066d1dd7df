import {
  type AccessTokenVerifier,
  createAccessTokenVerifier,
  type DpopOptions,
  type ExplainOptions,
  type TokenExplanation,
} from '@scopegate/access-token';
import { createProofKey, proofForgeries, type ProofKey, type TestIssuer } from '@scopegate/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openApi, openIssuer } from '../../support/test-issuers.js';
import { PROOF_CHECKS } from '../../support/proof-check-names.js';

const url = 'https://api.example.com/v1/sales';
const target = '/v1/sales?day=1';

function openVerifier(issuer: TestIssuer, dpop: true | DpopOptions = true): AccessTokenVerifier {
  const verifier = createAccessTokenVerifier({ ...issuer.options(), dpop });
  onTestFinished(() => {
    verifier.close();
  });
  return verifier;
}

interface Bound {
  readonly issuer: TestIssuer;
  readonly key: ProofKey;
  readonly token: string;
  /** The options of `explain()` for a request with a good proof. */
  readonly request: ExplainOptions & { readonly proof: string };
}

async function openBound(): Promise<Bound> {
  const issuer = await openIssuer();
  const key = createProofKey();
  const token = await issuer.mint({ scope: 'read', boundTo: key });
  const proof = key.proof({ method: 'GET', url, token });
  return { issuer, key, token, request: { proof, method: 'GET', url: target } };
}

function listFailed({ checks }: TokenExplanation): readonly string[] {
  return checks.filter(({ outcome }) => outcome === 'failed').map(({ name }) => name);
}

describe('explain with a proof', () => {
  it('accepts a good proof, and runs every check of it', async () => {
    const { issuer, token, request } = await openBound();
    const explained = await openVerifier(issuer).explain(token, request);
    expect(explained).toMatchObject({ verdict: 'accepted', reason: undefined, findings: [] });
    const names = explained.checks.filter(({ outcome }) => outcome === 'passed');
    const unasked = 'proof_nonce'; // nonces are not demanded
    expect(names.map(({ name }) => name).slice(-15)).toEqual([
      'token_scheme',
      ...PROOF_CHECKS.filter((name) => name !== unasked),
    ]);
  });

  it('registers no proof, so that the client can still use it', async () => {
    const { issuer, token, request } = await openBound();
    const verifier = openVerifier(issuer);
    await verifier.explain(token, request);
    expect(await verifier.explain(token, request)).toMatchObject({ verdict: 'accepted' });
    const { proof } = request;
    const presentation = { scheme: 'DPoP', token, proofs: [proof], method: 'GET', target } as const;
    await verifier.verifyPresented(presentation);
    const used = await verifier.explain(token, request);
    expect(used).toMatchObject({ verdict: 'refused', reason: 'proof_replayed' });
    expect(used.checks.find(({ name }) => name === 'proof_replay')?.found).toBe('used before');
  });

  it('calls no shared store, and reports that the replay was not checked', async () => {
    const { issuer, token, request } = await openBound();
    const registered: string[] = [];
    const store = { register: (proof: string) => registered.push(proof) > 0 };
    const explained = await openVerifier(issuer, { replay: { store } }).explain(token, request);
    expect(explained.verdict).toBe('accepted');
    expect(explained.checks.find(({ name }) => name === 'proof_replay')).toMatchObject({
      outcome: 'skipped',
      found: 'not checked, because asking the shared store would register the proof',
    });
    expect(registered).toEqual([]);
  });

  it('shows that the replay of a proof with a token that is not bound was not checked', async () => {
    const { issuer, request } = await openBound();
    const token = await issuer.mint();
    const explained = await openVerifier(issuer).explain(token, request);
    expect(explained).toMatchObject({ verdict: 'refused', reason: 'unbound' });
    expect(explained.checks.find(({ name }) => name === 'proof_replay')).toMatchObject({
      outcome: 'skipped',
      found: 'not checked, because the token is not bound to a key',
    });
  });

  it('runs every check after the first failure', async () => {
    const { issuer, key, token } = await openBound();
    const proof = key.proof({
      method: 'POST',
      url: 'https://api.example.com/v2',
      header: { typ: 'JWT' },
      claims: { ath: 'x', iat: 1 },
    });
    const explained = await openVerifier(issuer).explain(token, {
      proof,
      method: 'GET',
      url: target,
    });
    expect(explained.reason).toBe('proof_typ');
    expect(listFailed(explained)).toEqual([
      'proof_typ',
      'proof_method',
      'proof_url',
      'proof_token',
      'proof_time',
    ]);
    for (const { outcome, fixes, rfc, expected } of explained.checks) {
      if (outcome !== 'failed') continue;
      expect(fixes.length).toBeGreaterThan(0);
      expect(rfc).toMatch(/^RFC 9449 §/);
      expect(expected).not.toBe('');
    }
  });

  it('shows both thumbprints of a proof by another key, and none of the keys', async () => {
    const { issuer, token, key } = await openBound();
    const other = createProofKey();
    const proof = other.proof({ method: 'GET', url, token });
    const explained = await openVerifier(issuer).explain(token, {
      proof,
      method: 'GET',
      url: target,
    });
    expect(explained.reason).toBe('binding');
    const check = explained.checks.find(({ name }) => name === 'proof_binding');
    expect(check?.expected).toContain(key.thumbprint);
    expect(check?.found).toContain(other.thumbprint);
    const text = JSON.stringify(explained);
    expect(text).not.toContain(String(other.publicJwk['x']));
    for (const part of proof.split('.')) expect(text).not.toContain(part);
  });

  it('demands a nonce when nonces are demanded', async () => {
    const { issuer, token, request } = await openBound();
    const nonce = { secret: Buffer.alloc(32, 7) };
    const explained = await openVerifier(issuer, { nonce }).explain(token, request);
    expect(explained).toMatchObject({ verdict: 'refused', reason: 'nonce' });
    expect(listFailed(explained)).toEqual(['proof_nonce']);
  });

  it('requires a proof for the scheme DPoP', async () => {
    const { issuer, token } = await openBound();
    const explained = await openVerifier(issuer).explain(token, { scheme: 'DPoP' });
    expect(explained).toMatchObject({ verdict: 'refused', reason: 'proof_missing' });
  });

  it('refuses two proofs', async () => {
    const { issuer, token, request } = await openBound();
    const explained = await openVerifier(issuer).explain(token, {
      ...request,
      proof: [request.proof, request.proof],
    });
    expect(explained.reason).toBe('proof_repeated');
  });

  it('is available on the resource server', async () => {
    const { issuer, token, request } = await openBound();
    const api = openApi({ ...issuer.options(), dpop: true });
    expect(await api.explain(token, request)).toMatchObject({ verdict: 'accepted' });
  });

  it('takes an absolute URL for its path', async () => {
    const { issuer, token, request } = await openBound();
    const options = { ...request, url: 'http://10.0.0.7:8080/v1/sales?day=1#x' };
    expect(await openVerifier(issuer).explain(token, options)).toMatchObject({
      verdict: 'accepted',
    });
  });
});

describe('explain and verifyPresented', () => {
  /** Changes a request with a good proof. */
  type Spoil = (bound: Bound) => ExplainOptions;
  const drafts: Readonly<Record<string, Spoil>> = {
    'a good proof': ({ request }) => request,
    'the scheme Bearer': ({ request }) => ({ ...request, scheme: 'Bearer' }),
    'no proof': ({ request }) => ({ ...request, proof: [] }),
    'an empty proof': ({ request }) => ({ ...request, proof: '' }),
    'a malformed proof': ({ request }) => ({ ...request, proof: `${request.proof}=` }),
    'another method': ({ request }) => ({ ...request, method: 'get' }),
    'another path': ({ request }) => ({ ...request, url: '/v1/sales/' }),
    'a path with dot segments': ({ request }) => ({ ...request, url: '/v2/../v1/sales' }),
    'a required certificate': ({ request }) => ({ ...request, senderConstraint: 'any' }),
    'a changed signature': ({ request }) => ({
      ...request,
      proof: request.proof.replace(/..$/, (end) => (end === 'AA' ? 'BA' : 'AA')),
    }),
  };

  const claims: readonly Readonly<Record<string, unknown>>[] = [
    { jti: undefined },
    { jti: '' },
    { htm: 'POST' },
    { htu: 'https://other.example/v1/sales' },
    { htu: 7 },
    { ath: undefined },
    { ath: 'x' },
    { iat: 1 },
    { iat: '1' },
    { iat: 4_000_000_000 },
  ];

  async function expectAgreement(bound: Bound, options: ExplainOptions): Promise<void> {
    const { issuer, token } = bound;
    const { senderConstraint, proof = [] } = options;
    const explained = await openVerifier(issuer).explain(token, options);
    const reason = await openVerifier(issuer)
      .verifyPresented(
        {
          scheme: options.scheme ?? 'DPoP',
          token,
          proofs: typeof proof === 'string' ? [proof] : proof,
          method: options.method ?? '',
          target: options.url ?? '',
        },
        { senderConstraint },
      )
      .then(
        () => undefined,
        (error: unknown) => (error as { readonly reason: string }).reason,
      );
    expect(explained.reason).toBe(reason);
    expect(explained.verdict).toBe(reason === undefined ? 'accepted' : 'refused');
    const failed = explained.checks.find(({ outcome }) => outcome === 'failed');
    expect(failed?.reason).toBe(reason);
  }

  it.each(Object.keys(drafts))('agree on %s', async (name) => {
    const bound = await openBound();
    await expectAgreement(bound, drafts[name]?.(bound) ?? {});
  });

  it.each(claims)('agree on a proof with the claims %j', async (overrides) => {
    const bound = await openBound();
    const { key, token, request } = bound;
    const proof = key.proof({ method: 'GET', url, token, claims: overrides });
    await expectAgreement(bound, { ...request, proof });
    const twice = key.proof({ method: 'GET', url, token, claims: { ...overrides, ath: 'x' } });
    await expectAgreement(bound, { ...request, proof: twice });
  });

  // A replay is refused by the verifier that has accepted the proof before, which is tested above.
  const forgeries = proofForgeries.filter(({ name }) => name !== 'replayed');

  it.each(forgeries)('agree on a proof that $explanation', async ({ name }) => {
    const bound = await openBound();
    const { key, request } = bound;
    const { authorization = '', dpop } = key.headers[name]({
      token: bound.token,
      method: 'GET',
      url,
    });
    const token = authorization.replace(/^DPoP /, '');
    await expectAgreement({ ...bound, token }, { ...request, proof: dpop ?? [] });
  });

  it.each([
    { typ: 'JWT' },
    { alg: 'none' },
    { alg: 'RS256' },
    { jwk: undefined },
    { jwk: { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' } },
    { jwk: { kty: 'oct', k: 'AA' } },
    { crit: ['x'] },
  ])('agree on a proof with the header %j', async (header) => {
    const bound = await openBound();
    const { key, token, request } = bound;
    const proof = key.proof({ method: 'GET', url, token, header });
    await expectAgreement(bound, { ...request, proof });
  });

  it('agree on a bearer token, with and without a required binding', async () => {
    const bound = await openBound();
    const token = await bound.issuer.mint();
    const plain = { ...bound, token };
    await expectAgreement(plain, { ...bound.request, scheme: 'DPoP' });
    await expectAgreement(plain, { scheme: 'Bearer' });
    await expectAgreement(plain, { scheme: 'Bearer', senderConstraint: 'dpop' });
  });
});

describe('the options of explain for bound tokens', () => {
  it.each([
    [{ proof: 7 }, 'option "proof" must be a string or an array of strings'],
    [{ proof: 'x' }, 'option "method" must be a non-empty string; "proof" requires it'],
    [{ proof: 'x', method: 'GET' }, 'option "url" must be a non-empty string; "proof" requires it'],
    [{ scheme: 'dpop' }, 'option "scheme" must be "Bearer" or "DPoP"'],
    [{ senderConstraint: 'mtls' }, 'option "senderConstraint" requires the option "mtls"'],
    [
      { certificate: 'x' },
      'option "certificate" must be a certificate in PEM, or its SHA-256 in base64url',
    ],
    [{ proofs: 'x' }, 'explain() has no option "proofs"; did you mean "proof"?'],
  ])('refuse %j', async (options, message) => {
    const issuer = await openIssuer();
    const explained = openVerifier(issuer).explain('x', options as ExplainOptions);
    await expect(explained).rejects.toThrow(new TypeError(message));
  });
});
