/**
 * Options of the verifier, checked at start-up and completed with defaults.
 *
 * @module
 */
import type { StandardSchemaV1 } from '@standard-schema/spec';
import {
  assertKnownOptions,
  invalidOption,
  isPlainObject,
  optionalBoolean,
  optionalClock,
  optionalFetch,
  optionalNumber,
} from '@scopegate/protocol/internal';
import type { ExpectedAudience } from '../claims/audience.js';
import { type RevocationPolicy, resolveRevocation } from '../revocation/resolve-revocation.js';
import type { KeySetSnapshots } from '../snapshots/key-set-snapshots.js';
import { resolveSnapshots } from '../snapshots/resolve-snapshots.js';
import { type AccessTokenVerifierOptions, DEFAULTS } from './options.js';
import { FOREIGN_OPTIONS } from './foreign-options.js';
import type { ResolvedIssuer } from './resolve-issuer.js';
import { type ResolvedPossession, resolvePossession } from './resolve-possession.js';
import { type ResolvedResolver, resolveResolver } from './resolve-resolver.js';
import { ISSUER_OPTIONS, resolveIssuers } from './resolve-issuers.js';

/** The size of the token cache; both are at least 1. */
export interface TokenCacheBounds {
  readonly maxEntries: number;
  /** Memory in bytes, as estimated. */
  readonly maxBytes: number;
}

/** Options of the verifier, complete. */
export interface ResolvedOptions<Claims> {
  /** In the order of the options; empty when issuers are found at run time. */
  readonly issuers: readonly ResolvedIssuer[];
  /** `undefined` when the issuers are listed. */
  readonly resolver: ResolvedResolver | undefined;
  /**
   * The identifiers of the resource server, each listed once: an audience that is a client id is not one
   * of them. When the issuers are found at run time, only the shared ones.
   */
  readonly audiences: readonly string[];
  readonly clockToleranceSeconds: number;
  /** `Infinity` when there is no limit. */
  readonly maxLifetimeSeconds: number;
  readonly maxTokenBytes: number;
  /** `undefined` when no tokens are cached. */
  readonly tokenCache: TokenCacheBounds | undefined;
  readonly claims: StandardSchemaV1<unknown, Claims> | undefined;
  readonly maxStaleMs: number;
  readonly timeoutMs: number;
  readonly clampLifetimeMs: (lifetimeMs: number | undefined) => number;
  /** `undefined` when key sets are not stored. */
  readonly snapshots: KeySetSnapshots | undefined;
  readonly clock: () => number;
  readonly fetch: typeof globalThis.fetch;
  readonly allowHttp: boolean;
  readonly possession: ResolvedPossession;
  /** `undefined` when tokens are accepted until they expire. */
  readonly revocation: RevocationPolicy | undefined;
}

const DAY_MS = 86_400_000;

const KEY_SET_NUMBERS = [
  'maxStaleMs',
  'timeoutMs',
  'defaultLifetimeMs',
  'minLifetimeMs',
  'maxLifetimeMs',
] as const;

const OTHER_OPTIONS = [
  'issuers',
  'clockToleranceSeconds',
  'maxLifetimeSeconds',
  'maxTokenBytes',
  'tokenCache',
  'claims',
  'keySet',
  'clock',
  'fetch',
  'dangerouslyAllowHttp',
  'dpop',
  'mtls',
  'senderConstraint',
  'revocation',
] as const;

/** Every option of a verifier, by name. */
export const VERIFIER_OPTIONS: readonly string[] = [...ISSUER_OPTIONS, ...OTHER_OPTIONS];

/**
 * Checks the options of a verifier and completes them. Keeps no reference to the given object.
 *
 * @throws TypeError An option is missing, unknown or out of range.
 */
export function resolveOptions<Claims>(
  options: AccessTokenVerifierOptions<Claims>,
): ResolvedOptions<Claims> {
  assertKnownOptions('createAccessTokenVerifier', options, {
    names: VERIFIER_OPTIONS,
    hints: FOREIGN_OPTIONS,
  });
  // The names are checked; the types are not yet.
  const given: Options = options;
  const allowHttp = optionalBoolean(given, 'dangerouslyAllowHttp');
  const resolver = resolveResolver(given, allowHttp);
  const issuers = Object.freeze(resolver === undefined ? resolveIssuers(given, allowHttp) : []);
  // The function that finds issuers at run time may return some that have another policy.
  const ignoresBindings =
    resolver === undefined && issuers.every((each) => each.ignoresSenderConstraint);
  const audiences = listAudiences(resolver === undefined ? issuers : [resolver.fallback]);
  const maxLifetimeSeconds = optionalNumber(given, 'maxLifetimeSeconds', { min: 1 }) ?? Infinity;
  return Object.freeze({
    issuers,
    resolver,
    audiences,
    clockToleranceSeconds:
      optionalNumber(given, 'clockToleranceSeconds', { min: 0, max: 300 }) ??
      DEFAULTS.clockToleranceSeconds,
    maxLifetimeSeconds,
    maxTokenBytes:
      optionalNumber(given, 'maxTokenBytes', { min: 256, max: 1_048_576 }) ??
      DEFAULTS.maxTokenBytes,
    tokenCache: resolveTokenCache(given['tokenCache']),
    claims: resolveClaimsSchema<Claims>(given['claims']),
    ...resolveKeySetOptions(given['keySet']),
    clock: optionalClock(given, 'clock'),
    fetch: optionalFetch(given),
    allowHttp,
    possession: resolvePossession(given, { audiences, allowHttp, ignoresBindings }),
    revocation: resolveRevocation(given['revocation'], maxLifetimeSeconds),
  });
}

type Options = Readonly<Record<string, unknown>>;

function listAudiences(expected: readonly ExpectedAudience[]): readonly string[] {
  const identifiers = expected.filter(({ audienceClaim }) => audienceClaim === 'aud');
  return Object.freeze([...new Set(identifiers.flatMap(({ audience }) => audience))]);
}

function resolveKeySetOptions(
  given: unknown,
): Pick<ResolvedOptions<unknown>, 'maxStaleMs' | 'timeoutMs' | 'clampLifetimeMs' | 'snapshots'> {
  const options = given === undefined ? {} : given;
  assertKnownOptions('option "keySet"', options, [...KEY_SET_NUMBERS, 'snapshots']);
  const read = (name: (typeof KEY_SET_NUMBERS)[number], min: number, max: number): number =>
    optionalNumber(options, name, { min, max, path: 'keySet.' }) ?? DEFAULTS[name];
  const shortest = read('minLifetimeMs', 1_000, DAY_MS);
  const longest = read('maxLifetimeMs', 1_000, 7 * DAY_MS);
  if (longest < shortest) {
    throw invalidOption('keySet.maxLifetimeMs', 'must be at least "minLifetimeMs"');
  }
  const fallback = read('defaultLifetimeMs', 1_000, 7 * DAY_MS);
  const maxStaleMs = read('maxStaleMs', 0, 30 * DAY_MS);
  return {
    maxStaleMs,
    snapshots: resolveSnapshots(options['snapshots'], maxStaleMs),
    timeoutMs: read('timeoutMs', 1, 60_000),
    clampLifetimeMs: (lifetimeMs) => Math.min(longest, Math.max(shortest, lifetimeMs ?? fallback)),
  };
}

function resolveTokenCache(given: unknown): ResolvedOptions<unknown>['tokenCache'] {
  if (given === false) return undefined;
  const options = given === undefined ? {} : given;
  if (!isPlainObject(options)) {
    throw invalidOption('tokenCache', 'must be false or { maxEntries, maxBytes }');
  }
  assertKnownOptions('option "tokenCache"', options, ['maxEntries', 'maxBytes']);
  const read = (name: 'maxEntries' | 'maxBytes', max: number): number =>
    optionalNumber(options, name, { min: 1, max, path: 'tokenCache.', isInteger: true }) ??
    DEFAULTS[name];
  return Object.freeze({
    maxEntries: read('maxEntries', 10_000_000),
    maxBytes: read('maxBytes', Number.MAX_SAFE_INTEGER),
  });
}

function resolveClaimsSchema<Claims>(
  schema: unknown,
): StandardSchemaV1<unknown, Claims> | undefined {
  if (schema === undefined) return undefined;
  const isObject = (typeof schema === 'object' && schema !== null) || typeof schema === 'function';
  const standard: unknown = isObject ? (schema as Options)['~standard'] : undefined;
  if (!isPlainObject(standard) || typeof standard['validate'] !== 'function') {
    throw invalidOption(
      'claims',
      'must be a Standard Schema, such as a zod, valibot or arktype schema',
    );
  }
  return schema as StandardSchemaV1<unknown, Claims>;
}
