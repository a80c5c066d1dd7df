/**
 * Options checked once, at start-up, and made complete.
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
  optionalFunction,
  optionalNumber,
} from '@scopegate/protocol/internal';
import { type AccessTokenVerifierOptions, DEFAULTS } from './options.js';
import { FOREIGN_OPTIONS } from './foreign-options.js';
import { resolveIssuer, type ResolvedIssuer } from './resolve-issuer.js';

/** How much is remembered; both are at least 1. */
export interface TokenCacheBounds {
  readonly maxEntries: number;
  /** Octets in memory, by estimate. */
  readonly maxBytes: number;
}

/** Options with nothing left open. */
export interface ResolvedOptions<Claims> {
  readonly issuers: readonly ResolvedIssuer[];
  readonly clockToleranceSeconds: number;
  /** `Infinity` when there is no limit. */
  readonly maxLifetimeSeconds: number;
  readonly maxTokenBytes: number;
  /** `undefined` when nothing is remembered. */
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

/** Options that an entry of `issuers` shares with the top level. */
const POLICY_OPTIONS = ['audience', 'audienceClaim', 'algorithms', 'typ', 'scopeClaims'] as const;
const ISSUER_OPTIONS = ['issuer', 'jwksUri', 'jwks', 'secret', ...POLICY_OPTIONS] as const;
const KEY_SET_OPTIONS = [
  'maxStaleMs',
  'timeoutMs',
  'defaultLifetimeMs',
  'minLifetimeMs',
  'maxLifetimeMs',
] as const;

/** Every option of a verifier, by name. */
export const VERIFIER_OPTION_NAMES: readonly string[] = [
  ...ISSUER_OPTIONS,
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
];

/**
 * Checks the options of a verifier and fills in what was left open. Keeps nothing of the given
 * object.
 *
 * @throws TypeError That names the option and says what is allowed.
 */
export function resolveOptions<Claims>(
  options: AccessTokenVerifierOptions<Claims>,
): ResolvedOptions<Claims> {
  assertKnownOptions('createAccessTokenVerifier', options, {
    names: VERIFIER_OPTION_NAMES,
    hints: FOREIGN_OPTIONS,
  });
  // Names are known now; types are not.
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
    fetch: (optionalFunction(given, 'fetch') as typeof fetch | undefined) ?? globalThis.fetch,
    allowHttp,
  });
}

type Options = Readonly<Record<string, unknown>>;

function resolveIssuers(options: Options, allowHttp: boolean): ResolvedIssuer[] {
  const { issuers } = options;
  if (issuers === undefined) return [resolveIssuer(options, '', allowHttp)];
  for (const name of ['issuer', 'jwksUri', 'jwks', 'secret']) {
    if (Object.hasOwn(options, name)) {
      throw invalidOption(name, 'must not stand beside "issuers"; write it into the entries');
    }
  }
  if (!Array.isArray(issuers) || issuers.length === 0) {
    throw invalidOption('issuers', `must be a non-empty array of issuers${givenType(issuers)}`);
  }
  const resolved = issuers.map((entry: unknown, index) => {
    const place = `issuers[${index}]`;
    if (!isPlainObject(entry)) {
      throw invalidOption(place, `must be an object like { issuer }${givenType(entry)}`);
    }
    assertKnownOptions(`option "${place}"`, entry, {
      names: ISSUER_OPTIONS,
      hints: FOREIGN_OPTIONS,
    });
    return resolveIssuer(withSharedPolicy(entry, options), `${place}.`, allowHttp);
  });
  if (new Set(resolved.map(({ issuer }) => issuer)).size < resolved.length) {
    throw invalidOption('issuers', 'must name each issuer once');
  }
  return resolved;
}

function withSharedPolicy(entry: Options, shared: Options): Options {
  const merged: Record<string, unknown> = { ...entry };
  for (const name of POLICY_OPTIONS) {
    // An audience that is there and undefined is a mistake to be told, not a gap to be filled.
    const isOpen = name === 'audience' ? !Object.hasOwn(entry, name) : entry[name] === undefined;
    if (isOpen) merged[name] = shared[name];
  }
  return merged;
}

function resolveKeySetOptions(
  given: unknown,
): Pick<ResolvedOptions<unknown>, 'maxStaleMs' | 'timeoutMs' | 'clampLifetimeMs'> {
  const options = given === undefined ? {} : given;
  assertKnownOptions('option "keySet"', options, KEY_SET_OPTIONS);
  const read = (name: (typeof KEY_SET_OPTIONS)[number], min: number, max: number): number =>
    optionalNumber(options, name, { min, max, place: 'keySet.' }) ?? DEFAULTS[name];
  const least = read('minLifetimeMs', 1_000, DAY_MS);
  const most = read('maxLifetimeMs', 1_000, 7 * DAY_MS);
  if (most < least)
    throw invalidOption('keySet.maxLifetimeMs', 'must not be below "minLifetimeMs"');
  const fallback = read('defaultLifetimeMs', 1_000, 7 * DAY_MS);
  return {
    maxStaleMs: read('maxStaleMs', 0, 30 * DAY_MS),
    timeoutMs: read('timeoutMs', 1, 60_000),
    clampLifetimeMs: (lifetimeMs) => Math.min(most, Math.max(least, lifetimeMs ?? fallback)),
  };
}

function resolveTokenCache(given: unknown): ResolvedOptions<unknown>['tokenCache'] {
  if (given === false) return undefined;
  const options = given === undefined ? {} : given;
  if (!isPlainObject(options)) {
    throw invalidOption('tokenCache', 'must be false or { maxEntries, maxBytes }');
  }
  assertKnownOptions('option "tokenCache"', options, ['maxEntries', 'maxBytes']);
  const read = (name: 'maxEntries' | 'maxBytes', max: number): number => {
    const place = 'tokenCache.';
    const value = optionalNumber(options, name, { min: 1, max, place }) ?? DEFAULTS[name];
    if (Number.isInteger(value)) return value;
    throw invalidOption(`${place}${name}`, 'must be an integer');
  };
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
    throw invalidOption('claims', 'must be a Standard Schema, as zod, valibot and arktype make');
  }
  return schema as StandardSchemaV1<unknown, Claims>;
}
