import { describe, expect, it } from 'vitest';
import { redirectRequest } from './redirect.js';
import { readRequest } from './resource-request.js';

const URL_OF_API = 'https://api.example.com/v1/rows?page=1';
const HEADERS = {
  'content-type': 'text/plain',
  'content-language': 'en',
  cookie: 'a=b',
  host: 'api.example.com',
  'proxy-authorization': 'Basic YTpi',
  accept: 'text/csv',
  'x-api-key': 'canary',
};
const RULES = {
  origins: new Set(['https://api.example.com', 'https://eu.example.com']),
  allowHttp: false,
};

function redirect(status: number, location: string | undefined, init: RequestInit = {}) {
  const request = readRequest(URL_OF_API, { headers: HEADERS, ...init });
  const headers = location === undefined ? {} : { location };
  return redirectRequest(request, new Response(null, { status, headers }), RULES);
}

describe('redirectRequest', () => {
  it.each([
    ['/v2/rows', 'https://api.example.com/v2/rows'],
    ['?page=2', 'https://api.example.com/v1/rows?page=2'],
    ['//api.example.org/rows', 'https://api.example.org/rows'],
    ['https://api.example.org', 'https://api.example.org/'],
  ])('resolves the location %s', (location, url) => {
    expect(redirect(302, location)?.url.href).toBe(url);
  });

  it.each([
    [301, 'GET', 'GET'],
    [301, 'HEAD', 'HEAD'],
    [301, 'POST', 'GET'],
    [301, 'PUT', 'PUT'],
    [302, 'POST', 'GET'],
    [302, 'DELETE', 'DELETE'],
    [303, 'GET', 'GET'],
    [303, 'HEAD', 'HEAD'],
    [303, 'POST', 'GET'],
    [303, 'PUT', 'GET'],
    [307, 'POST', 'POST'],
    [308, 'POST', 'POST'],
  ])('after %i turns %s into %s', (status, method, expected) => {
    expect(redirect(status, '/', { method })?.method).toBe(expected);
  });

  it('removes a body with the fields that describe it', () => {
    const next = redirect(303, '/', { method: 'POST', body: 'rows' });
    expect(next?.body).toBeNull();
    expect([...(next?.headers.keys() ?? [])]).toEqual([
      'accept',
      'cookie',
      'host',
      'proxy-authorization',
      'x-api-key',
    ]);
  });

  it('keeps a body with the fields that describe it', () => {
    const next = redirect(307, '/', { method: 'POST', body: 'rows' });
    expect([next?.body, next?.headers.get('content-type')]).toEqual(['rows', 'text/plain']);
  });

  it.each([
    'https://api.example.org/',
    'https://api.example.com:8443/',
    'https://api.example.com.evil.example/',
  ])('sends no field that may be a credential to %s, which is not named', (location) => {
    for (const status of [301, 302, 303, 307, 308]) {
      expect([...(redirect(status, location)?.headers.keys() ?? [])]).toEqual(['accept']);
    }
  });

  it('sends the fields that are not bound to one origin to a named origin', () => {
    const init = { method: 'POST', body: 'rows' };
    const next = redirect(307, 'https://eu.example.com/rows', init);
    expect(next?.body).toBe('rows');
    expect([...(next?.headers.keys() ?? [])]).toEqual([
      'accept',
      'content-language',
      'content-type',
      'x-api-key',
    ]);
  });

  it.each([
    [307, 'POST'],
    [308, 'POST'],
    [307, 'PUT'],
    [301, 'PUT'],
    [302, 'PATCH'],
  ])('after %i sends no body of a %s to an origin that is not named', (status, method) => {
    expect(() => redirect(status, 'https://www.example.org/', { method, body: 'rows' })).toThrow(
      expect.objectContaining({ code: 'ERR_TOKEN_CLIENT_REDIRECT', reason: 'origin' }),
    );
  });

  it('follows without the body when the method changes', () => {
    const next = redirect(303, 'https://www.example.org/', { method: 'POST', body: 'rows' });
    expect([next?.method, next?.body]).toEqual(['GET', null]);
  });

  it.each([
    ['200', [200, '/']],
    ['300', [300, '/']],
    ['304', [304, '/']],
    ['no Location', [302, undefined]],
    ['redirect: manual', [302, '/', { redirect: 'manual' }]],
  ] as const)('returns undefined for %s', (_case, [status, location, init]) => {
    expect(redirect(status, location, init)).toBeUndefined();
  });

  it.each([
    ['https://user:password@api.example.com/', 'userinfo'],
    ['https://user@evil.example/', 'userinfo'],
    ['http://api.example.com/', 'insecure'],
    ['http://127.0.0.1/', 'insecure'],
    ['ftp://api.example.com/', 'location'],
    ['data:text/plain,rows', 'location'],
    ['javascript:alert(1)', 'location'],
    ['https://[', 'location'],
  ])('refuses %s', (location, reason) => {
    expect(() => redirect(302, location)).toThrow(
      expect.objectContaining({ code: 'ERR_TOKEN_CLIENT_REDIRECT', reason }),
    );
  });

  it('follows from http to http on this machine', () => {
    const request = readRequest('http://127.0.0.1:3000/');
    const response = new Response(null, { status: 302, headers: { location: 'http://[::1]:1/' } });
    expect(redirectRequest(request, response, RULES)?.url.href).toBe('http://[::1]:1/');
  });

  it.each([
    [
      'http://api.example.org:8080/rows',
      'http://inventory:8080/rows',
      'http://inventory:8080/rows',
    ],
    ['http://api.example.org/rows', 'https://api.example.org/rows', 'https://api.example.org/rows'],
  ])('follows from %s to %s where http is accepted', (from, location, url) => {
    const response = new Response(null, { status: 302, headers: { location } });
    const rules = { ...RULES, allowHttp: true };
    expect(redirectRequest(readRequest(from), response, rules)?.url.href).toBe(url);
  });

  it.each([
    ['https://api.example.com/', 'http://api.example.com/', true],
    ['https://api.example.com/', 'http://127.0.0.1/', true],
    ['http://127.0.0.1/', 'http://api.example.com/', false],
    ['http://api.example.com/', 'ws://api.example.com/', true],
  ])('refuses from %s to %s, where http is accepted: %s', (from, location, allowHttp) => {
    const response = new Response(null, { status: 302, headers: { location } });
    expect(() => redirectRequest(readRequest(from), response, { ...RULES, allowHttp })).toThrow(
      expect.objectContaining({ code: 'ERR_TOKEN_CLIENT_REDIRECT' }),
    );
  });

  it('throws when redirect is error', () => {
    expect(() => redirect(302, '/', { redirect: 'error' })).toThrow(
      expect.objectContaining({ reason: 'forbidden' }),
    );
  });

  it.each([307, 308])('refuses to send a stream again, after %i', (status) => {
    const init = { method: 'POST', body: new Blob(['rows']).stream() };
    expect(() => redirect(status, '/', init)).toThrow(expect.objectContaining({ reason: 'body' }));
  });

  it('follows with a GET although the body is a stream', () => {
    const init = { method: 'POST', body: new Blob(['rows']).stream() };
    expect(redirect(303, '/', init)).toMatchObject({ method: 'GET', body: null });
  });
});
