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

/** Claims that mark another kind of token, whatever else the token has. */
const OTHER_KINDS: Record<string, unknown>[] = [
  { at_hash: 'h' },
  { c_hash: 'h' },
  { at_hash: 'h', nonce: 'n' },
  { at_hash: null },
  { events: {} },
  { token_use: 'id' },
  { token_use: 'refresh' },
  { typ: 'ID' },
  { typ: 'id' },
  { typ: 'Refresh' },
  { typ: 'Offline' },
  { typ: 'Logout' },
  { typ: 'Serialized-ID' },
  { token_type: 'refresh' },
  { token_type: 'id_token' },
  { type: 'refresh' },
  { type: 'refresh_token' },
  // A mark of an access token does not outweigh these.
  { typ: 'Bearer', at_hash: 'h' },
  { typ: 'Bearer', token_use: 'id' },
  { token_use: 'access', typ: 'ID' },
  { token_use: 'access', c_hash: 'h' },
];
const WITH_NONCE_ONLY: Record<string, unknown>[] = [
  { nonce: 'n' },
  { nonce: null },
  { nonce: 'n', azp: 'c' },
  { nonce: 'n', client_id: 'c', sid: 's' },
  { nonce: 'n', scope: 'openid' },
  { nonce: 'n', azp: 'c', typ: 'bearer' },
  { nonce: 'n', azp: 'c', typ: ['Bearer'] },
  { nonce: 'n', azp: 'c', token_use: 'Access' },
  { nonce: 'n', azp: 'c', token_type: 'Bearer' },
];
const NONCE_IN_ACCESS_TOKEN: Record<string, unknown>[] = [
  { nonce: 'n', azp: 'c', typ: 'Bearer' },
  { nonce: 'n', client_id: 'c', token_use: 'access' },
  { nonce: 'n', azp: 'c', scope: 'openid' },
  { nonce: 'n', azp: 'c', scp: 'read' },
  { nonce: 'n', cid: 'c', scp: ['read'] },
  { nonce: 'n', client_id: 'c', scope: ['read'] },
  { nonce: 'n', appid: 'c', scp: 'read' },
];

describe('assertAccessTokenKind', () => {
  describe.each(['auto', 'at+jwt', 'jwt'] as const)('typ: %s', (policy) => {
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

    it.each(OTHER_KINDS)('refuses claims that other kinds of token have: %j', (claims) => {
      expect(() => {
        assertAccessTokenKind(header, { azp: 'c', scope: 'openid', ...claims }, 'auto');
      }).toThrow(refusal);
    });

    it.each(WITH_NONCE_ONLY)('refuses "nonce" without a mark of an access token: %j', (claims) => {
      expect(() => {
        assertAccessTokenKind(header, claims, 'auto');
      }).toThrow(refusal);
    });

    it.each(NONCE_IN_ACCESS_TOKEN)('accepts "nonce" in a marked access token: %j', (claims) => {
      expect(() => {
        assertAccessTokenKind(header, claims, 'auto');
      }).not.toThrow();
    });
  });

  describe.each(UNTYPED)('typ: jwt, with the header %j', (header) => {
    it.each([
      {},
      { sub: 'user', aud: 'c' },
      { scope: 'read' },
      { typ: 'access', type: 'user', token_type: 'access' },
      { typ: 1, token_use: null, token_type: ['id'], type: { id: 'refresh' } },
      ...NONCE_IN_ACCESS_TOKEN,
    ])('accepts claims that do not mark another kind of token: %j', (claims) => {
      expect(() => {
        assertAccessTokenKind(header, claims, 'jwt');
      }).not.toThrow();
    });

    it.each([...OTHER_KINDS, ...WITH_NONCE_ONLY])(
      'refuses claims that other kinds of token have: %j',
      (claims) => {
        for (const more of [{}, 'nonce' in claims ? {} : { azp: 'c', scope: 'openid' }]) {
          expect(() => {
            assertAccessTokenKind(header, { ...more, ...claims }, 'jwt');
          }).toThrow(refusal);
        }
      },
    );
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
