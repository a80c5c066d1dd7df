/**
 * Options of other libraries, and what to write instead.
 *
 * The names are those of openid-client, oauth4webapi, simple-oauth2, client-oauth2,
 * axios-oauth-client and of the parameters of token requests.
 *
 * @module
 */

type Hints = Readonly<Record<string, string>>;

const SECRET = 'write "clientAuthentication": clientSecretBasic(() => secret)';
const METHOD =
  'write "clientAuthentication": clientSecretBasic(), clientSecretPost(), privateKeyJwt() or tlsClientAuth()';
const PRIVATE_KEY = 'write "clientAuthentication": privateKeyJwt(() => key)';
const ISSUER = 'write "issuer": its metadata names the token endpoint';
const TOKEN_ENDPOINT = 'write "tokenEndpoint", a complete URL, in addition to "issuer"';
const GRANT = 'omit it: the grant is always client_credentials';
const HTTP = 'write "dangerouslyAllowHttp": true';
const DPOP = 'write "dpop": true';
const KEY_PAIR = 'write "dpop": { keyPair }';
const TOKEN_STORE = 'write "tokenStore": the member "tokens" of createRedisStores()';
const FETCH = 'write "fetch": a function that uses it';

/** For `createTokenClient`. */
export const TOKEN_CLIENT_HINTS: Hints = {
  clientSecret: SECRET,
  client_secret: SECRET,
  secret: SECRET,
  client_id: 'write "clientId"',
  id: 'write "clientId"',
  client: 'write "clientId" and "clientAuthentication"',
  clientAuth: METHOD,
  client_auth: METHOD,
  authMethod: METHOD,
  token_endpoint_auth_method: METHOD,
  authorizationMethod: METHOD,
  authentication: METHOD,
  privateKey: PRIVATE_KEY,
  clientPrivateKey: PRIVATE_KEY,
  client_assertion: PRIVATE_KEY,
  auth: 'write "issuer", and "tokenEndpoint" if the server has no metadata',
  tokenHost: ISSUER,
  server: ISSUER,
  authority: ISSUER,
  domain: ISSUER,
  issuerUrl: ISSUER,
  discoveryUrl: ISSUER,
  wellKnown: ISSUER,
  tokenPath: TOKEN_ENDPOINT,
  token_endpoint: TOKEN_ENDPOINT,
  url: TOKEN_ENDPOINT,
  tokenUrl: TOKEN_ENDPOINT,
  token_url: TOKEN_ENDPOINT,
  tokenUri: TOKEN_ENDPOINT,
  accessTokenUri: TOKEN_ENDPOINT,
  accessTokenUrl: TOKEN_ENDPOINT,
  grant_type: GRANT,
  grantType: GRANT,
  allowHttp: HTTP,
  allowInsecure: HTTP,
  allowInsecureRequests: HTTP,
  requireHttps: HTTP,
  DPoP: DPOP,
  useDpop: DPOP,
  dpopBound: DPOP,
  dpop_bound_access_tokens: DPOP,
  dpopKey: KEY_PAIR,
  dpopKeyPair: KEY_PAIR,
  keyPair: KEY_PAIR,
  agent: FETCH,
  httpsAgent: FETCH,
  dispatcher: FETCH,
  http: FETCH,
  axios: FETCH,
  store: TOKEN_STORE,
  cache: TOKEN_STORE,
  tokenCache: TOKEN_STORE,
  tokens: TOKEN_STORE,
  stores: TOKEN_STORE,
  redis: TOKEN_STORE,
  scope: 'pass it to client.for({ scope })',
  scopes: 'pass it to client.for({ scope })',
  resource: 'pass it to client.for({ resource })',
  audience: 'pass it to client.for({ parameters: { audience } })',
};

const SCOPE = 'write "scope": one string, with the scopes separated by single spaces';
const RESOURCE =
  'write "resource" if the server supports RFC 8707, otherwise "parameters": { audience } and "origins"';
const PARAMETERS = 'write "parameters": an object of strings';
const ORIGINS = 'write "resource", or "origins": the origins that tokens may be sent to';

/** For `client.for()`. */
export const TOKEN_SOURCE_HINTS: Hints = {
  scopes: SCOPE,
  audience: RESOURCE,
  aud: RESOURCE,
  resources: RESOURCE,
  params: PARAMETERS,
  extraParams: PARAMETERS,
  body: PARAMETERS,
  query: PARAMETERS,
  url: ORIGINS,
  baseUrl: ORIGINS,
  baseURL: ORIGINS,
  host: ORIGINS,
  grant_type: GRANT,
  grantType: GRANT,
  fetch: 'pass it to createTokenClient({ fetch })',
  dangerouslyAllowHttp: 'pass it to createTokenClient({ dangerouslyAllowHttp })',
};

const KEYS = 'write "keyPair": a CryptoKeyPair, as crypto.subtle.generateKey returns it';

/** For the option `dpop`. */
export const DPOP_KEY_HINTS: Hints = {
  algorithm: 'write "alg"',
  signingAlg: 'write "alg"',
  key: KEYS,
  keys: KEYS,
  privateKey: KEYS,
  publicKey: KEYS,
  jwk: KEYS,
  nonce: 'omit it: the client uses the nonces of each server',
};
