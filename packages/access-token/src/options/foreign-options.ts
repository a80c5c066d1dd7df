/**
 * Options of other libraries, and what to write instead.
 *
 * @module
 */

const CREDENTIALS =
  'write "credentials" for tokens in the body or the query; copy any other token into the header before the guard';
const REQUIRE_GUARD = 'call requireAccessToken() or optionalAccessToken() for each route instead';
const READ_TOKEN = 'read api.accessToken(req) in the handler instead';
const KEY_CACHE = 'omit it: keys are cached and refreshed, and requests for them are limited';
const KEY_SET = 'write it as a member of "keySet"';
const KEY_LIFETIME = `${KEY_CACHE}; see "keySet" for the times`;
const STATIC_KEYS = 'write "jwks" with the public keys as JWKs, or omit it for discovery';
const TOLERANCE = 'write "clockToleranceSeconds"';
const ISSUER = 'write "issuer", exactly as the tokens name it in "iss"';
const FETCH = 'write "fetch", a function that uses it';
const POOL = 'write ...cognito({ userPoolId, clientId }), from the entry point "providers"';
const ROUTE_CHECK =
  'write "check" in the policy of a route, or "claims", a Standard Schema, which all tokens must match';
const NO_CLIENT =
  'omit it: a resource server has none; "audience" names the API that tokens are for';
const NOT_SWITCHED_OFF = 'omit it: the check cannot be switched off';

/**
 * The hints of `assertKnownOptions`, by the option names of express-oauth2-jwt-bearer, express-jwt,
 * passport-jwt, aws-jwt-verify, jose, jwks-rsa and jsonwebtoken.
 */
export const FOREIGN_OPTIONS: Readonly<Record<string, string>> = Object.freeze({
  // express-oauth2-jwt-bearer
  issuerBaseURL: ISSUER,
  tokenSigningAlg: 'write "algorithms", an array',
  authRequired: REQUIRE_GUARD,
  strict: 'write typ: "at+jwt", which follows RFC 9068 exactly',
  agent: FETCH,
  mcd: 'write "issuers", an array, or { resolve } to find them at run time',
  getCertificate: 'write "mtls", which names where the certificate comes from',
  cooldownDuration: KEY_CACHE,
  maxTokenAge: 'write "maxLifetimeSeconds", which limits "exp" minus "iat"',
  validators: 'write "claims", a Standard Schema',
  // express-jwt
  credentialsRequired: REQUIRE_GUARD,
  getToken: CREDENTIALS,
  requestProperty: READ_TOKEN,
  userProperty: READ_TOKEN,
  resultProperty: READ_TOKEN,
  isRevoked: 'write it as a member of "revocation"; it gets the claims that identify the token',
  onExpired: 'write "onRefusal"',
  // passport-jwt
  secretOrKey: 'write "secret" for HS256, or "jwks" for public keys',
  secretOrKeyProvider: 'omit it: keys are found by discovery, or write "jwksUri"',
  jwtFromRequest: CREDENTIALS,
  ignoreExpiration: NOT_SWITCHED_OFF,
  passReqToCallback: READ_TOKEN,
  jsonWebTokenOptions: 'write each of its members as an option',
  // aws-jwt-verify
  userPoolId: POOL,
  tokenUse: 'omit it: only access tokens are accepted',
  groups: ROUTE_CHECK,
  graceSeconds: TOLERANCE,
  customJwtCheck: ROUTE_CHECK,
  jwksCache: KEY_CACHE,
  includeRawJwtInErrors: 'omit it: no error contains a token; explain() shows why one is refused',
  // members of another option
  maxStaleMs: KEY_SET,
  timeoutMs: KEY_SET,
  defaultLifetimeMs: KEY_SET,
  minLifetimeMs: KEY_SET,
  maxLifetimeMs: KEY_SET,
  // jose, jwks-rsa, jsonwebtoken and others
  cache: KEY_CACHE,
  rateLimit: KEY_CACHE,
  cacheMaxAge: KEY_LIFETIME,
  cacheMaxEntries: KEY_CACHE,
  cacheMaxAgeFallback: 'write keySet: { maxStaleMs }',
  jwksRequestsPerMinute: KEY_CACHE,
  requestAgent: FETCH,
  requestHeaders: FETCH,
  proxy: FETCH,
  fetcher: 'write "fetch", which has the signature of the global one',
  getKeysInterceptor: STATIC_KEYS,
  timeout: 'write keySet: { timeoutMs }',
  timeoutDuration: 'write keySet: { timeoutMs }',
  publicKey: STATIC_KEYS,
  key: STATIC_KEYS,
  keys: STATIC_KEYS,
  clockSkew: TOLERANCE,
  leeway: TOLERANCE,
  domain: ISSUER,
  discoveryUrl: ISSUER,
  issuerUrl: ISSUER,
  onError: 'write "onRefusal"',
  subject: 'write "claims", a Standard Schema',
  clockTimestamp: 'write "clock", a function that returns milliseconds',
  currentDate: 'write "clock", a function that returns milliseconds',
  maxAge: 'write "maxLifetimeSeconds", which limits "exp" minus "iat"',
  ignoreNotBefore: NOT_SWITCHED_OFF,
  requiredClaims: 'write "claims", a Standard Schema, or typ: "at+jwt"',
  requiredScopes: 'call requireScope() for each route instead',
  client_id: NO_CLIENT,
  clientId: NO_CLIENT,
  clientSecret: 'omit it: a resource server needs none; "secret" is for tokens signed with HS256',
});
