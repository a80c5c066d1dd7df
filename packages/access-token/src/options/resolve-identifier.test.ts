import { describe, expect, it } from 'vitest';
import { resolveIdentifier } from './resolve-identifier.js';
import { typeErrorMessageOf } from '../../../../test/support/type-error-message.js';

type Options = Readonly<Record<string, unknown>>;

function resolve(options: Options, allowHttp = false): string {
  return resolveIdentifier(options, { path: '', allowHttp });
}

function messageOf(options: Options, allowHttp = false): string {
  return typeErrorMessageOf(() => resolve(options, allowHttp));
}

describe('resolveIdentifier › issuer with metadata', () => {
  it.each([
    'https://as.example',
    'https://as.example/',
    'https://as.example/t1',
    'https://AS.example:8443/t1/',
    'http://localhost:3000',
    'http://127.0.0.1:3000/t1',
    'http://[::1]',
  ])('keeps the spelling: %s', (issuer) => {
    expect(resolve({ issuer })).toBe(issuer);
  });

  it.each([
    [null],
    [''],
    [1],
    [{}],
    [['https://as.example']],
    [new URL('https://as.example')],
    ['as.example'],
    ['as.example:8443'],
    ['localhost:4000'],
    ['https:as.example'],
    ['//as.example'],
    ['https://'],
    ['https://as.example?tenant=1'],
    ['https://as.example?'],
    ['https://as.example#x'],
    ['https://as.example#'],
    ['https://as.example\n'],
    [' https://as.example'],
    ['https://as.example/t 1'],
  ])('must be an https URL without query and fragment: %j', (issuer) => {
    expect(messageOf({ issuer })).toContain(
      'option "issuer" must be an https URL without query and fragment',
    );
  });

  it.each([
    ['https://as.example/.well-known/openid-configuration', 'https://as.example'],
    ['https://as.example/.well-known/openid-configuration/', 'https://as.example'],
    ['https://as.example/t/1/.well-known/openid-configuration', 'https://as.example/t/1'],
    ['https://as.example/.well-known/oauth-authorization-server', 'https://as.example'],
    ['https://as.example/.well-known/oauth-authorization-server/t/1', 'https://as.example/t/1'],
  ])('must not be the URL of the metadata: %s', (issuer, hint) => {
    expect(messageOf({ issuer })).toBe(
      `option "issuer" must be the issuer, not the URL of its metadata; write "${hint}", the "issuer" in that document`,
    );
  });

  it.each([
    'http://x.localhost',
    'http://localhost.',
    'http://as.example',
    'http://localhost.example',
    'ftp://as.example',
    'file:///as',
  ])('must use https outside this machine: %s', (issuer) => {
    expect(messageOf({ issuer })).toBe(
      'option "issuer" must be an https URL; http is only accepted for localhost, 127.0.0.0/8 and [::1]; use https or set "dangerouslyAllowHttp"',
    );
  });

  it('may use http where that is allowed, and no other protocol', () => {
    expect(resolve({ issuer: 'http://as.example' }, true)).toBe('http://as.example');
    expect(messageOf({ issuer: 'ftp://as.example' }, true)).toContain('must be an https URL');
  });

  it.each([
    'https://user@as.example',
    'https://user:secret@as.example',
    'https://:secret@as.example',
  ])('must not contain a password, which no message shows: %s', (issuer) => {
    expect(messageOf({ issuer })).toBe('option "issuer" must not contain a user or password');
  });
});

const CONFIGURED_KEYS: readonly (readonly [string, Options])[] = [
  ['secret', { secret: new Uint8Array(32) }],
  ['jwks', { jwks: { keys: [] } }],
  ['jwksUri', { jwksUri: 'https://keys.example/jwks' }],
];

describe.each(CONFIGURED_KEYS)(
  'resolveIdentifier › issuer whose keys are configured: %s',
  (...row) => {
    const [, keys] = row;

    it.each([
      'my-auth',
      'My Auth',
      'a',
      'kubernetes/serviceaccount',
      'as.example',
      'urn:example:issuer',
      'spiffe://example.org',
      'mailto:auth@as.example',
      'https://as.example',
      'https://as.example/',
      'https://as.example?tenant=1',
      'http://as.example',
      'http://keycloak:8080/realms/sales',
      'urn:x/.well-known/openid-configuration',
    ])('may be any StringOrURI: %s', (issuer) => {
      expect(resolve({ ...keys, issuer })).toBe(issuer);
    });

    it.each([
      [''],
      [' '],
      [' my-auth'],
      ['my-auth\n'],
      ['my\u0000auth'],
      ['-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----'],
      [':'],
      ['a:'],
      [':a'],
      ['1a:b'],
      ['a b:c'],
      ['urn:a b'],
      ['//as.example:8443'],
      [1],
      [null],
      [{}],
      [['my-auth']],
      [new URL('https://as.example')],
    ])('must not be anything else: %j', (issuer) => {
      expect(messageOf({ ...keys, issuer })).toContain(
        'option "issuer" must be the "iss" of the tokens: a non-empty string, and a URI if it contains a colon',
      );
    });

    it('must not be missing, the URL of the metadata, or contain a password', () => {
      expect(messageOf({ ...keys, issuer: undefined })).toBe(
        'option "issuer" is missing; it must be the "iss" of the tokens',
      );
      expect(
        messageOf({ ...keys, issuer: 'https://as.example/.well-known/openid-configuration' }),
      ).toContain('write "https://as.example", the "issuer" in that document');
      expect(messageOf({ ...keys, issuer: 'https://user:secret@as.example' })).toBe(
        'option "issuer" must not contain a user or password',
      );
    });
  },
);
