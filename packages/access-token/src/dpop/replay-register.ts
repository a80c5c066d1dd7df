/**
 * Registers proofs, so that none of them is accepted twice.
 *
 * @module
 */
import { hash } from 'node:crypto';
import { InvalidProofError } from '@scopegate/protocol';
import type { ProofPolicy, ReplayPolicy } from './proof-policy.js';

/** A proof that is acceptable except that it may have been used before. */
export interface UsedProof {
  /** See {@link formatProofId}. */
  readonly id: string;
  /**
   * When the proof was created at the earliest, in milliseconds since the epoch: its `iat`, or the time
   * of its nonce if nonces are demanded.
   */
  readonly createdAtMs: number;
  /** The request that carries the proof; `undefined` if it is registered each time. */
  readonly request: object | undefined;
}

/** Registers proofs. */
export interface ReplayRegister {
  /**
   * Registers a proof.
   *
   * @returns Synchronously unless the store is asynchronous.
   * @throws InvalidProofError (or rejects) `proof_replayed`: it was registered before.
   * @throws ReplayStoreUnavailableError (or rejects) Whether it was registered is unknown.
   */
  register(proof: UsedProof, nowMs: number): void | Promise<void>;
}

/**
 * Formats the identity of a proof for its registration: the SHA-256 of the key's thumbprint and the
 * `jti`, in base64url. The thumbprint always has 43 characters, so no separator is needed.
 */
export function formatProofId(thumbprint: string, jti: string): string {
  return hash('sha256', thumbprint + jti, 'base64url');
}

/**
 * Returns how long a proof must stay registered, in milliseconds: as long as any node may accept it, and
 * a margin for clocks of other nodes that lag.
 */
export function replayWindowMs({
  maxAgeSeconds,
  clockToleranceSeconds,
  nonce,
}: Omit<ProofPolicy, 'replay'>): number {
  const acceptedSeconds =
    nonce === undefined ? maxAgeSeconds + clockToleranceSeconds : nonce.lifetimeSeconds * 1.5;
  return acceptedSeconds * 1000 + MARGIN_MS;
}

const MARGIN_MS = 5_000;

/**
 * Creates a register.
 *
 * @param windowMs - See {@link replayWindowMs}.
 */
export function createReplayRegister(_policy: ReplayPolicy, _windowMs: number): ReplayRegister {
  return {
    register: () => {
      throw new InvalidProofError('proof_replayed');
    },
  };
}
