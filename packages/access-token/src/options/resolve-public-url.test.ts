import { describe, expect, it } from 'vitest';
import { addDefaultPublicUrl, resolvePublicUrls } from './resolve-public-url.js';
import { typeErrorMessageOf } from '../../../../test/support/type-error-message.js';

const NONE = { audiences: [], allowHttp: false };

describe('resolvePublicUrls', () => {
  it.each([
    ['https://api.example.com', 'https://api.example.com'],
    ['https://api.example.com/', 'https://api.example.com'],
    ['HTTPS://API.Example.COM:443/', 'https://api.example.com'],
    ['https://api.example.com:8443', 'https://api.example.com:8443'],
    ['https://api.example.com/svc/', 'https://api.example.com/svc'],
    ['https://api.example.com/%7eteam/a%2fb', 'https://api.example.com/~team/a%2Fb'],
    ['https://api.example.com/a/../svc', 'https://api.example.com/svc'],
    ['https://[::1]:8443', 'https://[::1]:8443'],
    ['http://localhost:3000', 'http://localhost:3000'],
    ['http://127.0.0.1:80/', 'http://127.0.0.1'],
    ['http://[::1]:3000', 'http://[::1]:3000'],
  ])('normalizes %s to %s', (given, expected) => {
    expect(resolvePublicUrls(given, NONE)).toEqual([expected]);
  });

  it('accepts several URLs, each listed once', () => {
    const given = ['https://a.example', 'https://b.example/', 'https://A.example:443'];
    expect(resolvePublicUrls(given, NONE)).toEqual(['https://a.example', 'https://b.example']);
  });

  it('accepts http of other hosts with "dangerouslyAllowHttp"', () => {
    const urls = resolvePublicUrls('http://api.test', { ...NONE, allowHttp: true });
    expect(urls).toEqual(['http://api.test']);
  });

  it.each([
    [['https://api.example.com/v1', 'https://b.example'], 'https://api.example.com'],
    [['api', 'urn:example:api', 'https://b.example:8443/?x=1#y'], 'https://b.example:8443'],
    [['http://localhost:3000', 'https://b.example'], 'https://b.example'],
    [['http://api.test', 'http://localhost:3000/api'], 'http://localhost:3000'],
  ])('defaults to an origin among the audiences %j: %s', (audiences, expected) => {
    expect(resolvePublicUrls(undefined, { ...NONE, audiences })).toEqual([expected]);
  });

  it.each([[[]], [['api']], [['http://api.test']], [['urn:example:api']]])(
    'is required without an https URL among the audiences %j',
    (audiences) => {
      const message = typeErrorMessageOf(() =>
        resolvePublicUrls(undefined, { ...NONE, audiences }),
      );
      expect(message).toBe(
        'option "dpop.publicUrl" is missing, and no audience is an https URL; it must be the URL of this API as callers know it',
      );
    },
  );

  const RULE = 'option "dpop.publicUrl" must be an https URL without query and fragment';
  const TRANSPORT =
    'option "dpop.publicUrl" must be an https URL; http is only accepted for localhost, 127.0.0.0/8 and [::1]; use https or set "dangerouslyAllowHttp"';
  it.each<[unknown, string]>([
    ['https://api.example.com/?a=1', RULE],
    ['https://api.example.com/?', RULE],
    ['https://api.example.com/#a', RULE],
    [
      'https://user:secret@api.example.com',
      'option "dpop.publicUrl" must not contain a user or password',
    ],
    ['http://api.example.com', TRANSPORT],
    ['ftp://api.example.com', TRANSPORT],
    ['api.example.com', RULE],
    ['/api', RULE],
    ['https:api.example.com', RULE],
    ['https:\\\\api.example.com', RULE],
    ['https://api.example.com/a b', RULE],
    ['https://api.example.com/%zz', RULE],
    ['', RULE],
    [null, `${RULE}, not null`],
    [new URL('https://api.example.com'), `${RULE}, not an object`],
    [[], 'option "dpop.publicUrl" must not be an empty array'],
    [['https://a.example', 7], `${RULE}, not a number`],
  ])('does not accept %j', (given, message) => {
    expect(typeErrorMessageOf(() => resolvePublicUrls(given, NONE))).toBe(message);
  });
});

describe('addDefaultPublicUrl', () => {
  const resource = 'https://api.example.com/v1';
  const publicUrl = 'https://api.example.com';

  it.each<[unknown, unknown]>([
    [true, { publicUrl }],
    [{ maxAgeSeconds: 30 }, { maxAgeSeconds: 30, publicUrl }],
    [{ publicUrl: undefined }, { publicUrl }],
    [{ publicUrl: 'https://b.example' }, { publicUrl: 'https://b.example' }],
    [undefined, undefined],
    [false, false],
    ['on', 'on'],
  ])('completes dpop: %j to %j', (dpop, expected) => {
    const options = Object.freeze({ audience: 'api', dpop });
    expect(addDefaultPublicUrl(options, resource)).toEqual({ audience: 'api', dpop: expected });
  });

  it.each([undefined, 'api', 7])('adds nothing without a resource identifier: %j', (other) => {
    const options = { dpop: true };
    expect(addDefaultPublicUrl(options, other)).toBe(options);
  });
});
