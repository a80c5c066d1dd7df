/**
 * Waits for the code of an application, with a time limit.
 *
 * @module
 */
import { CommandError } from '../command-error.js';
import type { Terminal } from '../terminal.js';

const LOAD_TIMEOUT_MS = 30_000;

/**
 * Waits for a promise of the application.
 *
 * @param what - What the promise stands for, as the subject of a sentence.
 * @throws CommandError (rejects) It does not settle in time.
 */
export async function settleWithin<Value>(
  { loadTimeoutMs = LOAD_TIMEOUT_MS }: Pick<Terminal, 'loadTimeoutMs'>,
  what: string,
  promised: PromiseLike<Value> | Value,
): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    const message = `${what} did not finish within ${loadTimeoutMs / 1000} s`;
    timer = setTimeout(reject, loadTimeoutMs, new CommandError(message));
  });
  try {
    return await Promise.race([promised, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
