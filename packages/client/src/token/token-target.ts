/**
 * Token targets: the resource, the scopes and the origins of a token.
 *
 * @module
 */
import { createScopeSet, isScopeToken } from '@scopegate/protocol';
import {
  assertKnownOptions,
  invalidOption,
  hasUserinfo,
  isPlainObject,
  isTransportAllowed,
  optionalBoolean,
  optionalNumber,
  parseUrl,
  TRANSPORT_RULE,
  type TransportRules,
} from '@scopegate/protocol/internal';
import { TOKEN_SOURCE_HINTS } from '../option-hints.js';

/** Options of `client.for()`: what tokens are for, and where they may be sent. */
export interface TokenSourceOptions {
  /**
   * The resource indicator of RFC 8707: an absolute URI without a fragment. If it is an https URL (or
   * http to this machine), tokens may be sent to its origin. Omit it for servers that do not support
   * RFC 8707; `fetch` then requires `origins`.
   *
   * @defaultValue the token request has no `resource`
   */
  readonly resource?: string | undefined;
  /**
   * The scopes to request, separated by single spaces. RFC 6749 §3.3.
   *
   * @defaultValue the token request has no `scope`, so the server grants its default
   */
  readonly scope?: string | undefined;
  /**
   * Origins that tokens may be sent to in addition to that of `resource`, such as
   * `https://api.eu.example.com`. Each is https (or http to this machine), without a path or a
   * wildcard.
   *
   * @defaultValue `[]`
   */
  readonly origins?: readonly string[] | undefined;
  /**
   * Whether a token that lacks requested scopes is an error: a {@link TokenRequestError} `scope`.
   * Otherwise the token is used, and its `scopes` and the event `requested` or `renewed` report it.
   *
   * @defaultValue `false`
   */
  readonly requireGranted?: boolean | undefined;
  /**
   * Additional parameters of the token request, such as `audience` for servers that do not support
   * RFC 8707. Parameters of RFC 6749, 7521 and 8707 are not allowed: the client sets them.
   *
   * @defaultValue `{}`
   */
  readonly parameters?: Readonly<Record<string, string>> | undefined;
  /**
   * How many seconds of `Retry-After` to wait after a 503 before `fetch` repeats the call, once: 0
   * to 300. Only idempotent methods (RFC 9110 §9.2.2) with a body that can be sent again are
   * repeated. If `Retry-After` is longer, `fetch` returns the 503; with 0 it always does.
   *
   * @defaultValue `0`
   */
  readonly maxRetryAfterSeconds?: number | undefined;
}

/** {@link TokenSourceOptions}, checked and complete. */
export interface TokenTarget extends TransportRules {
  readonly resource: string | undefined;
  /** The value of the request parameter, without repeated scopes. */
  readonly scope: string;
  readonly scopes: ReadonlySet<string>;
  readonly parameters: readonly (readonly [name: string, value: string])[];
  readonly origins: ReadonlySet<string>;
  readonly requireGranted: boolean;
  readonly maxRetryAfterMs: number;
  /** Equal for targets that share a token. */
  readonly key: string;
}

const NAMES = [
  'resource',
  'scope',
  'origins',
  'requireGranted',
  'parameters',
  'maxRetryAfterSeconds',
] as const satisfies readonly (keyof TokenSourceOptions)[];

/** The parameters that the client sets. RFC 6749 §2.3.1, §4.4.2; RFC 7521 §4.2; RFC 8707 §2. */
const OWN_PARAMETERS = new Set([
  'grant_type',
  'client_id',
  'client_secret',
  'client_assertion',
  'client_assertion_type',
  'resource',
  'scope',
]);

// The characters of RFC 3986 §4.3, because URL parsers repair strings that are not URIs.
const ABSOLUTE_URI = /^[A-Za-z][A-Za-z0-9+.-]*:[A-Za-z0-9\-._~:/?[\]@!$&'()*+,;=%]+$/;
const HTTP_URI = /^https?:\/\/[^/]/i;
const MAX_RETRY_AFTER_SECONDS = 300;

/**
 * Checks the options of `client.for()` and fills in the defaults.
 *
 * @throws TypeError An option is missing, unknown or out of range.
 */
export function resolveTokenTarget(
  options: TokenSourceOptions,
  rules: TransportRules = { allowHttp: false },
): TokenTarget {
  const given: unknown = options;
  assertKnownOptions('client.for()', given, { names: NAMES, hints: TOKEN_SOURCE_HINTS });
  const { resource, scope = '' } = options;
  if (resource !== undefined) assertResource(resource);
  const origins = readOrigins(options, rules);
  const scopes = readScopes(scope);
  const parameters = readParameters(options.parameters ?? {});
  const retryAfter = { min: 0, max: MAX_RETRY_AFTER_SECONDS };
  const maxRetryAfterSeconds = optionalNumber(given, 'maxRetryAfterSeconds', retryAfter) ?? 0;
  return Object.freeze({
    resource,
    scope: [...scopes].join(' '),
    scopes,
    parameters,
    origins,
    requireGranted: optionalBoolean(given, 'requireGranted'),
    maxRetryAfterMs: maxRetryAfterSeconds * 1_000,
    allowHttp: rules.allowHttp,
    key: JSON.stringify([resource ?? null, [...scopes].sort(), parameters]),
  });
}

function assertResource(resource: unknown): void {
  // RFC 8707 §2: an absolute URI; the pattern excludes "#".
  const url = ABSOLUTE_URI.test(String(resource)) ? parseUrl(resource) : undefined;
  const isHttp = url?.protocol === 'https:' || url?.protocol === 'http:';
  const isWellFormed = !isHttp || (HTTP_URI.test(String(resource)) && !hasUserinfo(url));
  if (url !== undefined && isWellFormed) return;
  throw invalidOption('resource', 'must be an absolute URI without a fragment or credentials');
}

function readOrigins(
  { resource, origins: listed = [] }: TokenSourceOptions,
  rules: TransportRules,
): ReadonlySet<string> {
  if (!isArrayOfOrigins(listed)) {
    throw invalidOption(
      'origins',
      'must be an array of https origins, such as "https://api.example.com"',
    );
  }
  const refused = listed.findIndex((origin) => !isTransportAllowed(new URL(origin), rules));
  if (refused !== -1) throw invalidOption(`origins[${refused}]`, TRANSPORT_RULE);
  const own = resource === undefined ? undefined : new URL(resource);
  const isOwnUsable = own !== undefined && isTransportAllowed(own, rules);
  return new Set([...(isOwnUsable ? [own.origin] : []), ...listed]);
}

function isArrayOfOrigins(listed: unknown): listed is readonly string[] {
  return Array.isArray(listed) && listed.every(isOrigin);
}

function isOrigin(value: unknown): value is string {
  const url = parseUrl(value);
  // URL parsers accept a wildcard as a host, but it would match nothing.
  if (url === undefined || url.origin !== value || value.includes('*')) return false;
  return url.protocol === 'https:' || url.protocol === 'http:';
}

function readScopes(scope: unknown): ReadonlySet<string> {
  const tokens = typeof scope === 'string' ? scope.split(' ') : [];
  const isGrammatical = scope === '' || (tokens.length > 0 && tokens.every(isScopeToken));
  // RFC 6749 §3.3.
  if (isGrammatical) return createScopeSet(tokens);
  throw invalidOption('scope', 'must be scopes separated by single spaces');
}

function readParameters(parameters: unknown): [name: string, value: string][] {
  if (!isPlainObject(parameters)) throw invalidOption('parameters', 'must be an object');
  const entries: [string, string][] = [];
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined) continue;
    if (OWN_PARAMETERS.has(name)) {
      throw invalidOption('parameters', `must not contain "${name}"; the client sets it`);
    }
    if (typeof value !== 'string') throw invalidOption('parameters', 'must contain only strings');
    entries.push([name, value]);
  }
  return entries.sort(([a], [b]) => (a < b ? -1 : 1));
}
