import { describe, expect, it, vi } from 'vitest';
import { Listeners } from './listeners.js';

describe('Listeners', () => {
  it('calls each listener once for all that happens until the microtask', async () => {
    const listeners = new Listeners();
    const listener = vi.fn<() => void>();
    listeners.add(listener);
    const remove = listeners.add(listener);
    listeners.callSoon();
    listeners.callSoon();
    expect(listener).not.toHaveBeenCalled();
    await Promise.resolve();
    expect(listener).toHaveBeenCalledTimes(2);
    remove();
    remove();
    listeners.call();
    expect(listener).toHaveBeenCalledTimes(3);
  });

  it('reports what one listener throws, and calls the others', async () => {
    const listeners = new Listeners();
    const caught: unknown[] = [];
    const note = (error: unknown): void => void caught.push(error);
    const existing = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    process.once('uncaughtException', note);
    const other = vi.fn<() => void>();
    const error = new Error('listener');
    listeners.add(() => {
      throw error;
    });
    listeners.add(other);
    listeners.call();
    await vi.waitFor(() => {
      expect(caught).toEqual([error]);
    });
    for (const listener of existing) process.on('uncaughtException', listener);
    expect(other).toHaveBeenCalledOnce();
  });
});
