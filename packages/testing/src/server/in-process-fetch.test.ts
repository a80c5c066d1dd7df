import { createLocalJWKSet, customFetch, createRemoteJWKSet, jwtVerify } from 'jose';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createTestIssuer, type TestIssuer, type TestIssuerOptions } from '../index.js';

function open(options: TestIssuerOptions = {}): Promise<TestIssuer> {
  return createTestIssuer({ alg: 'ES256', listen: false, ...options });
}

describe('TestIssuer.fetch without a socket', () => {
  it('reaches the issuer and is part of its options', async () => {
    const issuer = await open();
    const { fetch, ...trust } = issuer.options();
    expect(trust).toEqual({
      issuer: 'https://issuer.example',
      audience: 'https://api.example.com',
      clock: issuer.clock,
    });
    expect(fetch).toBe(issuer.fetch);
    const url = `${issuer.issuer}/.well-known/oauth-authorization-server`;
    const response = await issuer.fetch(url);
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      'application/json',
    ]);
    expect(await response.json()).toMatchObject({
      issuer: 'https://issuer.example',
      jwks_uri: 'https://issuer.example/jwks',
    });
    expect(issuer.requests.metadata).toBe(1);
  });

  it('serves the JWKS', async () => {
    const issuer = await open();
    const keys = createRemoteJWKSet(new URL(issuer.jwksUri), { [customFetch]: issuer.fetch });
    const { payload } = await jwtVerify(await issuer.mint({ scope: 'read' }), keys);
    expect(payload['scope']).toBe('read');
    const local = createLocalJWKSet({ keys: [...(await issuer.publicKeys())] });
    await jwtVerify(await issuer.mint(), local);
  });

  it.each([
    [
      'https://tenant.eu.auth0.com/',
      'https://tenant.eu.auth0.com/.well-known/openid-configuration',
    ],
    [
      'https://sso.example/realms/sales',
      'https://sso.example/realms/sales/.well-known/openid-configuration',
    ],
    [
      'https://login.example/t1/v2.0',
      'https://login.example/.well-known/oauth-authorization-server/t1/v2.0',
    ],
  ])('can use the identifier of a real authorization server: %s', async (issuer, url) => {
    const imitation = await open({ issuer });
    expect(imitation.issuer).toBe(issuer);
    expect(await (await imitation.fetch(url)).json()).toMatchObject({ issuer });
  });

  it('answers token requests', async () => {
    const issuer = await open({ clients: [{ clientId: 'a', clientSecret: 'b' }] });
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: 'a',
      client_secret: 'b',
    });
    const response = await issuer.fetch(issuer.tokenEndpoint, { method: 'POST', body });
    expect([response.status, await response.json()]).toEqual([
      200,
      { access_token: expect.any(String), token_type: 'Bearer', expires_in: 300 },
    ]);
  });

  it('revalidates with 304, and answers HEAD without a body', async () => {
    const issuer = await open();
    const first = await issuer.fetch(issuer.jwksUri);
    const headers = { 'if-none-match': first.headers.get('etag') ?? '' };
    const second = await issuer.fetch(issuer.jwksUri, { headers });
    expect([second.status, await second.text()]).toEqual([304, '']);
    const head = await issuer.fetch(issuer.jwksUri, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect(head.headers.get('content-length')).toBe(String((await first.text()).length));
  });

  it('rejects requests to other origins', async () => {
    const issuer = await open();
    const error = await failureOf(issuer.fetch('https://example.com/'));
    expect(error).toEqual(new TypeError('fetch failed'));
    expect(error.cause).toEqual(new Error('this fetch reaches only https://issuer.example'));
  });

  it('rejects while the issuer is stopped or closed', async () => {
    const issuer = await open();
    issuer.fault('jwks', { kind: 'hang', times: 1 });
    const hanging = failureOf(issuer.fetch(issuer.jwksUri));
    await issuer.stop();
    const cause = new Error('the test issuer is stopped');
    expect((await hanging).cause).toEqual(cause);
    expect((await failureOf(issuer.fetch(issuer.jwksUri))).cause).toEqual(cause);
    await issuer.start();
    await issuer.start();
    expect((await issuer.fetch(issuer.jwksUri)).status).toBe(200);
    await issuer.close();
    await expect(issuer.start()).rejects.toThrow('the issuer is closed; create a new one');
    expect((await failureOf(issuer.fetch(issuer.jwksUri))).cause).toEqual(cause);
  });

  it.each<[object, string | RegExp]>([
    [
      { issuer: 'https://a.example', listen: true },
      'option "issuer" cannot be combined with "listen": true or with "path"',
    ],
    [
      { issuer: 'https://a.example', path: '/t1' },
      'option "issuer" cannot be combined with "listen": true or with "path"',
    ],
    [
      { jwksUri: 'https://a.example/keys', listen: true },
      'option "jwksUri" requires "issuer" or "listen": false',
    ],
    ...[
      'http://a.example/keys',
      'a.example',
      'https://a.example/keys?a',
      'https://a.example/keys#a',
      'https://a.example',
      'https://A.example/keys',
      5 as never,
    ].map((jwksUri): [object, string] => [
      { jwksUri },
      'option "jwksUri" must be an https URL in normalized form, without query and fragment',
    ]),
    [{ like: 'auth1' }, /^option "like" must be one of .*; did you mean "auth0"\?$/],
    [{ like: {} }, /^option "like" must be one of .*, zitadel$/],
    [{ clientId: '' }, 'option "clientId" must be a non-empty string'],
    [{ issuer: 'http://a.example' }, 'must be an https URL with its origin in normalized form'],
    [{ issuer: 'HTTPS://a.example' }, 'must be an https URL with its origin in normalized form'],
    [{ issuer: 'a.example' }, 'must be an https URL with its origin in normalized form'],
    [{ issuer: 'https://a.example/?b' }, 'must start with "/" and have no query and no fragment'],
    [{ listen: 'no' }, 'must be a boolean'],
  ])('rejects createTestIssuer(%j)', async (options, message) => {
    await expect(open(options)).rejects.toThrow(message);
  });
});

describe('TestIssuer.fetch with keys elsewhere', () => {
  const jwksUri = 'https://keys.example/v1/certs@a';

  it('serves the JWKS at its URL, and nothing else on that origin', async () => {
    const issuer = await open({ jwksUri });
    expect(issuer.jwksUri).toBe(jwksUri);
    const keys = createRemoteJWKSet(new URL(jwksUri), { [customFetch]: issuer.fetch });
    await jwtVerify(await issuer.mint(), keys);
    expect(issuer.requests.jwks).toBe(1);
    const places = `https://issuer.example and ${jwksUri}`;
    for (const url of [
      'https://keys.example/',
      `${jwksUri}/`,
      'https://other.example/v1/certs@a',
    ]) {
      expect(await failureOf(issuer.fetch(url))).toEqual(
        new TypeError('fetch failed', { cause: new Error(`this fetch reaches only ${places}`) }),
      );
    }
  });

  it('names the JWKS in the metadata, and has none in the default place', async () => {
    const issuer = await open({ jwksUri });
    const metadata = await issuer.fetch(`${issuer.issuer}/.well-known/openid-configuration`);
    expect(await metadata.json()).toMatchObject({ jwks_uri: jwksUri });
    const paths = ['/jwks', '/v1/certs@a', `/${jwksUri}`];
    const answers = await Promise.all(paths.map((path) => issuer.fetch(issuer.issuer + path)));
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
  });

  it('serves the JWKS at another path of the issuer', async () => {
    const issuer = await open({ jwksUri: 'https://issuer.example/keys' });
    expect((await issuer.fetch('https://issuer.example/keys')).status).toBe(200);
    expect((await issuer.fetch('https://issuer.example/jwks')).status).toBe(404);
  });

  it('applies faults, rotations and outages', async () => {
    const issuer = await open({ jwksUri });
    issuer.fault('jwks', { kind: 'status', status: 503, times: 1 });
    expect((await issuer.fetch(jwksUri)).status).toBe(503);
    await issuer.rotateKey();
    expect(await (await issuer.fetch(jwksUri)).json()).toEqual({
      keys: await issuer.publicKeys(),
    });
    await issuer.stop();
    expect((await failureOf(issuer.fetch(jwksUri))).message).toBe('fetch failed');
  });

  it.each<[TestIssuerOptions, string]>([
    [
      { like: 'auth0', issuer: 'https://tenant.eu.auth0.com/' },
      'https://tenant.eu.auth0.com/.well-known/jwks.json',
    ],
    [
      { like: 'entraV2', issuer: 'https://login.microsoftonline.com/t1/v2.0' },
      'https://login.microsoftonline.com/t1/discovery/v2.0/keys',
    ],
    [
      { like: 'entraV1', issuer: 'https://sts.windows.net/t1/' },
      'https://login.microsoftonline.com/t1/discovery/keys',
    ],
    [
      { like: 'firebase', issuer: 'https://securetoken.google.com/sales-12345' },
      'https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com',
    ],
    [{ like: 'okta', issuer: 'https://a.example', jwksUri }, jwksUri],
    [{ like: 'okta', listen: false }, 'https://issuer.example/jwks'],
  ])('publishes the keys where the imitated server does: %j', async (options, expected) => {
    const issuer = await open({ listen: undefined, ...options });
    expect(issuer.jwksUri).toBe(expected);
    expect((await issuer.fetch(expected)).status).toBe(200);
  });
});

describe('TestIssuer.fetch with a fault', () => {
  it('rejects for the fault "down"', async () => {
    const issuer = await open();
    issuer.fault('jwks', { kind: 'down' });
    const error = await failureOf(issuer.fetch(issuer.jwksUri));
    expect(error.cause).toEqual(new Error('the connection was destroyed'));
  });

  it('hangs until the request is aborted', async () => {
    const issuer = await open();
    issuer.fault('jwks', { kind: 'hang' });
    const abort = new AbortController();
    const hanging = failureOf(issuer.fetch(issuer.jwksUri, { signal: abort.signal }));
    abort.abort(new Error('too slow'));
    expect(await hanging).toEqual(new Error('too slow'));
  });

  it('sends no request whose signal is already aborted', async () => {
    const issuer = await open();
    const signal = AbortSignal.abort(new Error('too late'));
    expect(await failureOf(issuer.fetch(issuer.jwksUri, { signal }))).toEqual(
      new Error('too late'),
    );
    expect(issuer.requests.jwks).toBe(0);
  });

  it('sends a slow body byte by byte until it is cancelled', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const issuer = await open();
    issuer.publishJwks({ keys: [] });
    issuer.fault('jwks', { kind: 'slow', intervalMs: 10 });
    const whole = (await issuer.fetch(issuer.jwksUri)).text();
    vi.advanceTimersByTime(10 * '{"keys":[]}'.length);
    expect(await whole).toBe('{"keys":[]}');
    const abandoned = await issuer.fetch(issuer.jwksUri);
    await abandoned.body?.cancel();
    const abort = new AbortController();
    const aborted = await issuer.fetch(issuer.jwksUri, { signal: abort.signal });
    abort.abort(new Error('too slow'));
    expect(await failureOf(aborted.text())).toEqual(new Error('too slow'));
    expect(vi.getTimerCount()).toBe(0);
  });

  it('cuts the body in half', async () => {
    const issuer = await open();
    issuer.fault('jwks', { kind: 'cut' });
    const response = await issuer.fetch(issuer.jwksUri);
    expect(response.status).toBe(200);
    expect(await failureOf(response.text())).toEqual(new TypeError('terminated'));
  });

  it('sends a huge document without Content-Length', async () => {
    const issuer = await open();
    issuer.fault('jwks', { kind: 'huge', bytes: 1000 });
    const response = await issuer.fetch(issuer.jwksUri);
    expect(response.headers.get('content-length')).toBeNull();
    expect((await response.text()).length).toBeGreaterThan(1000);
  });

  it('returns a redirect but does not follow it', async () => {
    const issuer = await open();
    issuer.fault('jwks', { kind: 'redirect', location: 'https://example.com/' });
    const response = await issuer.fetch(issuer.jwksUri, { redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([
      302,
      'https://example.com/',
    ]);
    const error = await failureOf(issuer.fetch(issuer.jwksUri));
    expect(error.cause).toEqual(
      new Error('this fetch does not follow redirects; set redirect: "manual"'),
    );
  });
});

describe('TestIssuer.fetch with a socket', () => {
  it('reaches the issuer', async () => {
    const issuer = await createTestIssuer({ alg: 'ES256' });
    expect((await issuer.fetch(issuer.jwksUri)).status).toBe(200);
    expect(Object.keys(issuer.options())).toEqual(['issuer', 'audience', 'clock']);
    await issuer.close();
  });
});

async function failureOf(promise: Promise<unknown>): Promise<Error> {
  const error: unknown = await promise.then(
    () => undefined,
    (failure: unknown) => failure,
  );
  if (error instanceof Error) return error;
  throw new Error('the promise did not reject');
}
