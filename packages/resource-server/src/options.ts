/**
 * Options of the resource server beyond those of its verifier.
 *
 * @module
 */
import type { AccessTokenClaims, AccessTokenVerifierOptions } from '@scopegate/access-token';
import { splitVerifierOptions, type VerifierInternals } from '@scopegate/access-token/internal';
import { isScopeToken } from '@scopegate/protocol';
import { invalidOption, isConfidentialUrl, optionalBoolean } from '@scopegate/protocol/internal';
import type { CredentialLocation } from './request/credentials.js';
import {
  type ImpliedScopes,
  type ImplyingScopes,
  resolveImpliedScopes,
} from './policy/implied-scopes.js';
import { resolveInstant } from './policy/report-only-instant.js';
import type { ExcessScopesPolicy } from './policy/scope-policy.js';
import { type ResolvedTrial, resolveServerTrial, type ServerTrial } from './policy/server-trial.js';
import type { ServerTime } from './user-authentication.js';

/** The options of a resource server for its guards. */
export interface GuardOptions<Scope extends string = string> {
  /**
   * The scopes of the API, each a scope-token (RFC 6749 §3.3). Guards that require any other scope
   * throw at start-up, and do not compile where the scopes are literals. The metadata document lists
   * them. An empty array declares that the API has no scopes.
   *
   * @defaultValue any scope
   */
  readonly scopes?: readonly Scope[] | undefined;
  /**
   * Broad scopes with the narrower ones that they imply: a token with the broad scope satisfies guards
   * that require a narrow one. Transitive. Challenges name the narrow scope. Limits are not widened: with
   * `atMost`, or `excessScopes: 'refuse'`, a broad scope must be allowed by itself. Each scope must be
   * one of `scopes`, if that is declared.
   *
   * @example
   * impliedScopes: { 'write:notes': ['read:notes'] }
   * @defaultValue no scope implies another
   */
  readonly impliedScopes?: ImpliedScopes<NoInfer<Scope>> | undefined;
  /**
   * The resource identifier: an https URL without fragment. http is accepted for loopback hosts.
   *
   * @defaultValue the first audience that is such a URL
   * @see RFC 8707 §2; RFC 9728 §1.2
   */
  readonly resource?: string | undefined;
  /**
   * The `realm` of the protection space in every challenge; any string. Required when the issuers are
   * found at run time and `audience` is not set next to `issuers`.
   *
   * @defaultValue the first audience
   */
  readonly realm?: string | undefined;
  /**
   * The name of the resource server in decision events, metrics and the inspector; a non-empty string of at
   * most 100 characters. Callers never get it.
   *
   * @defaultValue the realm
   */
  readonly name?: string | undefined;
  /**
   * Where a request may carry its token: `'header'`, which is required, `'body'` and `'query'`. A
   * request with a token in two of them is refused. RFC 6750 recommends the header alone, because URLs
   * are logged. `'body'` requires a form parser in front of the guard.
   *
   * @defaultValue ['header']
   * @see RFC 6750 §2.2, §2.3
   */
  readonly credentials?: readonly CredentialLocation[] | undefined;
  /**
   * What happens to tokens with more scopes than a route requires: `'ignore'` accepts them, `'report'`
   * adds the excess scopes to the event on `scopegate:decision`, `'refuse'` answers 401. Routes that
   * require no scope accept any scope; `atMost` replaces the limit for a route.
   *
   * @defaultValue 'ignore'
   */
  readonly excessScopes?: ExcessScopesPolicy | undefined;
  /**
   * Whether decision events contain the client id of the token.
   *
   * @defaultValue false
   */
  readonly identifyClients?: boolean | undefined;
  /**
   * Stricter options to try before they are enforced; see {@link ServerTrial}. While `scopegate:decision` has
   * subscribers, each request that a guard allows is also checked against them, and the event reports the
   * result as `trial`; the response never depends on it.
   *
   * @defaultValue no trial
   */
  readonly trial?: ServerTrial | undefined;
  /**
   * Until when every guard of this resource server only reports: it lets each request pass, and publishes what
   * it would have decided. An instant as in `'2026-12-15T08:00:00Z'`, with its offset from UTC, at most 90 days
   * ahead. From then on the guards enforce their policies. Until then every route is open.
   * {@link ResourceServer.dangerouslyReportOnly} does the same for one guard.
   *
   * @defaultValue guards enforce their policies
   */
  readonly dangerouslyReportOnlyUntil?: string | undefined;
}

/**
 * The options that decide which tokens a resource server accepts: issuers, audience, keys, `fetch`,
 * `clock` and so on, without those of its guards. Use it as the parameter of a function that creates
 * the application, so that tests can pass the options of a test issuer.
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

/** Checked guard options with their defaults. */
export interface ResolvedGuardOptions {
  readonly scopes: readonly string[] | undefined;
  readonly implying: ImplyingScopes | undefined;
  readonly resource: string | undefined;
  readonly realm: string | undefined;
  readonly name: string | undefined;
  readonly credentials: readonly CredentialLocation[];
  readonly excessScopes: ExcessScopesPolicy;
  readonly identifyClients: boolean;
  readonly trial: ResolvedTrial;
  /** Until when every guard only reports; `undefined` when they enforce. */
  readonly reportOnlyUntil: string | undefined;
}

type Options = Readonly<Record<string, unknown>>;

const GUARD_OPTION_NAMES = [
  'scopes',
  'impliedScopes',
  'resource',
  'realm',
  'name',
  'credentials',
  'excessScopes',
  'identifyClients',
  'trial',
  'dangerouslyReportOnlyUntil',
];
const LOCATIONS: readonly CredentialLocation[] = ['header', 'body', 'query'];
const EXCESS_SCOPES: readonly ExcessScopesPolicy[] = ['ignore', 'report', 'refuse'];

/**
 * Splits options into those of the verifier and those of the guards.
 *
 * @param frontOptions - The names of options that only the framework's package has.
 * @throws TypeError An option is unknown; the message names the nearest known one.
 */
export function splitOptions<Claims>(
  options: unknown,
  frontOptions: readonly string[],
): readonly [verifier: AccessTokenVerifierOptions<Claims>, guards: Options] {
  const { verifier, own } = splitVerifierOptions<Claims>('createResourceServer', options, [
    ...GUARD_OPTION_NAMES,
    ...frontOptions,
  ]);
  return [verifier, own];
}

/**
 * Asserts that challenges can have a realm: the audiences of issuers that are found at run time are not
 * known at start-up.
 *
 * @throws TypeError There is neither `realm` nor a shared audience.
 */
export function assertRealmIsKnown(
  { realm }: Options,
  { issuers, audiences }: Pick<VerifierInternals<unknown>, 'issuers' | 'audiences'>,
): void {
  if (realm !== undefined || issuers.length > 0 || audiences.length > 0) return;
  throw invalidOption(
    'realm',
    'is missing; set it, or set "audience" next to "issuers", because the audiences of issuers that ' +
      'are found at run time are not known at start-up',
  );
}

/**
 * Checks the guard options and adds the defaults.
 *
 * @throws TypeError An option is out of range.
 */
export function resolveGuardOptions(
  options: Options,
  verifier: Pick<VerifierInternals<unknown>, 'audiences' | 'createTokenTrial' | 'time'>,
  adapter: { readonly body?: unknown },
): ResolvedGuardOptions {
  const { audiences, time } = verifier;
  const scopes = resolveScopes(options['scopes']);
  return Object.freeze({
    scopes,
    implying: resolveImpliedScopes(options['impliedScopes'], scopes),
    resource: resolveResource(options['resource'], audiences),
    realm: resolveRealm(options['realm']),
    name: resolveName(options['name']),
    credentials: resolveCredentials(options['credentials'], adapter.body !== undefined),
    excessScopes: resolveExcessScopes(options['excessScopes']),
    identifyClients: optionalBoolean(options, 'identifyClients'),
    trial: resolveServerTrial(options['trial'], verifier),
    reportOnlyUntil: resolveReportOnly(options['dangerouslyReportOnlyUntil'], time),
  });
}

function resolveScopes(value: unknown): readonly string[] | undefined {
  if (value === undefined) return undefined;
  if (!Array.isArray(value) || !value.every(isScopeToken)) {
    throw invalidOption('scopes', 'must be an array of scope-tokens (RFC 6749 §3.3)');
  }
  return Object.freeze([...new Set(value)]);
}

function resolveResource(value: unknown, audiences: readonly string[]): string | undefined {
  if (value === undefined) return audiences.find(isResourceIdentifier);
  if (typeof value === 'string' && isResourceIdentifier(value)) return value;
  throw invalidOption('resource', 'must be an https URL without fragment');
}

/** RFC 3986 §2 without `#`: clients compare identifiers octet by octet, so nothing is normalized. */
const ABSOLUTE_URI = /^https?:\/\/[-\w.~%:/?[\]@!$&'()*+,;=]+$/;

function isResourceIdentifier(value: string): boolean {
  return ABSOLUTE_URI.test(value) && URL.canParse(value) && isConfidentialUrl(new URL(value));
}

function resolveRealm(value: unknown): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  throw invalidOption('realm', 'must be a string');
}

function resolveName(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string' && value.trim() !== '' && value.length <= 100) return value;
  throw invalidOption('name', 'must be a non-empty string of at most 100 characters');
}

function resolveCredentials(value: unknown, hasBody: boolean): readonly CredentialLocation[] {
  if (value === undefined) return ['header'];
  const known = hasBody ? LOCATIONS : LOCATIONS.filter((location) => location !== 'body');
  const isKnown = (item: unknown): item is CredentialLocation =>
    known.some((location) => location === item);
  // RFC 6750 §2.1: resource servers MUST support the header.
  if (Array.isArray(value) && value.every(isKnown) && value.includes('header')) {
    return Object.freeze([...new Set(value)]);
  }
  const optional = hasBody ? '"body" and "query"' : '"query"';
  throw invalidOption('credentials', `must be an array with "header", and optionally ${optional}`);
}

function resolveReportOnly(
  value: unknown,
  { clock }: Pick<ServerTime, 'clock'>,
): string | undefined {
  if (value === undefined) return undefined;
  return resolveInstant(value, 'dangerouslyReportOnlyUntil', clock());
}

function resolveExcessScopes(value: unknown): ExcessScopesPolicy {
  if (value === undefined) return 'ignore';
  const known = EXCESS_SCOPES.find((policy) => policy === value);
  if (known !== undefined) return known;
  throw invalidOption('excessScopes', 'must be "ignore", "report" or "refuse"');
}
