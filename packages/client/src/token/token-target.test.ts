import { describe, expect, it } from 'vitest';
import { resolveTokenTarget, type TokenSourceOptions } from './token-target.js';

const RESOURCE = 'https://api.example.com/v1';

function keyOf(options: TokenSourceOptions): string {
  return resolveTokenTarget(options).key;
}

describe('resolveTokenTarget', () => {
  it('fills in the defaults', () => {
    const target = resolveTokenTarget({ resource: RESOURCE });
    expect(target).toMatchObject({
      resource: RESOURCE,
      scope: '',
      parameters: [],
      requireGranted: false,
      maxRetryAfterMs: 0,
    });
    expect([...target.scopes]).toEqual([]);
  });

  it.each([
    [{ resource: RESOURCE }, ['https://api.example.com']],
    [{ resource: 'http://127.0.0.1:3000' }, ['http://127.0.0.1:3000']],
    [
      { resource: RESOURCE, origins: ['https://api.example.org:8443'] },
      ['https://api.example.com', 'https://api.example.org:8443'],
    ],
    [{ resource: 'http://api.example.com' }, []],
    [{ resource: 'urn:example:api' }, []],
    [{ origins: ['https://api.example.com'] }, ['https://api.example.com']],
    [{}, []],
  ])('collects the origins of %j', (options, origins) => {
    expect([...resolveTokenTarget(options).origins]).toEqual(origins);
  });

  it('collects http origins where http is accepted', () => {
    const options = { resource: 'http://inventory:8080/v1', origins: ['http://stock.default.svc'] };
    const { origins, allowHttp } = resolveTokenTarget(options, { allowHttp: true });
    expect([...origins]).toEqual(['http://inventory:8080', 'http://stock.default.svc']);
    expect(allowHttp).toBe(true);
    expect([...resolveTokenTarget({ resource: options.resource }).origins]).toEqual([]);
  });

  it.each([
    ['the order of scopes', { scope: 'a b' }, { scope: 'b a' }],
    ['a repeated scope', { scope: 'a b' }, { scope: 'a b a' }],
    [
      'the order of parameters',
      { parameters: { a: '1', b: '2' } },
      { parameters: { b: '2', a: '1' } },
    ],
    ['further origins', {}, { origins: ['https://api.example.org'] }],
    ['how a response is handled', {}, { requireGranted: true, maxRetryAfterSeconds: 5 }],
  ])('has equal keys for targets that differ in %s', (_case, one, other) => {
    const resource = RESOURCE;
    expect(keyOf({ resource, ...one })).toBe(keyOf({ resource, ...other }));
  });

  it.each([
    ['the resource', { resource: RESOURCE }, { resource: `${RESOURCE}/` }],
    ['no resource', { resource: RESOURCE }, {}],
    ['the scope', { scope: 'a' }, { scope: 'A' }],
    ['the parameters', { parameters: { audience: 'a' } }, { parameters: { audience: 'b' } }],
  ])('has different keys for targets that differ in %s', (_case, one, other) => {
    expect(keyOf(one)).not.toBe(keyOf(other));
  });

  it('drops a repeated scope', () => {
    expect(resolveTokenTarget({ scope: 'b a b' }).scope).toBe('b a');
  });

  it.each([
    'urn:example:api',
    'api://11111111-2222',
    'https://api.example.com/?a=b',
    'tag:a@b.c,2026:d',
  ])('accepts %j as resource', (resource) => {
    expect(resolveTokenTarget({ resource }).resource).toBe(resource);
  });

  it.each([
    '',
    'api.example.com',
    '/v1',
    `${RESOURCE}#`,
    `${RESOURCE}#part`,
    'https://user:password@api.example.com',
    'https:api.example.com',
    'https:///api.example.com',
    ' https://api.example.com',
    'https:\\\\api.example.com',
    'https://äpi.example.com',
    [RESOURCE],
  ])('rfc8707#2/resource-parameter-is-absolute-uri: refuses %j as resource', (resource) => {
    expect(() => resolveTokenTarget({ resource: resource as string })).toThrow(
      new TypeError('option "resource" must be an absolute URI without a fragment or credentials'),
    );
  });

  const origins =
    'option "origins" must be an array of https origins, such as "https://api.example.com"';
  const scope = 'option "scope" must be scopes separated by single spaces';

  it.each([
    [{ origins: 'https://api.example.com' }, origins],
    [{ origins: ['https://api.example.com/'] }, origins],
    [{ origins: ['https://api.example.com/v1'] }, origins],
    [{ origins: ['ws://api.example.com'] }, origins],
    [
      { origins: ['https://api.example.com', 'http://api.example.com'] },
      'option "origins[1]" must be an https URL; http is only accepted for localhost, 127.0.0.0/8 and [::1]; use https or set "dangerouslyAllowHttp"',
    ],
    [{ origins: ['https://*.example.com'] }, origins],
    [{ origins: ['null'] }, origins],
    [{ origins: [undefined] }, origins],
    [{ scope: 'a  b' }, scope],
    [{ scope: ' a' }, scope],
    [{ scope: 'a"b' }, scope],
    [{ scope: 'a\tb' }, scope],
    [{ scope: ['a'] }, scope],
    [{ requireGranted: 'yes' }, 'option "requireGranted" must be true or false'],
    [{ parameters: 'audience=a' }, 'option "parameters" must be an object'],
    [{ parameters: { audience: 1 } }, 'option "parameters" must contain only strings'],
    [
      { parameters: { client_secret: 'a' } },
      'option "parameters" must not contain "client_secret"; the client sets it',
    ],
    [
      { parameters: { grant_type: 'password' } },
      'option "parameters" must not contain "grant_type"; the client sets it',
    ],
    [{ maxRetryAfterSeconds: -1 }, 'option "maxRetryAfterSeconds" must be a number from 0 to 300'],
    [{ maxRetryAfterSeconds: 301 }, 'option "maxRetryAfterSeconds" must be a number from 0 to 300'],
    [{ maxRetryAfterSeconds: NaN }, 'option "maxRetryAfterSeconds" must be a number from 0 to 300'],
    [
      { scopes: 'a' },
      'client.for() has no option "scopes"; write "scope": one string, with the scopes separated by single spaces',
    ],
    [
      { audience: 'a' },
      'client.for() has no option "audience"; write "resource" if the server supports RFC 8707, otherwise "parameters": { audience } and "origins"',
    ],
    [{ orgins: [] }, 'client.for() has no option "orgins"; did you mean "origins"?'],
  ])('refuses %j', (options, message) => {
    expect(() => resolveTokenTarget(options as TokenSourceOptions)).toThrow(new TypeError(message));
  });
});
