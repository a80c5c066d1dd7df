/**
 * One listener on a long-lived signal or emitter, shared by everything that waits for its end.
 *
 * Separate listeners would accumulate on a signal that outlives thousands of requests, and Node warns
 * at eleven.
 *
 * @module
 */
import type { EventEmitter } from 'node:events';

interface SharedListener {
  readonly waiting: Set<() => void>;
  readonly remove: () => void;
}

type Source = AbortSignal | EventEmitter;

const shared = new WeakMap<Source, SharedListener>();

/**
 * Calls a function once when a signal aborts, but not if it has already aborted.
 *
 * @param listener - Must not throw.
 * @returns A function that removes the listener.
 */
export function onAbort(signal: AbortSignal, listener: () => void): () => void {
  return share(signal, listener, (call) => {
    signal.addEventListener('abort', call, { once: true });
    return () => {
      signal.removeEventListener('abort', call);
    };
  });
}

/**
 * Calls a function once when an emitter, such as a socket or a response, emits `'close'`.
 *
 * @param listener - Must not throw.
 * @returns A function that removes the listener.
 */
export function onClose(emitter: EventEmitter, listener: () => void): () => void {
  return share(emitter, listener, (call) => {
    emitter.once('close', call);
    return () => {
      emitter.off('close', call);
    };
  });
}

/** @param listen - Adds the one listener, and returns the function that removes it. */
function share(
  source: Source,
  listener: () => void,
  listen: (call: () => void) => () => void,
): () => void {
  const all = shared.get(source) ?? create(source, listen);
  all.waiting.add(listener);
  return () => {
    if (!all.waiting.delete(listener) || all.waiting.size > 0) return;
    all.remove();
    shared.delete(source);
  };
}

function create(source: Source, listen: (call: () => void) => () => void): SharedListener {
  const waiting = new Set<() => void>();
  const remove = listen(() => {
    shared.delete(source);
    for (const listener of waiting) {
      waiting.delete(listener);
      listener();
    }
  });
  const all = { waiting, remove };
  shared.set(source, all);
  return all;
}
