/**
 * The last proof that this process has accepted: what shows whether a server has lost proofs.
 *
 * @module
 */
import { randomInt } from 'node:crypto';
import { readNullableText } from '../connection/reply.js';
import type { CommandRunner } from '../connection/command-runner.js';

/** A proof as it was registered. */
export interface RegisteredProof {
  /** Its key in Redis. */
  readonly key: string;
  /** The value of the key, an id of this attempt. */
  readonly attempt: string;
  readonly windowMs: number;
  /** When the registration began, in milliseconds since the epoch. */
  readonly atMs: number;
  /** The same, in milliseconds since any moment of a clock that is never set. */
  readonly startedAt: number;
}

const MAX_ATTEMPT = 2 ** 48 - 1;

/** So long before its end a proof is too old to be accepted again. The margin is that of the window. */
const MARGIN_MS = 5_000;

/** Returns the id of an attempt. */
export function createAttempt(): string {
  return String(randomInt(MAX_ATTEMPT));
}

/**
 * Runs the command that registers a proof.
 *
 * @returns The attempt that had registered it; `null` if none had.
 * @throws StoreUnavailableError (rejects)
 */
export async function sendProof(
  runner: CommandRunner,
  { key, attempt, windowMs }: Pick<RegisteredProof, 'key' | 'attempt' | 'windowMs'>,
): Promise<string | null> {
  const args = ['SET', key, attempt, 'NX', 'GET', 'PX', String(windowMs)];
  return readNullableText(await runner.run(args, { key }));
}

/**
 * Finds out whether the server has lost a proof. It is registered again if it has: reading commands may be sent
 * to a replica, which may lag.
 *
 * @throws StoreUnavailableError (rejects)
 */
export async function isLost(
  runner: CommandRunner,
  { key, attempt, windowMs, startedAt }: RegisteredProof,
): Promise<boolean> {
  const remainingMs = Math.floor(windowMs - (performance.now() - startedAt));
  if (remainingMs <= MARGIN_MS) return false;
  const again = { key, attempt: createAttempt(), windowMs: remainingMs };
  return (await sendProof(runner, again)) !== attempt;
}
