/**
 * Registers proofs, so that none of them is accepted twice.
 *
 * @module
 */
import { hash } from 'node:crypto';
import { InvalidProofError } from '@scopegate/protocol';
import { settle } from '@scopegate/protocol/internal';
import { MemoryReplay, type MemoryReplayBounds } from '../replay/memory-replay.js';
import { ReplayEpisodes } from '../replay/replay-events.js';
import { ReplayStoreUnavailableError } from '../replay/replay-store-unavailable-error.js';
import {
  type CarriedProof,
  type RegistrationOutcome,
  RequestRegistrations,
} from '../replay/request-registrations.js';
import type { ReplayPolicy } from '../replay/resolve-replay.js';
import { SharedReplay, type StoreOutcome } from '../replay/shared-replay.js';
import type { ProofPolicy } from './proof-policy.js';

/** A use of a proof that passed every other check; `id` is that of {@link formatProofId}. */
export interface ProofUse extends CarriedProof {
  /**
   * When the proof was created at the earliest, in milliseconds since the epoch: its `iat` minus the
   * tolerance for the client's clock, or the time from which on its nonce is accepted if nonces are
   * demanded.
   */
  readonly createdAtMs: number;
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
  register(proof: ProofUse, nowMs: number): void | Promise<void>;
  /**
   * Whether a proof is registered, without registering it.
   *
   * @param id - See {@link formatProofId}.
   * @returns `undefined` if only a store has the answer: it is not called, because its method registers.
   */
  isRegistered(id: string, nowMs: number): boolean | undefined;
}

/**
 * Formats the identity of a proof for its registration: the SHA-256 of the key's thumbprint and the
 * `jti`, in base64url. The thumbprint always has 43 characters, so no separator is needed.
 */
export function formatProofId(thumbprint: string, jti: string): string {
  return hash('sha256', thumbprint + jti, 'base64url');
}

/**
 * Returns how long a proof must stay registered, in milliseconds: until no process accepts it any more,
 * plus a margin for processes whose clocks lag.
 */
export function replayWindowMs({
  maxAgeSeconds,
  clockToleranceSeconds,
  nonce,
}: Omit<ProofPolicy, 'replay'>): number {
  const acceptedSeconds =
    nonce === undefined ? maxAgeSeconds + clockToleranceSeconds : nonce.lifetimeSeconds * 1.5;
  // Stores such as Redis accept integers only.
  return Math.ceil(acceptedSeconds * 1000) + MARGIN_MS;
}

const MARGIN_MS = 5_000;

/**
 * Creates a register.
 *
 * @param windowMs - See {@link replayWindowMs}.
 */
export function createReplayRegister(policy: ReplayPolicy, windowMs: number): ReplayRegister {
  const bounds = { maxEntries: policy.maxEntries, windowMs };
  if (policy.store === undefined) return createProcessRegister(bounds);
  const { store, timeoutMs, whileUnavailable } = policy;
  const shared = new SharedReplay(store, { windowMs, timeoutMs });
  return new SharedRegister(
    shared,
    whileUnavailable === 'local' ? new MemoryReplay(bounds) : undefined,
  );
}

const inMemory = new RequestRegistrations<RegistrationOutcome>();
const inStores = new RequestRegistrations<StoreOutcome>();

function createProcessRegister(bounds: MemoryReplayBounds): ReplayRegister {
  const memory = new MemoryReplay(bounds);
  const episodes = new ReplayEpisodes('process');
  return {
    register: (proof, nowMs) => {
      const outcome = inMemory.registerOnce(memory, proof, nowMs);
      // A proof that is found needs no place in the memory.
      if (outcome !== false) episodes.note(outcome, nowMs);
      assertUnused(outcome);
    },
    isRegistered: (id, nowMs) => memory.isRegistered(id, nowMs),
  };
}

/**
 * Registers proofs in a store, and in the memory of this process first if that decides while the store is
 * unavailable.
 */
class SharedRegister implements ReplayRegister {
  readonly #shared: SharedReplay;
  readonly #local: MemoryReplay | undefined;
  readonly #episodes = new ReplayEpisodes('shared');
  readonly #localEpisodes = new ReplayEpisodes('process');

  constructor(shared: SharedReplay, local: MemoryReplay | undefined) {
    this.#shared = shared;
    this.#local = local;
  }

  register(proof: ProofUse, nowMs: number): void | Promise<void> {
    const local = this.#local && inMemory.registerOnce(this.#local, proof, nowMs);
    // The proof is a replay, whatever the store would answer.
    if (local === false) assertUnused(local);
    if (local !== undefined) this.#localEpisodes.note(local, nowMs);
    const answer = inStores.registerOnce(this.#shared, proof, nowMs);
    return settle(answer, this.#conclude, { proof, nowMs, local });
  }

  isRegistered(id: string, nowMs: number): true | undefined {
    return this.#local?.isRegistered(id, nowMs) === true ? true : undefined;
  }

  readonly #conclude = (answer: RegistrationOutcome, registration: LocalRegistration): void => {
    const { proof, nowMs, local } = registration;
    const outcome = answer === true ? this.#assess(proof) : answer;
    // A store that has lost data is available.
    this.#episodes.note(isLoss(outcome) ? answer : outcome, nowMs);
    if (typeof outcome === 'boolean' || local === undefined) assertUnused(outcome);
    else assertUnused(this.#local?.isComplete(nowMs) === true ? local : outcome);
  };

  /** The store did not have the proof, which proves nothing if it has lost data since. */
  #assess({ createdAtMs }: ProofUse): RegistrationOutcome {
    const { notBefore } = this.#shared;
    if (notBefore === undefined || createdAtMs >= notBefore) return true;
    if (Number.isNaN(notBefore)) return new ReplayStoreUnavailableError('answer');
    this.#episodes.noteLoss(notBefore);
    return new ReplayStoreUnavailableError('data_lost');
  }
}

function isLoss(outcome: RegistrationOutcome): boolean {
  return typeof outcome !== 'boolean' && outcome.failure === 'data_lost';
}

/** A proof whose registration in a store is pending, with the outcome in this process. */
interface LocalRegistration {
  readonly proof: ProofUse;
  readonly nowMs: number;
  /** `undefined` when the proof is registered in the store only. */
  readonly local: RegistrationOutcome | undefined;
}

function assertUnused(outcome: RegistrationOutcome): void {
  if (outcome === false) throw new InvalidProofError('proof_replayed');
  if (outcome !== true) throw outcome;
}
