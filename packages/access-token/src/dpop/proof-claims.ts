/**
 * The checks of a proof's claims.
 *
 * @module
 */
import { InvalidProofError, UseNonceError } from '@scopegate/protocol';
import { type JsonObject, member } from '../jws/json-object.js';
import type { ProofRules } from './proof-rules.js';
import type { PresentedProof } from './proof-verifier.js';
import { isUrlOf } from './request-url.js';

/** A proof whose signature is verified, and what its claims are checked against. */
export interface SignedProof {
  /** The payload. */
  readonly claims: JsonObject;
  readonly presented: PresentedProof;
  readonly rules: ProofRules;
}

/** The claims that every proof has. RFC 9449 §4.2. */
export interface ProofClaims {
  readonly jti: string;
  readonly htm: string;
  readonly htu: string;
  readonly ath: string;
  /** Seconds since the epoch. */
  readonly iat: number;
}

const MAX_JTI_BYTES = 256;
const MAX_HTU_LENGTH = 2_048;

/**
 * Reads the claims that every proof has.
 *
 * @throws InvalidProofError `proof_claim`: a claim is missing or has another type, `jti` is empty or
 *   longer than 256 octets, or `htu` longer than 2,048.
 * @see RFC 9449 §4.2, §11.1
 */
export function readProofClaims({ claims }: Pick<SignedProof, 'claims'>): ProofClaims {
  const jti = readString(claims, 'jti');
  if (jti === '' || isLonger(jti, MAX_JTI_BYTES)) throw malformed('jti');
  const htm = readString(claims, 'htm');
  const htu = readString(claims, 'htu');
  if (htu.length > MAX_HTU_LENGTH) throw malformed('htu');
  const ath = readString(claims, 'ath');
  const iat = member(claims, 'iat');
  // JSON has no NaN, but `1e400` is parsed as Infinity.
  if (typeof iat !== 'number' || !Number.isFinite(iat)) throw malformed('iat');
  return { jti, htm, htu, ath, iat };
}

/** @throws InvalidProofError `proof_method`. RFC 9449 §4.3; methods are case-sensitive, RFC 9110 §9.1. */
export function assertMethod({ claims, presented }: SignedProof): void {
  if (member(claims, 'htm') !== presented.method) throw new InvalidProofError('proof_method');
}

/** @throws InvalidProofError `proof_url`. See {@link isUrlOf}. */
export function assertUrl({ claims, presented, rules }: SignedProof): void {
  const htu = member(claims, 'htu');
  const request = { target: presented.target, publicUrls: rules.publicUrls };
  if (typeof htu !== 'string' || !isUrlOf(htu, request)) throw new InvalidProofError('proof_url');
}

/** @throws InvalidProofError `proof_token`. RFC 9449 §4.2, §4.3. */
export function assertTokenHash({ claims, presented }: SignedProof): void {
  // Anyone who presents the token can compute its hash, so this need not take constant time.
  if (member(claims, 'ath') !== presented.tokenDigest) throw new InvalidProofError('proof_token');
}

/**
 * Checks when the proof was created. With nonces, the time of the nonce counts instead, because then
 * clients with a wrong clock can call.
 *
 * @throws InvalidProofError `proof_time`. RFC 9449 §4.3, §11.1.
 */
export function assertTime({ claims, presented, rules }: SignedProof): void {
  if (rules.nonces !== undefined) return;
  const iat = member(claims, 'iat');
  const now = presented.nowMs / 1000;
  const isCurrent =
    typeof iat === 'number' &&
    now - rules.maxAgeSeconds <= iat &&
    iat <= now + rules.clockToleranceSeconds;
  if (!isCurrent) throw new InvalidProofError('proof_time');
}

/**
 * Checks the nonce of a proof that is acceptable otherwise.
 *
 * @returns The nonce to send with the response; `undefined` if that of the proof is current, or nonces
 *   are not demanded.
 * @throws UseNonceError The proof has no nonce, or one that is not accepted. RFC 9449 §8, §9.
 */
export function checkNonce({ claims, presented, rules }: SignedProof): string | undefined {
  if (rules.nonces === undefined) return undefined;
  const nonce = member(claims, 'nonce');
  const isString = typeof nonce === 'string';
  const state = rules.nonces.check(isString ? nonce : undefined, presented.nowMs);
  if (state === 'current') return undefined;
  const next = rules.nonces.current(presented.nowMs);
  if (state === undefined) throw new UseNonceError(next);
  return next;
}

/**
 * When a proof that passed every check was created at the earliest, in milliseconds since the epoch. The
 * clock of its client may be ahead by the tolerance.
 *
 * @param claims - Of the proof; its `nonce`, if nonces are demanded, is one that is accepted.
 */
export function creationTimeMs({ claims, presented, rules }: SignedProof): number {
  if (rules.nonces === undefined) {
    return (Number(member(claims, 'iat')) - rules.clockToleranceSeconds) * 1000;
  }
  return rules.nonces.createdAtMs(String(member(claims, 'nonce')), presented.nowMs);
}

function readString(claims: JsonObject, name: string): string {
  const value = member(claims, name);
  if (typeof value !== 'string') throw malformed(name);
  return value;
}

/** Whether a string has more octets in UTF-8. A UTF-16 code unit takes at most three of them. */
function isLonger(text: string, bytes: number): boolean {
  return text.length * 3 > bytes && Buffer.byteLength(text) > bytes;
}

function malformed(claim: string): InvalidProofError {
  return new InvalidProofError('proof_claim', { claim });
}
