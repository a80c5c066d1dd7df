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
      timeoutMs: 5_000,
      unknownLifetimeSeconds: 60,
      maxTokens: 1_000,
      clock: Date.now,
    });
  });

  it('takes undefined for absent', () => {
    const absent = { tokenEndpoint: undefined, timeoutMs: undefined, fetch: undefined };
    expect(resolveWith(absent)).toMatchObject({ timeoutMs: 5_000 });
  });

  it('uses the global fetch of the moment', async () => {
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
  ])('takes %j as issuer, as it is', (issuer) => {
    expect(resolveWith({ issuer })).toMatchObject({ issuer });
  });

  const issuer = 'option "issuer" must be an https URL without query, fragment or credentials';
  const clientId = 'option "clientId" must be text of visible ASCII characters and spaces';
  const endpoint = 'option "tokenEndpoint" must be an https URL without fragment or credentials';
  it.each([
    [{ issuer: undefined }, issuer],
    [{ issuer: 'auth.example.com' }, issuer],
    [{ issuer: 'http://auth.example.com' }, issuer],
    [{ issuer: 'https://auth.example.com?' }, issuer],
    [{ issuer: 'https://auth.example.com?a=b' }, issuer],
    [{ issuer: 'https://auth.example.com#' }, issuer],
    [{ issuer: 'https://user:password@auth.example.com' }, issuer],
    [{ issuer: ' https://auth.example.com' }, issuer],
    [{ issuer: 'http://127.0.0.1.example.com' }, issuer],
    [{ issuer: 'http://x.localhost:4000' }, issuer],
    [{ issuer: 'http://localhost.:4000' }, issuer],
    [{ clientId: undefined }, clientId],
    [{ clientId: '' }, clientId],
    [{ clientId: 'é' }, clientId],
    [{ clientId: 'a\nb' }, clientId],
    [{ tokenEndpoint: '/token' }, endpoint],
    [{ tokenEndpoint: 'http://auth.example.com/token' }, endpoint],
    [{ tokenEndpoint: 'http://x.localhost/token' }, endpoint],
    [{ tokenEndpoint: 'https://user@auth.example.com/token' }, endpoint],
    [{ tokenEndpoint: 'https://auth.example.com/token#' }, endpoint],
    [{ timeoutMs: 0 }, 'option "timeoutMs" must be a whole number from 1 to 60000'],
    [{ timeoutMs: '5000' }, 'option "timeoutMs" must be a whole number from 1 to 60000'],
    [{ timeoutMs: Infinity }, 'option "timeoutMs" must be a whole number from 1 to 60000'],
    [
      { unknownLifetimeSeconds: -1 },
      'option "unknownLifetimeSeconds" must be a whole number from 0 to 3600',
    ],
    [{ maxTokens: 0 }, 'option "maxTokens" must be a whole number from 1 to 1000000'],
    [{ fetch: 'https' }, 'option "fetch" must be a function'],
    [{ clock: 0 }, 'option "clock" must be a function'],
    [
      { clientAuthentication: tlsClientAuth() },
      'option "fetch" must be given: one that presents the client certificate',
    ],
    [
      { clientID: 'nightly-report' },
      'createTokenClient has no option "clientID"; did you mean "clientId"?',
    ],
    [
      { clientSecret: 'secret' },
      'createTokenClient has no option "clientSecret"; write "clientAuthentication": clientSecretBasic(() => secret)',
    ],
    [
      { scope: 'a' },
      'createTokenClient has no option "scope"; write it where tokens are asked for: client.for({ scope })',
    ],
    [
      { token_endpoint: 'https://auth.example.com/token' },
      'createTokenClient has no option "token_endpoint"; write "tokenEndpoint", the whole URL, beside "issuer"',
    ],
    [{ timeout: 5_000 }, 'createTokenClient has no option "timeout"; did you mean "timeoutMs"?'],
  ])('refuses %j', (members, message) => {
    expect(() => resolveWith(members)).toThrow(new TypeError(message));
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
    ['no library at all', { constructor: 'a' }, /has no option "constructor"$/],
  ])('says what to write instead of the name of %s: %j', (_library, members, message) => {
    expect(() => resolveWith(members)).toThrow(message);
  });

  it.each([undefined, null, 'none', {}, { method: 'client_secret_basic' }, clientSecretBasic])(
    'rfc6749#4.4/client-authenticates: refuses %o in place of a credential',
    (clientAuthentication) => {
      expect(() => resolveWith({ clientAuthentication })).toThrow(
        new TypeError(
          'option "clientAuthentication" must be made by clientSecretBasic, clientSecretPost, privateKeyJwt or tlsClientAuth: the client credentials grant is not for public clients',
        ),
      );
    },
  );

  it('needs options', () => {
    expect(() => resolveTokenClientOptions(undefined as unknown as TokenClientOptions)).toThrow(
      new TypeError('createTokenClient needs an object with options'),
    );
  });
});
