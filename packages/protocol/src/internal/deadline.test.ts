import { describe, expect, it } from 'vitest';
import { pause, untilAborted, withDeadline } from './deadline.js';

const late = new Error('late');
const ended = new Error('ended');
const never = new Promise<never>(() => undefined);

describe('withDeadline', () => {
  const makeError = (): Error => late;
  const { signal } = new AbortController();

  it('gives what runs, and ends its signal afterwards', async () => {
    let inner: AbortSignal | undefined;
    const value = await withDeadline({ timeoutMs: 60_000, makeError, signal }, (given) => {
      inner = given;
      return Promise.resolve('done');
    });
    expect([value, inner?.aborted]).toEqual(['done', true]);
  });

  it('ends what ignores its signal', async () => {
    const outcome = withDeadline({ timeoutMs: 1, makeError, signal }, () => never);
    await expect(outcome).rejects.toBe(late);
  });

  it('ends with the outer signal', async () => {
    const outer = new AbortController();
    const outcome = withDeadline(
      { timeoutMs: 60_000, makeError, signal: outer.signal },
      () => never,
    );
    outer.abort(ended);
    await expect(outcome).rejects.toBe(ended);
  });

  it('does not outlive an outer signal that has ended already', async () => {
    const outer = AbortSignal.abort(ended);
    const outcome = withDeadline({ timeoutMs: 60_000, makeError, signal: outer }, () => never);
    await expect(outcome).rejects.toBe(ended);
  });
});

describe('untilAborted', () => {
  it.each([undefined, new AbortController().signal])('waits', async (signal) => {
    await expect(untilAborted(Promise.resolve('value'), signal)).resolves.toBe('value');
    await expect(untilAborted(Promise.reject(late), signal)).rejects.toBe(late);
  });

  it('stops waiting with the reason of the signal', async () => {
    await expect(untilAborted(never, AbortSignal.abort(ended))).rejects.toBe(ended);
  });
});

describe('pause', () => {
  it('ends by itself', async () => {
    await expect(pause(0, undefined)).resolves.toBeUndefined();
  });

  it('ends with its signal', async () => {
    const controller = new AbortController();
    const pausing = pause(60_000, controller.signal);
    controller.abort(ended);
    await expect(pausing).rejects.toBe(ended);
  });
});
