import { createAccessTokenVerifier } from '@scopegate/access-token';
import { checkIssuer, type DoctorCode, type IssuerReport } from '@scopegate/cli';
import type { TestIssuer } from '@scopegate/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startAuthorizationServer } from '../../../examples/sales-analytics/authorization-server.js';
import { runInMemory } from '../../support/memory-terminal.js';
import { openIssuer } from '../../support/test-issuers.js';
import { createKeyPair } from '../../support/key-pairs.js';

const options = { fetch, clock: Date.now, timeoutMs: 5_000 };

function check(issuer: TestIssuer, special: Partial<typeof options> = {}): Promise<IssuerReport> {
  return checkIssuer(issuer.issuer, { ...options, ...special });
}

/** The codes of the errors and warnings. */
function faultsOf({ findings }: IssuerReport): readonly DoctorCode[] {
  return findings.filter(({ severity }) => severity !== 'info').map(({ code }) => code);
}

function codesOf({ findings }: IssuerReport): readonly DoctorCode[] {
  return findings.map(({ code }) => code);
}

const rsa = (
  modulusLength: number,
  publicExponent = 65_537,
): Readonly<Record<string, unknown>> => ({
  ...createKeyPair('rsa', { modulusLength, publicExponent }).publicJwk,
  kid: `rsa-${modulusLength}-${publicExponent}`,
  use: 'sig',
  alg: 'RS256',
});

describe('checkIssuer', () => {
  it('finds no fault in a good authorization server', async () => {
    const server = await startAuthorizationServer({
      clients: [{ clientId: 'c', clientSecret: 'a secret of some length', scope: 'read' }],
      introspectingApi: { clientId: 'api', clientSecret: 'another secret of some length' },
      resources: ['https://api.example.com'],
      scope: 'read',
    });
    onTestFinished(() => server.stop());
    const report = await checkIssuer(server.issuer, options);
    expect(report.outcome).toBe('ok');
    expect(faultsOf(report)).toEqual([]);
  });

  it('finds only infos for an issuer of the testing kit', async () => {
    const report = await check(await openIssuer());
    expect(codesOf(report)).toEqual([
      'offers_dpop',
      'offers_introspection',
      'offers_signed_introspection',
      'resource_indicators_unseen',
      'token_profile_unseen',
      'jwks_cache_unsaid',
    ]);
  });

  const redirect = { kind: 'redirect', location: 'https://elsewhere.example/' } as const;

  it.each<[string, (issuer: TestIssuer) => void, readonly DoctorCode[]]>([
    [
      'another issuer in the metadata',
      (issuer) => {
        issuer.fault('oauthMetadata', { kind: 'wrongIssuer' });
      },
      ['issuer_mismatch'],
    ],
    [
      'a redirect of the metadata',
      (issuer) => {
        issuer.fault('oauthMetadata', redirect);
      },
      ['metadata_redirect'],
    ],
    [
      'a login page instead of the metadata',
      (issuer) => {
        issuer.fault('openid', { kind: 'html' });
      },
      ['metadata_html'],
    ],
    [
      'metadata that is not JSON',
      (issuer) => {
        issuer.fault('openid', { kind: 'invalidJson' });
      },
      ['metadata_broken'],
    ],
    [
      'metadata that is not an object',
      (issuer) => {
        issuer.fault('openid', { kind: 'document', document: [] });
      },
      ['metadata_broken'],
    ],
    [
      'metadata that is too large',
      (issuer) => {
        issuer.fault('openid', { kind: 'huge' });
      },
      ['metadata_broken'],
    ],
    [
      'no metadata at all',
      (issuer) => {
        issuer.fault('oauthMetadata', { kind: 'status', status: 404 });
        issuer.fault('openid', { kind: 'status', status: 404 });
      },
      ['metadata_missing'],
    ],
    [
      'login pages in both places',
      (issuer) => {
        issuer.fault('metadata', { kind: 'html' });
      },
      ['metadata_html'],
    ],
    [
      'redirects in both places',
      (issuer) => {
        issuer.fault('metadata', redirect);
      },
      ['metadata_redirect'],
    ],
    [
      'one of two documents that cannot be reached',
      (issuer) => {
        issuer.fault('openid', { kind: 'down' });
      },
      ['connection_failed'],
    ],
    [
      'documents that disagree',
      (issuer) => {
        const members = { token_endpoint: `${issuer.issuer}/other` };
        issuer.fault('openid', { kind: 'members', members });
      },
      ['documents_disagree'],
    ],
    [
      'no jwks_uri and no token endpoint',
      (issuer) => {
        const members = { jwks_uri: undefined, token_endpoint: undefined };
        issuer.fault('openid', { kind: 'members', members });
        issuer.fault('oauthMetadata', { kind: 'members', members });
      },
      ['jwks_uri_missing', 'token_endpoint_missing'],
    ],
    [
      'keys and tokens over http',
      (issuer) => {
        const members = { jwks_uri: 'http://a.example/k', token_endpoint: 'http://a.example/t' };
        issuer.fault('openid', { kind: 'members', members });
        issuer.fault('oauthMetadata', { kind: 'members', members });
      },
      ['jwks_uri_not_https', 'token_endpoint_not_https'],
    ],
    [
      'weak algorithms',
      (issuer) => {
        const members = { id_token_signing_alg_values_supported: ['none', 'HS256'] };
        issuer.fault('oauthMetadata', { kind: 'members', members });
      },
      ['offers_none', 'offers_secrets_only'],
    ],
    [
      'a redirect of the keys',
      (issuer) => {
        issuer.fault('jwks', redirect);
      },
      ['jwks_redirect'],
    ],
    [
      'keys that are not available',
      (issuer) => {
        issuer.fault('jwks', { kind: 'status', status: 500 });
      },
      ['jwks_status'],
    ],
    [
      'a JWKS that is an array',
      (issuer) => {
        issuer.publishJwks({ jwks: [] });
      },
      ['jwks_shape'],
    ],
    [
      'a JWKS of more than 256 keys',
      (issuer) => {
        issuer.publishJwks({ keys: Array.from({ length: 257 }, () => ({ kty: 'EC' })) });
      },
      ['jwks_too_many_keys'],
    ],
    [
      'a JWKS without keys',
      (issuer) => {
        issuer.publishJwks({ keys: [] });
      },
      ['no_usable_key'],
    ],
  ])('finds %s', async (_fault, plant, codes) => {
    const issuer = await openIssuer();
    plant(issuer);
    expect(faultsOf(await check(issuer))).toEqual(codes);
  });

  it.each<[string, (good: object) => readonly unknown[], readonly DoctorCode[]]>([
    ['a private key', (good) => [good, { ...good, kid: 'p', d: 'x' }], ['key_private']],
    ['a shared secret', (good) => [good, { kty: 'oct', kid: 's', k: 'x' }], ['key_private']],
    ['an RSA key of 1024 bits', (good) => [good, rsa(1024)], ['key_weak']],
    ['an RSA key with exponent 3', (good) => [good, rsa(2048, 3)], ['key_weak']],
    ['a malformed key', (good) => [good, { ...good, kid: 'm', x: '!' }], ['key_malformed']],
    ['a key whose kid is not a string', (good) => [good, { ...good, kid: 7 }], ['key_malformed']],
    ['two keys with one kid', (good) => [good, good], ['kid_duplicate']],
    ['a key without a kid', (good) => [{ ...good, kid: undefined }], ['kid_missing']],
    ['only weak keys', () => [rsa(1024)], ['key_weak', 'no_usable_key']],
  ])('finds %s among the keys', async (_fault, keys, codes) => {
    const issuer = await openIssuer();
    const [good = {}] = await issuer.publicKeys();
    issuer.publishJwks({ keys: keys(good) });
    expect(faultsOf(await check(issuer))).toEqual(codes);
  });

  it('finds infos about the keys', async () => {
    const issuer = await openIssuer();
    const [good] = await issuer.publicKeys();
    const keys = [
      { ...good, alg: undefined, use: undefined },
      { ...good, kid: 'e', use: 'enc', alg: undefined },
      { ...good, kid: 'u', alg: 'ES256K' },
    ];
    issuer.publishJwks({ keys });
    const codes = codesOf(await check(issuer)).filter((code) => code.startsWith('key_'));
    expect(codes).toEqual([
      'key_not_for_signatures',
      'key_unsupported',
      'key_alg_missing',
      'key_use_missing',
    ]);
  });

  it.each<[string, DoctorCode | undefined]>([
    ['no-store', 'jwks_not_cacheable'],
    ['public, max-age=0', 'jwks_not_cacheable'],
    ['no-cache, no-store, must-revalidate', 'jwks_not_cacheable'],
    ['max-age=600, must-revalidate', 'jwks_must_revalidate'],
    ['public, max-age=3600', undefined],
    ['max-age=604800', 'jwks_cached_long'],
  ])('checks Cache-Control: %s', async (control, code) => {
    const issuer = await openIssuer();
    issuer.setHeaders('jwks', { 'cache-control': control });
    const codes = codesOf(await check(issuer)).filter((found) => found.startsWith('jwks'));
    expect(codes).toEqual(code === undefined ? [] : [code]);
  });

  it('finds a clock that is behind, and by how much', async () => {
    const issuer = await openIssuer();
    const { findings } = await check(issuer, { clock: () => Date.now() + 90_000 });
    const skew = findings.find(({ code }) => code === 'clock_skew');
    expect(skew?.what).toMatch(/^the clock of the server is (89|90|91) s behind$/);
  });

  it.each([
    [-90_000, /^the clock of the server is (89|90|91) s ahead$/],
    [-4_000, undefined],
    [4_000, undefined],
  ])('compares the server with a local clock that is %d ms ahead', async (aheadMs, what) => {
    const issuer = await openIssuer();
    const { findings } = await check(issuer, { clock: () => Date.now() + aheadMs });
    const skew = findings.find(({ code }) => code === 'clock_skew')?.what;
    if (what === undefined) expect(skew).toBeUndefined();
    else expect(skew).toMatch(what);
  });

  it('finds slow answers', async () => {
    const issuer = await openIssuer();
    let lateMs = 0;
    const report = await check(issuer, {
      clock: () => Date.now() + lateMs,
      fetch: async (target, init) => {
        const response = await fetch(target, init);
        lateMs += 1_500;
        return response;
      },
    });
    expect(faultsOf(report)).toContain('slow_answer');
    expect(faultsOf(report)).not.toContain('clock_skew');
  });

  it('finds a grant that is not offered', async () => {
    const issuer = await openIssuer();
    const members = { grant_types_supported: ['authorization_code'] };
    issuer.fault('oauthMetadata', { kind: 'members', members });
    expect(codesOf(await check(issuer))).toContain('no_client_credentials');
  });

  it('replaces characters of the server that control a terminal', async () => {
    const issuer = await openIssuer();
    const members = { id_token_signing_alg_values_supported: ['HS\u001b[2J\u202e'] };
    issuer.fault('oauthMetadata', { kind: 'members', members });
    const { findings } = await check(issuer);
    const offers = findings.find(({ code }) => code === 'offers_secrets_only');
    expect(offers?.what).toBe('the only algorithms offered for ID tokens are HS?[2J?');
  });

  it('finds a public issuer whose keys are in an internal network', async () => {
    const metadata = { issuer: 'https://a.example', jwks_uri: 'https://10.0.0.1/k' };
    const report = await checkIssuer('https://a.example', {
      ...options,
      fetch: () => Promise.resolve(Response.json(metadata)),
    });
    expect(codesOf(report)).toContain('jwks_uri_internal');
  });

  it.each([
    'https://169.254.169.254/k',
    'https://[::ffff:169.254.169.254]/k',
    'https://[64:ff9b::a00:1]/k',
    'https://10.0.0.1/k',
    'https://x.localhost/k',
    'http://127.0.0.1:9200/k',
    'http://keys.example/k',
    'https://user:password@keys.example/k',
  ])('does not request keys where the verifier does not: %s', async (jwks_uri) => {
    const hosts = new Set<string>();
    const fetchMetadata: typeof fetch = (target) => {
      hosts.add(new URL(target).host);
      return Promise.resolve(Response.json({ issuer: 'https://a.example', jwks_uri }));
    };
    const { findings } = await checkIssuer('https://a.example', {
      ...options,
      fetch: fetchMetadata,
    });
    expect([...hosts]).toEqual(['a.example']);
    const [worst] = findings;
    expect(worst?.severity).toBe('error');
    expect(JSON.stringify(findings)).not.toContain('password');
    const verifier = createAccessTokenVerifier({
      issuer: 'https://a.example',
      audience: 'https://api.example.com',
      fetch: fetchMetadata,
    });
    await expect(verifier.ready()).rejects.toMatchObject({ cause: { reason: 'jwks_uri' } });
    verifier.close();
    expect([...hosts]).toEqual(['a.example']);
  });

  it('does not request the keys of a document that names another issuer', async () => {
    const issuer = await openIssuer();
    issuer.fault('metadata', { kind: 'wrongIssuer' });
    expect(codesOf(await check(issuer))).toContain('issuer_mismatch');
    expect(issuer.requests.jwks).toBe(0);
  });

  it.each<[string, DoctorCode]>([
    ['https://user:password@login.example.com', 'issuer_form'],
    ['https://login.example.com/.well-known/openid-configuration', 'issuer_form'],
    ['http://x.localhost', 'issuer_not_https'],
    ['http://login.example.com', 'issuer_not_https'],
    ['login.example.com', 'issuer_form'],
    ['https://login.example.com/?tenant=1', 'issuer_form'],
    ['ftp://login.example.com', 'issuer_form'],
  ])('does not request %s', async (issuer, code) => {
    const refuse = (): never => {
      throw new Error('requested');
    };
    expect(codesOf(await checkIssuer(issuer, { ...options, fetch: refuse }))).toEqual([code]);
  });
});

describe('scopegate doctor', () => {
  it('exits with 0 without errors', async () => {
    const { issuer } = await openIssuer();
    const { code, stdout } = await runInMemory(['doctor', issuer]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^READY: 1 usable key from http.*\ndiscovered in http.*\n\n/);
    expect(stdout).toMatch(/\n\n0 errors, 0 warnings\n$/);
  });

  it('exits with 1 and writes the worst finding first, with why and fix', async () => {
    const issuer = await openIssuer();
    issuer.publishJwks({ keys: [] });
    const { code, stdout } = await runInMemory(['doctor', '--issuer', issuer.issuer]);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^NOT READY: the keys of .*\n\nerror no_usable_key: the key set is empty\n {2}why: without a usable key no token can be verified \(RFC 7517 §5\)\n {2}fix: publish /,
    );
  });

  it.each([
    ['login pages', { kind: 'html' }],
    ['redirects', { kind: 'redirect', location: 'https://elsewhere.example/' }],
  ] as const)('exits with 1 when no token can be verified: %s', async (_case, fault) => {
    const issuer = await openIssuer();
    issuer.fault('metadata', fault);
    const { code } = await runInMemory(['doctor', '--issuer', issuer.issuer]);
    expect(code).toBe(1);
  });

  it('exits with 1 when the issuer cannot be reached', async () => {
    const issuer = await openIssuer();
    await issuer.stop();
    const { code, stdout } = await runInMemory(['doctor', issuer.issuer]);
    const { host } = new URL(issuer.issuer);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^NOT READY: the keys of http:.*: ECONNREFUSED\n/);
    expect(stdout).toContain(
      `error connection_refused: ${host} refused the connection (ECONNREFUSED)\n`,
    );
    expect(stdout).toMatch(/\n\n1 error, 0 warnings\n$/);
  });

  it('writes the report as JSON', async () => {
    const { issuer } = await openIssuer();
    const { stdout } = await runInMemory(['doctor', '--issuer', issuer, '--json'], { isTTY: true });
    expect(JSON.parse(stdout)).toEqual(await checkIssuer(issuer, options));
  });
});
