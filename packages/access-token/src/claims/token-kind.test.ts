import { InvalidTokenError } from '@scopegate/protocol';
import { describe, expect, it } from 'vitest';
import { assertAccessTokenKind, assertRequiredClaims } from './token-kind.js';

const refusal = new InvalidTokenError('typ');
const AT_JWT = ['at+jwt', 'AT+JWT', 'At+Jwt', 'application/at+jwt', 'Application/AT+JWT'];
const UNTYPED = [{}, { typ: 'JWT' }, { typ: 'jwt' }, { typ: 'application/jwt' }];

const OTHERS: unknown[] = [
  '',
  'at+jwt; v=1',
  ' at+jwt',
  'x/at+jwt',
  'jwt+at',
  'application/application/at+jwt',
  'id+jwt',
  'logout+jwt',
  'secevent+jwt',
  'dpop+jwt',
  'token-introspection+jwt',
  'statuslist+jwt',
  'client-authentication+jwt',
  'oauth-authz-req+jwt',
  'JOSE',
  'none',
  null,
  1,
  true,
  [],
  ['at+jwt'],
  {},
];

describe('assertAccessTokenKind', () => {
  describe.each(['auto', 'at+jwt'] as const)('typ: %s', (policy) => {
    it.each(AT_JWT)('accepts %s with any claims', (typ) => {
      for (const claims of [{}, { scope: 'read' }]) {
        expect(() => {
          assertAccessTokenKind({ typ }, claims, policy);
        }).not.toThrow();
      }
    });

    it.each(OTHERS)('refuses any other "typ": %j', (typ) => {
      expect(() => {
        assertAccessTokenKind({ typ }, { client_id: 'c', scope: 'read' }, policy);
      }).toThrow(refusal);
    });
  });

  describe('typ: at+jwt', () => {
    it.each(UNTYPED)('refuses a header without "at+jwt": %j', (header) => {
      expect(() => {
        assertAccessTokenKind(header, { client_id: 'c', scope: 'read' }, 'at+jwt');
      }).toThrow(refusal);
    });
  });

  describe.each(UNTYPED)('typ: auto, with the header %j', (header) => {
    it.each([
      { client_id: 'c' },
      { azp: 'c' },
      { cid: 'c' },
      { scope: 'read' },
      { scp: ['read'] },
      { scope: '' },
      { azp: 'c', typ: 'Bearer' },
      { client_id: 'c', token_use: 'access' },
    ])('accepts claims that only access tokens have: %j', (claims) => {
      expect(() => {
        assertAccessTokenKind(header, claims, 'auto');
      }).not.toThrow();
    });

    it.each([
      {},
      { sub: 'user', aud: 'c' },
      { permissions: ['read'] },
      Object.create({ scope: 'read' }) as object,
    ])('refuses claims that any token may have: %j', (claims) => {
      expect(() => {
        assertAccessTokenKind(header, { ...claims }, 'auto');
      }).toThrow(refusal);
    });

    it.each([
      { nonce: 'n' },
      { nonce: null },
      { at_hash: 'h' },
      { c_hash: 'h' },
      { events: {} },
      { token_use: 'id' },
      { typ: 'ID' },
      { typ: 'Refresh' },
      { typ: 'Offline' },
      { typ: 'Logout' },
    ])('refuses claims that other kinds of token have: %j', (claims) => {
      expect(() => {
        assertAccessTokenKind(header, { azp: 'c', scope: 'openid', ...claims }, 'auto');
      }).toThrow(refusal);
    });
  });

  it('ignores inherited claims', () => {
    const claims = Object.create({ scope: 'read' }) as Record<string, unknown>;
    expect(() => {
      assertAccessTokenKind({}, claims, 'auto');
    }).toThrow(refusal);
  });
});

describe('assertRequiredClaims', () => {
  const claims = { sub: 'u1', client_id: 'c1', iat: 1, jti: 't1' };

  it('accepts a token with all claims of RFC 9068', () => {
    expect(() => {
      assertRequiredClaims(claims);
    }).not.toThrow();
  });

  it.each(Object.keys(claims))('requires "%s"', (name) => {
    const others = Object.fromEntries(Object.entries(claims).filter(([other]) => other !== name));
    expect(() => {
      assertRequiredClaims(others);
    }).toThrow(new InvalidTokenError('claim', { claim: name, problem: 'missing' }));
  });
});
