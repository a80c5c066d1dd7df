import { describe, expect, it } from 'vitest';
import { typeErrorMessageOf } from '../../../../test/support/type-error-message.js';
import { type IntrospectionPolicy, resolveIntrospection } from './resolve-introspection.js';

const CLIENT = { clientId: 'api', clientSecret: () => 's' };
const ISSUER = 'https://as.example';

function resolve(
  introspection: unknown,
  issuerOptions: Readonly<Record<string, unknown>> = {},
): IntrospectionPolicy | undefined {
  const options = { issuer: ISSUER, introspection, ...issuerOptions };
  return resolveIntrospection(options, { path: 'issuers[0].', allowHttp: false });
}

describe('resolveIntrospection', () => {
  it('completes the required options with defaults', () => {
    expect(resolve({ tokens: 'opaque', ...CLIENT })).toEqual({
      tokens: 'opaque',
      tokenPrefix: undefined,
      endpoint: undefined,
      clientId: 'api',
      authenticate: expect.any(Function),
      signed: false,
      cacheSeconds: 10,
      negativeCacheSeconds: 5,
      maxStaleSeconds: 0,
      timeoutMs: 3_000,
      maxPending: 1_000,
      issuerChecksAudience: false,
    });
    expect(resolve(undefined)).toBeUndefined();
  });

  it('keeps the authenticator of the application', () => {
    const authenticate = (): void => undefined;
    const policy = resolve({ tokens: 'jwt', authenticate });
    expect(policy).toMatchObject({ authenticate, clientId: undefined });
  });

  it.each<[string, object, object]>([
    ['jwksUri for signed responses', { tokens: 'opaque', signed: true }, { jwksUri: 'x' }],
    ['jwks for JWTs', { tokens: 'both' }, { jwks: {} }],
    ['a secret for JWTs', { tokens: 'jwt' }, { secret: {} }],
  ])('accepts %s', (_what, introspection, issuerOptions) => {
    expect(resolve({ ...CLIENT, ...introspection }, { ...issuerOptions })).toBeDefined();
  });

  it.each(['http://127.0.0.1:8080/introspect', 'https://as.example/introspect?tenant=a'])(
    'accepts the endpoint %s',
    (endpoint) => {
      expect(resolve({ tokens: 'opaque', ...CLIENT, endpoint })?.endpoint?.href).toBe(endpoint);
    },
  );
});

describe('resolveIntrospection › messages', () => {
  it.each<[string, unknown, string]>([
    ['not an object', 'opaque', 'option "issuers[0].introspection" must be an object like {'],
    ['no tokens', CLIENT, 'introspection.tokens" is missing; it must be "opaque", "both" or "jwt"'],
    ['unknown tokens', { ...CLIENT, tokens: 'all' }, 'introspection.tokens" must be "opaque"'],
    [
      'an unknown option',
      { ...CLIENT, tokens: 'jwt', cacheSecond: 1 },
      'did you mean "cacheSeconds"',
    ],
    ['a foreign name', { ...CLIENT, tokens: 'jwt', client_id: 'a' }, 'write "clientId"'],
  ])('%s', (_what, introspection, message) => {
    expect(typeErrorMessageOf(() => resolve(introspection))).toContain(message);
  });

  it.each<[string, object, string]>([
    ['clientId', { clientId: undefined }, 'clientId" is missing'],
    ['clientId', { clientId: '' }, 'clientId" must be a non-empty string'],
    [
      'clientSecret',
      { clientSecret: undefined },
      'clientSecret" is missing; it must be a function',
    ],
    ['clientSecret', { clientSecret: 's' }, 'clientSecret" must be a function that returns'],
    ['clientSecret', { authenticate: () => undefined }, 'cannot be combined with "authenticate"'],
    [
      'authenticate',
      { clientSecret: undefined, authenticate: 1 },
      'authenticate" must be a function',
    ],
    [
      'clientAuthenticationMethod',
      { clientAuthenticationMethod: 'private_key_jwt' },
      'must be "client_secret_basic" or "client_secret_post"; for any other method write',
    ],
    ['tokenPrefix', { tokenPrefix: '' }, 'tokenPrefix" must be 1 to 64 characters'],
    ['tokenPrefix', { tokenPrefix: 'a b' }, 'tokenPrefix" must be 1 to 64 characters'],
    ['tokenPrefix', { tokenPrefix: 'x'.repeat(65) }, 'tokenPrefix" must be 1 to 64 characters'],
    ['tokenPrefix', { tokenPrefix: 'ey' }, 'tokenPrefix" must not be how JWTs begin'],
    ['tokenPrefix', { tokenPrefix: 'eyJhbGci' }, 'tokenPrefix" must not be how JWTs begin'],
    ['tokenPrefix', { tokens: 'jwt', tokenPrefix: 'a_' }, 'tokenPrefix" requires "tokens"'],
    ['endpoint', { endpoint: 'introspect' }, 'endpoint" must be an https URL'],
    ['endpoint', { endpoint: 'http://as.example/i' }, 'endpoint" must be an https URL'],
    ['endpoint', { endpoint: 'https://as.example/i#' }, 'endpoint" must be an https URL without'],
    ['endpoint', { endpoint: 'https://u:p@as.example/i' }, 'must not contain a user or password'],
    ['signed', { signed: 'yes' }, 'signed" must be true or false, not a string'],
    ['signed', { signed: null }, 'signed" must be true or false, not null'],
    ['issuerChecksAudience', { issuerChecksAudience: 1 }, 'issuerChecksAudience" must be true'],
    ['cacheSeconds', { cacheSeconds: 301 }, 'cacheSeconds" must be a number from 0 to 300'],
    ['cacheSeconds', { cacheSeconds: -1 }, 'cacheSeconds" must be a number from 0 to 300'],
    ['negativeCacheSeconds', { negativeCacheSeconds: 61 }, 'must be a number from 0 to 60'],
    ['maxStaleSeconds', { maxStaleSeconds: Infinity }, 'must be a number from 0 to 300'],
    ['timeoutMs', { timeoutMs: 0 }, 'timeoutMs" must be a number from 1 to 60000'],
    ['maxPending', { maxPending: 1.5 }, 'maxPending" must be an integer from 1 to 100000'],
  ])('%s: %j', (name, introspection, message) => {
    const given = { tokens: 'opaque', ...CLIENT, ...introspection };
    const shown = typeErrorMessageOf(() => resolve(given));
    expect(shown).toContain(message);
    expect(shown).toContain(`option "issuers[0].introspection.${name}"`);
  });

  it.each<[string, object, object]>([
    ['jwks', { tokens: 'opaque' }, { jwks: {} }],
    ['jwks', { tokens: 'opaque', signed: true }, { jwks: {} }],
    ['secret', { tokens: 'opaque' }, { secret: {} }],
    ['jwksUri', { tokens: 'opaque' }, { jwksUri: 'https://as.example/jwks' }],
  ])('%s is not used with %j', (name, introspection, issuerOptions) => {
    const call = (): unknown => resolve({ ...CLIENT, ...introspection }, { ...issuerOptions });
    expect(typeErrorMessageOf(call)).toBe(
      `option "issuers[0].${name}" cannot be combined with "introspection.tokens": "opaque" because no ` +
        'token is a JWT; omit it, or write "both"',
    );
  });

  it.each(['accounts', 'http://as.example'])(
    'an issuer that is not an https URL requires the endpoint: %s',
    (issuer) => {
      const given = { tokens: 'both', ...CLIENT };
      const call = (): unknown => resolve(given, { issuer, jwksUri: 'https://as.example/jwks' });
      expect(typeErrorMessageOf(call)).toBe(
        'option "issuers[0].introspection.endpoint" is missing; it cannot be discovered because the ' +
          'issuer is not an https URL',
      );
      const endpoint = 'https://as.example/introspect';
      expect(resolve({ ...given, endpoint }, { issuer, jwksUri: 'x' })).toBeDefined();
    },
  );
});
