/**
 * What other libraries call the options of this one, and what to write here.
 *
 * The names are those of openid-client, oauth4webapi, simple-oauth2, client-oauth2,
 * axios-oauth-client and of the token requests themselves.
 *
 * @module
 */

type Hints = Readonly<Record<string, string>>;

const SECRET = 'write "clientAuthentication": clientSecretBasic(() => secret)';
const METHOD =
  'write "clientAuthentication", made by clientSecretBasic, clientSecretPost, privateKeyJwt or tlsClientAuth';
const PRIVATE_KEY = 'write "clientAuthentication": privateKeyJwt(() => key)';
const ISSUER = 'write "issuer": its metadata names the token endpoint';
const TOKEN_ENDPOINT = 'write "tokenEndpoint", the whole URL, beside "issuer"';
const GRANT = 'omit it: the grant is always client_credentials';
const FETCH = 'write "fetch": a function that sends requests with it';

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
  auth: 'write "issuer", or "tokenEndpoint" beside it',
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
  agent: FETCH,
  httpsAgent: FETCH,
  dispatcher: FETCH,
  http: FETCH,
  axios: FETCH,
  scope: 'write it where tokens are asked for: client.for({ scope })',
  scopes: 'write it where tokens are asked for: client.for({ scope })',
  resource: 'write it where tokens are asked for: client.for({ resource })',
  audience: 'write it where tokens are asked for: client.for({ parameters: { audience } })',
};

const SCOPE = 'write "scope": one string, with a space between two scopes';
const RESOURCE =
  'write "resource" where the server knows RFC 8707, otherwise "parameters": { audience } and "origins"';
const PARAMETERS = 'write "parameters": an object of strings';
const ORIGINS = 'write "resource", or "origins": the origins that tokens are sent to';

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
  fetch: 'write it where the client is made: createTokenClient({ fetch })',
};
