import { ExchangeError } from '@scopegate/protocol/internal';
import { describe, expect, it } from 'vitest';
import { KeySetMalformedError, type KeySetMalformedReason } from './key-set-errors.js';
import { type DiscoveredJwksUri, discoverJwksUri, type MetadataRequest } from './discovery.js';

const ISSUER = 'https://as.example';
const JWKS_URI = 'https://keys.as.example/jwks';

type Answer = Response | Error;

function json(document: unknown, status = 200): Response {
  return Response.json(document, { status, headers: { 'cache-control': 'max-age=60' } });
}

/** Runs discovery against the given responses, and records the requested URLs. */
async function discover(
  answers: readonly Answer[],
  changes: Partial<MetadataRequest> = {},
): Promise<{ asked: string[]; found: DiscoveredJwksUri | undefined; error: unknown }> {
  const asked: string[] = [];
  const fetch: typeof globalThis.fetch = (url) => {
    const answer = answers[asked.length] ?? new Error('asked once more');
    asked.push(new Request(url).url);
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  const exchange = { fetch, timeoutMs: 1_000, maxBytes: 10_000, mediaTypes: ['application/json'] };
  const request = { issuer: ISSUER, exchange, allowHttp: false, ...changes };
  const [outcome] = await Promise.allSettled([discoverJwksUri(request)]);
  return outcome.status === 'fulfilled'
    ? { asked, found: outcome.value, error: undefined }
    : { asked, found: undefined, error: outcome.reason };
}

async function malformedReason(
  document: unknown,
  changes: Partial<MetadataRequest> = {},
): Promise<KeySetMalformedReason | undefined> {
  const { error } = await discover([json(document)], changes);
  return error instanceof KeySetMalformedError ? error.reason : undefined;
}

describe('discoverJwksUri › metadata URL', () => {
  it.each([
    ['https://as.example', '', ''],
    ['https://as.example/', '', ''],
    ['https://as.example:8443', '', ''],
    ['https://as.example/t1', '/t1', '/t1'],
    ['https://as.example/t1/', '/t1', '/t1'],
    ['https://as.example/a/b', '/a/b', '/a/b'],
    ['https://as.example//t1', '//t1', '//t1'],
    ['https://as.example/a%2Fb', '/a%2Fb', '/a%2Fb'],
  ])('follows from the issuer: %s', async (issuer, inserted, before) => {
    const { origin } = new URL(issuer);
    const document = { issuer, jwks_uri: JWKS_URI };
    const { asked, found } = await discover([json({}, 404), json(document)], { issuer });
    expect(asked).toEqual([
      `${origin}/.well-known/oauth-authorization-server${inserted}`,
      `${origin}${before}/.well-known/openid-configuration`,
    ]);
    expect(found?.jwksUri.href).toBe(JWKS_URI);
  });

  it('is the first location when that has a document', async () => {
    const { asked, found } = await discover([json({ issuer: ISSUER, jwks_uri: JWKS_URI })]);
    expect(asked).toHaveLength(1);
    expect(found?.jwksUri.href).toBe(JWKS_URI);
    expect(found?.headers.get('cache-control')).toBe('max-age=60');
  });

  it.each<[string, Answer]>([
    ['404', json({}, 404)],
    ['500', json({}, 500)],
    ['a redirect', new Response(null, { status: 302, headers: { location: '/login' } })],
    ['HTML', new Response('<p>', { headers: { 'content-type': 'text/html' } })],
    ['no JSON', new Response('{', { headers: { 'content-type': 'application/json' } })],
  ])('is the second place when the first has no document: %s', async (_case, answer) => {
    const document = json({ issuer: ISSUER, jwks_uri: JWKS_URI });
    const { asked, found } = await discover([answer, document]);
    expect(asked).toHaveLength(2);
    expect(found?.jwksUri.href).toBe(JWKS_URI);
  });

  it.each<[string, Answer, string]>([
    ['the network is down', new TypeError('fetch failed'), 'network'],
    ['the document is too large', json({ x: 'x'.repeat(10_000) }), 'too_large'],
  ])('is not the second place when %s', async (_case, answer, reason) => {
    const { asked, error } = await discover([answer]);
    expect(asked).toHaveLength(1);
    expect(error).toBeInstanceOf(ExchangeError);
    expect(error).toMatchObject({ reason });
  });

  it('is unknown when neither location has a document', async () => {
    const { asked, error } = await discover([json({}, 404), json({}, 404)]);
    expect(asked).toHaveLength(2);
    expect(error).toMatchObject({ reason: 'status', status: 404 });
    expect(error).toHaveProperty(
      'message',
      `GET ${ISSUER}/.well-known/openid-configuration answered 404`,
    );
  });
});

describe('discoverJwksUri › metadata document', () => {
  it.each([[null], [[]], ['text'], [1], [[{ issuer: ISSUER }]]])(
    'is unusable when it is not an object: %j',
    async (document) => {
      expect(await malformedReason(document)).toBe('metadata');
    },
  );

  it.each([
    undefined,
    null,
    '',
    `${ISSUER}/`,
    'https://AS.example',
    'https://as.example:443',
    'https://other.example',
    [ISSUER],
  ])('is discarded when it names another issuer: %j', async (issuer) => {
    expect(await malformedReason({ issuer, jwks_uri: JWKS_URI })).toBe('issuer');
  });

  it('is not read from the second location when the first names another issuer', async () => {
    const { asked } = await discover([json({ issuer: 'https://other.example' })]);
    expect(asked).toHaveLength(1);
  });

  it.each([
    undefined,
    null,
    '',
    1,
    [JWKS_URI],
    '/jwks',
    'keys.as.example/jwks',
    'http://as.example/jwks',
    'ftp://as.example/jwks',
    'file:///etc/passwd',
    'data:application/json,{"keys":[]}',
    'https://',
  ])('is unusable without an https "jwks_uri": %j', async (uri) => {
    expect(await malformedReason({ issuer: ISSUER, jwks_uri: uri })).toBe('jwks_uri');
  });

  it.each([
    'https://127.0.0.1/jwks',
    'http://127.0.0.1:8080/jwks',
    'http://localhost/jwks',
    'https://[::1]/jwks',
    'https://10.0.0.1/jwks',
    'https://169.254.169.254/latest/meta-data',
    'https://192.168.1.1/jwks',
    'https://[fd00::1]/jwks',
  ])('cannot refer to an internal network: %s', async (uri) => {
    expect(await malformedReason({ issuer: ISSUER, jwks_uri: uri })).toBe('jwks_uri');
  });

  it.each([
    ['http://localhost:3000', 'http://127.0.0.1:3000/jwks', false],
    ['http://127.0.0.1:3000', 'http://127.0.0.1:3000/jwks', false],
    ['https://10.0.0.2', 'https://10.0.0.1/jwks', false],
    ['https://10.0.0.2', 'https://as.example/jwks', false],
    ['http://as.example', 'http://as.example/jwks', true],
    ['https://as.example', 'http://keys.example/jwks', true],
    ['https://as.example', 'https://10.0.0.1/jwks', true],
  ])('lets %s keep its keys at %s (http allowed: %s)', async (issuer, uri, allowHttp) => {
    const document = json({ issuer, jwks_uri: uri });
    const { found } = await discover([document], { issuer, allowHttp });
    expect(found?.jwksUri.href).toBe(uri);
  });

  it('may use http besides https, and no other protocol', async () => {
    const document = { issuer: ISSUER, jwks_uri: 'ftp://as.example/jwks' };
    expect(await malformedReason(document, { allowHttp: true })).toBe('jwks_uri');
  });

  it('may have other members', async () => {
    const document = { issuer: ISSUER, jwks_uri: JWKS_URI, token_endpoint: 1, x: null };
    expect((await discover([json(document)])).found?.jwksUri.href).toBe(JWKS_URI);
  });
});
