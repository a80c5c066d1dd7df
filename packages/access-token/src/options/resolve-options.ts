/**
 * Options of the verifier, checked at start-up and completed with defaults.
 *
 * @module
 */
import type { StandardSchemaV1 } from '@standard-schema/spec';
import {
  assertKnownOptions,
  givenType,
  invalidOption,
  isPlainObject,
  optionalBoolean,
  optionalClock,
  optionalFetch,
  optionalNumber,
} from '@scopegate/protocol/internal';
import { type AccessTokenVerifierOptions, DEFAULTS } from './options.js';
import { FOREIGN_OPTIONS } from './foreign-options.js';
import { resolveIssuer, type ResolvedIssuer } from './resolve-issuer.js';

/** The size of the token cache; both are at least 1. */
export interface TokenCacheBounds {
  readonly maxEntries: number;
  /** Memory in bytes, as estimated. */
  readonly maxBytes: number;
}

/** Options of the verifier, complete. */
export interface ResolvedOptions<Claims> {
  /** In the order of the options. */
  readonly issuers: readonly [ResolvedIssuer, ...ResolvedIssuer[]];
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
  readonly clock: () => number;
  readonly fetch: typeof globalThis.fetch;
  readonly allowHttp: boolean;
}

const DAY_MS = 86_400_000;

/**
 * Options of an entry of `issuers` that default to the option of the same name next to `issuers`.
 */
const POLICY_OPTIONS = [
  'audience',
  'audienceClaim',
  'algorithms',
  'typ',
  'scopeClaims',
  'dangerouslyIgnoreSenderConstraint',
] as const;
const ISSUER_OPTIONS = ['issuer', 'jwksUri', 'jwks', 'secret', ...POLICY_OPTIONS] as const;
const KEY_SET_OPTIONS = [
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
  return Object.freeze({
    issuers: Object.freeze(resolveIssuers(given, allowHttp)),
    clockToleranceSeconds:
      optionalNumber(given, 'clockToleranceSeconds', { min: 0, max: 300 }) ??
      DEFAULTS.clockToleranceSeconds,
    maxLifetimeSeconds: optionalNumber(given, 'maxLifetimeSeconds', { min: 1 }) ?? Infinity,
    maxTokenBytes:
      optionalNumber(given, 'maxTokenBytes', { min: 256, max: 1_048_576 }) ??
      DEFAULTS.maxTokenBytes,
    tokenCache: resolveTokenCache(given['tokenCache']),
    claims: resolveClaimsSchema<Claims>(given['claims']),
    ...resolveKeySetOptions(given['keySet']),
    clock: optionalClock(given, 'clock'),
    fetch: optionalFetch(given),
    allowHttp,
  });
}

type Options = Readonly<Record<string, unknown>>;

function resolveIssuers(options: Options, allowHttp: boolean): ResolvedOptions<unknown>['issuers'] {
  const { issuers } = options;
  if (issuers === undefined) return [resolveIssuer(options, { path: '', allowHttp })];
  for (const name of ['issuer', 'jwksUri', 'jwks', 'secret']) {
    if (Object.hasOwn(options, name)) {
      throw invalidOption(name, 'cannot be combined with "issuers"; set it on each entry');
    }
  }
  const entries: readonly unknown[] = Array.isArray(issuers) ? issuers : [];
  const [first, ...others] = entries.map((entry, index) => {
    const name = `issuers[${index}]`;
    if (!isPlainObject(entry)) {
      throw invalidOption(name, `must be an object like { issuer }${givenType(entry)}`);
    }
    assertKnownOptions(`option "${name}"`, entry, {
      names: ISSUER_OPTIONS,
      hints: FOREIGN_OPTIONS,
    });
    const context = { path: `${name}.`, allowHttp };
    return resolveIssuer(withSharedPolicy(entry, options), context);
  });
  if (first === undefined) {
    throw invalidOption('issuers', `must be a non-empty array of issuers${givenType(issuers)}`);
  }
  const resolved = [first, ...others] as const;
  if (new Set(resolved.map(({ issuer }) => issuer)).size < resolved.length) {
    throw invalidOption('issuers', 'must name each issuer once');
  }
  return resolved;
}

function withSharedPolicy(entry: Options, shared: Options): Options {
  const merged: Record<string, unknown> = { ...entry };
  for (const name of POLICY_OPTIONS) {
    // An audience of undefined is a mistake that must be reported, so the shared one does not hide it.
    const isAbsent = name === 'audience' ? !Object.hasOwn(entry, name) : entry[name] === undefined;
    if (isAbsent) merged[name] = shared[name];
  }
  return merged;
}

function resolveKeySetOptions(
  given: unknown,
): Pick<ResolvedOptions<unknown>, 'maxStaleMs' | 'timeoutMs' | 'clampLifetimeMs'> {
  const options = given === undefined ? {} : given;
  assertKnownOptions('option "keySet"', options, KEY_SET_OPTIONS);
  const read = (name: (typeof KEY_SET_OPTIONS)[number], min: number, max: number): number =>
    optionalNumber(options, name, { min, max, path: 'keySet.' }) ?? DEFAULTS[name];
  const shortest = read('minLifetimeMs', 1_000, DAY_MS);
  const longest = read('maxLifetimeMs', 1_000, 7 * DAY_MS);
  if (longest < shortest) {
    throw invalidOption('keySet.maxLifetimeMs', 'must be at least "minLifetimeMs"');
  }
  const fallback = read('defaultLifetimeMs', 1_000, 7 * DAY_MS);
  return {
    maxStaleMs: read('maxStaleMs', 0, 30 * DAY_MS),
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
