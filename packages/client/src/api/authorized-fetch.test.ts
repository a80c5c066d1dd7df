import { createScopeSet } from '@scopegate/protocol';
import { describe, expect, it, vi } from 'vitest';
import {
  createStubClock,
  createStubTokenServer,
  RESOURCE,
  type SeenRequest,
  type StubTokenServer,
} from '../../../../test/support/stub-token-server.js';
import { AccessToken } from '../token/access-token.js';
import { type AuthorizedFetchOptions, createAuthorizedFetch } from './authorized-fetch.js';
import { TokenRequestError } from '../errors.js';

const ROWS = `${RESOURCE}/rows`;
const ELSEWHERE = 'https://www.example.org/rows';
const INVALID_TOKEN = 'Bearer realm="api", error="invalid_token"';

function tokenOf(value: string): AccessToken {
  const scopes = createScopeSet([]);
  return new AccessToken(value, { type: 'Bearer', expiresAt: undefined, scopes });
}

/** Creates a fetch whose token is `old`, and `fresh` once that was refused. */
function setUp(options: Partial<AuthorizedFetchOptions> = {}) {
  const server = createStubTokenServer();
  const calls = {
    getToken: vi.fn(() => Promise.resolve(tokenOf('old'))),
    replaceToken: vi.fn<AuthorizedFetchOptions['replaceToken']>(() =>
      Promise.resolve(tokenOf('fresh')),
    ),
    acceptToken: vi.fn(),
    onRetry: vi.fn(),
  };
  const fetch = createAuthorizedFetch({
    fetch: server.fetch,
    proofs: undefined,
    origins: new Set([RESOURCE, 'https://api.example.org']),
    allowHttp: false,
    maxRetryAfterMs: 0,
    clock: createStubClock(),
    ...calls,
    ...options,
  });
  return { server, fetch, ...calls };
}

function refuse(challenge: string): Response {
  return new Response('no', { status: 401, headers: { 'www-authenticate': challenge } });
}

/** Responds by path; every other path gets a 200. */
function route(server: StubTokenServer, routes: Record<string, () => Response>): void {
  server.onApi = ({ url }) => routes[new URL(url).pathname]?.() ?? new Response('rows');
}

function redirectTo(location: string, status = 302): () => Response {
  return () => new Response(null, { status, headers: { location } });
}

function sent({ apiRequests }: StubTokenServer): [url: string, authorization: string | null][] {
  return apiRequests.map(({ url, headers }) => [url, headers.get('authorization')]);
}

/** A body whose cancellation never completes. */
function endlessBody(): ReadableStream<Uint8Array> {
  return new ReadableStream({ cancel: () => new Promise(() => undefined) });
}

describe('createAuthorizedFetch, a custom fetch that misbehaves', () => {
  it.each([
    ['a refused token', 401, { 'www-authenticate': INVALID_TOKEN }],
    ['a redirect', 302, { location: '/rows' }],
    ['an API that is unavailable', 503, { 'retry-after': '0' }],
  ])('does not hang when cancelling a body never completes: %s', async (_case, status, fields) => {
    const { server, fetch } = setUp({ maxRetryAfterMs: 1_000 });
    const first = (): Response => new Response(endlessBody(), { status, headers: fields });
    server.onApi = () => (server.apiRequests.length === 1 ? first() : new Response('rows'));
    expect(await (await fetch(`${RESOURCE}/old`)).text()).toBe('rows');
  });

  it('does not fail a call when a body cannot be cancelled', async () => {
    const { server, fetch } = setUp();
    const first = refuse(INVALID_TOKEN);
    Object.defineProperty(first, 'body', { value: {} });
    server.onApi = () => (server.apiRequests.length === 1 ? first : new Response('rows'));
    expect(await (await fetch(ROWS)).text()).toBe('rows');
  });

  it('does not delay a caller that aborts, even when it ignores the signal', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const { fetch } = setUp({
      fetch: () => {
        controller.abort(reason);
        return new Promise(() => undefined);
      },
    });
    await expect(fetch(ROWS, { signal: controller.signal })).rejects.toBe(reason);
  });

  it('is not called when the caller has aborted before', async () => {
    const reason = new Error('enough');
    const { server, fetch } = setUp({
      getToken: (signal) => {
        signal?.throwIfAborted();
        return Promise.resolve(tokenOf('old'));
      },
    });
    await expect(fetch(ROWS, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(server.seen).toEqual([]);
  });
});

describe('createAuthorizedFetch', () => {
  it('sends the token only in the Authorization header', async () => {
    const { server, fetch, acceptToken } = setUp();
    const response = await fetch(ROWS, { method: 'POST', body: 'a=b' });
    expect(await response.text()).toBe('rows');
    expect(server.apiRequests).toMatchObject([{ url: ROWS, method: 'POST', body: 'a=b' }]);
    expect(sent(server)).toEqual([[ROWS, 'Bearer old']]);
    expect(acceptToken).toHaveBeenCalledOnce();
  });

  it.each([
    'http://api.example.com/',
    'https://api.example.com.evil.example/',
    'https://api.example.com@evil.example/',
    ELSEWHERE,
    '/rows',
  ])('rfc6750#5.3/token-to-its-origin-only: requests no token for %s', async (url) => {
    const { server, fetch, getToken } = setUp();
    await expect(fetch(url)).rejects.toBeInstanceOf(TypeError);
    expect([server.seen, getToken.mock.calls]).toEqual([[], []]);
  });

  it('sends no request without a token', async () => {
    const down = new TokenRequestError('network');
    const { server, fetch } = setUp({ getToken: () => Promise.reject(down) });
    await expect(fetch(ROWS)).rejects.toBe(down);
    expect(server.seen).toEqual([]);
  });

  it('rejects with the error of fetch', async () => {
    const failed = new TypeError('fetch failed');
    const { fetch } = setUp({ fetch: () => Promise.reject(failed) });
    await expect(fetch(ROWS)).rejects.toBe(failed);
  });

  it('passes on the signal', async () => {
    const controller = new AbortController();
    const { server, fetch, getToken } = setUp();
    server.onApi = () => {
      controller.abort(new Error('enough'));
      return refuse(INVALID_TOKEN);
    };
    const { signal } = controller;
    await expect(fetch(ROWS, { signal })).rejects.toThrow('enough');
    expect(getToken).toHaveBeenCalledWith(signal);
  });
});

describe('createAuthorizedFetch, redirects', () => {
  it('keep the token within its origin', async () => {
    const { server, fetch } = setUp();
    route(server, { '/rows': redirectTo('/v2/rows') });
    const response = await fetch(ROWS);
    expect([response.status, await response.text()]).toEqual([200, 'rows']);
    expect(sent(server)).toEqual([
      [ROWS, 'Bearer old'],
      [`${RESOURCE}/v2/rows`, 'Bearer old'],
    ]);
  });

  it.each([ELSEWHERE, 'https://api.example.org/', 'https://api.example.com:8443/'])(
    'rfc6750#5.3/token-to-its-origin-only: drop the token on the way to %s',
    async (location) => {
      const { server, fetch } = setUp();
      server.onApi = ({ url }) => (url === ROWS ? redirectTo(location)() : new Response('rows'));
      await fetch(ROWS, { headers: { cookie: 'a=b', accept: 'text/csv' } });
      expect(sent(server)).toEqual([
        [ROWS, 'Bearer old'],
        [location, null],
      ]);
      expect(Object.fromEntries(server.apiRequests[1]?.headers ?? [])).toEqual({
        accept: 'text/csv',
      });
    },
  );

  it('never add the token again after another origin', async () => {
    const { server, fetch } = setUp();
    const back = `${RESOURCE}/back`;
    server.onApi = ({ url }) => {
      if (url === ROWS) return redirectTo(ELSEWHERE)();
      return url === ELSEWHERE ? redirectTo(back)() : refuse(INVALID_TOKEN);
    };
    expect((await fetch(ROWS)).status).toBe(401);
    expect(sent(server)).toEqual([
      [ROWS, 'Bearer old'],
      [ELSEWHERE, null],
      [back, null],
    ]);
  });

  it('change the method and drop the body as fetch does', async () => {
    const { server, fetch } = setUp();
    route(server, { '/rows': redirectTo('/done', 303) });
    await fetch(ROWS, { method: 'POST', body: 'rows' });
    expect(server.apiRequests[1]).toMatchObject({ method: 'GET', body: '' });
  });

  it('send the body again for 307 and 308', async () => {
    const { server, fetch } = setUp();
    route(server, { '/rows': redirectTo('/v2/rows', 308) });
    await fetch(ROWS, { method: 'PUT', body: new URLSearchParams({ a: 'b' }) });
    expect(server.apiRequests.map(({ method, body }) => [method, body])).toEqual([
      ['PUT', 'a=b'],
      ['PUT', 'a=b'],
    ]);
  });

  it('are followed 20 times at most', async () => {
    const { server, fetch } = setUp();
    server.onApi = redirectTo('/rows');
    await expect(fetch(ROWS)).rejects.toMatchObject({
      code: 'ERR_TOKEN_CLIENT_REDIRECT',
      reason: 'too_many',
    });
    expect(server.apiRequests).toHaveLength(21);
  });

  it('are returned when redirect is manual', async () => {
    const { server, fetch } = setUp();
    server.onApi = redirectTo(ELSEWHERE);
    const response = await fetch(ROWS, { redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([302, ELSEWHERE]);
  });

  it.each([
    ['http', 'http://api.example.com/', 'insecure'],
    ['userinfo', 'https://user@api.example.com/', 'userinfo'],
  ])('to %s are refused, and the body is cancelled', async (_case, location, reason) => {
    const { server, fetch } = setUp();
    const cancel = vi.fn();
    server.onApi = () =>
      new Response(new ReadableStream({ cancel }), { status: 302, headers: { location } });
    await expect(fetch(ROWS)).rejects.toMatchObject({ reason });
    expect(server.apiRequests).toHaveLength(1);
    expect(cancel).toHaveBeenCalledOnce();
  });
});

describe('createAuthorizedFetch, 401 invalid_token', () => {
  const onlyFresh = ({ headers }: SeenRequest): Response =>
    headers.get('authorization') === 'Bearer fresh' ? new Response('rows') : refuse(INVALID_TOKEN);

  it('replaces the token and repeats the request', async () => {
    const { server, fetch, replaceToken, acceptToken, onRetry } = setUp();
    server.onApi = onlyFresh;
    const response = await fetch(ROWS, { method: 'POST', body: 'a=b' });
    expect([response.status, sent(server), server.apiRequests[1]?.body]).toEqual([
      200,
      [
        [ROWS, 'Bearer old'],
        [ROWS, 'Bearer fresh'],
      ],
      'a=b',
    ]);
    expect(replaceToken.mock.calls.map(([refused]) => refused.value)).toEqual(['old']);
    expect(onRetry.mock.calls).toEqual([['invalid_token']]);
    expect(acceptToken).toHaveBeenCalledOnce();
  });

  it('replaces the token after a redirect', async () => {
    const { server, fetch } = setUp();
    server.onApi = (request) => (request.url === ROWS ? redirectTo('/v2')() : onlyFresh(request));
    expect((await fetch(ROWS)).status).toBe(200);
    expect(sent(server).map(([, authorization]) => authorization)).toEqual([
      'Bearer old',
      'Bearer old',
      'Bearer fresh',
    ]);
  });

  it('rfc9110#15.5.4/hopeless-requests-not-repeated: replaces the token once per call', async () => {
    const { server, fetch, replaceToken, acceptToken } = setUp();
    server.onApi = () => refuse(INVALID_TOKEN);
    expect((await fetch(ROWS)).status).toBe(401);
    expect([server.apiRequests.length, replaceToken.mock.calls.length]).toEqual([2, 1]);
    expect(acceptToken).not.toHaveBeenCalled();
  });

  it.each([
    ['there is no other token', () => Promise.resolve(undefined)],
    ['the token request fails', () => Promise.reject(new TokenRequestError('network'))],
  ])('returns the 401 when %s', async (_case, replaceToken) => {
    const { server, fetch, onRetry } = setUp({ replaceToken });
    server.onApi = () => refuse(INVALID_TOKEN);
    const response = await fetch(ROWS);
    expect([response.status, await response.text()]).toEqual([401, 'no']);
    expect([server.apiRequests.length, onRetry.mock.calls]).toEqual([1, []]);
  });

  it('rejects with errors of other packages', async () => {
    const aborted = new Error('aborted');
    const { server, fetch } = setUp({ replaceToken: () => Promise.reject(aborted) });
    server.onApi = () => refuse(INVALID_TOKEN);
    await expect(fetch(ROWS)).rejects.toBe(aborted);
  });

  it.each([
    ['a stream', ROWS, { method: 'POST', body: new Blob(['rows']).stream(), duplex: 'half' }],
    ['a Request with a body', new Request(ROWS, { method: 'POST', body: 'rows' }), undefined],
  ])('does not repeat a stream: %s', async (_case, input, init) => {
    const { server, fetch, replaceToken } = setUp();
    server.onApi = () => refuse(INVALID_TOKEN);
    expect((await fetch(input, init as RequestInit)).status).toBe(401);
    expect(server.apiRequests).toMatchObject([{ body: 'rows' }]);
    expect(replaceToken).not.toHaveBeenCalled();
  });

  it.each([
    ['401 without an error', 401, 'Bearer realm="api"'],
    ['401 of another scheme', 401, 'Basic realm="api"'],
    ['401 that needs a user', 401, 'Bearer error="insufficient_user_authentication"'],
    ['401 with a malformed challenge', 401, 'Bearer error="invalid_token'],
    ['403', 403, 'Bearer error="insufficient_scope"'],
    ['403 that says invalid_token', 403, INVALID_TOKEN],
    ['400', 400, 'Bearer error="invalid_request"'],
  ])(
    'rfc9110#15.5.4/hopeless-requests-not-repeated: does not apply to %s',
    async (_case, status, challenge) => {
      const { server, fetch, replaceToken } = setUp();
      server.onApi = () =>
        new Response(null, { status, headers: { 'www-authenticate': challenge } });
      expect((await fetch(ROWS)).status).toBe(status);
      expect([server.apiRequests.length, replaceToken.mock.calls.length]).toEqual([1, 0]);
    },
  );
});

describe('createAuthorizedFetch, 503 with Retry-After', () => {
  function unavailableOnce(retryAfter: string | undefined): StubTokenServer['onApi'] {
    let isFirst = true;
    return () => {
      if (!isFirst) return new Response('rows');
      isFirst = false;
      const headers = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
      return new Response(null, { status: 503, headers });
    };
  }

  it('waits and repeats the request with maxRetryAfterSeconds', async () => {
    const { server, fetch, getToken, onRetry, acceptToken } = setUp({ maxRetryAfterMs: 10_000 });
    getToken.mockResolvedValueOnce(tokenOf('old')).mockResolvedValueOnce(tokenOf('renewed'));
    server.onApi = unavailableOnce('0');
    expect((await fetch(ROWS)).status).toBe(200);
    expect(sent(server)).toEqual([
      [ROWS, 'Bearer old'],
      [ROWS, 'Bearer renewed'],
    ]);
    expect(onRetry.mock.calls).toEqual([['unavailable']]);
    expect(acceptToken).toHaveBeenCalledOnce();
  });

  it('waits once per call', async () => {
    const { server, fetch } = setUp({ maxRetryAfterMs: 10_000 });
    server.onApi = () => new Response(null, { status: 503, headers: { 'retry-after': '0' } });
    expect((await fetch(ROWS)).status).toBe(503);
    expect(server.apiRequests).toHaveLength(2);
  });

  it('gets no token after a redirect to another origin', async () => {
    const { server, fetch } = setUp({ maxRetryAfterMs: 10_000 });
    const unavailable = unavailableOnce('0');
    server.onApi = (request) =>
      request.url === ROWS ? redirectTo(ELSEWHERE)() : unavailable(request);
    await fetch(ROWS);
    expect(sent(server).slice(1)).toEqual([
      [ELSEWHERE, null],
      [ELSEWHERE, null],
    ]);
  });

  it('stops waiting when the caller aborts', async () => {
    const controller = new AbortController();
    const enough = new Error('enough');
    const { server, fetch, onRetry } = setUp({ maxRetryAfterMs: 300_000 });
    const unavailable = unavailableOnce('300');
    server.onApi = (request) => {
      setImmediate(() => {
        controller.abort(enough);
      });
      return unavailable(request);
    };
    await expect(fetch(ROWS, { signal: controller.signal })).rejects.toBe(enough);
    expect(onRetry).not.toHaveBeenCalled();
  });

  it.each([
    ['maxRetryAfterSeconds is omitted', { maxRetryAfterMs: 0, retryAfter: '0' }, {}],
    ['Retry-After is too long', { maxRetryAfterMs: 10_000, retryAfter: '11' }, {}],
    ['there is no Retry-After', { maxRetryAfterMs: 10_000, retryAfter: undefined }, {}],
    [
      'the method is not idempotent',
      { maxRetryAfterMs: 10_000, retryAfter: '0' },
      { method: 'POST' },
    ],
    [
      'the body is a stream',
      { maxRetryAfterMs: 10_000, retryAfter: '0' },
      { method: 'PUT', body: new Blob(['a']).stream() },
    ],
  ])('returns the 503 when %s', async (_case, { maxRetryAfterMs, retryAfter }, init) => {
    const { server, fetch } = setUp({ maxRetryAfterMs });
    server.onApi = unavailableOnce(retryAfter);
    expect((await fetch(ROWS, init)).status).toBe(503);
    expect(server.apiRequests).toHaveLength(1);
  });
});
