/**
 * Options of the resource server beyond those of its verifier.
 *
 * @module
 */
import {
  type AccessTokenClaims,
  type AccessTokenVerifierOptions,
  FOREIGN_OPTIONS,
  VERIFIER_OPTION_NAMES,
} from '@scopegate/access-token';
import { isScopeToken } from '@scopegate/protocol';
import {
  assertKnownOptions,
  invalidOption,
  isConfidentialUrl,
  optionalBoolean,
  optionalFunction,
} from '@scopegate/protocol/internal';
import type { CredentialLocation } from './request/credentials.js';
import type { ExcessScopesPolicy } from './policy/guard-policy.js';
import type { RefusalHandler } from './refusal/refusal.js';

/** What a resource server adds to the verification of tokens. */
export interface GuardOptions<Scope extends string = string> {
  /**
   * The scopes that the API knows, each a scope-token (RFC 6749 §3.3). Guards are held to them: at
   * compile time where they are literals, and at start-up.
   *
   * @defaultValue any scope
   */
  readonly scopes?: readonly Scope[] | undefined;
  /**
   * The resource identifier: an absolute https URL without fragment.
   *
   * @defaultValue the first audience that is such a URL (http for loopback hosts)
   * @see RFC 8707 §2; RFC 9728 §1.2
   */
  readonly resource?: string | undefined;
  /**
   * The protection space named in challenges; any text.
   *
   * @defaultValue the first audience
   */
  readonly realm?: string | undefined;
  /**
   * Where a token may stand; `'header'` is always one of them.
   *
   * @defaultValue ['header']
   * @see RFC 6750 §2.2, §2.3: the others are not recommended
   */
  readonly credentials?: readonly CredentialLocation[] | undefined;
  /**
   * What happens to tokens with more scopes than a route needs: nothing, an event on
   * `scopegate:decision`, or 401. Routes that state no scope are left alone.
   *
   * @defaultValue 'ignore'
   */
  readonly excessScopes?: ExcessScopesPolicy | undefined;
  /** Answers refusals instead of the guards. See {@link RefusalHandler}. */
  readonly onRefusal?: RefusalHandler | undefined;
  /**
   * Puts the client's id into events.
   *
   * @defaultValue false
   */
  readonly identifyClients?: boolean | undefined;
}

/**
 * Whom a resource server trusts: issuers, audience, keys, `fetch`, `clock` and the like, without what
 * its routes ask for. For an application that is told by its caller, so that its tests can name an
 * issuer of their own.
 *
 * @example
 * export function createApp(trust: Trust): Express {
 *   const api = createResourceServer({ ...trust, scopes: ['read:analytics'] });
 *   // …
 * }
 * createApp({ issuer: 'https://auth.example.com', audience: 'https://api.example.com' });
 * createApp(testIssuer.options()); // of `@scopegate/testing`
 */
export type Trust<Claims = AccessTokenClaims> = AccessTokenVerifierOptions<Claims>;

/** Options of {@link createResourceServer}. */
export type ResourceServerOptions<
  Scope extends string = string,
  Claims = AccessTokenClaims,
> = AccessTokenVerifierOptions<Claims> & GuardOptions<Scope>;

/** Guard options with nothing left open. */
export interface ResolvedGuardOptions {
  readonly scopes: readonly string[] | undefined;
  readonly resource: string | undefined;
  readonly realm: string;
  readonly credentials: readonly CredentialLocation[];
  readonly excessScopes: ExcessScopesPolicy;
  readonly onRefusal: RefusalHandler | undefined;
  readonly identifyClients: boolean;
}

type Options = Readonly<Record<string, unknown>>;

const GUARD_OPTION_NAMES = [
  'scopes',
  'resource',
  'realm',
  'credentials',
  'excessScopes',
  'onRefusal',
  'identifyClients',
];
const LOCATIONS: readonly CredentialLocation[] = ['header', 'body', 'query'];
const EXCESS_SCOPES: readonly ExcessScopesPolicy[] = ['ignore', 'report', 'refuse'];

/**
 * Splits options into the verifier's and ours, unknown ones refused.
 *
 * @throws TypeError Names the option, with the nearest known one.
 */
export function splitOptions<Claims>(
  options: unknown,
): readonly [verifier: AccessTokenVerifierOptions<Claims>, guards: Options] {
  const names = [...VERIFIER_OPTION_NAMES, ...GUARD_OPTION_NAMES];
  assertKnownOptions('createResourceServer', options, names, FOREIGN_OPTIONS);
  const isOurs = ([name]: [string, unknown]): boolean => GUARD_OPTION_NAMES.includes(name);
  const members = Object.entries(options);
  // The verifier checks its own part, at once.
  const verifier: unknown = Object.fromEntries(members.filter((entry) => !isOurs(entry)));
  return [
    verifier as AccessTokenVerifierOptions<Claims>,
    Object.fromEntries(members.filter(isOurs)),
  ];
}

/**
 * Checks the guard options and fills in what was left open.
 *
 * @param audiences - The audiences that the verifier expects; not empty.
 * @throws TypeError That names the option and says what is allowed.
 */
export function resolveGuardOptions(
  options: Options,
  audiences: readonly string[],
): ResolvedGuardOptions {
  return Object.freeze({
    scopes: resolveScopes(options['scopes']),
    resource: resolveResource(options['resource'], audiences),
    realm: resolveRealm(options['realm'], audiences),
    credentials: resolveCredentials(options['credentials']),
    excessScopes: resolveExcessScopes(options['excessScopes']),
    onRefusal: optionalFunction(options, 'onRefusal'),
    identifyClients: optionalBoolean(options, 'identifyClients'),
  });
}

function resolveScopes(value: unknown): readonly string[] | undefined {
  if (value === undefined) return undefined;
  if (!Array.isArray(value) || !value.every(isScopeToken)) {
    throw invalidOption('scopes', 'must be a list of scope-tokens (RFC 6749 §3.3)');
  }
  return Object.freeze([...new Set(value)]);
}

function resolveResource(value: unknown, audiences: readonly string[]): string | undefined {
  if (value === undefined) return audiences.find(isResourceIdentifier);
  if (typeof value === 'string' && isResourceIdentifier(value)) return value;
  throw invalidOption('resource', 'must be an https URL without fragment');
}

/** RFC 3986 §2, without `#`: what the URL parser would mend, clients compare octet by octet. */
const ABSOLUTE_URI = /^https?:\/\/[-\w.~%:/?[\]@!$&'()*+,;=]+$/;

function isResourceIdentifier(value: string): boolean {
  return ABSOLUTE_URI.test(value) && URL.canParse(value) && isConfidentialUrl(new URL(value));
}

function resolveRealm(value: unknown, audiences: readonly string[]): string {
  if (value === undefined) return audiences[0] ?? '';
  if (typeof value === 'string') return value;
  throw invalidOption('realm', 'must be text');
}

function resolveCredentials(value: unknown): readonly CredentialLocation[] {
  if (value === undefined) return ['header'];
  const isKnown = (item: unknown): item is CredentialLocation =>
    LOCATIONS.some((location) => location === item);
  // RFC 6750 §2.1: resource servers MUST support the header.
  if (Array.isArray(value) && value.every(isKnown) && value.includes('header')) {
    return Object.freeze([...new Set(value)]);
  }
  throw invalidOption('credentials', 'must be a list of "header" and, if need be, "body", "query"');
}

function resolveExcessScopes(value: unknown): ExcessScopesPolicy {
  if (value === undefined) return 'ignore';
  const known = EXCESS_SCOPES.find((policy) => policy === value);
  if (known !== undefined) return known;
  throw invalidOption('excessScopes', 'must be "ignore", "report" or "refuse"');
}
