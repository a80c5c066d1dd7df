import { EventEmitter, getEventListeners } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { onAbort, onClose } from './shared-listener.js';

const SOURCES = [
  [
    'onAbort',
    () => {
      const controller = new AbortController();
      return {
        listen: (listener: () => void) => onAbort(controller.signal, listener),
        fire: () => {
          controller.abort();
        },
        count: () => getEventListeners(controller.signal, 'abort').length,
      };
    },
  ],
  [
    'onClose',
    () => {
      const emitter = new EventEmitter();
      return {
        listen: (listener: () => void) => onClose(emitter, listener),
        fire: () => void emitter.emit('close'),
        count: () => emitter.listenerCount('close'),
      };
    },
  ],
] as const;

describe.each(SOURCES)('%s', (_name, open) => {
  it('adds one listener for all functions, and removes it with the last', () => {
    const { listen, count } = open();
    const offs = Array.from({ length: 20 }, () => listen(() => undefined));
    expect(count()).toBe(1);
    const [first, ...others] = offs;
    for (const off of others) off();
    expect(count()).toBe(1);
    first?.();
    expect(count()).toBe(0);
  });

  it('calls each function once unless it was removed before, and keeps none', () => {
    const { listen, fire, count } = open();
    const [taken, later] = [vi.fn(), vi.fn()];
    const offTaken = listen(taken);
    const first = vi.fn(() => {
      offLater();
    });
    listen(first);
    const offLater = listen(later);
    offTaken();
    fire();
    fire();
    expect(first).toHaveBeenCalledOnce();
    expect(taken).not.toHaveBeenCalled();
    expect(later).not.toHaveBeenCalled();
    expect(count()).toBe(0);
  });

  it('accepts that a function is removed twice', () => {
    const { listen, count } = open();
    const off = listen(() => undefined);
    off();
    listen(() => undefined);
    off();
    expect(count()).toBe(1);
  });
});

it('begins again on an emitter that has closed before', () => {
  const emitter = new EventEmitter();
  const [before, after] = [vi.fn(), vi.fn()];
  const offBefore = onClose(emitter, before);
  emitter.emit('close');
  onClose(emitter, after);
  offBefore();
  emitter.emit('close');
  expect(before).toHaveBeenCalledOnce();
  expect(after).toHaveBeenCalledOnce();
});
