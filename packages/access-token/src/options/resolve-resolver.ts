/**
 * The option `issuers: { resolve }`: how issuers are found at run time.
 *
 * @module
 */
import { hash, KeyObject, randomBytes } from 'node:crypto';
import {
  assertKnownOptions,
  givenType,
  invalidOption,
  isPlainObject,
  optionalNumber,
} from '@scopegate/protocol/internal';
import { SECRET_ALGORITHMS } from '../jws/signature.js';
import { DEFAULTS } from './options.js';
import { resolveIssuer, type ResolvedIssuer } from './resolve-issuer.js';
import {
  assertSetOnEntries,
  type Entry,
  ISSUER_OPTIONS,
  listMembers,
  readEntry,
} from './resolve-issuers.js';

/** The path of what `resolve` returns, in messages. */
const ANSWER_PATH = 'issuers.resolve()';

/** An issuer that `resolve` returned. */
export interface ResolvedAnswer {
  readonly issuer: ResolvedIssuer;
  /** A digest of the options, to detect that they have changed. */
  readonly fingerprint: string;
}

/** The option `issuers: { resolve }`, complete. */
export interface ResolvedResolver {
  /** The application's function. It may throw, reject, or never settle. */
  readonly resolve: (issuer: string) => unknown;
  readonly max: number;
  readonly maxAgeMs: number;
  /**
   * The defaults of all issuers, which apply to tokens of unknown issuers. Its identifier and keys are
   * not used; its audience is empty if the options next to `issuers` have none.
   */
  readonly fallback: ResolvedIssuer;
  /**
   * Reads what `resolve` returned.
   *
   * @param issuer - The issuer that was looked up.
   * @returns `undefined` if the issuer is unknown, or is not in the group that was returned.
   * @throws TypeError It is neither the options of that issuer nor those of a group. Getters of the
   *   object may throw anything.
   */
  readonly readAnswer: (answer: unknown, issuer: string) => ResolvedAnswer | undefined;
}

type Options = Readonly<Record<string, unknown>>;

/**
 * Checks the option `issuers: { resolve }` and completes it.
 *
 * @returns `undefined` when `issuers` is not an object.
 * @throws TypeError An option is missing, unknown or out of range.
 */
export function resolveResolver(
  options: Options,
  allowHttp: boolean,
): ResolvedResolver | undefined {
  const { issuers } = options;
  if (!isPlainObject(issuers)) return undefined;
  assertSetOnEntries(options, '');
  assertKnownOptions('option "issuers"', issuers, ['resolve', 'max', 'maxAgeMs']);
  const { resolve } = issuers;
  if (typeof resolve !== 'function') {
    throw invalidOption('issuers.resolve', `must be a function${givenType(resolve)}`);
  }
  const path = 'issuers.';
  const maxRange = { min: 1, max: 100_000, path, isInteger: true };
  const maxAgeRange = { min: 1_000, max: 86_400_000, path };
  // The caller's object is not read again.
  const shared = { ...options };
  const fallback = resolveFallback(shared);
  return Object.freeze({
    resolve: (issuer: string): unknown => Reflect.apply(resolve, issuers, [issuer]),
    max: optionalNumber(issuers, 'max', maxRange) ?? DEFAULTS.maxIssuers,
    maxAgeMs: optionalNumber(issuers, 'maxAgeMs', maxAgeRange) ?? DEFAULTS.maxAgeMs,
    fallback,
    readAnswer: (answer: unknown, issuer: string) => {
      if (answer === undefined || answer === null) return undefined;
      const context = { shared: { ...shared, decryption: undefined }, allowHttp };
      const found = findAnswered(answer, issuer, context);
      return found && withDecryption(found, fallback);
    },
  });
}

/** The keys for decryption are those of this resource server, so they are imported once, at start-up. */
function withDecryption(answer: ResolvedAnswer, { decryption }: ResolvedIssuer): ResolvedAnswer {
  return { ...answer, issuer: Object.freeze({ ...answer.issuer, decryption }) };
}

/** Also checks the shared options at start-up instead of with the first token. */
function resolveFallback(shared: Options): ResolvedIssuer {
  const { algorithms } = shared;
  const isShared = Object.hasOwn(shared, 'audience');
  const audience = isShared ? shared['audience'] : 'none';
  const isSecret = Array.isArray(algorithms) && algorithms.some(isSecretAlgorithm);
  const keys = isSecret ? { secret: randomBytes(64) } : {};
  const options = { ...shared, ...keys, audience, issuer: 'https://unknown.invalid' };
  const fallback = resolveIssuer(options, { path: '', allowHttp: false });
  return isShared ? fallback : Object.freeze({ ...fallback, audience: Object.freeze([]) });
}

function isSecretAlgorithm(alg: unknown): boolean {
  return SECRET_ALGORITHMS.some((candidate) => candidate === alg);
}

interface AnswerContext {
  readonly shared: Options;
  readonly allowHttp: boolean;
}

function findAnswered(
  answer: unknown,
  issuer: string,
  { shared, allowHttp }: AnswerContext,
): ResolvedAnswer | undefined {
  const entry = readEntry(answer, ANSWER_PATH, shared);
  const members = listMembers(entry);
  members.forEach(assertWithoutDecryption);
  // All members are checked, so that a mistake is found whichever issuer a token names.
  const answers = members.map(({ name, options }) => {
    assertNotIntrospected(name, options);
    return {
      issuer: resolveIssuer(options, { path: `${name}.`, allowHttp }),
      fingerprint: fingerprintOf(options),
    };
  });
  const found = answers.find((candidate) => candidate.issuer.issuer === issuer);
  // A group may have other issuers: which one is looked up depends on the token.
  if (found !== undefined || members[0] !== entry) return found;
  throw invalidOption(
    `${ANSWER_PATH}.issuer`,
    'must be the issuer that the function was called with, character by character; return ' +
      'undefined for an unknown issuer',
  );
}

/** An opaque token does not name its issuer, so the issuer of one cannot be looked up. */
function assertNotIntrospected(name: string, { introspection }: Options): void {
  if (introspection === undefined) return;
  throw invalidOption(
    `${name}.introspection`,
    'cannot be used for an issuer that is found at run time; list the issuer in "issuers"',
  );
}

/** @throws TypeError An issuer that was found at run time has its own keys for decryption. */
function assertWithoutDecryption({ name, options }: Entry): void {
  if (options['decryption'] === undefined) return;
  throw invalidOption(
    `${name}.decryption`,
    'is not supported because an encrypted token does not show its issuer; set "decryption" beside ' +
      '"issuers" instead',
  );
}

/** Hashed, so that it contains no secret. */
function fingerprintOf(options: Options): string {
  const members = ISSUER_OPTIONS.map((name) => [name, printableOf(options[name])]);
  return hash('sha256', JSON.stringify(members), 'base64url');
}

/** Encodes keys in base64, because JSON cannot represent them. */
function printableOf(value: unknown): unknown {
  if (value instanceof KeyObject) return value.export().toString('base64');
  return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value;
}
