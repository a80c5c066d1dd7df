import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import { createAccessTokenVerifier } from '@scopegate/access-token';
import type { IssuerReport } from '@scopegate/cli';
import { describe, expect, it } from 'vitest';
import { createKeyPair } from '../../support/key-pairs.js';
import { openServer } from '../../support/listen.js';
import { runInMemory } from '../../support/memory-terminal.js';

const OAUTH = '/.well-known/oauth-authorization-server';
const OPENID = '/.well-known/openid-configuration';
const KEY = { ...createKeyPair('P-256').publicJwk, kid: 'k', use: 'sig' };
const JWKS = { keys: [{ ...KEY, alg: 'ES256' }] };

type Answer = (res: ServerResponse) => void;
/** The responses of a server, by path; any other path is a 404. */
type Pages = (origin: string) => Readonly<Record<string, Answer>>;

const json =
  (body: unknown, type = 'application/json', status = 200): Answer =>
  (res) => {
    res.writeHead(status, type === '' ? {} : { 'content-type': type });
    res.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
const status =
  (code: number, headers: Readonly<Record<string, string>> = {}): Answer =>
  (res) => {
    res.writeHead(code, headers).end();
  };
const drop: Answer = (res) => {
  res.destroy();
};
const login = json('<!doctype html><title>Log in</title>', 'text/html; charset=utf-8');
const metadata = (origin: string, members: object = {}): Answer =>
  json({ issuer: origin, jwks_uri: `${origin}/jwks`, token_endpoint: `${origin}/t`, ...members });

async function serve(pages: Pages, path = ''): Promise<string> {
  let answers: Readonly<Record<string, Answer>> = {};
  const listener: RequestListener = (req, res) => {
    (answers[req.url ?? ''] ?? status(404))(res);
  };
  const { origin } = await openServer(createServer(listener));
  const issuer = `${origin}${path}`;
  answers = pages(issuer);
  return issuer;
}

async function isReady(issuer: string, jwksUri?: string): Promise<boolean> {
  const verifier = createAccessTokenVerifier({ issuer, audience: 'https://api.example', jwksUri });
  try {
    await verifier.ready();
    return true;
  } catch {
    return false;
  } finally {
    verifier.close();
  }
}

const jwks = json(JWKS);
const oauthOnly =
  (members: object, keys: Answer = jwks): Pages =>
  (origin) => ({ [OAUTH]: metadata(origin, members), '/jwks': keys });
const withKeys = (keys: Answer): Pages => oauthOnly({}, keys);

/** A server, and the codes of what the doctor finds wrong with it. */
const SERVERS: readonly (readonly [name: string, pages: Pages, codes: readonly string[]])[] = [
  ['metadata by RFC 8414', withKeys(jwks), []],
  ['metadata by OpenID Connect', (origin) => ({ [OPENID]: metadata(origin), '/jwks': jwks }), []],
  ['an empty server', () => ({}), ['metadata_missing']],
  ['login pages everywhere', () => ({ [OAUTH]: login, [OPENID]: login }), ['metadata_html']],
  [
    'a login page, then metadata',
    (origin) => ({ [OAUTH]: login, [OPENID]: metadata(origin), '/jwks': jwks }),
    ['metadata_html'],
  ],
  [
    'redirects everywhere',
    () => ({
      [OAUTH]: status(302, { location: '/login' }),
      [OPENID]: status(308, { location: 'https://elsewhere.example/' }),
    }),
    ['metadata_redirect'],
  ],
  ['status 500', () => ({ [OAUTH]: status(500), [OPENID]: status(500) }), ['metadata_status']],
  ['status 401', () => ({ [OAUTH]: status(401), [OPENID]: status(404) }), []],
  ['closed connections', () => ({ [OAUTH]: drop, [OPENID]: drop }), ['connection_failed']],
  ['text that is not JSON', () => ({ [OAUTH]: json('ok', 'text/plain') }), ['metadata_broken']],
  ['a JSON array', () => ({ [OAUTH]: json([]), [OPENID]: json(7) }), ['metadata_broken']],
  [
    'metadata of more than 512 KiB',
    (origin) => ({ [OAUTH]: metadata(origin, { x: 'x'.repeat(600_000) }), '/jwks': jwks }),
    ['metadata_broken'],
  ],
  ['another issuer', oauthOnly({ issuer: 'https://other.example' }), ['issuer_mismatch']],
  [
    'another issuer, then the right one',
    (origin) => ({
      [OAUTH]: metadata(origin, { issuer: 'https://other.example' }),
      [OPENID]: metadata(origin),
      '/jwks': jwks,
    }),
    ['issuer_mismatch'],
  ],
  ['an issuer with a slash', (origin) => oauthOnly({ issuer: `${origin}/` })(origin), []],
  ['no jwks_uri', oauthOnly({ jwks_uri: undefined }), ['jwks_uri_missing']],
  ['a relative jwks_uri', oauthOnly({ jwks_uri: '/jwks' }), ['jwks_uri_relative']],
  ['a jwks_uri that is a number', oauthOnly({ jwks_uri: 7 }), ['jwks_uri_malformed']],
  ['a jwks_uri over http', oauthOnly({ jwks_uri: 'http://a.example/' }), ['jwks_uri_not_https']],
  ['a jwks_uri that is a file', oauthOnly({ jwks_uri: 'file:///k' }), ['jwks_uri_not_https']],
  [
    'no jwks_uri, then one',
    (origin) => ({
      [OAUTH]: metadata(origin, { jwks_uri: undefined }),
      [OPENID]: metadata(origin),
      '/jwks': jwks,
    }),
    ['jwks_uri_missing'],
  ],
  ['metadata with the type text/plain', (origin) => textMetadata(origin), ['metadata_media_type']],
  ['keys as application/octet-stream', withKeys(json(JWKS, 'application/octet-stream')), []],
  ['keys without a media type', withKeys(json(JWKS, '')), ['jwks_media_type']],
  ['keys as a login page', withKeys(login), ['jwks_html']],
  ['keys behind a redirect', withKeys(status(301, { location: '/k' })), ['jwks_redirect']],
  ['keys with status 404', withKeys(status(404)), ['jwks_missing']],
  ['keys with status 503', withKeys(status(503)), ['jwks_status']],
  ['keys behind a closed connection', withKeys(drop), ['connection_failed']],
  ['keys that are not JSON', withKeys(json('{')), ['jwks_broken']],
  ['keys as an array', withKeys(json([])), ['jwks_shape']],
  ['keys as PEM', withKeys(json({ k: '-----BEGIN CERTIFICATE-----' })), ['jwks_shape']],
  ['an empty key set', withKeys(json({ keys: [] })), ['no_usable_key']],
  ['only an encryption key', withKeys(json({ keys: [{ ...KEY, use: 'enc' }] })), ['no_usable_key']],
  [
    '257 keys',
    withKeys(json({ keys: Array.from({ length: 257 }, () => KEY) })),
    ['jwks_too_many_keys'],
  ],
];

function textMetadata(origin: string): ReturnType<Pages> {
  const document = { issuer: origin, jwks_uri: `${origin}/jwks`, token_endpoint: `${origin}/t` };
  return { [OAUTH]: json(document, 'text/plain'), '/jwks': jwks };
}

describe('verdict of scopegate doctor', () => {
  it.each(SERVERS)('is that of a verifier: %s', async (_name, pages, codes) => {
    const issuer = await serve(pages);
    const { code, stdout } = await runInMemory(['doctor', issuer, '--json']);
    const report = JSON.parse(stdout) as IssuerReport;
    const isUsable = await isReady(issuer);
    expect(code).toBe(isUsable ? 0 : 1);
    expect(report.error === undefined).toBe(isUsable);
    expect(report.findings.map((finding) => finding.code)).toEqual(
      expect.arrayContaining([...codes]),
    );
  });

  it.each([
    [OAUTH, '', 1],
    ['', OPENID, 1],
    [OPENID, '', 2],
  ])('is that of a verifier with metadata at %s/tenant%s', async (before, after, missing) => {
    const issuer = await serve(
      (base) => ({ [`${before}/tenant${after}`]: metadata(base), '/tenant/jwks': jwks }),
      '/tenant',
    );
    expect(await isReady(issuer)).toBe(true);
    const { code, stdout } = await runInMemory(['doctor', issuer]);
    expect(code).toBe(0);
    expect(stdout).toContain(`\ndiscovered in ${new URL(issuer).origin}${before}/tenant${after}\n`);
    // The third location is not one that servers are expected to support.
    expect(stdout.match(/ answered 404/g)).toHaveLength(missing);
  });

  it.each<[string, Answer, boolean]>([
    ['usable keys', jwks, true],
    ['status 404', status(404), false],
    ['a login page', login, false],
  ])('is that of a verifier with --jwks-uri: %s', async (_name, keys, isUsable) => {
    const issuer = await serve(() => ({ '/keys': keys }));
    const jwksUri = `${issuer}/keys`;
    expect(await isReady(issuer, jwksUri)).toBe(isUsable);
    const { code, stdout } = await runInMemory(['doctor', issuer, '--jwks-uri', jwksUri]);
    expect(code).toBe(isUsable ? 0 : 1);
    expect(stdout).not.toContain('metadata');
  });

  it('is stricter than a verifier only for keys and endpoints that are unsafe', async () => {
    const published = { ...KEY, kid: 'p', d: KEY.x };
    const servers: readonly [Pages, string][] = [
      [withKeys(json({ keys: [KEY, published] })), 'key_private'],
      [oauthOnly({ token_endpoint: 'http://a.example/t' }), 'token_endpoint_not_https'],
    ];
    for (const [pages, unsafe] of servers) {
      const issuer = await serve(pages);
      expect(await isReady(issuer)).toBe(true);
      const { code, stdout } = await runInMemory(['doctor', issuer]);
      expect(code).toBe(1);
      expect(stdout).toMatch(/^READY: 1 usable key /);
      expect(stdout).toContain(`\nerror ${unsafe}: `);
    }
  });
});

describe('findings of scopegate doctor', () => {
  it('name the status of each document', async () => {
    const issuer = await serve(() => ({ [OAUTH]: status(500), [OPENID]: status(403) }));
    const { stdout } = await runInMemory(['doctor', issuer]);
    expect(stdout).toContain(
      `error metadata_status: GET ${issuer}${OAUTH} answered 500; GET ${issuer}${OPENID} answered 403\n`,
    );
  });

  it('name what was sent instead of JSON', async () => {
    const issuer = await serve(() => ({ [OAUTH]: login, [OPENID]: json('ok', 'text/plain') }));
    const { stdout } = await runInMemory(['doctor', issuer]);
    expect(stdout).toContain(`GET ${issuer}${OAUTH} answered 200 with text/html instead of JSON\n`);
    expect(stdout).toContain(
      `GET ${issuer}${OPENID} answered 200 with text/plain content that is not JSON\n`,
    );
  });

  it('name the target of a redirect without its query', async () => {
    const redirect = status(302, { location: '/login?return_to=secret' });
    const issuer = await serve(() => ({ [OAUTH]: redirect }));
    const { stdout } = await runInMemory(['doctor', issuer]);
    expect(stdout).toContain(`answered 302 with a redirect to ${issuer}/login?…\n`);
  });

  it('name the document that a verifier uses', async () => {
    const issuer = await serve((origin) => ({
      [OAUTH]: login,
      [OPENID]: metadata(origin),
      '/jwks': jwks,
    }));
    const { code, stdout } = await runInMemory(['doctor', issuer]);
    expect(code).toBe(0);
    expect(stdout).toContain(
      `READY: 1 usable key from ${issuer}/jwks\ndiscovered in ${issuer}${OPENID}\n`,
    );
    expect(stdout).toMatch(/\nwarning metadata_html: .*; a verifier uses .*openid-configuration\n/);
  });

  it('quote a relative jwks_uri', async () => {
    const issuer = await serve(oauthOnly({ jwks_uri: '/jwks' }));
    const { stdout } = await runInMemory(['doctor', issuer]);
    expect(stdout).toContain(`"jwks_uri" of ${issuer}${OAUTH} is relative: "/jwks"\n`);
  });

  it.each<[string, string, string, string]>([
    ['ENOTFOUND', 'host_unknown', 'DNS has no address for', 'spelling of the host'],
    ['ECONNREFUSED', 'connection_refused', 'refused the connection', 'is running'],
    ['UND_ERR_CONNECT_TIMEOUT', 'timed_out', 'did not answer in time', 'firewall'],
    [
      'SELF_SIGNED_CERT_IN_CHAIN',
      'certificate_untrusted',
      'self-signed certificate in certificate chain',
      'NODE_EXTRA_CA_CERTS=',
    ],
    [
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'certificate_untrusted',
      'unable to verify the first certificate',
      'NODE_EXTRA_CA_CERTS=',
    ],
    ['CERT_HAS_EXPIRED', 'certificate_invalid', 'certificate has expired', 'renew'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls_failed', 'does not use TLS', 'check the port'],
    ['ECONNRESET', 'connection_failed', 'ECONNRESET', 'check the network'],
  ])('name the cause %s and its fix', async (systemCode, code, what, fix) => {
    const cause = Object.assign(new Error('system error'), { code: systemCode });
    const outcome = await runInMemory(['doctor', 'https://login.example.com'], {
      fetch: () => Promise.reject(new TypeError('fetch failed', { cause })),
    });
    expect(outcome.code).toBe(1);
    expect(outcome.stdout).toMatch(new RegExp(`\nerror ${code}: .*${what}.*${systemCode}`));
    expect(outcome.stdout).toContain(fix);
    expect(outcome.stdout.split('\nerror ')).toHaveLength(2);
  });

  it('name the timeout', async () => {
    const issuer = await serve(() => ({ [OAUTH]: () => undefined, [OPENID]: () => undefined }));
    const { code, stdout } = await runInMemory(['doctor', issuer, '--timeout', '0.05']);
    expect(code).toBe(1);
    expect(stdout).toContain('\nerror timed_out: GET ');
    expect(stdout).toContain('timed out after 50 ms');
  });

  it.each([
    ['https://login.example.com/.well-known/openid-configuration', 'https://login.example.com'],
    ['https://a.example/t/.well-known/openid-configuration', 'https://a.example/t'],
    ['https://a.example/.well-known/oauth-authorization-server/t', 'https://a.example/t'],
  ])('name the issuer to write instead of %s', async (url, issuer) => {
    const refuse = (): never => {
      throw new Error('requested');
    };
    const { code, stdout } = await runInMemory(['doctor', url], { fetch: refuse });
    expect(code).toBe(1);
    expect(stdout).toContain(`write "${issuer}"`);
  });
});

describe('options of scopegate doctor', () => {
  it('accept the issuer as an argument or as an option', async () => {
    const issuer = await serve(withKeys(jwks));
    const asArgument = await runInMemory(['doctor', issuer]);
    expect(asArgument.code).toBe(0);
    expect(await runInMemory(['doctor', '--issuer', issuer])).toEqual(asArgument);
  });

  it('allow http to other hosts with --dangerously-allow-http', async () => {
    const issuer = 'http://keycloak:8080/realms/sales';
    const refused = await runInMemory(['doctor', issuer]);
    expect(refused.code).toBe(1);
    expect(refused.stdout).toContain('--dangerously-allow-http');
    const origin = await serve(() => ({
      [`${OAUTH}/realms/sales`]: json({ issuer, jwks_uri: 'http://keycloak:8080/jwks' }),
      '/jwks': jwks,
    }));
    const words = ['doctor', issuer, '--dangerously-allow-http'];
    const { code, stdout } = await runInMemory(words, {
      fetch: (target, init) => {
        const { pathname } = new URL(target instanceof Request ? target.url : target);
        return fetch(`${origin}${pathname}`, init);
      },
    });
    expect(stdout).toMatch(/^READY: 1 usable key from http:\/\/keycloak:8080\/jwks\n/);
    expect(code).toBe(0);
  });

  it.each([
    [[], 'error: an issuer is required: scopegate doctor https://login.example.com'],
    [
      ['https://a.example', '--issuer', 'https://a.example'],
      'error: the issuer must be given once',
    ],
    [['https://a.example', '--jwks-uri', 'keys'], 'error: option "jwksUri" must be '],
  ])('are refused with exit code 2: %j', async (words, message) => {
    const outcome = await runInMemory(['doctor', ...words]);
    expect(outcome).toMatchObject({ code: 2, stdout: '' });
    expect(outcome.stderr).toContain(message);
  });
});
