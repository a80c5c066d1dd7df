/**
 * The lease of a token: one process requests it for all.
 *
 * @module
 */
import { readInteger } from '../connection/reply.js';
import type { Script } from '../connection/script.js';
import type { SealedStoreParts } from '../store-parts.js';
import { sealToken, type SharedToken } from './shared-token.js';
import { ALONE, BACK_OFF, EXTEND, FULFILL, RELEASE } from './token-scripts.js';

/** How long a lease lasts unless it is prolonged, in milliseconds. */
export const LEASE_MS = 3_000;

/** The permission to request a token for all processes of the fleet. */
export interface RedisTokenLease {
  /** Prolongs the lease. @returns `false` when it has ended. */
  extend(): Promise<boolean>;
  /** Stores the token for all processes, and ends the lease. */
  fulfill(token: SharedToken, remainingMs: number): Promise<void>;
  /** Ends the lease without a token; no process should request one for `backOffMs`. */
  release(backOffMs: number): Promise<void>;
  /** Ends the lease because the token cannot be shared; every process requests its own for `forMs`. */
  decline(forMs: number): Promise<void>;
}

/** What a lease needs. */
export interface LeaseParts extends SealedStoreParts {
  readonly keys: readonly [token: string, lease: string];
  readonly owner: string;
}

/** Creates the lease of a turn that has just been taken. Its methods do not use `this`. */
export function createRedisTokenLease(parts: LeaseParts): RedisTokenLease {
  const { runner, keys, owner, clock, box } = parts;
  // A monotonic clock: only a span of time is measured.
  let confirmedAt = performance.now();
  let isHeld = true;
  let extension: Promise<boolean> = Promise.resolve(true);

  /** Runs a script that does nothing unless this process holds the lease. */
  async function run(script: Script, args: readonly string[]): Promise<boolean> {
    if (!isHeld) return false;
    isHeld = readInteger(await runner.runScript(script, { keys, args: [owner, ...args] })) === 1;
    return isHeld;
  }

  async function extend(): Promise<boolean> {
    try {
      if (await run(EXTEND, [String(LEASE_MS)])) confirmedAt = performance.now();
      return isHeld;
    } catch (error) {
      // Whether the server has prolonged it is unknown, and so is how long the token may be stored.
      isHeld = false;
      throw error;
    }
  }

  return Object.freeze({
    async extend() {
      extension = extend();
      return await extension;
    },
    async fulfill(token: SharedToken, remainingMs: number) {
      await extension.catch(() => undefined);
      const usableUntil = clock() + remainingMs;
      const entry = sealToken(
        { token, lifetimeMs: remainingMs, usableUntil },
        { box, key: keys[0] },
      );
      const sinceMs = Math.floor(performance.now() - confirmedAt);
      await run(FULFILL, [String(LEASE_MS), entry, String(remainingMs + sinceMs)]);
    },
    async release(backOffMs: number) {
      await run(RELEASE, [BACK_OFF, String(backOffMs)]);
    },
    async decline(forMs: number) {
      await run(RELEASE, [ALONE, String(forMs)]);
    },
  });
}
