/**
 * The option `introspection` of an issuer, checked at start-up and completed with defaults.
 *
 * @module
 */
import type { RequestAuthenticator } from '@scopegate/protocol';
import {
  assertKnownOptions,
  givenType,
  invalidOption,
  isPlainObject,
  isTransportAllowed,
  type NumberRange,
  optionalNumber,
  parseIssuer,
  parseUrl,
} from '@scopegate/protocol/internal';
import { assertConfidential, type OptionContext } from '../option-context.js';
import type { IntrospectionCache } from './introspection-cache.js';
import { resolveCache } from './resolve-cache.js';
import { resolveClient } from './resolve-client.js';

/** The option `introspection`, complete. */
export interface IntrospectionPolicy {
  readonly tokens: 'jwt' | 'opaque' | 'both';
  /** `undefined` when every token that is not a JWT is sent. */
  readonly tokenPrefix: string | undefined;
  /** `undefined` means discovery. */
  readonly endpoint: URL | undefined;
  /** Of this resource server; `undefined` if the application authenticates otherwise. */
  readonly clientId: string | undefined;
  readonly authenticate: RequestAuthenticator;
  readonly signed: boolean;
  readonly cacheSeconds: number;
  readonly negativeCacheSeconds: number;
  readonly maxStaleSeconds: number;
  readonly timeoutMs: number;
  readonly maxPending: number;
  readonly issuerChecksAudience: boolean;
  /** `undefined` when responses are not shared with other processes. */
  readonly cache: IntrospectionCache | undefined;
}

type Options = Readonly<Record<string, unknown>>;

const DEFAULTS = {
  cacheSeconds: 10,
  negativeCacheSeconds: 5,
  maxStaleSeconds: 0,
  timeoutMs: 3_000,
  maxPending: 1_000,
} as const;

const NAMES = [
  'tokens',
  'clientId',
  'clientSecret',
  'clientAuthenticationMethod',
  'authenticate',
  'tokenPrefix',
  'endpoint',
  'signed',
  ...Object.keys(DEFAULTS),
  'issuerChecksAudience',
  'cache',
];

/** Names of other libraries, and what to write instead. */
const HINTS: Readonly<Record<string, string>> = {
  introspectionEndpoint: 'write "endpoint"',
  introspection_endpoint: 'write "endpoint"',
  introspectionUri: 'write "endpoint"',
  url: 'write "endpoint"',
  uri: 'write "endpoint"',
  client_id: 'write "clientId"',
  client_secret: 'write "clientSecret": a function that returns the secret',
  prefix: 'write "tokenPrefix"',
  ttl: 'write "cacheSeconds"',
  cacheTtl: 'write "cacheSeconds"',
  timeout: 'write "timeoutMs"',
  jwt: 'write "signed" for responses that are signed, and "tokens" for tokens that are JWTs',
};

/**
 * Checks the option `introspection` of an issuer.
 *
 * @param issuerOptions - The options of the issuer, of which `introspection` is one.
 * @returns `undefined` when it is not given.
 * @throws TypeError An option is missing, unknown or out of range.
 */
export function resolveIntrospection(
  issuerOptions: Options,
  context: OptionContext,
): IntrospectionPolicy | undefined {
  const { introspection: given } = issuerOptions;
  if (given === undefined) return undefined;
  const name = `${context.path}introspection`;
  if (!isPlainObject(given)) {
    throw invalidOption(name, `must be an object like { tokens, clientId, clientSecret }`);
  }
  assertKnownOptions(`option "${name}"`, given, { names: NAMES, hints: HINTS });
  const inner = { ...context, path: `${name}.` };
  const tokens = resolveTokens(given['tokens'], inner);
  const signed = resolveBoolean(given, 'signed', inner);
  const endpoint = resolveEndpoint(given['endpoint'], inner);
  if (tokens === 'opaque') assertKeysAreUsed(issuerOptions, signed, context);
  if (endpoint === undefined) assertDiscoverable(issuerOptions['issuer'], inner);
  const client = resolveClient(given, inner);
  const limits = resolveLimits(given, inner);
  return Object.freeze({
    tokens,
    tokenPrefix: resolvePrefix(given['tokenPrefix'], tokens, inner),
    endpoint,
    ...client,
    signed,
    ...limits,
    cache: resolveCache(given['cache'], { tokens, ...client, ...limits }, inner),
    issuerChecksAudience: resolveBoolean(given, 'issuerChecksAudience', inner),
  });
}

function resolveLimits(
  given: Options,
  { path }: OptionContext,
): Pick<IntrospectionPolicy, keyof typeof DEFAULTS> {
  const read = (name: keyof typeof DEFAULTS, range: NumberRange): number =>
    optionalNumber(given, name, { ...range, path }) ?? DEFAULTS[name];
  return {
    cacheSeconds: read('cacheSeconds', { min: 0, max: 300 }),
    negativeCacheSeconds: read('negativeCacheSeconds', { min: 0, max: 60 }),
    maxStaleSeconds: read('maxStaleSeconds', { min: 0, max: 300 }),
    timeoutMs: read('timeoutMs', { min: 1, max: 60_000 }),
    maxPending: read('maxPending', { min: 1, max: 100_000, isInteger: true }),
  };
}

function resolveTokens(value: unknown, { path }: OptionContext): IntrospectionPolicy['tokens'] {
  if (value === 'jwt' || value === 'opaque' || value === 'both') return value;
  const problem = value === undefined ? 'is missing; it ' : '';
  throw invalidOption(
    `${path}tokens`,
    `${problem}must be "opaque", "both" or "jwt": which tokens the issuer issues`,
  );
}

function resolveEndpoint(value: unknown, context: OptionContext): URL | undefined {
  if (value === undefined) return undefined;
  const url = parseUrl(value);
  if (url === undefined || url.href.includes('#')) {
    throw invalidOption(`${context.path}endpoint`, 'must be an https URL without fragment');
  }
  assertConfidential(url, 'endpoint', context);
  return url;
}

/** An issuer whose keys are configured may have any name. */
function assertDiscoverable(issuer: unknown, context: OptionContext): void {
  const url = parseIssuer(issuer);
  if (url !== undefined && isTransportAllowed(url, context)) return;
  const name = `${context.path}endpoint`;
  throw invalidOption(
    name,
    'is missing; it cannot be discovered because the issuer is not an https URL',
  );
}

/** Keys that no token and no response is signed with are a mistake. */
function assertKeysAreUsed(options: Options, signed: boolean, { path }: OptionContext): void {
  const names = signed ? ['jwks', 'secret'] : ['jwks', 'secret', 'jwksUri'];
  const unused = names.find((name) => options[name] !== undefined);
  if (unused === undefined) return;
  throw invalidOption(
    `${path}${unused}`,
    'cannot be combined with "introspection.tokens": "opaque" because no token is a JWT; ' +
      'omit it, or write "both"',
  );
}

// RFC 6750 §2.1: the characters with which a bearer token may begin.
const PREFIX = /^[\w.~+/-]{1,64}$/;
// Every JWT begins with the base64url of `{"`.
const JWT_PREFIX = 'eyJ';

function resolvePrefix(
  value: unknown,
  tokens: IntrospectionPolicy['tokens'],
  { path }: OptionContext,
): string | undefined {
  if (value === undefined) return undefined;
  const name = `${path}tokenPrefix`;
  if (typeof value !== 'string' || !PREFIX.test(value)) {
    throw invalidOption(name, 'must be 1 to 64 characters with which bearer tokens begin');
  }
  if (value.startsWith(JWT_PREFIX) || JWT_PREFIX.startsWith(value)) {
    throw invalidOption(name, 'must not be how JWTs begin: they would be sent to the issuer');
  }
  if (tokens !== 'jwt') return value;
  throw invalidOption(name, 'requires "tokens" to be "opaque" or "both"');
}

function resolveBoolean(options: Options, name: string, { path }: OptionContext): boolean {
  const value = options[name] ?? false;
  if (typeof value === 'boolean' && options[name] !== null) return value;
  throw invalidOption(`${path}${name}`, `must be true or false${givenType(options[name])}`);
}
