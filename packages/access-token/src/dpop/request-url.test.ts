import { describe, expect, it } from 'vitest';
import { isUrlOf, listUrls, normalizeUrl } from './request-url.js';

const publicUrls = ['https://api.example.com'];
const prefixed = ['https://api.example.com/svc2'];

describe('normalizeUrl', () => {
  it.each([
    ['https://api.example.com', 'https://api.example.com/'],
    ['https://api.example.com/', 'https://api.example.com/'],
    ['HTTPS://API.example.COM/P', 'https://api.example.com/P'],
    ['https://api.example.com:443/p', 'https://api.example.com/p'],
    ['https://api.example.com:/p', 'https://api.example.com/p'],
    ['https://api.example.com:80/p', 'https://api.example.com:80/p'],
    ['http://api.example.com:80/p', 'http://api.example.com/p'],
    ['http://api.example.com:443/p', 'http://api.example.com:443/p'],
    ['https://[2001:DB8::1]:8443/p', 'https://[2001:db8::1]:8443/p'],
    ['https://api.example.com/p?q=1#f', 'https://api.example.com/p'],
    ['https://api.example.com?q=/x', 'https://api.example.com/'],
    ['https://api.example.com#/x', 'https://api.example.com/'],
    ['https://api.example.com/%7eu/%41%2D%2e%5F', 'https://api.example.com/~u/A-._'],
    ['https://api.example.com/a%2fb/%c3%a9', 'https://api.example.com/a%2Fb/%C3%A9'],
    ['https://api.example.com/%25%37e', 'https://api.example.com/%257e'],
    ['https://api.example.com/a/./b/../c', 'https://api.example.com/a/c'],
    ['https://api.example.com/a/%2e%2E/p', 'https://api.example.com/p'],
    ['https://api.example.com/a/.%2e/p', 'https://api.example.com/p'],
    ['https://api.example.com/../../p', 'https://api.example.com/p'],
    ['https://api.example.com/a/b/..', 'https://api.example.com/a/'],
    ['https://api.example.com/a/.', 'https://api.example.com/a/'],
    ['https://api.example.com/..', 'https://api.example.com/'],
    ['https://api.example.com/a//../p', 'https://api.example.com/a/p'],
    ['https://api.example.com/a//b/', 'https://api.example.com/a//b/'],
    ['https://api.example.com/.well-known/..x/...', 'https://api.example.com/.well-known/..x/...'],
  ])('normalizes %s', (url, normalized) => {
    expect(normalizeUrl(url)).toBe(normalized);
  });

  it.each([
    '',
    '/p',
    '//api.example.com/p',
    'api.example.com/p',
    'wss://api.example.com/p',
    'ftp://api.example.com/p',
    'https:/api.example.com/p',
    'https:///p',
    'https://user@api.example.com/p',
    'https://user:secret@api.example.com/p',
    'https://api.example.com@evil.example/p',
    'https://api.example.com:x/p',
    'https://api.example.com:443:443/p',
    'https://api%2eexample.com/p',
    'https://bücher.example/p',
    'https://[::1/p',
    'https://api.example.com\\p',
    'https://api.example.com/a\\p',
    'https://api.example.com/a\tp',
    'https://api.example.com/a\np',
    'https://api.example.com/a p',
    'https://api.example.com/p\n',
    ' https://api.example.com/p',
    'https://api.example.com/\u007f',
    'https://api.example.com/é',
    'https://api.example.com/p?q=é',
    'https://api.example.com/p#\t',
    'https://api.example.com/"',
    'https://api.example.com/<p>',
    'https://api.example.com/{p}',
    'https://api.example.com/`',
    'https://api.example.com/%',
    'https://api.example.com/%4',
    'https://api.example.com/%zz',
    'https://api.example.com/%u0041',
  ])('does not repair %j', (url) => {
    expect(normalizeUrl(url)).toBeUndefined();
  });
});

describe('listUrls', () => {
  it.each([
    ['/p', '/p'],
    ['/p?q=1', '/p'],
    ['/p?x=/../é', '/p'],
    ['/', '/'],
    ['/p/', '/p/'],
    ['/%7eu/%2f', '/~u/%2F'],
    ['//evil.example/p', '//evil.example/p'],
    ['http://evil.example/p?q', '/p'],
    ['HTTPS://evil.example:8080', '/'],
    ['/.well-known/x', '/.well-known/x'],
    ['/a|b[0]^', '/a|b[0]^'],
    ["/-._~!$&'()*+,;=:@", "/-._~!$&'()*+,;=:@"],
  ])('puts the public URL before the path of the target: %s', (target, path) => {
    expect(listUrls({ target, publicUrls })).toEqual([`https://api.example.com${path}`]);
    expect(listUrls({ target, publicUrls: prefixed })).toEqual([
      `https://api.example.com/svc2${path}`,
    ]);
  });

  it.each([
    '',
    '*',
    'p',
    '?q',
    'api.example.com:443',
    '/a/../p',
    '/a/./p',
    '/a/..',
    '/.',
    '/a/%2e%2e/p',
    '/a/.%2E/p',
    'http://api.example.com/a/../p',
    'http://user@api.example.com/p',
    'http://a\\b/p',
    'wss://api.example.com/p',
    '/a\\p',
    '/a\tp',
    '/a p',
    '/a"p',
    '/<p>',
    '/{p}',
    '/é',
    '/p#f',
    '/p?q#f',
    '//a:b?@c#',
    'http://api.example.com#f',
    'http://api.example.com/p#/q',
    'http://api.example.com/p?q#f',
    'http://api.example.com?/p',
    'http://api.example.com:80?q',
    '/%',
    '/%zz',
  ])('is empty for the target %j', (target) => {
    expect(listUrls({ target, publicUrls })).toEqual([]);
  });
});

describe('isUrlOf', () => {
  const target = '/~u/p?day=1';

  it.each([
    'https://api.example.com/~u/p',
    'HTTPS://API.example.com:443/%7eu/p',
    'https://api.example.com/a/%2e%2e/~u/p',
    'https://api.example.com/~u/p?another=query',
    'https://api.example.com/~u/p#fragment',
  ])('accepts another spelling: %s', (htu) => {
    expect(isUrlOf(htu, { target, publicUrls })).toBe(true);
  });

  it.each([
    ['path', 'https://api.example.com/~u/q'],
    ['path in another case', 'https://api.example.com/~U/p'],
    ['slash at the end', 'https://api.example.com/~u/p/'],
    ['encoded slash', 'https://api.example.com/~u%2Fp'],
    ['host', 'https://evil.example/~u/p'],
    ['subdomain', 'https://a.api.example.com/~u/p'],
    ['host with a dot at the end', 'https://api.example.com./~u/p'],
    ['scheme', 'http://api.example.com/~u/p'],
    ['port', 'https://api.example.com:8443/~u/p'],
    ['user information', 'https://user@api.example.com/~u/p'],
    ['backslash', 'https://api.example.com\\~u/p'],
    ['tab', 'https://api.example.com/~u/\tp'],
    ['target alone', '/~u/p'],
    ['empty', ''],
  ])('refuses another URL: %s', (_case, htu) => {
    expect(isUrlOf(htu, { target, publicUrls })).toBe(false);
  });

  it.each([
    ['/a/../p', 'https://api.example.com/a/../p'],
    ['/a/../p', 'https://api.example.com/p'],
    ['/a/%2e%2e/p', 'https://api.example.com/p'],
    ['/a\\p', 'https://api.example.com/a\\p'],
    ['/é', 'https://api.example.com/é'],
    ['/p?q#f', 'https://api.example.com/p'],
    ['//a:b?@c#', 'https://api.example.com//a:b'],
    ['http://api.example.com?/p', 'https://api.example.com/'],
    ['http://api.example.com?/p', 'https://api.example.com/p'],
    ['http://api.example.com/p#f', 'https://api.example.com/p'],
    ['*', 'https://api.example.com*'],
    ['', 'https://api.example.com'],
    ['', 'https://api.example.com/'],
  ])('refuses the target %j, though the URL has the same spelling', (sent, htu) => {
    expect(isUrlOf(htu, { target: sent, publicUrls })).toBe(false);
  });

  it.each([
    ['//evil.example/p', 'https://evil.example/p', false],
    ['//evil.example/p', 'https://api.example.com//evil.example/p', true],
    ['http://evil.example/p', 'http://evil.example/p', false],
    ['http://evil.example/p', 'https://api.example.com/p', true],
  ])('does not take a host from the target: %s for %s', (sent, htu, isAccepted) => {
    expect(isUrlOf(htu, { target: sent, publicUrls })).toBe(isAccepted);
  });

  it('requires the path of the public URL, which a proxy has removed from the target', () => {
    const request = { target: '/p', publicUrls: prefixed };
    expect(isUrlOf('https://api.example.com/svc2/p', request)).toBe(true);
    expect(isUrlOf('https://api.example.com/p', request)).toBe(false);
    expect(isUrlOf('https://api.example.com/svc2/../p', request)).toBe(false);
  });

  it('accepts any of several public URLs, and no mix of them', () => {
    const several = ['https://api.example.com', 'http://localhost:3000/api'];
    const request = { target: '/p', publicUrls: several };
    expect(isUrlOf('https://api.example.com/p', request)).toBe(true);
    expect(isUrlOf('http://LOCALHOST:3000/api/p', request)).toBe(true);
    expect(isUrlOf('http://api.example.com/p', request)).toBe(false);
    expect(isUrlOf('https://api.example.com/api/p', request)).toBe(false);
  });
});
