import { beforeEach, describe, expect, it } from 'vitest';
import { listenToStores } from '../../../../test/support/redis-nodes.js';
import { PollCurrency, type PollCurrencyOptions } from './poll-currency.js';

const OPTIONS = { pollMs: 500, timeoutMs: 250, maxStaleMs: 30_000, acceptStale: false };
/** 1.1 polls, two commands and 2 s. */
const LONGEST_STEP_MS = 3_050;

let nowMs: number;

beforeEach(() => {
  nowMs = 1_000_000;
});

function create(options: Partial<PollCurrencyOptions> = {}): PollCurrency {
  return new PollCurrency({ ...OPTIONS, clock: () => nowMs, ...options });
}

/** Polls all the time, without success. */
function failFor(currency: PollCurrency, durationMs: number): void {
  for (const endMs = nowMs + durationMs; nowMs < endMs;) {
    nowMs = Math.min(endMs, nowMs + OPTIONS.pollMs);
    currency.start();
    currency.fail();
  }
}

describe('PollCurrency', () => {
  it('is current from the first successful poll on, for maxStaleMs', () => {
    const events = listenToStores();
    const currency = create();
    currency.start();
    currency.fail();
    expect([currency.isCurrent(nowMs), currency.ageMs(nowMs)]).toEqual([false, undefined]);
    expect(currency.succeed(currency.start())).toBe(true);
    failFor(currency, OPTIONS.maxStaleMs);
    expect([currency.isCurrent(nowMs), events]).toEqual([true, []]);
    failFor(currency, 1);
    expect(currency.isCurrent(nowMs)).toBe(false);
    failFor(currency, 5_000);
    expect(events).toEqual([{ event: 'stale', ageMs: 30_001 }]);
    currency.succeed(currency.start());
    expect(currency.isCurrent(nowMs)).toBe(true);
  });

  it('counts from the start of the poll, whose reply shows the state of that time', () => {
    const currency = create();
    const start = currency.start();
    nowMs += 200;
    currency.succeed(start);
    expect(currency.ageMs(nowMs)).toBe(200);
  });

  it.each([LONGEST_STEP_MS + 1, -LONGEST_STEP_MS - 1])(
    'is not current when the clock jumps by %i ms, until a poll has started and succeeded since',
    (jumpMs) => {
      const currency = create();
      currency.succeed(currency.start());
      const waiting = currency.start();
      nowMs += jumpMs;
      expect(currency.isCurrent(nowMs)).toBe(false);
      // The reply may be as old as the start of the poll.
      expect(currency.succeed(waiting)).toBe(false);
      expect(currency.isCurrent(nowMs)).toBe(false);
      currency.start();
      currency.fail();
      expect(currency.isCurrent(nowMs)).toBe(false);
      expect(currency.succeed(currency.start())).toBe(true);
      expect(currency.isCurrent(nowMs)).toBe(true);
    },
  );

  it('is current while timers are a little late', () => {
    const currency = create();
    currency.succeed(currency.start());
    nowMs += LONGEST_STEP_MS;
    expect(currency.isCurrent(nowMs)).toBe(true);
    currency.start();
    expect(currency.isCurrent(nowMs)).toBe(true);
  });

  it('is current forever with acceptStale, after the first poll', () => {
    const currency = create({ acceptStale: true });
    expect(currency.isCurrent(nowMs)).toBe(false);
    currency.succeed(currency.start());
    nowMs += 1e9;
    expect(currency.isCurrent(nowMs)).toBe(true);
  });

  it('is uncertain until a poll succeeds that has started after the last failure', () => {
    const currency = create();
    expect(currency.isUncertain).toBe(true);
    const start = currency.start();
    currency.doubt();
    currency.succeed(start);
    expect(currency.isUncertain).toBe(true);
    currency.succeed(currency.start());
    expect(currency.isUncertain).toBe(false);
    currency.start();
    currency.fail();
    expect(currency.isUncertain).toBe(true);
  });
});
