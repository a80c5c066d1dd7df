import { describe, expect, it } from 'vitest';
import {
  createStubClock,
  createStubTokenServer,
  ISSUER,
  metadata,
  type StubTokenServer,
  TOKEN_ENDPOINT,
} from '../../../../test/support/stub-token-server.js';
import { createBoundedFetch } from './bounded-fetch.js';
import { createMetadataSource, type MetadataOptions } from './discovery.js';

const notFound = (): Response => new Response('<html>', { status: 404 });

function sourceOf(
  server: StubTokenServer,
  options: Partial<MetadataOptions> = {},
): ReturnType<typeof createMetadataSource> {
  return createMetadataSource({
    issuer: ISSUER,
    tokenEndpoint: undefined,
    useMtlsAliases: false,
    allowHttp: false,
    fetch: createBoundedFetch({
      fetch: server.fetch,
      timeoutMs: 60_000,
      signal: new AbortController().signal,
    }),
    clock: () => 0,
    ...options,
  });
}

describe('createMetadataSource', () => {
  it.each([
    [ISSUER, [`${ISSUER}/.well-known/oauth-authorization-server`]],
    [`${ISSUER}/`, [`${ISSUER}/.well-known/oauth-authorization-server`]],
    [`${ISSUER}/tenant`, [`${ISSUER}/.well-known/oauth-authorization-server/tenant`]],
  ])('requests the URL of RFC 8414 for %s', async (issuer, urls) => {
    const server = createStubTokenServer();
    server.onMetadata = () => Response.json(metadata({ issuer }));
    expect(await sourceOf(server, { issuer })()).toEqual({
      issuer,
      token_endpoint: TOKEN_ENDPOINT,
    });
    expect(server.seen.map(({ url }) => url)).toEqual(urls);
  });

  it.each([
    ['a 404', notFound],
    ['a redirect', () => Response.redirect('https://www.example.com/', 302)],
    ['a page', () => new Response('<html>', { headers: { 'content-type': 'text/html' } })],
    ['an array', () => Response.json([])],
    ['another issuer', () => Response.json(metadata())],
    ['no token endpoint', () => Response.json({ issuer: `${ISSUER}/tenant` })],
    ['a large document', () => new Response('x'.repeat(600_000))],
  ])('requests the URL of OpenID Connect after %s', async (_case, reply) => {
    const server = createStubTokenServer();
    const issuer = `${ISSUER}/tenant`;
    server.onMetadata = ({ url }) =>
      url.endsWith('openid-configuration') ? Response.json(metadata({ issuer })) : reply();
    await sourceOf(server, { issuer })();
    expect(server.seen.map(({ url }) => url)).toEqual([
      `${ISSUER}/.well-known/oauth-authorization-server/tenant`,
      `${ISSUER}/tenant/.well-known/openid-configuration`,
    ]);
  });

  it('requests the third URL of RFC 8414 §5 for an issuer with a path', async () => {
    const server = createStubTokenServer();
    const issuer = `${ISSUER}/tenant`;
    const third = `${ISSUER}/.well-known/openid-configuration/tenant`;
    server.onMetadata = ({ url }) =>
      url === third ? Response.json(metadata({ issuer })) : notFound();
    expect((await sourceOf(server, { issuer })()).issuer).toBe(issuer);
    expect(server.seen.map(({ url }) => url).slice(2)).toEqual([third]);
  });

  it.each(['text/plain', 'application/octet-stream', ''])(
    'accepts JSON of the media type "%s"',
    async (mediaType) => {
      const server = createStubTokenServer();
      const headers = { 'content-type': mediaType };
      server.onMetadata = () => Response.json(metadata(), { headers });
      expect((await sourceOf(server)()).issuer).toBe(ISSUER);
    },
  );

  it('sends no request when the token endpoint is configured', async () => {
    const server = createStubTokenServer();
    const tokenEndpoint = `${ISSUER}/oauth/token`;
    expect(await sourceOf(server, { tokenEndpoint })()).toEqual({
      issuer: ISSUER,
      token_endpoint: tokenEndpoint,
    });
    expect(server.seen).toEqual([]);
  });

  const at = (host: string): Readonly<Record<string, unknown>> => ({
    token_endpoint: `https://${host}/token`,
  });

  it.each([
    ['another issuer', { issuer: 'https://evil.example.com' }, 'issuer'],
    ['the issuer in another case', { issuer: 'https://AUTH.example.com' }, 'issuer'],
    ['the issuer with a slash', { issuer: `${ISSUER}/` }, 'issuer'],
    ['no issuer', { issuer: undefined }, 'json'],
    ['an issuer that is not a URL', { issuer: 'auth' }, 'json'],
    ['no token endpoint', { token_endpoint: undefined }, 'token_endpoint'],
    ['a token endpoint that is not a URL', { token_endpoint: '/token' }, 'token_endpoint'],
    ['http', { token_endpoint: 'http://auth.example.com/token' }, 'token_endpoint'],
    ['userinfo', { token_endpoint: 'https://a:b@auth.example.com/token' }, 'token_endpoint'],
    ['a fragment', { token_endpoint: `${TOKEN_ENDPOINT}#a` }, 'token_endpoint'],
    ['an address of this machine', { token_endpoint: 'http://127.0.0.1/token' }, 'token_endpoint'],
    ['a private address', { token_endpoint: 'https://10.0.0.1/token' }, 'token_endpoint'],
    ['a private address behind NAT64', at('[64:ff9b::a00:1]'), 'token_endpoint'],
    ['a private address behind 6to4', at('[2002:a00:1::]'), 'token_endpoint'],
    ['a private address in IPv6', at('[::ffff:0:10.0.0.1]'), 'token_endpoint'],
    ['a site-local address', at('[fec0::1]'), 'token_endpoint'],
    ['a multicast address', at('224.0.0.1'), 'token_endpoint'],
    ['a name below localhost', { token_endpoint: 'http://x.localhost/t' }, 'token_endpoint'],
    ['the metadata of a cloud', { token_endpoint: 'https://169.254.169.254/' }, 'token_endpoint'],
  ])(
    'rfc8414#3.3/no-credential-by-other-metadata rfc6749#3.2/token-request-is-form-post: refuses metadata with %s',
    async (_case, members, reason) => {
      const server = createStubTokenServer();
      server.onMetadata = () => Response.json(metadata(members));
      await expect(sourceOf(server)()).rejects.toMatchObject({ name: 'TokenRequestError', reason });
    },
  );

  it.each([
    ['there is no metadata', notFound, { reason: 'status', requests: 2 }],
    [
      'the first URL is unavailable',
      () => Promise.reject(new TypeError('fetch failed')),
      { reason: 'network', requests: 1 },
    ],
  ])('rejects when %s', async (_case, reply, { reason, requests }) => {
    const server = createStubTokenServer();
    server.onMetadata = reply;
    await expect(sourceOf(server)()).rejects.toMatchObject({ reason });
    expect(server.seen).toHaveLength(requests);
  });

  const FIRST = `GET ${ISSUER}/.well-known/oauth-authorization-server`;
  const SECOND = `GET ${ISSUER}/.well-known/openid-configuration`;
  const endpointRule = `the metadata does not name a usable token endpoint: ${FIRST} answered with a "token_endpoint" that is missing or not allowed; it must be an https URL`;
  it.each([
    [notFound, `: ${SECOND} answered 404 instead of 200`],
    [
      () => new Response('<html>'),
      `: ${SECOND} answered 200 without a JSON object that has an "issuer"`,
    ],
    [
      () => Response.json(metadata({ issuer: 'https://canary.example' })),
      `: ${FIRST} answered with an "issuer" that is not identical to "${ISSUER}"`,
    ],
    [
      () => Response.json(metadata({ token_endpoint: undefined })),
      `${endpointRule} without fragment or credentials`,
    ],
    [
      () => Response.json(metadata({ token_endpoint: 'http://canary.example/token' })),
      `${endpointRule}; http is only accepted for localhost, 127.0.0.0/8 and [::1]; use https or set "dangerouslyAllowHttp"`,
    ],
    [() => Promise.reject(new TypeError('canary')), `: ${FIRST}: no usable response`],
  ])('names the request, the answer and what was expected: %#', async (reply, message) => {
    const server = createStubTokenServer();
    server.onMetadata = reply;
    const error: unknown = await sourceOf(server)().catch((thrown: unknown) => thrown);
    expect(String(error)).toContain(message);
    expect(String(error)).not.toContain('canary');
  });

  it.each([
    ['http://keycloak:8080/realms/main', 'http://keycloak:8080/realms/main/token'],
    [ISSUER, 'http://auth.example.com/token'],
    ['http://10.0.0.1', 'http://10.0.0.2/token'],
  ])(
    'accepts over http, where that is allowed, of %s the endpoint %s',
    async (issuer, endpoint) => {
      const server = createStubTokenServer();
      server.onMetadata = () => Response.json({ issuer, token_endpoint: endpoint });
      const read = sourceOf(server, { issuer, allowHttp: true });
      expect(await read()).toEqual({ issuer, token_endpoint: endpoint });
    },
  );

  it.each([
    'http://127.0.0.1/token',
    'http://10.0.0.1/token',
    'http://a:b@auth.example.com/token',
    'http://auth.example.com/token#a',
    'ftp://auth.example.com/token',
  ])('refuses of a public issuer, although http is allowed, the endpoint %s', async (endpoint) => {
    const server = createStubTokenServer();
    server.onMetadata = () => Response.json(metadata({ token_endpoint: endpoint }));
    await expect(sourceOf(server, { allowHttp: true })()).rejects.toMatchObject({
      reason: 'token_endpoint',
    });
  });

  it('keeps the spelling of the token endpoint, because it may be an audience', async () => {
    const server = createStubTokenServer();
    const token_endpoint = 'https://AUTH.example.com:443/token';
    server.onMetadata = () => Response.json(metadata({ token_endpoint }));
    expect(await sourceOf(server)()).toEqual({ issuer: ISSUER, token_endpoint });
  });

  it('accepts an internal token endpoint of an internal issuer', async () => {
    const server = createStubTokenServer();
    const issuer = 'http://127.0.0.1:4000';
    const token_endpoint = 'http://127.0.0.1:4000/token';
    server.onMetadata = () => Response.json({ issuer, token_endpoint });
    expect(await sourceOf(server, { issuer })()).toEqual({ issuer, token_endpoint });
  });

  it.each([
    [true, 'https://mtls.example.com/token'],
    [false, TOKEN_ENDPOINT],
  ])(
    'rfc8705#2/client-id-with-mutual-tls: with a client certificate (%s) uses %s',
    async (useMtlsAliases, endpoint) => {
      const server = createStubTokenServer();
      const mtls_endpoint_aliases = { token_endpoint: 'https://mtls.example.com/token' };
      server.onMetadata = () => Response.json(metadata({ mtls_endpoint_aliases }));
      expect((await sourceOf(server, { useMtlsAliases })()).token_endpoint).toBe(endpoint);
    },
  );

  it('fetches once for all callers that wait (single flight), and again after an hour', async () => {
    const server = createStubTokenServer();
    const clock = createStubClock();
    const read = sourceOf(server, { clock });
    await Promise.all([read(), read(), read()]);
    clock.advance(3_599_999);
    await read();
    expect(server.seen).toHaveLength(1);
    clock.advance(1);
    await read();
    expect(server.seen).toHaveLength(2);
  });

  it('keeps the old metadata when a refresh fails, and tries again at the next use', async () => {
    const server = createStubTokenServer();
    const clock = createStubClock();
    const read = sourceOf(server, { clock });
    const held = await read();
    clock.advance(3_600_000);
    server.onMetadata = () => Response.json(metadata({ issuer: 'https://evil.example.com' }));
    expect(await read()).toBe(held);
    server.onMetadata = () => Response.json(metadata({ token_endpoint: `${ISSUER}/moved` }));
    expect((await read()).token_endpoint).toBe(`${ISSUER}/moved`);
  });
});
