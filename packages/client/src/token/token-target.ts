/**
 * What tokens are for: a resource, a scope, and the origins that may see them.
 *
 * @module
 */
import { createScopeSet, isScopeToken } from '@scopegate/protocol';
import {
  assertKnownOptions,
  invalidOption,
  isConfidentialUrl,
  isPlainObject,
  hasUserinfo,
} from '@scopegate/protocol/internal';
import { TOKEN_SOURCE_HINTS } from '../foreign-options.js';

/** What to get tokens for, and where to send them. */
export interface TokenSourceOptions {
  /**
   * The resource indicator: an absolute URI without fragment. An https URL (http to this machine)
   * names the origin that tokens are sent to.
   *
   * @defaultValue none is sent, for servers that know no RFC 8707; `fetch` needs `origins` then
   */
  readonly resource?: string | undefined;
  /**
   * Space-delimited scope-tokens.
   *
   * @defaultValue none is sent: the server's default. RFC 6749 §3.3
   */
  readonly scope?: string | undefined;
  /**
   * Further origins that tokens are sent to, such as `https://api.eu.example.com`.
   *
   * @defaultValue none
   */
  readonly origins?: readonly string[] | undefined;
  /**
   * Makes it an error when fewer scopes are granted than were asked for.
   *
   * @defaultValue `false`: `scopes` of the token and an event tell
   */
  readonly requireGranted?: boolean | undefined;
  /**
   * Further parameters of the token request, such as the `audience` of servers that know no
   * RFC 8707. Those of RFC 6749, 7521 and 8707 are not among them.
   *
   * @defaultValue none
   */
  readonly parameters?: Readonly<Record<string, string>> | undefined;
  /**
   * How long a 503 with `Retry-After` is waited for before the call is repeated, once; 0 to 300.
   * Only idempotent methods (RFC 9110 §9.2.2) and bodies that can be sent twice are repeated.
   *
   * @defaultValue 0: a 503 is returned
   */
  readonly maxRetryAfterSeconds?: number | undefined;
}

/** {@link TokenSourceOptions}, checked and complete. */
export interface TokenTarget {
  readonly resource: string | undefined;
  /** As given, for the wire. */
  readonly scope: string;
  readonly scopes: ReadonlySet<string>;
  readonly parameters: readonly (readonly [name: string, value: string])[];
  readonly origins: ReadonlySet<string>;
  readonly requireGranted: boolean;
  readonly maxRetryAfterMs: number;
  /** The same for targets that the same token serves. */
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

/** The parameters that are the client's to set. RFC 6749 §2.3.1, §4.4.2; RFC 7521 §4.2; RFC 8707 §2. */
const OWN_PARAMETERS = new Set([
  'grant_type',
  'client_id',
  'client_secret',
  'client_assertion',
  'client_assertion_type',
  'resource',
  'scope',
]);

// RFC 3986 §4.3, by its alphabet: URL parsers mend what is not a URI.
const ABSOLUTE_URI = /^[A-Za-z][A-Za-z0-9+.-]*:[A-Za-z0-9\-._~:/?[\]@!$&'()*+,;=%]+$/;
const HTTP_URI = /^https?:\/\/[^/]/i;
const MAX_RETRY_AFTER_SECONDS = 300;

/**
 * Checks what tokens are asked for.
 *
 * @throws TypeError When an option is unusable or unknown; names it.
 */
export function resolveTokenTarget(options: TokenSourceOptions): TokenTarget {
  const given: unknown = options;
  assertKnownOptions('client.for()', given, NAMES, TOKEN_SOURCE_HINTS);
  const { resource, scope = '', requireGranted = false, maxRetryAfterSeconds = 0 } = options;
  if (resource !== undefined) assertResource(resource);
  const origins = readOrigins(resource, options.origins ?? []);
  const scopes = readScopes(scope);
  const parameters = readParameters(options.parameters ?? {});
  if (!isBoolean(requireGranted)) throw invalidOption('requireGranted', 'must be true or false');
  if (!isRetryAfter(maxRetryAfterSeconds)) {
    throw invalidOption('maxRetryAfterSeconds', `must be from 0 to ${MAX_RETRY_AFTER_SECONDS}`);
  }
  return Object.freeze({
    resource,
    scope: [...scopes].join(' '),
    scopes,
    parameters,
    origins,
    requireGranted,
    maxRetryAfterMs: maxRetryAfterSeconds * 1_000,
    key: JSON.stringify([resource ?? null, [...scopes].sort(), parameters]),
  });
}

function assertResource(resource: unknown): void {
  // RFC 8707 §2: an absolute URI; the alphabet has no "#".
  const isUri =
    typeof resource === 'string' && ABSOLUTE_URI.test(resource) && URL.canParse(resource);
  const url = isUri ? new URL(resource) : undefined;
  const isHttp = url?.protocol === 'https:' || url?.protocol === 'http:';
  const isWellFormed = !isHttp || (HTTP_URI.test(String(resource)) && !hasUserinfo(url));
  if (url !== undefined && isWellFormed) return;
  throw invalidOption('resource', 'must be an absolute URI without fragment or credentials');
}

function readOrigins(resource: string | undefined, listed: unknown): ReadonlySet<string> {
  if (!Array.isArray(listed) || !listed.every(isOrigin)) {
    throw invalidOption('origins', 'must list https origins, such as "https://api.example.com"');
  }
  const own = resource === undefined ? undefined : new URL(resource);
  const isOwnUsable = own !== undefined && isConfidentialUrl(own);
  return new Set([...(isOwnUsable ? [own.origin] : []), ...listed]);
}

function isOrigin(value: unknown): value is string {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const url = new URL(value);
  // A wildcard is a legal host to URL parsers, and would match nothing.
  return url.origin === value && isConfidentialUrl(url) && !value.includes('*');
}

function readScopes(scope: unknown): ReadonlySet<string> {
  const tokens = typeof scope === 'string' ? scope.split(' ') : [];
  const isGrammatical = scope === '' || (tokens.length > 0 && tokens.every(isScopeToken));
  // RFC 6749 §3.3.
  if (isGrammatical) return createScopeSet(tokens);
  throw invalidOption('scope', 'must be scope-tokens, with one space between two');
}

function readParameters(parameters: unknown): [name: string, value: string][] {
  if (!isPlainObject(parameters)) throw invalidOption('parameters', 'must be an object');
  const entries: [string, string][] = [];
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined) continue;
    if (OWN_PARAMETERS.has(name)) {
      throw invalidOption('parameters', `must not hold "${name}", which is set by the client`);
    }
    if (typeof value !== 'string') throw invalidOption('parameters', 'must hold text only');
    entries.push([name, value]);
  }
  return entries.sort(([a], [b]) => (a < b ? -1 : 1));
}

function isBoolean(value: unknown): boolean {
  return typeof value === 'boolean';
}

function isRetryAfter(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= MAX_RETRY_AFTER_SECONDS;
}
