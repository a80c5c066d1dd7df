/**
 * The checks of a proof's header, which end with its key.
 *
 * @module
 */
import { InvalidProofError, InvalidTokenError } from '@scopegate/protocol';
import { isPlainObject } from '@scopegate/protocol/internal';
import { mediaType } from '../claims/token-kind.js';
import { type JsonObject, member } from '../jws/json-object.js';
import { hasRequiredMembers, thumbprintOf } from '../jws/jwk-thumbprint.js';
import {
  createKeyObject,
  findFault,
  hasTypeOf,
  isPrivate,
  type Jwk,
  type RsaBounds,
} from '../jws/public-jwk.js';
import {
  ALGORITHM_PROFILES,
  prepareKey,
  type PublicKeyAlgorithm,
  type VerificationKey,
} from '../jws/signature.js';
import type { ProofRules } from './proof-rules.js';

/** The header of a proof, and what it is checked against. */
export interface ProofHeader {
  /** The unverified header parameters. */
  readonly parameters: JsonObject;
  /** The binding of the access token. */
  readonly confirmation: { readonly jkt: string };
  readonly rules: ProofRules;
}

// The caller chooses this key. A larger one, and above all a longer exponent, would make each
// verification take milliseconds.
const RSA_BOUNDS: RsaBounds = { maxModulusBits: 4096, maxExponentBytes: 4 };

/** @throws InvalidProofError `proof_typ`. RFC 9449 §4.2; RFC 7515 §4.1.9; RFC 8725 §3.11. */
export function assertProofType({ parameters }: ProofHeader): void {
  if (mediaType(member(parameters, 'typ')) === 'dpop+jwt') return;
  throw new InvalidProofError('proof_typ');
}

/** @throws InvalidProofError `proof_alg`. RFC 9449 §4.2, §11.6; RFC 8725 §3.1. */
export function assertProofAlgorithm(header: ProofHeader): void {
  requireAlgorithm(header);
}

/**
 * Checks that the header has a public key of the type that its algorithm needs.
 *
 * @throws InvalidProofError `proof_key`. RFC 9449 §4.2, §4.3.
 */
export function assertPublicKey(header: ProofHeader): void {
  requireJwk(header);
}

/**
 * Checks that the token is bound to the key of the proof. This comes before the import of the key and
 * the signature, so that no one can cause these costs without a key to which a token was bound.
 *
 * @throws InvalidTokenError `binding`. RFC 9449 §4.3, §7.1.
 */
export function assertBinding(header: ProofHeader): void {
  // Thumbprints are public, so this need not take constant time.
  if (thumbprintOf(requireJwk(header)) === header.confirmation.jkt) return;
  throw new InvalidTokenError('binding');
}

/**
 * Imports the key of a proof. Its `use`, `key_ops`, `alg` and `kid` are not read, because the
 * thumbprint does not cover them and some exporters leave those of the private key.
 *
 * @throws InvalidProofError `proof_key`: an RSA key outside 2048 to 4096 bits, or with an exponent that
 *   is even, below 65537, or of more than 32 bits; a curve of another algorithm; a point that is not on
 *   the curve, or of small order.
 * @see RFC 7518 §3.3, §6; RFC 8037 §2
 */
export function importProofKey(header: ProofHeader): VerificationKey {
  const alg = requireAlgorithm(header);
  const jwk = requireJwk(header);
  if (!hasTypeOf(jwk, alg) || findFault(jwk, RSA_BOUNDS) !== undefined) throw unusableKey();
  const keyObject = createKeyObject(jwk);
  if (typeof keyObject === 'string') throw unusableKey();
  return prepareKey(alg, undefined, keyObject);
}

function requireAlgorithm({ parameters, rules }: ProofHeader): PublicKeyAlgorithm {
  const alg = rules.algorithms.find((allowed) => allowed === member(parameters, 'alg'));
  if (alg === undefined) throw new InvalidProofError('proof_alg');
  return alg;
}

function requireJwk(header: ProofHeader): Jwk {
  const jwk = member(header.parameters, 'jwk');
  const { kty } = ALGORITHM_PROFILES[requireAlgorithm(header)];
  if (!isPlainObject(jwk) || member(jwk, 'kty') !== kty) throw unusableKey();
  if (isPrivate(jwk) || !hasRequiredMembers(jwk)) throw unusableKey();
  return jwk;
}

function unusableKey(): InvalidProofError {
  return new InvalidProofError('proof_key');
}
