/**
 * One listener on a long-lived signal or emitter, shared by everything that waits for its end.
 *
 * A listener each would fill up a signal that outlives thousands of requests, and warn at eleven.
 *
 * @module
 */
import type { EventEmitter } from 'node:events';

interface SharedListener {
  readonly waiting: Set<() => void>;
  readonly takeOff: () => void;
}

type Source = AbortSignal | EventEmitter;

const shared = new WeakMap<Source, SharedListener>();

/**
 * Calls a function once when a signal aborts; not for one that has aborted already.
 *
 * @param listener - Must not throw.
 * @returns Takes the function off again, and the listener of the signal with the last one.
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
 * @returns Takes the function off again, and the listener of the emitter with the last one.
 */
export function onClose(emitter: EventEmitter, listener: () => void): () => void {
  return share(emitter, listener, (call) => {
    emitter.once('close', call);
    return () => {
      emitter.off('close', call);
    };
  });
}

/** @param listen - Puts the one listener on, and returns what takes it off. */
function share(
  source: Source,
  listener: () => void,
  listen: (call: () => void) => () => void,
): () => void {
  const all = shared.get(source) ?? create(source, listen);
  all.waiting.add(listener);
  return () => {
    if (!all.waiting.delete(listener) || all.waiting.size > 0) return;
    all.takeOff();
    shared.delete(source);
  };
}

function create(source: Source, listen: (call: () => void) => () => void): SharedListener {
  const waiting = new Set<() => void>();
  const takeOff = listen(() => {
    shared.delete(source);
    for (const listener of waiting) {
      waiting.delete(listener);
      listener();
    }
  });
  const all = { waiting, takeOff };
  shared.set(source, all);
  return all;
}
