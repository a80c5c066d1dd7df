import { createSecretKey, randomBytes } from 'node:crypto';
import { getEventListeners } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { VerifiedAccessToken } from '../claims/verified-token.js';
import { KeySetUnavailableError } from '../keys/key-set-errors.js';
import { withdrawKey } from '../keys/key-withdrawal.js';
import { KeyRing } from '../keys/key-ring.js';
import { prepareKey, type VerificationKey } from '../jws/signature.js';
import { StaticKeySet } from '../keys/static-key-set.js';
import { type WatchContext, watchVerification } from './while-acceptable.js';
import type { RevocationMemo } from '../revocation/revocation-check.js';
import type { Verification } from './verify-token.js';

const START = Date.UTC(2030, 0, 1);
const NOW = START / 1000;
const DAY = 86_400;

/** How far the clock is ahead of the time that passed, in milliseconds. */
let leapt: number;
const clock = (): number => Date.now() + leapt;

/** Advances the clock and the timers. */
function pass(seconds: number): void {
  vi.advanceTimersByTime(seconds * 1000);
}

beforeEach(() => {
  vi.useFakeTimers({ now: START, toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  leapt = 0;
});

afterEach(() => {
  vi.useRealTimers();
});

type KeyedVerification = Verification & RevocationMemo & { readonly key: VerificationKey };

/** A verification of a token that is valid for five minutes, with a tolerance of 5 s. */
function accept(changes: Partial<KeyedVerification> = {}): KeyedVerification {
  const key = prepareKey('HS256', undefined, createSecretKey(randomBytes(32)));
  const token = Object.freeze({}) as VerifiedAccessToken;
  const keySet = StaticKeySet.ofSecret('https://as.example', KeyRing.of([key]));
  const times = { validFrom: 0, validUntil: NOW + 305, known: undefined };
  return { token, key, keySet, heapBytes: 0, notRevokedAt: undefined, ...times, ...changes };
}

/** Tokens are accepted until they expire. */
const contextOf = (read: () => number): WatchContext => ({ clock: read, revocations: undefined });

const watch = (verification: KeyedVerification, signal?: AbortSignal): AbortSignal =>
  watchVerification(verification, contextOf(clock), { signal });

/**
 * A verification whose keys can become unavailable; `isReady` is whether the next refresh succeeds.
 */
function withKeys(verification: KeyedVerification): {
  verification: KeyedVerification;
  keys: { isUsable: boolean; isReady: boolean };
} {
  const keys = { isUsable: true, isReady: true };
  const keySet = Object.assign(Object.create(verification.keySet) as StaticKeySet, {
    isUsable: () => keys.isUsable,
    whenReady: () =>
      keys.isReady ? Promise.resolve() : Promise.reject(new KeySetUnavailableError(30)),
  });
  return { verification: { ...verification, keySet }, keys };
}

describe('watchVerification', () => {
  it.each([
    ['in five minutes', 300],
    ['within the next second', 1],
    ['further ahead than a timer reaches', 40 * DAY],
  ])('aborts at "exp" plus the tolerance, not before, when that is %s', (_when, seconds) => {
    const signal = watch(accept({ validUntil: NOW + seconds + 5 }));
    pass(seconds + 4.999);
    expect(signal.aborted).toBe(false);
    pass(0.001);
    expect(signal.reason).toMatchObject({ code: 'ERR_BEARER_INVALID_TOKEN', reason: 'expired' });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('aborts when the key is withdrawn, after the refresh', async () => {
    const verification = accept();
    const signals = [watch(verification), watch(verification), watch(accept())];
    withdrawKey(verification.key);
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, false, false]);
    await setImmediate();
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true, false]);
    expect(signals[0]?.reason).toMatchObject({ reason: 'key' });
    expect(vi.getTimerCount()).toBe(1);
  });

  it.each([
    ['expired', 'expired', () => accept({ validUntil: NOW })],
    ['not valid yet', 'not_yet_valid', () => accept({ validFrom: NOW + 1 })],
    [
      'under a withdrawn key',
      'key',
      () => {
        const verification = accept();
        withdrawKey(verification.key);
        return verification;
      },
    ],
  ])('is aborted from the start for a token that is %s', (_what, reason, make) => {
    expect(watch(make()).reason).toMatchObject({ reason });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('aborts within a minute when an outage has lasted too long', async () => {
    const { verification, keys } = withKeys(accept({ validUntil: NOW + DAY + 5 }));
    const signal = watch(verification);
    pass(59);
    Object.assign(keys, { isUsable: false, isReady: false });
    pass(1);
    await setImmediate();
    expect(signal.reason).toMatchObject({ code: 'ERR_KEY_SET_UNAVAILABLE', status: 503 });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('does not abort while an overdue refresh is under way', async () => {
    const { verification, keys } = withKeys(accept({ validUntil: NOW + DAY + 5 }));
    const signal = watch(verification);
    keys.isUsable = false;
    pass(60);
    keys.isUsable = true;
    await setImmediate();
    pass(3_600);
    expect(signal.aborted).toBe(false);
    pass(DAY);
    expect(signal.reason).toMatchObject({ reason: 'expired' });
  });

  it.each([
    ['forward', 400, 'expired'],
    ['back', -100, 'not_yet_valid'],
  ])('notices within a minute that the clock was changed: %s', (_where, leap, reason) => {
    const signal = watch(accept({ validFrom: NOW - 5 }));
    leapt = leap * 1000;
    vi.advanceTimersByTime(59_999);
    expect(signal.aborted).toBe(false);
    vi.advanceTimersByTime(1);
    expect(signal.reason).toMatchObject({ reason });
  });

  it('ends, and holds no timer, when the given signal aborts', async () => {
    const verification = accept();
    const work = new AbortController();
    const signal = watch(verification, work.signal);
    work.abort();
    expect(vi.getTimerCount()).toBe(0);
    withdrawKey(verification.key);
    await setImmediate();
    expect(signal.aborted).toBe(false);
  });

  it('keeps one listener on a given signal for all watches, and none once they have ended', () => {
    const { signal } = new AbortController();
    const signals = Array.from({ length: 20 }, () => watch(accept(), signal));
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    pass(305);
    expect(signals.every(({ aborted }) => aborted)).toBe(true);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  it.each<[string, () => number]>([
    [
      'throws',
      () => {
        throw new Error('no time');
      },
    ],
    ['does not return a number', () => NaN],
  ])('aborts, and leaves nothing behind, when the clock %s', async (_what, broken) => {
    const shutdown = new AbortController();
    const verification = accept();
    let current = clock;
    const signals = [verification, accept()].map((watched) =>
      watchVerification(
        watched,
        contextOf(() => current()),
        { signal: shutdown.signal },
      ),
    );
    current = broken;
    withdrawKey(verification.key);
    await setImmediate();
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    pass(60);
    signals.push(watchVerification(accept(), contextOf(broken), { signal: shutdown.signal }));
    expect(signals.map(({ reason }) => reason as unknown)).toEqual(
      signals.map(() => expect.any(Error) as unknown),
    );
    expect(vi.getTimerCount()).toBe(0);
    expect(getEventListeners(shutdown.signal, 'abort')).toHaveLength(0);
  });

  it('aborts with the error that the clock threw', () => {
    const failure = new Error('no time');
    const fail = vi.fn(clock).mockImplementationOnce(clock).mockThrow(failure);
    const signal = watchVerification(accept(), contextOf(fail), {});
    pass(60);
    expect(signal.reason).toBe(failure);
  });

  it('does not begin when the given signal has aborted', () => {
    expect(watch(accept(), AbortSignal.abort()).aborted).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('aborts for a refused token even when the given signal has aborted', () => {
    expect(watch(accept({ validUntil: NOW }), AbortSignal.abort()).aborted).toBe(true);
  });

  it('refuses an unknown option', () => {
    const options: object = { sginal: AbortSignal.abort() };
    expect(() => watchVerification(accept(), contextOf(clock), options)).toThrow(
      'whileAcceptable() has no option "sginal"; did you mean "signal"?',
    );
  });

  it('does not keep the process alive', () => {
    vi.useRealTimers();
    const timers = vi.spyOn(globalThis, 'setTimeout');
    const work = new AbortController();
    watch(accept({ validUntil: Date.now() / 1000 + 300 + 5 }), work.signal);
    const timer = timers.mock.results[0]?.value as NodeJS.Timeout;
    expect(timer.hasRef()).toBe(false);
    work.abort();
    timers.mockRestore();
  });
});
