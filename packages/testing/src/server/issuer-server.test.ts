import { createServer } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  createTestIssuer,
  type Fault,
  type FaultTarget,
  type MetadataFault,
  SIGNING_ALGORITHMS,
  type TestIssuer,
} from '../index.js';

let issuer: TestIssuer;

beforeEach(async () => {
  issuer = await createTestIssuer({ alg: 'ES256', path: '/t1' });
});

afterEach(async () => {
  await issuer.close();
});

const origin = (): string => new URL(issuer.issuer).origin;
const metadataUrl = (): string => `${origin()}/.well-known/oauth-authorization-server/t1`;
const METHODS = ['client_secret_basic', 'client_secret_post', 'private_key_jwt'];
const openidUrl = (): string => `${issuer.issuer}/.well-known/openid-configuration`;

function get(url: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, { headers, redirect: 'manual' });
}

describe('TestIssuer documents', () => {
  it('serves RFC 8414 metadata', async () => {
    const response = await get(metadataUrl());
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toEqual({
      issuer: issuer.issuer,
      jwks_uri: `${issuer.issuer}/jwks`,
      token_endpoint: `${issuer.issuer}/token`,
      response_types_supported: [],
      grant_types_supported: ['client_credentials'],
      token_endpoint_auth_methods_supported: METHODS,
      token_endpoint_auth_signing_alg_values_supported: SIGNING_ALGORITHMS,
      introspection_endpoint: `${issuer.issuer}/introspect`,
      introspection_endpoint_auth_methods_supported: METHODS,
      introspection_endpoint_auth_signing_alg_values_supported: SIGNING_ALGORITHMS,
      introspection_signing_alg_values_supported: SIGNING_ALGORITHMS,
      dpop_signing_alg_values_supported: SIGNING_ALGORITHMS,
    });
  });

  it('serves OpenID Connect discovery', async () => {
    expect(await (await get(openidUrl())).json()).toMatchObject({
      issuer: issuer.issuer,
      jwks_uri: issuer.jwksUri,
      subject_types_supported: ['public'],
    });
  });

  it.each([
    ['', '/.well-known/oauth-authorization-server', '/.well-known/openid-configuration'],
    ['/', '/.well-known/oauth-authorization-server', '/.well-known/openid-configuration'],
    [
      '/a/b/',
      '/.well-known/oauth-authorization-server/a/b',
      '/a/b/.well-known/openid-configuration',
    ],
  ])(
    'serves the documents of path "%s" at their well-known URLs',
    async (path, metadata, openid) => {
      const other = await createTestIssuer({ alg: 'ES256', path });
      const { origin: otherOrigin } = new URL(other.issuer);
      expect(other.issuer).toBe(`${otherOrigin}${path}`);
      for (const place of [metadata, openid]) {
        const document = await (await get(`${otherOrigin}${place}`)).json();
        expect(document).toMatchObject({ issuer: other.issuer, jwks_uri: other.jwksUri });
      }
      await other.close();
    },
  );

  it('answers HEAD like GET, and refuses other methods and unknown paths', async () => {
    const head = await fetch(issuer.jwksUri, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    const post = await fetch(issuer.jwksUri, { method: 'POST', body: 'x' });
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    expect((await get(`${issuer.issuer}/other`)).status).toBe(404);
  });

  it('counts every request', async () => {
    await get(metadataUrl());
    await get(openidUrl());
    await get(issuer.jwksUri);
    await get(issuer.jwksUri);
    await get(`${issuer.issuer}/forged-jwks`);
    expect(issuer.requests).toEqual({
      metadata: 1,
      openid: 1,
      jwks: 2,
      token: 0,
      introspection: 0,
      notModified: 0,
      forgedJwks: 1,
      tokenRequests: [],
      introspectionRequests: [],
    });
  });

  it('sends Date by its clock', async () => {
    issuer.clock.set(0);
    const { headers } = await get(issuer.jwksUri);
    expect(headers.get('date')).toBe('Thu, 01 Jan 1970 00:00:00 GMT');
    issuer.fault('jwks', { kind: 'html' });
    const page = await get(issuer.jwksUri);
    expect(page.headers.get('date')).toBe('Thu, 01 Jan 1970 00:00:00 GMT');
  });

  it('adds and removes header fields', async () => {
    const lifetime = async (): Promise<string | null> =>
      (await get(issuer.jwksUri)).headers.get('cache-control');
    issuer.setHeaders('jwks', { 'cache-control': 'max-age=60' });
    expect(await lifetime()).toBe('max-age=60');
    issuer.setHeaders('jwks', undefined);
    expect(await lifetime()).toBeNull();
  });
});

describe('TestIssuer JWKS revalidation', () => {
  it('answers 304 while the keys are unchanged', async () => {
    issuer.setHeaders('jwks', { 'cache-control': 'max-age=60' });
    const etag = (await get(issuer.jwksUri)).headers.get('etag') ?? '';
    const second = await get(issuer.jwksUri, { 'if-none-match': `"other", W/${etag}` });
    expect([second.status, await second.text()]).toEqual([304, '']);
    expect(second.headers.get('etag')).toBe(etag);
    expect(second.headers.get('cache-control')).toBe('max-age=60');
    expect(issuer.requests).toMatchObject({ jwks: 2, notModified: 1 });
    await issuer.rotateKey();
    expect((await get(issuer.jwksUri, { 'if-none-match': etag })).status).toBe(200);
    expect(issuer.requests.notModified).toBe(1);
  });

  it('is off for etag: false', async () => {
    const other = await createTestIssuer({ alg: 'ES256', etag: false });
    const response = await get(other.jwksUri, { 'if-none-match': '*' });
    expect([response.status, response.headers.get('etag')]).toEqual([200, null]);
    await other.close();
  });

  it('does not hide a fault', async () => {
    issuer.fault('jwks', { kind: 'html' });
    expect((await get(issuer.jwksUri, { 'if-none-match': '*' })).status).toBe(200);
    expect(issuer.requests.notModified).toBe(0);
  });
});

describe('TestIssuer response faults', () => {
  const json = 'application/json';

  it.each<[Fault, number, string | null, RegExp]>([
    [{ kind: 'status', status: 500 }, 500, null, /^$/],
    [{ kind: 'status', status: 204 }, 204, null, /^$/],
    [{ kind: 'status', status: 503, body: { error: 'x' } }, 503, json, /^\{"error":"x"\}$/],
    [{ kind: 'html' }, 200, 'text/html', /^<!doctype html>/],
    [{ kind: 'invalidJson' }, 200, json, /^\{"keys":\[\{$/],
    [{ kind: 'redirect', location: 'http://127.0.0.1:1/' }, 302, null, /^$/],
    [{ kind: 'mediaType', mediaType: 'text/plain' }, 200, 'text/plain', /^\{"keys":\[/],
    [{ kind: 'mediaType', mediaType: undefined }, 200, null, /^\{"keys":\[/],
    [{ kind: 'document', document: [] }, 200, json, /^\[\]$/],
    [{ kind: 'members', members: { keys: undefined, a: 1 } }, 200, json, /^\{"a":1\}$/],
    [{ kind: 'huge', bytes: 100_000 }, 200, json, /^ {100000}\{"keys":\[/],
  ])('%j', async (fault, status, mediaType, body) => {
    issuer.fault('jwks', fault);
    const response = await get(issuer.jwksUri);
    expect([response.status, response.headers.get('content-type')]).toEqual([status, mediaType]);
    expect(await response.text()).toMatch(body);
  });

  it('sends the header fields of a status, and the location of a redirect', async () => {
    issuer.fault('jwks', { kind: 'status', status: 429, headers: { 'retry-after': '7' } });
    expect((await get(issuer.jwksUri)).headers.get('retry-after')).toBe('7');
    const location = 'http://127.0.0.1:1/jwks';
    issuer.fault('jwks', { kind: 'redirect', location, status: 307 });
    const response = await get(issuer.jwksUri);
    expect([response.status, response.headers.get('location')]).toEqual([307, location]);
  });

  it('sends a huge response of 2 MiB without Content-Length', async () => {
    issuer.fault('jwks', { kind: 'huge' });
    const response = await get(issuer.jwksUri);
    expect(response.headers.get('content-length')).toBeNull();
    const body = await response.text();
    expect(body.length).toBeGreaterThan(2 * 1024 * 1024);
    expect(JSON.parse(body)).toEqual({ keys: await issuer.publicKeys() });
  });

  it.each<[FaultTarget, MetadataFault, unknown, unknown]>([
    ['metadata', { kind: 'wrongIssuer' }, 'https://other-issuer.example', 'same'],
    [
      'oauthMetadata',
      { kind: 'wrongIssuer', issuer: 'https://b.example' },
      'https://b.example',
      '',
    ],
    ['openid', { kind: 'members', members: { issuer: undefined } }, '', undefined],
  ])('changes the documents of %s', async (target, fault, metadata, openid) => {
    const issuerIn = async (url: string): Promise<unknown> =>
      ((await (await get(url)).json()) as { issuer: unknown }).issuer;
    const expected = (value: unknown): unknown => (value === '' ? issuer.issuer : value);
    issuer.fault(target as 'metadata', fault);
    expect(await issuerIn(metadataUrl())).toBe(expected(metadata));
    expect(await issuerIn(openidUrl())).toBe(openid === 'same' ? metadata : expected(openid));
  });
});

describe('TestIssuer connection faults', () => {
  it('destroys the connection', async () => {
    issuer.fault('jwks', { kind: 'down' });
    await expect(get(issuer.jwksUri)).rejects.toThrow('fetch failed');
    expect(issuer.requests.jwks).toBe(1);
  });

  it('sends half of the body', async () => {
    issuer.fault('jwks', { kind: 'cut' });
    const response = await get(issuer.jwksUri);
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow('terminated');
  });

  it.each(['close', 'stop'] as const)('hangs until %s', async (end) => {
    issuer.fault('jwks', { kind: 'hang' });
    let settled = false;
    const hanging = get(issuer.jwksUri).finally(() => (settled = true));
    const outcome = expect(hanging).rejects.toThrow('fetch failed');
    await vi.waitFor(() => {
      expect(issuer.requests.jwks).toBe(1);
    });
    issuer.fault('jwks', undefined);
    expect((await get(issuer.jwksUri)).status).toBe(200);
    expect(settled).toBe(false);
    await issuer[end]();
    await outcome;
  });

  it('sends a slow body byte by byte', async () => {
    issuer.fault('jwks', { kind: 'slow', intervalMs: 1 });
    const response = await get(issuer.jwksUri);
    expect(await response.json()).toEqual({ keys: await issuer.publicKeys() });
  });

  it('ends a very slow body on close', async () => {
    issuer.fault('jwks', { kind: 'slow', intervalMs: 3_600_000 });
    const response = await get(issuer.jwksUri);
    expect(response.status).toBe(200);
    const body = expect(response.text()).rejects.toThrow('terminated');
    await issuer.close();
    await body;
  });
});

describe('TestIssuer.fault', () => {
  it('applies to "times" requests', async () => {
    issuer.fault('jwks', { kind: 'status', status: 500, times: 2 });
    const statuses = [];
    for (let request = 0; request < 3; request += 1) {
      statuses.push((await get(issuer.jwksUri)).status);
    }
    expect(statuses).toEqual([500, 500, 200]);
  });

  it('applies to its endpoint until it is cleared', async () => {
    issuer.fault('metadata', { kind: 'status', status: 404 });
    expect((await get(metadataUrl())).status).toBe(404);
    expect((await get(openidUrl())).status).toBe(404);
    expect((await get(issuer.jwksUri)).status).toBe(200);
    issuer.fault('metadata', undefined);
    expect((await get(metadataUrl())).status).toBe(200);
    expect((await get(openidUrl())).status).toBe(200);
  });

  it('rejects unknown endpoints, faults and members', () => {
    const fault = issuer.fault as (target: string, fault: unknown) => void;
    expect(() => {
      fault('jwk', { kind: 'down' });
    }).toThrow('unknown endpoint "jwk"; did you mean "jwks"?');
    expect(() => {
      fault('jwks', { kind: 'hangs' });
    }).toThrow('unknown fault "hangs"; did you mean "hang"?');
    expect(() => {
      fault('jwks', 'down');
    }).toThrow('a fault must be an object with a "kind"');
    expect(() => {
      fault('jwks', { kind: 'down', time: 1 });
    }).toThrow('fault "down" has no option "time"; did you mean "times"?');
    expect(() => {
      fault('jwks', { kind: 'noExpiresIn' });
    }).toThrow('fault "noExpiresIn" is available only for "token"');
    expect(() => {
      fault('token', [{ kind: 'none' }, { kind: 'wrongIssuer' }]);
    }).toThrow('fault "wrongIssuer" is available only for "metadata", "oauthMetadata", "openid"');
    expect(() => {
      fault('jwks', { kind: 'status' });
    }).toThrow('option "status" is required for fault "status"');
    expect(() => {
      fault('jwks', { kind: 'status', status: 500, headers: 'x: y' });
    }).toThrow('option "headers" must be an object with string values');
    expect(() => {
      fault('jwks', { kind: 'members', members: ['a'] });
    }).toThrow('option "members" must be an object');
    expect(() => {
      (issuer.setHeaders as (target: string, headers: unknown) => void)('jwks', 'x: y');
    }).toThrow('option "headers" must be an object with string values');
  });

  it.each([
    [{ kind: 'down', times: 0 }, 'option "times" must be an integer from 1 to 1000000'],
    [{ kind: 'status', status: 99 }, 'option "status" must be an integer from 200 to 599'],
    [
      { kind: 'slow', intervalMs: 0 },
      'option "intervalMs" must be an integer from 1 to 2147483647',
    ],
    [{ kind: 'huge', bytes: 1.5 }, 'option "bytes" must be an integer from 1 to 268435456'],
    [
      { kind: 'redirect', location: 'http://a\n' },
      'Invalid character in header content ["location"]',
    ],
    [
      { kind: 'status', status: 500, headers: { 'x a': 'b' } },
      'Header name must be a valid HTTP token ["x a"]',
    ],
  ] as const)('rejects %j', (fault, message) => {
    expect(() => {
      issuer.fault('jwks', fault);
    }).toThrow(message);
  });

  it('rejects a document that is not JSON', () => {
    expect(() => {
      issuer.fault('jwks', { kind: 'document', document: 1n });
    }).toThrow('Do not know how to serialize a BigInt');
  });

  it('rejects header fields that cannot be sent', () => {
    expect(() => {
      issuer.setHeaders('jwks', { 'x-a': 'a\nb' });
    }).toThrow('Invalid character in header content ["x-a"]');
    expect(() => {
      issuer.setHeaders('jwks', { 'x a': 'b' });
    }).toThrow('Header name must be a valid HTTP token ["x a"]');
  });
});

describe('TestIssuer sockets', () => {
  it('destroys the connection of a request with a large body', async () => {
    const body = 'x'.repeat(70_000);
    await expect(fetch(issuer.tokenEndpoint, { method: 'POST', body })).rejects.toThrow(
      'fetch failed',
    );
    expect(issuer.requests.token).toBe(0);
  });

  it('frees the port on close', async () => {
    await issuer.close();
    const server = createServer().listen(Number(new URL(issuer.issuer).port), '127.0.0.1');
    await once(server, 'listening');
    server.close();
  });
});
