import { describe, expect, it } from 'vitest';
import { pause, untilAborted, withDeadline } from './deadline.js';

const late = new Error('late');
const ended = new Error('ended');
const never = new Promise<never>(() => undefined);

describe('withDeadline', () => {
  const createTimeoutError = (): Error => late;
  const { signal } = new AbortController();

  it('returns the result of the operation, and aborts its signal afterwards', async () => {
    let inner: AbortSignal | undefined;
    const value = await withDeadline({ timeoutMs: 60_000, createTimeoutError, signal }, (given) => {
      inner = given;
      return Promise.resolve('done');
    });
    expect([value, inner?.aborted]).toEqual(['done', true]);
  });

  it('ends an operation that ignores its signal', async () => {
    const outcome = withDeadline({ timeoutMs: 1, createTimeoutError, signal }, () => never);
    await expect(outcome).rejects.toBe(late);
  });

  it('rejects with the reason of the outer signal', async () => {
    const outer = new AbortController();
    const outcome = withDeadline(
      { timeoutMs: 60_000, createTimeoutError, signal: outer.signal },
      () => never,
    );
    outer.abort(ended);
    await expect(outcome).rejects.toBe(ended);
  });

  it('rejects when the outer signal has aborted before', async () => {
    const outer = AbortSignal.abort(ended);
    const outcome = withDeadline(
      { timeoutMs: 60_000, createTimeoutError, signal: outer },
      () => never,
    );
    await expect(outcome).rejects.toBe(ended);
  });
});

describe('withDeadline, createAbortError', () => {
  it.each(['before', 'during'])(
    'creates the error when the signal aborts %s the run',
    async (when) => {
      const outer = new AbortController();
      if (when === 'before') outer.abort();
      const outcome = withDeadline(
        {
          timeoutMs: 60_000,
          createTimeoutError: () => late,
          signal: outer.signal,
          createAbortError: () => ended,
        },
        () => never,
      );
      outer.abort();
      await expect(outcome).rejects.toBe(ended);
    },
  );
});

describe('untilAborted', () => {
  it.each([undefined, new AbortController().signal])(
    'waits for the promise with the signal %o',
    async (signal) => {
      await expect(untilAborted(Promise.resolve('value'), signal)).resolves.toBe('value');
      await expect(untilAborted(Promise.reject(late), signal)).rejects.toBe(late);
    },
  );

  it('rejects with the reason of the signal', async () => {
    await expect(untilAborted(never, AbortSignal.abort(ended))).rejects.toBe(ended);
  });
});

describe('pause', () => {
  it('ends after its time', async () => {
    await expect(pause(0, undefined)).resolves.toBeUndefined();
  });

  it('rejects with the reason of the signal', async () => {
    const controller = new AbortController();
    const pausing = pause(60_000, controller.signal);
    controller.abort(ended);
    await expect(pausing).rejects.toBe(ended);
  });
});
