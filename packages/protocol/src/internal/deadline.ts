/**
 * Waits that end.
 *
 * @module
 */
import { setMaxListeners } from 'node:events';

/** When to give up. */
export interface Deadline {
  readonly timeoutMs: number;
  /** What is thrown when the time is up. */
  readonly makeError: () => Error;
  /** Ends the wait early, with its reason. */
  readonly signal: AbortSignal;
}

/**
 * Runs something for so long and no longer.
 *
 * Holds even when what runs ignores its signal. The signal is aborted in any case at the end, so
 * that nothing is left under way.
 */
export async function withDeadline<T>(
  deadline: Deadline,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  // Not AbortSignal.any: what it makes of a long-lived signal stays in memory as long as that does.
  const ending = new AbortController();
  const abort = (): void => {
    ending.abort(deadline.signal.reason);
  };
  const timer = setTimeout(() => {
    ending.abort(deadline.makeError());
  }, deadline.timeoutMs);
  allowManyWaits(deadline.signal);
  deadline.signal.addEventListener('abort', abort);
  if (deadline.signal.aborted) abort();
  try {
    return await untilAborted(run(ending.signal), ending.signal);
  } finally {
    clearTimeout(timer);
    deadline.signal.removeEventListener('abort', abort);
    ending.abort();
  }
}

/** Waits for a promise, or throws the signal's reason. The promise itself goes on. */
export async function untilAborted<T>(
  promise: Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  if (signal === undefined) return await promise;
  allowManyWaits(signal);
  let abort = (): void => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    abort = () => {
      reject(signal.reason as Error);
    };
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** Waits for a time; throws the signal's reason when that comes first. */
export async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const elapsed = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  try {
    await untilAborted(elapsed, signal);
  } finally {
    clearTimeout(timer);
  }
}

/** One signal may end any number of waits: Node takes more than ten for a leak, and says so. */
function allowManyWaits(signal: AbortSignal): void {
  setMaxListeners(0, signal);
}
