import { describe, expect, it, vi } from 'vitest';
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
    for (const access of [api.accessToken, api.accessTokenIfAny, api.whileAcceptable]) {
      expect(() => access(replaced)).toThrow(
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
  it('ends with the signal of the request, which keeps no listener', () => {
    const controller = new AbortController();
    const api = open();
    const request = new Request(withToken(), { signal: controller.signal });
    void api.requireAccessToken()(request);
    const watched = api.whileAcceptable(request);
    controller.abort();
    expect(watched.aborted).toBe(false);
    expect(request.signal.aborted).toBe(true);
  });

  it('aborts when the token expires', () => {
    vi.useFakeTimers();
    try {
      const api = open();
      const request = withToken();
      void api.requireAccessToken()(request);
      const watched = api.whileAcceptable(request);
      vi.advanceTimersByTime(299_000);
      expect(watched.aborted).toBe(false);
      vi.advanceTimersByTime(120_000);
      expect(watched.reason).toMatchObject({ reason: 'expired' });
    } finally {
      vi.useRealTimers();
    }
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
