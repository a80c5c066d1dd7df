import { InvalidTokenError } from '@scopegate/protocol';
import { describe, expect, it } from 'vitest';
import { readIdentity } from './identity.js';
import type { Principal } from './verified-token.js';

type Claims = Readonly<Record<string, unknown>>;

/** Adds a subject and a client to claims, and keeps their prototype. */
function principalOf(
  claims: Claims,
  sub: string | undefined,
  client_id: string | undefined,
): Principal {
  const prototype = Object.getPrototypeOf(claims) as object;
  const all = Object.assign(Object.create(prototype), claims, { sub, client_id }) as Claims;
  return readIdentity(all).principal;
}

/** What authentik writes into every token. */
const AUTHENTIK = { acr: 'goauthentik.io/providers/oauth2/default' };
/** What Keycloak writes into tokens of service accounts. */
const ACCOUNT = { preferred_username: 'service-account-c1' };
const HOST = { clientHost: '10.0.0.1', clientAddress: '10.0.0.1' };

describe('readIdentity', () => {
  it.each<[Claims, string | undefined]>([
    [{ client_id: 'a', azp: 'b', cid: 'c', appid: 'd' }, 'a'],
    [{ azp: 'b', cid: 'c', appid: 'd' }, 'b'],
    [{ cid: 'c', appid: 'd' }, 'c'],
    [{ appid: 'd' }, 'd'],
    [{ client_id: 'a', azp: 5 }, 'a'],
    [{}, undefined],
    [Object.create({ client_id: 'a' }) as Claims, undefined],
  ])('reads the client id from the first claim that names it: %j', (claims, clientId) => {
    expect(readIdentity(claims).clientId).toBe(clientId);
  });

  it('reads "sub" as the subject and "jti" as the token id', () => {
    expect(readIdentity({ sub: 'u1', jti: 't1' })).toMatchObject({ subject: 'u1', tokenId: 't1' });
    expect(readIdentity({})).toMatchObject({ subject: undefined, tokenId: undefined });
  });

  it.each([
    ['sub', { sub: 5 }],
    ['client_id', { client_id: ['a'] }],
    ['azp', { azp: null, cid: 'c' }],
    ['appid', { appid: {} }],
    ['jti', { jti: 1 }],
  ])('refuses "%s" that is not a string', (claim, claims) => {
    expect(() => readIdentity(claims)).toThrow(
      new InvalidTokenError('claim', { claim, problem: 'malformed' }),
    );
  });
});

describe('readIdentity › principal', () => {
  it.each<[string, string | undefined, string | undefined, Principal]>([
    ['a client for itself', 'c1', 'c1', 'client'],
    ['a user through a client', 'u1', 'c1', 'user'],
    ['a subject that differs by case only', 'C1', 'c1', 'user'],
    ['no subject', undefined, 'c1', 'unknown'],
    ['no client', 'u1', undefined, 'unknown'],
    ['neither', undefined, undefined, 'unknown'],
    ['empty ones', '', '', 'client'],
  ])('compares "sub" and the client id: %s', (_case, ...[subject, clientId, principal]) => {
    expect(principalOf({}, subject, clientId)).toBe(principal);
  });

  it.each<[string, Record<string, unknown>, string | undefined, Principal]>([
    ['Auth0', { gty: 'client-credentials' }, 'c1@clients', 'client'],
    ['Auth0, in its RFC 9068 profile, which has no "gty"', {}, 'c1@clients', 'client'],
    ['Auth0, the subject in another case', {}, 'C1@clients', 'unknown'],
    ['Auth0, a longer subject', {}, 'x-c1@clients', 'unknown'],
    ['Auth0, the subject of another client', {}, 'c2@clients', 'unknown'],
    ['Auth0, by grant', { gty: 'client-credentials' }, 'x', 'client'],
    ['Auth0, another grant', { gty: 'password' }, 'x', 'user'],
    ['Entra ID, an app', { idtyp: 'app' }, 'object-id', 'client'],
    ['Entra ID, an app without subject', { idtyp: 'app' }, undefined, 'client'],
    ['Entra ID, a user', { idtyp: 'user' }, 'object-id', 'user'],
    ['Keycloak', { ...ACCOUNT, ...HOST }, 'uuid', 'client'],
    ['Keycloak, by one marker', { ...ACCOUNT, clientHost: '10.0.0.1' }, 'uuid', 'client'],
    [
      'Keycloak, another client',
      { preferred_username: 'service-account-c2', ...HOST },
      'uuid',
      'unknown',
    ],
    ['Keycloak, a user', { preferred_username: 'c1' }, 'uuid', 'user'],
    ['a grant that is not a string', { gty: ['client-credentials'] }, 'x', 'user'],
    ['a kind of token that is not a string', { idtyp: {} }, 'x', 'unknown'],
    ['an unknown kind of token', { idtyp: 'device' }, 'x', 'unknown'],
    ['authentik, a user', { ...AUTHENTIK, sid: 's1' }, 'hash', 'user'],
    ['authentik, an empty session', { ...AUTHENTIK, sid: '' }, 'hash', 'unknown'],
    ['authentik, a service account', AUTHENTIK, 'hash', 'unknown'],
    ['ZITADEL', { jti: 'V2_1-at_2' }, '170', 'unknown'],
    ['an id that only begins like that of ZITADEL', { jti: 'V2_1-at_2x' }, 'u1', 'user'],
    ['an "acr" that is not a string', { acr: ['goauthentik.io/'] }, 'u1', 'user'],
  ])('recognizes the marker of an issuer: %s', (_case, ...[claims, subject, principal]) => {
    expect(principalOf(claims, subject, 'c1')).toBe(principal);
  });

  it.each<[string, Record<string, unknown>]>([
    ['by name alone', ACCOUNT],
    ['who has logged in', { ...ACCOUNT, ...HOST, sid: 's1' }],
    ['of an older session', { ...ACCOUNT, ...HOST, session_state: 's1' }],
    ['with the time of a login', { ...ACCOUNT, ...HOST, auth_time: 1 }],
    ['with a client id beside it', { ...ACCOUNT, client_id: 'c1' }],
    ['with markers that are not strings', { ...ACCOUNT, clientHost: true, clientAddress: {} }],
  ])('does not take a user for the service account of a client: %s', (_case, claims) => {
    expect(principalOf(claims, 'uuid', 'c1')).toBe('unknown');
  });

  it('ignores an inherited marker of a service account', () => {
    const claims = Object.assign(Object.create(HOST), ACCOUNT) as Record<string, unknown>;
    expect(principalOf(claims, 'uuid', 'c1')).toBe('unknown');
  });

  it('recognizes a service account of Keycloak by the client id in lower case', () => {
    const claims = { preferred_username: 'service-account-nightly-report', ...HOST };
    expect(principalOf(claims, 'uuid', 'Nightly-Report')).toBe('client');
  });

  it('ignores an inherited marker', () => {
    const claims = Object.create({ idtyp: 'app' }) as Record<string, unknown>;
    expect(principalOf(claims, 'u1', 'c1')).toBe('user');
  });
});

/** Claims that Entra ID writes into every token, and those that Keycloak writes. */
const ENTRA = { tid: 't1', oid: 'o1' };
const KEYCLOAK = { typ: 'Bearer' };

describe('readIdentity › principal › client with a subject that is not its id', () => {
  it.each<[string, Record<string, unknown>, string]>([
    ['Entra ID', ENTRA, 'o1'],
    ['Entra ID, by authentication of version 1', { appidacr: '1', oid: 'o1' }, 'o1'],
    ['Entra ID, by authentication of version 2', { azpacr: '2', oid: 'o1' }, 'o1'],
    ['Entra ID, with roles', { ...ENTRA, roles: ['Sales.Read.All'] }, 'o1'],
    ['Keycloak', { ...KEYCLOAK, ...ACCOUNT, ...HOST }, 'uuid'],
  ])('recognizes a client: %s', (_case, claims, subject) => {
    expect(principalOf(claims, subject, 'c1')).toBe('client');
  });

  it.each<[string, Record<string, unknown>]>([
    ['Entra ID, without scope', ENTRA],
    ['Entra ID, without object id', { azpacr: '1' }],
    ['Entra ID, by "appid" alone', { appid: 'c1' }],
    ['Entra ID, with an empty scope', { ...ENTRA, scp: '' }],
    ['Entra ID, with a scope that is not a string', { ...ENTRA, scp: ['Sales.Read'] }],
    ['Entra ID, with a user name', { ...ENTRA, preferred_username: 'ada' }],
    ['Entra ID, with a session', { ...ENTRA, sid: 's1' }],
    ['Keycloak, a lightweight token', KEYCLOAK],
    ['Keycloak, with roles', { realm_access: { roles: [] } }],
    ['Keycloak, with roles at a client', { resource_access: {} }],
    ['Keycloak, with the host of a client', { ...KEYCLOAK, ...HOST }],
    ['Keycloak, with a host and a session', { ...KEYCLOAK, ...HOST, sid: 's1' }],
    ['Keycloak, with a host and the name of a user', { ...HOST, preferred_username: 'ada' }],
    ['Keycloak, with a session that is not a string', { ...KEYCLOAK, sid: 1 }],
    ['Keycloak, with an empty name', { ...KEYCLOAK, preferred_username: '' }],
  ])('is unknown when the claims leave it open: %s', (_case, claims) => {
    expect(principalOf(claims, 'x', 'c1')).toBe('unknown');
  });

  it.each<[string, Record<string, unknown>]>([
    ['Entra ID, by scope', { ...ENTRA, scp: 'Sales.Read' }],
    ['Entra ID, by scope, version 1', { appid: 'c1', appidacr: '0', scp: 'Sales.Read' }],
    ['Entra ID, by its marker', { ...ENTRA, idtyp: 'user' }],
    ['Keycloak, by session', { ...KEYCLOAK, sid: 's1' }],
    ['Keycloak, by session of older versions', { ...KEYCLOAK, session_state: 's1' }],
    ['Keycloak, by name', { ...KEYCLOAK, preferred_username: 'ada' }],
  ])('recognizes a user: %s', (_case, claims) => {
    expect(principalOf(claims, 'x', 'c1')).toBe('user');
  });
});
