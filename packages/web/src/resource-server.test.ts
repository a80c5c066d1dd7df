import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { InsufficientScopeError } from '@scopegate/resource-server';
import { listenToDecisions } from '../../../test/support/decision-log.js';
import { SECRET_OPTIONS, signToken } from '../../../test/support/tokens.js';
import { createResourceServer, type ResourceServerOptions } from './resource-server.js';

const URL_OF_SALES = 'https://api.example.com/v1/sales';

function open(
  options: Partial<ResourceServerOptions> = {},
): ReturnType<typeof createResourceServer> {
  return createResourceServer({ ...SECRET_OPTIONS, ...options } as ResourceServerOptions);
}

const withToken = (): Request =>
  new Request(URL_OF_SALES, { headers: { authorization: `Bearer ${signToken()}` } });

describe('createResourceServer', () => {
  it('returns a frozen object without the guards of upgrades', () => {
    const api = open();
    expect(Object.isFrozen(api)).toBe(true);
    expect(api).not.toHaveProperty('guardUpgrade');
  });

  it.each<[object, string]>([
    [{ credentials: ['header', 'body'] }, 'option "credentials" must be an array with "header", and optionally "query"'], // prettier-ignore
    [{ onRefusal: 'x' }, 'option "onRefusal" must be a function'],
    [{ onrefusal: () => undefined }, 'did you mean "onRefusal"?'],
    [{ audience: undefined }, 'option "audience" is missing'],
  ])('refuses %j at start-up', (changes, message) => {
    expect(() => open(changes)).toThrow(
      expect.objectContaining({ name: 'TypeError', message: expect.stringContaining(message) }),
    );
  });

  it.each<[string, (request: Request) => Request]>([
    ['clone()', (request) => request.clone()],
    ['new Request()', (request) => new Request(request)],
  ])('has no token for a request that %s has replaced', (_what, replace) => {
    const api = open();
    const request = withToken();
    expect(api.requireAccessToken()(request)).toBeUndefined();
    const replaced = replace(request);
    for (const access of ['accessToken', 'accessTokenIfAny', 'whileAcceptable'] as const) {
      expect(() => api[access](replaced)).toThrow(
        new TypeError('no guard of this resource server ran on this request; mount one in front of the handler'), // prettier-ignore
      );
    }
    expect(api.accessToken(request)).toBeDefined();
  });

  it('passes the request to a check', () => {
    const api = open();
    const guard = api.require({
      check: { name: 'own sales', test: (_token, request) => request.url === URL_OF_SALES },
    });
    expect(guard(withToken())).toBeUndefined();
  });
});

describe('whileAcceptable', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  function watch(signal?: AbortSignal): AbortSignal {
    const api = open();
    const request = new Request(withToken(), signal === undefined ? {} : { signal });
    expect(api.requireAccessToken()(request)).toBeUndefined();
    return api.whileAcceptable(request);
  }

  it('aborts when the token expires', () => {
    const watched = watch();
    vi.advanceTimersByTime(299_000);
    expect(watched.aborted).toBe(false);
    vi.advanceTimersByTime(120_000);
    expect(watched.reason).toMatchObject({ reason: 'expired' });
  });

  it('does not watch a request whose signal has aborted, then or before', () => {
    const controller = new AbortController();
    const watched = watch(controller.signal);
    controller.abort();
    const ended = watch(AbortSignal.abort());
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(600_000);
    expect([watched.aborted, ended.aborted]).toEqual([false, false]);
  });
});

describe('metadata', () => {
  const DOCUMENT = 'https://api.example.com/.well-known/oauth-protected-resource';

  it('serves the document and its preflight, and nothing else', async () => {
    const metadata = open({ scopes: ['read'] }).metadata({ resource_name: 'Sales' });
    const response = metadata(new Request(DOCUMENT));
    expect([response?.status, response?.headers.get('content-type')]).toEqual([
      200,
      'application/json',
    ]);
    await expect(response?.json()).resolves.toMatchObject({
      resource: SECRET_OPTIONS.audience,
      scopes_supported: ['read'],
      resource_name: 'Sales',
    });
    const preflight = metadata(new Request(DOCUMENT, { method: 'OPTIONS' }));
    expect([preflight?.status, preflight?.body]).toEqual([204, null]);
    expect(preflight?.headers.get('access-control-allow-origin')).toBe('*');
    expect(metadata(new Request(DOCUMENT, { method: 'POST' }))).toMatchObject({ status: 405 });
    expect(metadata(new Request(URL_OF_SALES))).toBeUndefined();
  });

  it('responds to HEAD with the header fields of GET and without a body', () => {
    const metadata = open().metadata();
    const [head, get] = ['HEAD', 'GET'].map((method) =>
      metadata(new Request(DOCUMENT, { method })),
    );
    expect(head?.body).toBeNull();
    expect([...(head?.headers ?? [])]).toEqual([...(get?.headers ?? [])]);
  });

  it('is named in every later challenge', () => {
    const api = open();
    const guard = api.requireAccessToken();
    const challenge = (): unknown => {
      const response = guard(new Request(URL_OF_SALES));
      return response instanceof Response && response.headers.get('www-authenticate');
    };
    expect(challenge()).not.toContain('resource_metadata');
    api.metadata();
    expect(challenge()).toContain(`resource_metadata="${DOCUMENT}"`);
  });
});

describe('onRefusal', () => {
  const refused = new Request(URL_OF_SALES);

  it('replaces the response to a refusal, and gets the challenge', async () => {
    const api = open({
      onRefusal: (error, { method }) =>
        new Response(method, { status: 418, headers: { ...error.headers } }),
    });
    const response = await api.requireAccessToken()(refused);
    expect(Object.fromEntries(response?.headers ?? [])).toEqual({
      'content-type': 'text/plain;charset=UTF-8',
      vary: 'Authorization',
      'www-authenticate': 'Bearer realm="https://api.example.com"',
    });
    expect([response?.status, await response?.text()]).toEqual([418, 'GET']);
  });

  it.each<[string, () => Response | undefined | Promise<Response | undefined>]>([
    ['nothing', () => undefined],
    ['a promise of nothing', () => Promise.resolve(undefined)],
  ])('returns %s: the default response is sent', async (_what, onRefusal) => {
    const response = await open({ onRefusal }).requireAccessToken()(refused);
    expect(response).toMatchObject({ status: 401 });
  });

  it.each<[string, unknown]>([
    ['null', null],
    ['false', false],
    ['true', true],
    ['an empty string', ''],
    ['a string', 'no'],
    ['an object', { status: 200 }],
    ['an object with headers', { status: 200, headers: {} }],
    ['an Error', new Error('no')],
  ])('returns what is not a response: the default response is sent: %s', async (_what, given) => {
    for (const returned of [given, Promise.resolve(given)]) {
      const api = open({ onRefusal: () => returned as undefined });
      expect(await api.requireAccessToken()(refused)).toMatchObject({ status: 401 });
    }
  });

  it('passes on what it throws or rejects with', async () => {
    const error = new Error('the hook failed');
    const throwing = open({
      onRefusal: () => {
        throw error;
      },
    });
    const rejecting = open({ onRefusal: () => Promise.reject(error) });
    expect(() => throwing.requireAccessToken()(refused)).toThrow(error);
    await expect(rejecting.requireAccessToken()(refused)).rejects.toBe(error);
  });

  it('passes on an Error if it takes longer than ten seconds', async () => {
    vi.useFakeTimers();
    try {
      const api = open({ onRefusal: () => new Promise(() => undefined) });
      const failed = expect(api.requireAccessToken()(refused)).rejects.toThrow(
        'onRefusal did not settle within 10 seconds',
      );
      await vi.advanceTimersByTimeAsync(10_000);
      await failed;
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('respondTo', () => {
  it('responds to a refusal in the protection space, and publishes the decision', () => {
    const events = listenToDecisions();
    const api = open();
    const response = api.respondTo(new InsufficientScopeError('scope', 'write'), withToken());
    expect(response).toMatchObject({ status: 403 });
    expect(response instanceof Response && response.headers.get('www-authenticate')).toContain(
      'Bearer realm="https://api.example.com"',
    );
    expect(events).toEqual([expect.objectContaining({ outcome: 'refused', reason: 'scope' })]);
  });

  it.each([new Error('other'), undefined, { status: 403 }])(
    'returns undefined if the error is not a refusal: %s',
    (error) => {
      expect(open().respondTo(error, withToken())).toBeUndefined();
    },
  );
});
