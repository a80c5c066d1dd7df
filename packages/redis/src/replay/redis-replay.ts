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
   */
  register(proof: string, windowMs: number): Promise<boolean>;
  /** When data was lost last, in milliseconds since the epoch; `undefined` if it never was. */
  readonly notBefore: number | undefined;
}

/** What the store of used proofs needs. */
export interface ReplayParts extends OpenStoreParts {
  /** When data was lost last, in milliseconds since the epoch. */
  readonly lostAt: () => number | undefined;
}

/** 132 bits of the digest: enough that no caller finds the identity of another's proof. */
const ID_LENGTH = 22;
const MAX_ATTEMPT = 2 ** 48 - 1;

/**
 * Creates the store of used proofs.
 *
 * One plain command per proof: it sets the key unless it exists, and returns the value that was there. The
 * value is an id of this attempt, because some clients send a command again when the connection is lost before
 * the reply: then the command finds its own id, which is not a replay.
 */
export function createRedisReplay({ prefix, runner, lostAt }: ReplayParts): RedisReplay {
  return Object.freeze({
    async register(proof: string, windowMs: number): Promise<boolean> {
      const key = `${prefix}:r:${proof.slice(0, ID_LENGTH)}`;
      const attempt = String(randomInt(MAX_ATTEMPT));
      const args = ['SET', key, attempt, 'NX', 'GET', 'PX', String(windowMs)];
      const before = readNullableText(await runner.run(args, { key }));
      return before === null || before === attempt;
    },
    get notBefore(): number | undefined {
      return lostAt();
    },
  });
}
