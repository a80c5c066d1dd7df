/**
 * The usable keys of one JWKS, arranged so that a token finds its own at once.
 *
 * @module
 */
import { isPlainObject } from '@scopegate/protocol';
import { KeySetMalformedError } from './errors.js';
import { importJwk, type KeySkippedReason } from './key-import.js';
import { withdrawKey } from './key-withdrawal.js';
import type { Algorithm, VerificationKey } from './signature.js';

/** The most keys that are tried for one token. */
const MAX_CANDIDATES = 4;

const NONE: readonly VerificationKey[] = Object.freeze([]);

/** A JWK that was left out: its place in `keys`, and why. */
export interface SkippedKey {
  readonly index: number;
  readonly reason: KeySkippedReason;
}

/** The usable keys of one JWKS. */
export class KeyRing {
  /** How many JWKs can be used. */
  readonly size: number;
  readonly skipped: readonly SkippedKey[];
  readonly #keys: readonly VerificationKey[];
  /** Under `undefined`: all keys for the algorithm, for tokens without a `kid`. */
  readonly #byAlgorithm = new Map<Algorithm, Map<string | undefined, VerificationKey[]>>();

  private constructor(
    keys: readonly VerificationKey[],
    size: number,
    skipped: readonly SkippedKey[],
  ) {
    this.#keys = keys;
    this.size = size;
    this.skipped = skipped;
    for (const key of keys) {
      this.#add(key, undefined);
      if (key.kid !== undefined) this.#add(key, key.kid);
    }
  }

  /**
   * Imports a JWKS.
   *
   * @param jwks - The document, unchecked.
   * @param allowed - The algorithms that the issuer may use.
   * @throws KeySetMalformedError `jwks`: no object, or `keys` is no array. RFC 7517 §5.1.
   */
  static import(jwks: unknown, allowed: readonly Algorithm[]): KeyRing {
    const members: unknown = isPlainObject(jwks) ? jwks['keys'] : undefined;
    if (!Array.isArray(members)) throw new KeySetMalformedError('jwks');
    const skipped: SkippedKey[] = [];
    const usable: (readonly VerificationKey[])[] = [];
    members.forEach((jwk: unknown, place) => {
      const imported = importJwk(jwk, allowed);
      if ('keys' in imported) usable.push(imported.keys);
      else skipped.push({ index: place, reason: imported.skipped });
    });
    return new KeyRing(usable.flat(), usable.length, skipped);
  }

  /** A ring of keys that are ready already. */
  static of(keys: readonly VerificationKey[]): KeyRing {
    return new KeyRing(keys, countJwks(keys), []);
  }

  /**
   * Finds the keys that a token may be signed with, four at the most.
   *
   * @param kid - `undefined` for a token without one: then every key for the algorithm will do.
   * @see RFC 7517 §4.5: several keys may share a `kid`
   */
  find(alg: Algorithm, kid: string | undefined): readonly VerificationKey[] {
    return this.#byAlgorithm.get(alg)?.get(kid) ?? NONE;
  }

  /**
   * Takes the place of an older ring: keys that stay are the same objects, the others are marked
   * withdrawn.
   */
  succeed(older: KeyRing): { ring: KeyRing; added: number; withdrawn: number } {
    const staying = this.#keys.map((key) => older.#equalOf(key) ?? key);
    const kept = new Set(staying);
    const gone = older.#keys.filter((key) => !kept.has(key));
    for (const key of gone) withdrawKey(key);
    const ring = new KeyRing(staying, this.size, this.skipped);
    const known = new Set(older.#keys);
    const added = staying.filter((key) => !known.has(key));
    return { ring, added: countJwks(added), withdrawn: countJwks(gone) };
  }

  #equalOf(wanted: VerificationKey): VerificationKey | undefined {
    return this.#keys.find(
      ({ alg, kid, keyObject }) =>
        alg === wanted.alg && kid === wanted.kid && keyObject.equals(wanted.keyObject),
    );
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

/** The keys of one JWK share its key object. */
function countJwks(keys: readonly VerificationKey[]): number {
  return new Set(keys.map(({ keyObject }) => keyObject)).size;
}
