/**
 * The usable keys of one JWKS, indexed by algorithm and `kid`.
 *
 * @module
 */
import { isPlainObject } from '@scopegate/protocol/internal';
import { KeySetMalformedError } from './key-set-errors.js';
import {
  importJwk,
  type KeySkippedReason,
  type PreparedJwk,
  type PreparedKeys,
} from '../jws/jwk-import.js';
import type { SignerQuery, SignerSearch } from './key-set.js';
import { withdrawKey } from './key-withdrawal.js';
import type { Algorithm, VerificationKey } from '../jws/signature.js';

/**
 * Maximum number of keys that are tried for one token, so that refusing a bad token stays cheap.
 */
export const MAX_CANDIDATES = 4;

/** Maximum number of members of a JWKS; one with more is malformed. */
export const MAX_KEYS = 256;

// Importing a key on P-521 blocks for a millisecond.
const KEYS_PER_SLICE = 8;

const NONE: readonly VerificationKey[] = Object.freeze([]);

/** A JWK that was skipped: its index in `keys`, and why. */
export interface SkippedKey {
  readonly index: number;
  readonly reason: KeySkippedReason;
}

/** The context of an import. */
export interface KeyRingOrigin {
  /** The current ring: a key in both rings is the same object. */
  readonly older?: KeyRing | undefined;
  /** The URL of the document, for messages. */
  readonly url?: URL | undefined;
}

/** The usable keys of one JWKS. */
export class KeyRing {
  /** Number of usable JWKs. */
  readonly size: number;
  readonly skipped: readonly SkippedKey[];
  readonly #keys: ReadonlySet<VerificationKey>;
  readonly #byFingerprint: ReadonlyMap<string, PreparedKeys>;
  readonly #counts = new Map<Algorithm, number>();
  /** Under `undefined`: all keys for the algorithm, for tokens without a `kid`. */
  readonly #byAlgorithm = new Map<Algorithm, Map<string | undefined, VerificationKey[]>>();

  private constructor(
    keys: Iterable<VerificationKey>,
    byFingerprint: ReadonlyMap<string, PreparedKeys>,
    skipped: readonly SkippedKey[],
  ) {
    this.#keys = new Set(keys);
    this.#byFingerprint = byFingerprint;
    this.size = countJwks(this.#keys);
    this.skipped = skipped;
    for (const key of this.#keys) {
      this.#counts.set(key.alg, this.count(key.alg) + 1);
      this.#add(key, undefined);
      if (key.kid !== undefined) this.#add(key, key.kid);
    }
  }

  /**
   * Imports a JWKS synchronously.
   *
   * @param jwks - The document, unchecked.
   * @param allowed - The algorithms that the issuer may use.
   * @throws KeySetMalformedError `jwks`: not an object, or `keys` is not an array, RFC 7517 §5.1;
   *   `too_many_keys`: more than 256.
   */
  static import(jwks: unknown, allowed: readonly Algorithm[]): KeyRing {
    const importing = KeyRing.importInSlices(jwks, allowed);
    for (;;) {
      const step = importing.next();
      if (step.done === true) return step.value;
    }
  }

  /**
   * As {@link KeyRing.import}, in slices of a few milliseconds: other work can run at each `yield`.
   *
   * The time is linear in the size of the document. A key whose members have not changed since the
   * older ring is not imported again.
   */
  static *importInSlices(
    jwks: unknown,
    allowed: readonly Algorithm[],
    { older, url }: KeyRingOrigin = {},
  ): Generator<void, KeyRing> {
    const members = readMembers(jwks, url);
    const skipped: SkippedKey[] = [];
    const before = older === undefined ? new Map<string, never>() : older.#byFingerprint;
    const byFingerprint = new Map<string, PreparedKeys>();
    let created = 0;
    for (const [index, jwk] of members.entries()) {
      const known = (fingerprint: string): PreparedKeys | undefined =>
        before.get(fingerprint) ?? byFingerprint.get(fingerprint);
      const imported = importJwk(jwk, allowed, known);
      if ('skipped' in imported) skipped.push({ index, reason: imported.skipped });
      else merge(byFingerprint, imported);
      if (imported.isCreated && ++created % KEYS_PER_SLICE === 0) yield;
    }
    const keys = [...byFingerprint.values()].flatMap((prepared) => [...prepared.values()]);
    return new KeyRing(keys, byFingerprint, skipped);
  }

  /** Creates a ring of imported keys. */
  static of(keys: readonly VerificationKey[]): KeyRing {
    return new KeyRing(keys, new Map(), []);
  }

  /**
   * Finds the keys that a token may be signed with, at most four.
   *
   * @param kid - `undefined` for a token without one: then every key for the algorithm matches.
   * @see RFC 7517 §4.5: several keys may share a `kid`
   */
  find(alg: Algorithm, kid: string | undefined): readonly VerificationKey[] {
    return this.#byAlgorithm.get(alg)?.get(kid) ?? NONE;
  }

  /**
   * Finds the key that made a signature.
   *
   * @param tried - Candidates of an earlier search, whose signatures need not be checked again.
   */
  findSigner(
    { alg, kid, hasSigned }: SignerQuery,
    tried: readonly VerificationKey[] = NONE,
  ): SignerSearch {
    const found = this.find(alg, kid);
    if (tried.length === 0) return { signer: found.find(hasSigned), candidates: found };
    const untried = found.filter((key) => !tried.includes(key));
    return { signer: untried.find(hasSigned), candidates: [...tried, ...untried] };
  }

  /** Counts the keys for an algorithm, including those beyond the limit of {@link KeyRing.find}. */
  count(alg: Algorithm): number {
    return this.#counts.get(alg) ?? 0;
  }

  /** Replaces an older ring: marks its keys that are not in this one as withdrawn. */
  replace(older: KeyRing): { added: number; withdrawn: number } {
    const added = [...this.#keys].filter((key) => !older.#keys.has(key));
    const gone = [...older.#keys].filter((key) => !this.#keys.has(key));
    for (const key of gone) withdrawKey(key);
    return { added: countJwks(added), withdrawn: countJwks(gone) };
  }

  #add(key: VerificationKey, kid: string | undefined): void {
    const byKid =
      this.#byAlgorithm.get(key.alg) ?? new Map<string | undefined, VerificationKey[]>();
    this.#byAlgorithm.set(key.alg, byKid);
    const keys = byKid.get(kid);
    if (keys === undefined) byKid.set(kid, [key]);
    else if (keys.length < MAX_CANDIDATES) keys.push(key);
  }
}

function readMembers(jwks: unknown, url: URL | undefined): readonly unknown[] {
  const members: unknown = isPlainObject(jwks) ? jwks['keys'] : undefined;
  if (!Array.isArray(members)) throw new KeySetMalformedError('jwks', url);
  if (members.length > MAX_KEYS) throw new KeySetMalformedError('too_many_keys', url);
  return members;
}

/** One key may be listed several times, once for each algorithm. */
function merge(byFingerprint: Map<string, PreparedKeys>, { fingerprint, keys }: PreparedJwk): void {
  const before = byFingerprint.get(fingerprint);
  byFingerprint.set(fingerprint, before === undefined ? keys : new Map([...before, ...keys]));
}

/** The keys of one JWK share its key object. */
function countJwks(keys: Iterable<VerificationKey>): number {
  return new Set([...keys].map(({ keyObject }) => keyObject)).size;
}
