import { describe, expect, it, vi } from 'vitest';
import { clientSecretBasic, tlsClientAuth } from './credential/client-authentication.js';
import { resolveTokenClientOptions, type TokenClientOptions } from './options.js';

const OPTIONS: TokenClientOptions = {
  issuer: 'https://auth.example.com',
  clientId: 'nightly-report',
  clientAuthentication: clientSecretBasic(() => 'secret'),
};

function resolveWith(members: object): unknown {
  return resolveTokenClientOptions({ ...OPTIONS, ...members });
}

describe('resolveTokenClientOptions', () => {
  it('fills in the defaults', () => {
    expect(resolveTokenClientOptions(OPTIONS)).toMatchObject({
      issuer: 'https://auth.example.com',
      clientId: 'nightly-report',
      tokenEndpoint: undefined,
      dpopKey: undefined,
      timeoutMs: 5_000,
      unknownLifetimeSeconds: 60,
      maxTokens: 1_000,
      clock: Date.now,
    });
  });

  it('treats undefined as omitted', () => {
    const absent = { tokenEndpoint: undefined, timeoutMs: undefined, fetch: undefined };
    expect(resolveWith(absent)).toMatchObject({ timeoutMs: 5_000 });
  });

  it('looks up the global fetch for each call', async () => {
    const { fetch } = resolveTokenClientOptions(OPTIONS);
    vi.stubGlobal('fetch', () => Promise.resolve(new Response('stubbed')));
    const response = await fetch('https://auth.example.com');
    vi.unstubAllGlobals();
    expect(await response.text()).toBe('stubbed');
  });

  it.each([
    'https://auth.example.com',
    'https://auth.example.com/',
    'https://auth.example.com/tenant/a',
    'http://localhost:4000',
    'http://127.0.0.1:4000',
    'http://[::1]:4000',
  ])('accepts %j as issuer, unchanged', (issuer) => {
    expect(resolveWith({ issuer })).toMatchObject({ issuer });
  });

  const issuer = 'option "issuer" must be an https URL without query, fragment or credentials';
  const http =
    'must be an https URL; http is only accepted for localhost, 127.0.0.0/8 and [::1]; use https or set "dangerouslyAllowHttp"';
  const clientId = 'option "clientId" must be a non-empty string of printable ASCII characters';
  const tokenStore =
    'option "tokenStore" must have a method takeTurn(); pass "tokens" of createRedisStores()';
  const endpoint = 'option "tokenEndpoint" must be an https URL without fragment or credentials';
  it.each([
    [{ issuer: undefined }, issuer],
    [{ issuer: 'auth.example.com' }, issuer],
    [{ issuer: 'auth.example.com:8443' }, issuer],
    [
      { issuer: 'https://auth.example.com/t1/.well-known/openid-configuration' },
      'option "issuer" must be the issuer, not the URL of its metadata; write "https://auth.example.com/t1", the "issuer" in that document',
    ],
    [{ issuer: 'http://auth.example.com' }, `option "issuer" ${http}`],
    [{ issuer: 'https://auth.example.com?' }, issuer],
    [{ issuer: 'https://auth.example.com?a=b' }, issuer],
    [{ issuer: 'https://auth.example.com#' }, issuer],
    [{ issuer: 'https://user:password@auth.example.com' }, issuer],
    [{ issuer: ' https://auth.example.com' }, issuer],
    [{ issuer: 'http://127.0.0.1.example.com' }, `option "issuer" ${http}`],
    [{ issuer: 'http://x.localhost:4000' }, `option "issuer" ${http}`],
    [{ issuer: 'http://localhost.:4000' }, `option "issuer" ${http}`],
    [{ clientId: undefined }, clientId],
    [{ clientId: '' }, clientId],
    [{ clientId: 'é' }, clientId],
    [{ clientId: 'a\nb' }, clientId],
    [{ tokenEndpoint: '/token' }, endpoint],
    [{ tokenEndpoint: 'http://auth.example.com/token' }, `option "tokenEndpoint" ${http}`],
    [{ tokenEndpoint: 'http://x.localhost/token' }, `option "tokenEndpoint" ${http}`],
    [{ dangerouslyAllowHttp: 1 }, 'option "dangerouslyAllowHttp" must be true or false'],
    [{ tokenEndpoint: 'https://user@auth.example.com/token' }, endpoint],
    [{ tokenEndpoint: 'https://auth.example.com/token#' }, endpoint],
    [{ timeoutMs: 0 }, 'option "timeoutMs" must be an integer from 1 to 60000'],
    [{ timeoutMs: '5000' }, 'option "timeoutMs" must be an integer from 1 to 60000'],
    [{ timeoutMs: Infinity }, 'option "timeoutMs" must be an integer from 1 to 60000'],
    [
      { unknownLifetimeSeconds: -1 },
      'option "unknownLifetimeSeconds" must be an integer from 0 to 3600',
    ],
    [{ maxTokens: 0 }, 'option "maxTokens" must be an integer from 1 to 1000000'],
    [{ tokenStore: null }, tokenStore],
    [{ tokenStore: 'redis://localhost' }, tokenStore],
    [{ tokenStore: { tokens: { takeTurn: () => undefined } } }, tokenStore],
    [
      { tokenStore: { takeTurn: () => undefined }, dpop: true },
      'option "tokenStore" requires a key that all processes have; set "dpop": { keyPair }, or omit "tokenStore"',
    ],
    [
      { redis: {} },
      'createTokenClient has no option "redis"; write "tokenStore": the member "tokens" of createRedisStores()',
    ],
    [{ fetch: 'https' }, 'option "fetch" must be a function'],
    [
      { dpop: false },
      'option "dpop" must be true, { alg } or { keyPair }; omit it for bearer tokens',
    ],
    [{ DPoP: {} }, 'createTokenClient has no option "DPoP"; write "dpop": true'],
    [{ clock: 0 }, 'option "clock" must be a function'],
    [
      { clientAuthentication: tlsClientAuth() },
      'option "fetch" is required with tlsClientAuth(); pass a function that presents the client certificate',
    ],
    [
      { clientID: 'nightly-report' },
      'createTokenClient has no option "clientID"; did you mean "clientId"?',
    ],
    [
      { clientSecret: 'secret' },
      'createTokenClient has no option "clientSecret"; write "clientAuthentication": clientSecretBasic(() => secret)',
    ],
    [{ scope: 'a' }, 'createTokenClient has no option "scope"; pass it to client.for({ scope })'],
    [
      { token_endpoint: 'https://auth.example.com/token' },
      'createTokenClient has no option "token_endpoint"; write "tokenEndpoint", a complete URL, in addition to "issuer"',
    ],
    [{ timeout: 5_000 }, 'createTokenClient has no option "timeout"; did you mean "timeoutMs"?'],
  ])('refuses %j', (members, message) => {
    expect(() => resolveWith(members)).toThrow(new TypeError(message));
  });

  it('accepts http URLs of other hosts with dangerouslyAllowHttp', () => {
    const issuer = 'http://keycloak:8080/realms/main';
    const tokenEndpoint = `${issuer}/token`;
    const members = { issuer, tokenEndpoint, dangerouslyAllowHttp: true };
    expect(resolveWith(members)).toMatchObject({ issuer, tokenEndpoint, allowHttp: true });
  });

  it.each([
    { issuer: 'ftp://keycloak' },
    { issuer: 'http://user:password@keycloak' },
    { issuer: 'http://keycloak?a' },
    { tokenEndpoint: 'ws://keycloak/token' },
    { tokenEndpoint: 'http://user@keycloak/token' },
    { tokenEndpoint: 'http://keycloak/token#a' },
  ])('refuses %j with dangerouslyAllowHttp as well', (members) => {
    expect(() => resolveWith({ ...members, dangerouslyAllowHttp: true })).toThrow(
      /must be an https URL/,
    );
  });

  it.each([
    ['simple-oauth2', { client: { id: 'a', secret: 'b' } }, /write "clientId" and/],
    ['simple-oauth2', { auth: { tokenHost: 'https://auth.example.com' } }, /write "issuer"/],
    ['client-oauth2', { accessTokenUri: 'https://auth.example.com' }, /write "tokenEndpoint"/],
    ['axios-oauth-client', { url: 'https://auth.example.com' }, /write "tokenEndpoint"/],
    ['axios-oauth-client', { client_id: 'a' }, /write "clientId"/],
    ['axios-oauth-client', { client_secret: 'a' }, /clientSecretBasic/],
    ['axios-oauth-client', { grant_type: 'client_credentials' }, /omit it/],
    ['openid-client', { token_endpoint_auth_method: 'a' }, /write "clientAuthentication"/],
    ['no library', { constructor: 'a' }, /has no option "constructor"$/],
  ])('suggests what to write instead of an option of %s: %j', (_library, members, message) => {
    expect(() => resolveWith(members)).toThrow(message);
  });

  it.each([undefined, null, 'none', {}, { method: 'client_secret_basic' }, clientSecretBasic])(
    'rfc6749#4.4/client-authenticates: refuses %o as clientAuthentication',
    (clientAuthentication) => {
      expect(() => resolveWith({ clientAuthentication })).toThrow(
        new TypeError(
          'option "clientAuthentication" must be the result of clientSecretBasic(), clientSecretPost(), privateKeyJwt() or tlsClientAuth(); the client credentials grant is only for confidential clients',
        ),
      );
    },
  );

  it('requires an options object', () => {
    expect(() => resolveTokenClientOptions(undefined as unknown as TokenClientOptions)).toThrow(
      new TypeError('createTokenClient expects an options object'),
    );
  });
});
