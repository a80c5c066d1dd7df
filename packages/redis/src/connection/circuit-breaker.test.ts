import { describe, expect, it } from 'vitest';
import { CircuitBreaker } from './circuit-breaker.js';

interface Scene {
  readonly breaker: CircuitBreaker;
  /** Moves the clock. */
  readonly wait: (ms: number) => void;
  /** Admits commands, and lets each fail or succeed at once. */
  readonly run: (...outcomes: readonly ('ok' | 'fail')[]) => void;
}

/** A circuit breaker with its own clock, and the longest delays that jitter permits. */
function createScene(jitter = 1): Scene {
  let nowMs = 5_000;
  const breaker = new CircuitBreaker({ now: () => nowMs, jitter: () => jitter });
  return {
    breaker,
    wait: (ms) => {
      nowMs += ms;
    },
    run: (...outcomes) => {
      for (const outcome of outcomes) {
        const ticket = breaker.admit();
        if (ticket === undefined) throw new Error('the circuit is open');
        if (outcome === 'ok') breaker.succeed(ticket);
        else breaker.fail(ticket);
      }
    },
  };
}

function repeat<const Value>(value: Value, times: number): Value[] {
  return Array<Value>(times).fill(value);
}

describe('CircuitBreaker', () => {
  it('opens after 5 failures in a row', () => {
    const { breaker, run } = createScene();
    run(...repeat('fail', 4), 'ok', ...repeat('fail', 4));
    expect(breaker.state).toBe('closed');
    run('fail');
    expect(breaker.state).toBe('open');
    expect(breaker.admit()).toBeUndefined();
  });

  it('opens when half of 20 commands fail within a second', () => {
    const { breaker, run } = createScene();
    for (let pair = 0; pair < 9; pair += 1) run('fail', 'ok');
    run('ok');
    expect(breaker.state).toBe('closed');
    run('fail');
    expect(breaker.state).toBe('open');
  });

  it('stays closed while fewer than half of the commands fail', () => {
    const { breaker, run } = createScene();
    for (let round = 0; round < 100; round += 1) run('ok', 'fail', 'ok');
    expect(breaker.state).toBe('closed');
  });

  it('forgets failures after a second', () => {
    const { breaker, run, wait } = createScene();
    for (let pair = 0; pair < 9; pair += 1) run('fail', 'ok');
    wait(1_000);
    run('fail', 'ok', 'fail');
    expect(breaker.state).toBe('closed');
  });

  it('admits one command after 200 ms, and closes when it succeeds', () => {
    const { breaker, run, wait } = createScene();
    run(...repeat('fail', 5));
    wait(199);
    expect(breaker.admit()).toBeUndefined();
    wait(1);
    const ticket = breaker.admit() ?? NaN;
    expect(breaker.state).toBe('half-open');
    expect(breaker.admit()).toBeUndefined();
    expect(breaker.succeed(ticket)).toBe(true);
    expect(breaker.state).toBe('closed');
    run(...repeat('ok', 3));
  });

  it.each([
    ['without', 1, [200, 400, 800, 1_600, 3_200, 5_000, 5_000]],
    ['with the most', 0, [150, 300, 600, 1_200, 2_400, 3_750, 3_750]],
  ])('doubles the delay up to 5 s, %s jitter', (_what, jitter, delays) => {
    const { breaker, run, wait } = createScene(jitter);
    run(...repeat('fail', 5));
    for (const delay of delays) {
      wait(delay - 1);
      expect(breaker.admit()).toBeUndefined();
      wait(1);
      run('fail');
    }
  });

  it('begins with 200 ms again after it was closed', () => {
    const { breaker, run, wait } = createScene();
    run(...repeat('fail', 5));
    wait(200);
    run('fail');
    wait(400);
    run('ok', ...repeat('fail', 5));
    wait(200);
    run('ok');
    expect(breaker.state).toBe('closed');
  });

  it('ignores failures of commands that were sent before it opened', () => {
    const { breaker, run, wait } = createScene();
    const early = repeat(breaker.admit() ?? NaN, 50);
    run(...repeat('fail', 5));
    for (const ticket of early) breaker.fail(ticket);
    wait(200);
    run('ok');
    for (const ticket of early) breaker.fail(ticket);
    expect(breaker.state).toBe('closed');
  });

  it('tries a command at once when an earlier one is answered late', () => {
    const { breaker, run } = createScene();
    const early = breaker.admit() ?? NaN;
    run(...repeat('fail', 5));
    expect(breaker.succeed(early)).toBe(false);
    expect(breaker.state).toBe('open');
    run('ok');
    expect(breaker.state).toBe('closed');
  });

  it('reports until when it is open', () => {
    const { breaker, run } = createScene();
    expect(breaker.openUntil).toBeUndefined();
    run(...repeat('fail', 5));
    expect(breaker.openUntil).toBe(5_200);
    breaker.retryNow();
    expect(breaker.openUntil).toBe(5_000);
  });
});
