import { describe, expect, it } from 'vitest';
import {
  assertGuarded,
  isIdempotent,
  isReplayable,
  readRequest,
  send,
} from './resource-request.js';

const URL_OF_API = 'https://api.example.com/rows';

describe('readRequest', () => {
  it.each([URL_OF_API, new URL(URL_OF_API)])('reads a URL: %o', (input) => {
    expect(readRequest(input)).toMatchObject({
      url: new URL(URL_OF_API),
      method: 'GET',
      body: null,
      signal: undefined,
      redirect: 'follow',
    });
  });

  it('reads a Request', () => {
    const { signal } = new AbortController();
    const request = new Request(URL_OF_API, {
      method: 'POST',
      body: 'rows',
      headers: { accept: 'text/csv' },
      redirect: 'manual',
      signal,
    });
    const read = readRequest(request, { method: undefined as unknown as string });
    expect(read).toMatchObject({ url: new URL(URL_OF_API), method: 'POST', redirect: 'manual' });
    expect(read.headers.get('accept')).toBe('text/csv');
    expect(read.body).toBe(request.body);
    expect(read.signal).toBe(request.signal);
  });

  it('prefers the members of init', () => {
    const request = new Request(URL_OF_API, { method: 'POST', body: 'rows' });
    const init = { method: 'put', body: 'other', headers: { accept: 'text/csv' } };
    const read = readRequest(request, init);
    expect([read.method, read.body, Object.fromEntries(read.headers)]).toEqual([
      'PUT',
      'other',
      { accept: 'text/csv' },
    ]);
  });

  it.each(['patch', 'Patch', 'PATCH'])('converts the method %s to upper case', (method) => {
    expect(readRequest(URL_OF_API, { method }).method).toBe('PATCH');
  });

  it.each(['/rows', '', 'https://', { url: URL_OF_API }])(
    'requires an absolute URL: %j',
    (input) => {
      expect(() => readRequest(input as string)).toThrow(new TypeError('the URL must be absolute'));
    },
  );

  it.each([
    [URL_OF_API, { headers: { Authorization: 'Bearer other' } }],
    [new Request(URL_OF_API, { headers: { authorization: 'Basic YTpi' } }), undefined],
  ])('refuses an Authorization header of the caller', (input, init) => {
    expect(() => readRequest(input, init)).toThrow(
      new TypeError('the "Authorization" header must be omitted; the token source sets it'),
    );
  });

  it('refuses a DPoP header of the caller', () => {
    expect(() => readRequest(URL_OF_API, { headers: { dpop: 'proof' } })).toThrow(
      new TypeError('the "DPoP" header must be omitted; set "dpop" of the client'),
    );
  });
});

describe('assertGuarded', () => {
  const rules = {
    origins: new Set([
      'https://api.example.com',
      'http://127.0.0.1:3000',
      'http://inventory.default.svc:8080',
    ]),
    allowHttp: false,
  };

  it.each([
    'https://api.example.com/',
    'https://API.example.com:443/rows?a=b#c',
    'http://127.0.0.1:3000/rows',
  ])('accepts %s', (url) => {
    expect(() => {
      assertGuarded(new URL(url), rules);
    }).not.toThrow();
  });

  const origin =
    'the origin of the URL is not covered by "resource" or "origins"; the token was not sent';
  const https =
    'the URL must use https, so the token was not sent; use https or set "dangerouslyAllowHttp"';

  it.each([
    ['https://api.example.com.evil.example/', origin],
    ['https://api.example.com./', origin],
    ['https://api-example.com/', origin],
    ['https://xapi.example.com/', origin],
    ['https://api.examp1e.com/', origin],
    ['https://аpi.example.com/', origin],
    ['https://example.com/', origin],
    ['https://api.example.com:8443/', origin],
    ['https://evil.example\\@api.example.com/', origin],
    ['https://evil.example/https://api.example.com', origin],
    ['https://evil.example?@api.example.com/', origin],
    ['https://evil.example#@api.example.com/', origin],
    ['http://127.0.0.1:3001/', origin],
    ['http://localhost:3000/', origin],
    ['https://127.0.0.1:3000/', origin],
    ['http://api.example.com/', https],
    ['http://inventory.default.svc:8080/', https],
    ['ws://api.example.com/', https],
    ['file:///etc/passwd', https],
    ['https://api.example.com@evil.example/', 'the URL must not contain credentials'],
    ['https://user:password@api.example.com/', 'the URL must not contain credentials'],
    ['https://user@api.example.com/', 'the URL must not contain credentials'],
  ])('rfc6750#5.3/token-to-its-origin-only: refuses %s', (url, message) => {
    expect(() => {
      assertGuarded(new URL(url), rules);
    }).toThrow(new TypeError(message));
  });
});

describe('assertGuarded, where http is accepted', () => {
  const rules = { origins: new Set(['http://inventory.default.svc:8080']), allowHttp: true };

  it('accepts http to a named origin', () => {
    expect(() => {
      assertGuarded(new URL('http://inventory.default.svc:8080/stock'), rules);
    }).not.toThrow();
  });

  it.each([
    ['http://inventory.default.svc/', /not covered/],
    ['http://other.default.svc:8080/', /not covered/],
    ['https://inventory.default.svc:8080/', /not covered/],
    ['http://user:password@inventory.default.svc:8080/', /must not contain credentials/],
    ['ws://inventory.default.svc:8080/', /must use https/],
  ])('rfc6750#5.3/token-to-its-origin-only: refuses %s', (url, message) => {
    expect(() => {
      assertGuarded(new URL(url), rules);
    }).toThrow(message);
  });
});

describe('send', () => {
  async function sendAndSee(init: RequestInit, token?: string): Promise<RequestInit | undefined> {
    let seen: RequestInit | undefined;
    const fetch = (_url: unknown, given?: RequestInit): Promise<Response> => {
      seen = given;
      return Promise.resolve(new Response());
    };
    const credentials = token === undefined ? undefined : { authorization: `Bearer ${token}` };
    await send(fetch, readRequest(URL_OF_API, init), credentials);
    return seen;
  }

  it('adds the token to a copy of the headers', async () => {
    const headers = new Headers({ accept: 'text/csv' });
    const seen = await sendAndSee({ headers }, 'token');
    expect(Object.fromEntries(new Headers(seen?.headers))).toEqual({
      accept: 'text/csv',
      authorization: 'Bearer token',
    });
    expect(headers.has('authorization')).toBe(false);
  });

  it('does not follow redirects, and passes on other members of init', async () => {
    const seen = await sendAndSee({ integrity: 'sha256-abc', redirect: 'follow' });
    expect(seen).toMatchObject({
      redirect: 'manual',
      integrity: 'sha256-abc',
      method: 'GET',
      body: null,
    });
  });

  it('sends a stream with duplex half', async () => {
    const body = new Blob(['rows']).stream();
    expect(await sendAndSee({ method: 'POST', body })).toMatchObject({ body, duplex: 'half' });
  });
});

describe('isReplayable', () => {
  it.each([
    ['nothing', null, true],
    ['text', 'rows', true],
    ['a form', new URLSearchParams('a=b'), true],
    ['a multipart form', new FormData(), true],
    ['bytes', new Uint8Array(1), true],
    ['a buffer', new ArrayBuffer(1), true],
    ['a blob', new Blob(['rows']), true],
    ['a stream', new Blob(['rows']).stream(), false],
  ])('of %s', (_case, body, expected) => {
    expect(isReplayable(readRequest(URL_OF_API, { method: 'POST', body }))).toBe(expected);
  });

  it('is false for the body of a Request, which is a stream', () => {
    const request = new Request(URL_OF_API, { method: 'POST', body: 'rows' });
    expect(isReplayable(readRequest(request))).toBe(false);
  });
});

describe('isIdempotent', () => {
  it.each([
    ['get', true],
    ['PUT', true],
    ['DELETE', true],
    ['POST', false],
    ['PATCH', false],
  ])('of %s says %s', (method, expected) => {
    expect(isIdempotent(readRequest(URL_OF_API, { method }))).toBe(expected);
  });
});
