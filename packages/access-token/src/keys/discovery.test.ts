import { ExchangeError } from '@scopegate/protocol/internal';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { DiscoveryError } from './discovery-error.js';
import { KeySetMalformedError, type KeySetMalformedReason } from './key-set-errors.js';
import { type DiscoveredUrl, discoverUrl, type MetadataRequest } from './discovery.js';

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
): Promise<{ asked: string[]; found: DiscoveredUrl | undefined; error: unknown }> {
  const asked: string[] = [];
  const fetch: typeof globalThis.fetch = (url) => {
    const answer = answers[asked.length] ?? new Error('asked once more');
    asked.push(new Request(url).url);
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  const exchange = { fetch, timeoutMs: 1_000, maxBytes: 10_000, mediaTypes: ['application/json'] };
  const request = { issuer: ISSUER, exchange, allowHttp: false, ...changes };
  const [outcome] = await Promise.allSettled([discoverUrl('jwks_uri', request)]);
  return outcome.status === 'fulfilled'
    ? { asked, found: outcome.value, error: undefined }
    : { asked, found: undefined, error: outcome.reason };
}

/** The reason why no document is usable, when each location has this one. */
async function malformedReason(
  document: unknown,
  changes: Partial<MetadataRequest> = {},
): Promise<KeySetMalformedReason | undefined> {
  const answers = Array.from({ length: 3 }, () => json(document));
  const { asked, error } = await discover(answers, changes);
  expect(asked).toHaveLength(2);
  if (!(error instanceof DiscoveryError)) throw new Error('no DiscoveryError', { cause: error });
  const { cause } = error;
  return cause instanceof KeySetMalformedError ? cause.reason : undefined;
}

describe('discoverUrl › metadata URL', () => {
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
    expect(found?.found.href).toBe(JWKS_URI);
  });

  it('is the first location when that has a document', async () => {
    const { asked, found } = await discover([json({ issuer: ISSUER, jwks_uri: JWKS_URI })]);
    expect(asked).toHaveLength(1);
    expect(found?.found.href).toBe(JWKS_URI);
    expect(found?.headers.get('cache-control')).toBe('max-age=60');
  });

  it.each<[string, Answer]>([
    ['404', json({}, 404)],
    ['500', json({}, 500)],
    ['503', json({}, 503)],
    ['a redirect', new Response(null, { status: 302, headers: { location: '/login' } })],
    ['HTML', new Response('<p>', { headers: { 'content-type': 'text/html' } })],
    ['no JSON', new Response('{', { headers: { 'content-type': 'application/json' } })],
    ['a large document', json({ issuer: ISSUER, jwks_uri: JWKS_URI, x: 'x'.repeat(10_000) })],
    ['an array', json([])],
    ['another issuer', json({ issuer: 'https://other.example', jwks_uri: JWKS_URI })],
    ['no issuer', json({ jwks_uri: JWKS_URI })],
    ['no jwks_uri', json({ issuer: ISSUER })],
    ['a relative jwks_uri', json({ issuer: ISSUER, jwks_uri: '/jwks' })],
  ])('is the second place when the first has no usable document: %s', async (_case, answer) => {
    const document = json({ issuer: ISSUER, jwks_uri: JWKS_URI });
    const { asked, found } = await discover([answer, document]);
    expect(asked).toHaveLength(2);
    expect(found?.found.href).toBe(JWKS_URI);
  });

  it('is the third place of RFC 8414 §5 for an issuer with a path', async () => {
    const issuer = `${ISSUER}/t1`;
    const other = json({ issuer: ISSUER, jwks_uri: 'https://as.example/other' });
    const document = json({ issuer, jwks_uri: JWKS_URI });
    const { asked, found } = await discover([json({}, 404), other, document], { issuer });
    expect(asked).toEqual([
      `${ISSUER}/.well-known/oauth-authorization-server/t1`,
      `${issuer}/.well-known/openid-configuration`,
      `${ISSUER}/.well-known/openid-configuration/t1`,
    ]);
    expect(found?.found.href).toBe(JWKS_URI);
  });

  it('is one of at most three, or two for an issuer without a path', async () => {
    const answers = (): Answer[] => Array.from({ length: 9 }, () => json({}, 404));
    expect((await discover(answers())).asked).toHaveLength(2);
    expect((await discover(answers(), { issuer: `${ISSUER}/a/b` })).asked).toHaveLength(3);
  });

  it('is not the second place when the network is down', async () => {
    const { asked, error } = await discover([new TypeError('fetch failed')]);
    expect(asked).toHaveLength(1);
    expect(error).toBeInstanceOf(ExchangeError);
    expect(error).toMatchObject({ reason: 'network' });
  });
});

describe('discoverUrl › time limit', () => {
  it('is one for all locations together', async () => {
    vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    let asked = 0;
    const fetch = (): Promise<Response> => {
      asked += 1;
      vi.advanceTimersByTime(3_000);
      return Promise.resolve(json({}, 404));
    };
    const exchange = { fetch, timeoutMs: 5_000, maxBytes: 10_000, mediaTypes: [] };
    const issuer = `${ISSUER}/t1`;
    const discovering = discoverUrl('jwks_uri', { issuer, exchange, allowHttp: false });
    await expect(discovering).rejects.toMatchObject({
      reason: 'timeout',
      message: expect.stringMatching(/answered 404 instead of 200; .* timed out after 2000 ms$/),
    });
    expect(asked).toBe(2);
  });
});

describe('discoverUrl › error', () => {
  const issuer = `${ISSUER}/t1`;

  it('names every URL that was tried, what happened, and what was expected', async () => {
    const answers = [
      json({}, 404),
      new Response('<p>', { headers: { 'content-type': 'text/html' } }),
      json({ issuer: ISSUER }),
    ];
    const { error } = await discover(answers, { issuer });
    expect(error).toMatchObject({
      name: 'DiscoveryError',
      reason: 'issuer',
      url: `${ISSUER}/.well-known/openid-configuration/t1`,
      message:
        `no well-known URL has metadata with the "issuer" ${issuer} and a "jwks_uri": ` +
        `GET ${ISSUER}/.well-known/oauth-authorization-server/t1 answered 404 instead of 200; ` +
        `GET ${issuer}/.well-known/openid-configuration answered 200 with text/html instead of application/json; ` +
        `GET ${ISSUER}/.well-known/openid-configuration/t1 answered 200, but the "issuer" of the metadata is not exactly the configured issuer`,
    });
  });

  it('has the status and the system code of the decisive failure', async () => {
    const missing = await discover([json({}, 404), json({}, 500)]);
    expect(missing.error).toMatchObject({ reason: 'status', status: 500, systemCode: undefined });
    const cause = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    const outage = await discover([json({}, 404), new TypeError('fetch failed', { cause })]);
    expect(outage.error).toMatchObject({ reason: 'network', systemCode: 'ECONNREFUSED' });
  });
});

describe('discoverUrl › metadata document', () => {
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
    expect(found?.found.href).toBe(uri);
  });

  it.each(['ftp://as.example/jwks', 'http://user:password@as.example/jwks'])(
    'may use http besides https, but no other protocol and no credentials: %s',
    async (uri) => {
      const document = { issuer: ISSUER, jwks_uri: uri };
      expect(await malformedReason(document, { allowHttp: true })).toBe('jwks_uri');
    },
  );

  it('may have other members', async () => {
    const document = { issuer: ISSUER, jwks_uri: JWKS_URI, token_endpoint: 1, x: null };
    expect((await discover([json(document)])).found?.found.href).toBe(JWKS_URI);
  });
});
