/**
 * Used proofs in Redis.
 *
 * @module
 */
import { randomInt } from 'node:crypto';
import { readNullableText } from '../connection/reply.js';
import type { OpenStoreParts } from '../store-parts.js';

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
  /** Notes that a command has failed: the server may have lost data when it is back. */
  doubt(): void;
  /** Finds out whether data was lost; `undefined` if no command has failed. Rejects if that stays unknown. */
  confirm(): Promise<void> | undefined;
}

/** 132 bits of the digest: enough that no caller finds the identity of another's proof. */
const ID_LENGTH = 22;
const PROOF = /^[A-Za-z0-9_-]{43}$/;
const MAX_ATTEMPT = 2 ** 48 - 1;

/**
 * Creates the store of used proofs.
 *
 * One plain command per proof: it sets the key unless it exists, and returns the value that was there. The
 * value is an id of this attempt, because some clients send a command again when the connection is lost before
 * the reply: then the command finds its own id, which is not a replay.
 */
export function createRedisReplay({ prefix, runner, watch }: ReplayParts): RedisReplay {
  const isFirst = async (key: string, windowMs: number): Promise<boolean> => {
    const attempt = String(randomInt(MAX_ATTEMPT));
    const args = ['SET', key, attempt, 'NX', 'GET', 'PX', String(windowMs)];
    const before = readNullableText(await runner.run(args, { key }));
    return before === null || before === attempt;
  };
  return Object.freeze({
    async register(proof: string, windowMs: number): Promise<boolean> {
      assertRegistration(proof, windowMs);
      try {
        if (!(await isFirst(`${prefix}:r:${proof.slice(0, ID_LENGTH)}`, windowMs))) return false;
      } catch (error) {
        watch.doubt();
        throw error;
      }
      // A server that is back after a failure may be an empty one: `notBefore` must be known before the answer.
      const confirmation = watch.confirm();
      if (confirmation !== undefined) await confirmation;
      return true;
    },
    get notBefore(): number | undefined {
      return watch.lostAt;
    },
  });
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
