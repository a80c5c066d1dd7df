/**
 * Waiting with a time limit, and until a signal aborts.
 *
 * @module
 */
import { onAbort } from './shared-listener.js';

/** Options of {@link withDeadline}. */
export interface Deadline {
  readonly timeoutMs: number;
  /** Creates the error for the timeout. */
  readonly createTimeoutError: () => Error;
  /** Aborts the operation. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Creates the error for an operation that `signal` aborts.
   *
   * @defaultValue the reason of the signal
   */
  readonly createAbortError?: (() => Error) | undefined;
}

/**
 * Runs an operation with a time limit.
 *
 * The limit holds even when the operation ignores its signal. The signal always aborts at the end,
 * so that no part of the operation continues.
 */
export async function withDeadline<T>(
  deadline: Deadline,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { timeoutMs, createTimeoutError, signal, createAbortError } = deadline;
  // Not AbortSignal.any: its result stays in memory as long as a long-lived signal does.
  const ending = new AbortController();
  const abort = (): void => {
    ending.abort(createAbortError === undefined ? signal?.reason : createAbortError());
  };
  const timer = setTimeout(() => {
    ending.abort(createTimeoutError());
  }, timeoutMs);
  const stopListening = signal === undefined ? undefined : onAbort(signal, abort);
  if (signal?.aborted === true) abort();
  try {
    return await untilAborted(run(ending.signal), ending.signal);
  } finally {
    clearTimeout(timer);
    stopListening?.();
    ending.abort();
  }
}

/** Waits for a promise, or rejects with the signal's reason. The promise itself continues. */
export async function untilAborted<T>(
  promise: Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  if (signal === undefined) return await promise;
  let stopListening = (): void => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    const abort = (): void => {
      reject(signal.reason as Error);
    };
    stopListening = onAbort(signal, abort);
    if (signal.aborted) abort();
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    stopListening();
  }
}

/** Waits for a time, or rejects with the signal's reason. */
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
