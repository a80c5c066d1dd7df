/**
 * Used proofs in Redis.
 *
 * @module
 */
import type { OpenStoreParts } from '../store-parts.js';
import { createAttempt, isLost, type RegisteredProof, sendProof } from './last-proof.js';

/** Registers used proofs for all processes of a fleet: a `ReplayStore` of @scopegate/access-token. */
export interface RedisReplay {
  /**
   * Registers a proof.
   *
   * @param proof - 43 characters of base64url.
   * @param windowMs - How long it stays registered, in milliseconds: an integer.
   * @returns Whether it was not registered before.
   * @throws StoreUnavailableError (rejects) That cannot be known now.
   * @throws TypeError (rejects) An argument has another form.
   */
  register(proof: string, windowMs: number): Promise<boolean>;
  /** When data was lost last, in milliseconds since the epoch; `undefined` if it never was. */
  readonly notBefore: number | undefined;
}

/** What the store of used proofs needs. */
export interface ReplayParts extends OpenStoreParts {
  readonly watch: LossWatch;
}

/** Finds out whether the server has lost data. */
export interface LossWatch {
  /** When data was lost last, in milliseconds since the epoch; `undefined` if it never was. */
  readonly lostAt: number | undefined;
  /** Grows when data may have been lost. */
  readonly doubts: number;
  /** Notes that a command has failed: the server may have lost data when it is back. */
  doubt(): void;
  /** Finds out whether data was lost; `undefined` if no command has failed. Rejects if that stays unknown. */
  confirm(): Promise<void> | undefined;
  /** Notes that a proof was lost. Resolves when `lostAt` is set. Rejects if that takes another poll. */
  reportLoss(): Promise<void>;
}

/** 132 bits of the digest: enough that no caller finds the identity of another's proof. */
const ID_LENGTH = 22;
const PROOF = /^[A-Za-z0-9_-]{43}$/;

/**
 * Creates the store of used proofs.
 *
 * One plain command per proof: it sets the key unless it exists, and returns the value that was there. The
 * value is an id of this attempt, because some clients send a command again when the connection is lost before
 * the reply: then the command finds its own id, which is not a replay.
 */
export function createRedisReplay(parts: ReplayParts): RedisReplay {
  const { prefix, runner, watch, clock } = parts;
  const proofs = new AcceptedProofs(parts);
  return Object.freeze({
    async register(proof: string, windowMs: number): Promise<boolean> {
      assertRegistration(proof, windowMs);
      const key = `${prefix}:r:${proof.slice(0, ID_LENGTH)}`;
      const [attempt, atMs, startedAt] = [createAttempt(), clock(), performance.now()];
      const registered = { key, attempt, windowMs, atMs, startedAt };
      try {
        const before = await sendProof(runner, registered);
        if (before !== null && before !== attempt) return false;
      } catch (error) {
        watch.doubt();
        throw error;
      }
      // A server that is back after a failure may be an empty one: `notBefore` must be known before the answer.
      const confirmation = watch.confirm();
      if (confirmation !== undefined) await confirmation;
      if (proofs.areUncertain) await proofs.check();
      proofs.accept(registered);
      return true;
    },
    get notBefore(): number | undefined {
      return watch.lostAt;
    },
  });
}

/**
 * The last proof that was accepted, by which a process notices that proofs were lost. A failover may lose proofs
 * that were registered after the last poll, and no poll.
 */
class AcceptedProofs {
  readonly #parts: ReplayParts;
  #last: RegisteredProof | undefined;
  #checkedDoubts = 0;
  #checking: Promise<void> | undefined;

  constructor(parts: ReplayParts) {
    this.#parts = parts;
  }

  /** Whether proofs may have been lost since the last check. */
  get areUncertain(): boolean {
    return this.#parts.watch.doubts !== this.#checkedDoubts;
  }

  accept(proof: RegisteredProof): void {
    this.#last = proof;
  }

  /** @throws StoreUnavailableError (rejects) It is not known whether proofs were lost. */
  async check(): Promise<void> {
    while (this.areUncertain) {
      this.#checking ??= this.#checkLast().finally(() => {
        this.#checking = undefined;
      });
      await this.#checking;
    }
  }

  async #checkLast(): Promise<void> {
    const { watch } = this.#parts;
    const { doubts } = watch;
    if (await this.#hasLostLast()) {
      this.#last = undefined;
      await watch.reportLoss();
    }
    this.#checkedDoubts = doubts;
  }

  async #hasLostLast(): Promise<boolean> {
    const { runner, watch } = this.#parts;
    const last = this.#last;
    // A loss since then is known already.
    if (last === undefined || last.atMs <= (watch.lostAt ?? -Infinity)) return false;
    try {
      return await isLost(runner, last);
    } catch (error) {
      watch.doubt();
      throw error;
    }
  }
}

/** @throws TypeError */
function assertRegistration(proof: unknown, windowMs: unknown): void {
  if (typeof proof !== 'string' || !PROOF.test(proof)) {
    throw new TypeError('register() requires a proof of 43 characters of base64url');
  }
  if (!Number.isSafeInteger(windowMs) || Number(windowMs) < 1) {
    throw new TypeError('register() requires a window in milliseconds: an integer of at least 1');
  }
}
