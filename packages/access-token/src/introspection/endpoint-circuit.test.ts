import { describe, expect, it } from 'vitest';
import {
  type Attempt,
  type AttemptFailure,
  type AttemptRequest,
  EndpointCircuit,
} from './endpoint-circuit.js';

const START_MS = 1_800_000_000_000;
const UNREACHABLE = { isAnswered: false, retryAfterMs: undefined };

/** Without jitter: the longest delays. */
function createCircuit(): EndpointCircuit {
  return new EndpointCircuit(() => 1);
}

function enter(circuit: EndpointCircuit, request: AttemptRequest): Attempt {
  const attempt = circuit.enter(request);
  if (attempt === undefined) throw new Error('the circuit is open');
  return attempt;
}

/** Opens a circuit by failures at the time when each next request may be made. */
function openCircuit(failures: number, last: Partial<AttemptFailure> = {}): EndpointCircuit {
  const circuit = createCircuit();
  let nowMs = START_MS;
  for (let failure = 1; failure <= failures; failure += 1) {
    const given = failure === failures ? last : {};
    circuit.fail(enter(circuit, { nowMs }), { ...UNREACHABLE, nowMs, ...given });
    nowMs = circuit.retryAt ?? nowMs;
  }
  return circuit;
}

describe('EndpointCircuit', () => {
  it('lets any number of requests pass until one fails', () => {
    const circuit = createCircuit();
    const attempts = [
      circuit.enter({ nowMs: START_MS }),
      circuit.enter({ nowMs: START_MS }),
      circuit.enter({ nowMs: START_MS }),
    ];
    expect(attempts).not.toContain(undefined);
    expect(circuit.retryAt).toBeUndefined();
  });

  it('refuses requests for the delay after a failure, then lets one probe pass', () => {
    const circuit = openCircuit(1);
    expect(circuit.retryAt).toBe(START_MS + 1_000);
    expect(circuit.enter({ nowMs: START_MS + 999 })).toBeUndefined();
    expect(circuit.enter({ nowMs: START_MS + 1_000 })).toBeDefined();
    expect(circuit.enter({ nowMs: START_MS + 1_000 })).toBeUndefined();
    expect(circuit.enter({ nowMs: START_MS + 60_000 })).toBeUndefined();
  });

  it.each([
    [2, 2_000],
    [5, 16_000],
    [6, 30_000],
    [9, 30_000],
  ])('after failure %i in a row waits for %i ms', (failures, delayMs) => {
    const before = openCircuit(failures - 1).retryAt ?? NaN;
    expect(openCircuit(failures).retryAt).toBe(before + delayMs);
  });

  it.each([
    [500, 1_000],
    [7_000, 7_000],
    [120_000, 120_000],
    [3_600_000, 120_000],
  ])('with a Retry-After of %i ms waits for %i ms', (retryAfterMs, delayMs) => {
    expect(openCircuit(1, { retryAfterMs, isAnswered: true }).retryAt).toBe(START_MS + delayMs);
  });

  it('closes when a request succeeds, and begins with the shortest delay again', () => {
    const circuit = openCircuit(4);
    const nowMs = circuit.retryAt ?? NaN;
    enter(circuit, { nowMs });
    circuit.succeed(nowMs);
    expect(circuit.retryAt).toBeUndefined();
    circuit.fail(enter(circuit, { nowMs }), { ...UNREACHABLE, nowMs });
    expect(circuit.retryAt).toBe(nowMs + 1_000);
  });

  it('counts one of several requests that fail together', () => {
    const circuit = createCircuit();
    const attempts = [
      enter(circuit, { nowMs: START_MS }),
      enter(circuit, { nowMs: START_MS }),
      enter(circuit, { nowMs: START_MS }),
    ];
    for (const attempt of attempts) circuit.fail(attempt, { ...UNREACHABLE, nowMs: START_MS });
    expect(circuit.retryAt).toBe(START_MS + 1_000);
  });

  it('ignores the failure of a request that began before a recovery', () => {
    const circuit = createCircuit();
    const slow = enter(circuit, { nowMs: START_MS });
    circuit.fail(enter(circuit, { nowMs: START_MS }), { ...UNREACHABLE, nowMs: START_MS });
    circuit.succeed(START_MS + 5_000);
    circuit.fail(slow, { ...UNREACHABLE, nowMs: START_MS + 6_000 });
    expect(circuit.retryAt).toBeUndefined();
  });

  it.each<[what: string, failure: Partial<AttemptFailure>, sinceMs: number, isOpen: boolean]>([
    ['an error response', { isAnswered: true }, 999, false],
    ['an error response', { isAnswered: true }, 1_000, true],
    ['an error response with Retry-After', { isAnswered: true, retryAfterMs: 2_000 }, 0, true],
    ['a failed connection', { isAnswered: false }, 0, true],
    ['an error response after the clock was set back', { isAnswered: true }, -1, true],
  ])('%s (%o) %i ms after a success opens it: %s', (_what, failure, sinceMs, isOpen) => {
    const circuit = createCircuit();
    const attempt = enter(circuit, { nowMs: START_MS });
    circuit.succeed(START_MS);
    circuit.fail(attempt, { ...UNREACHABLE, nowMs: START_MS + sinceMs, ...failure });
    expect(circuit.retryAt !== undefined).toBe(isOpen);
  });

  it('lets another probe pass when one ends without an outcome', () => {
    const circuit = openCircuit(1);
    const nowMs = circuit.retryAt ?? NaN;
    circuit.leave(enter(circuit, { nowMs }));
    expect(circuit.enter({ nowMs })).toBeDefined();
    expect(circuit.enter({ nowMs })).toBeUndefined();
  });

  it('keeps the probe when a request from before the failure ends without an outcome', () => {
    const circuit = createCircuit();
    const slow = enter(circuit, { nowMs: START_MS });
    circuit.fail(enter(circuit, { nowMs: START_MS }), { ...UNREACHABLE, nowMs: START_MS });
    enter(circuit, { nowMs: START_MS + 1_000 });
    circuit.leave(slow);
    expect(circuit.enter({ nowMs: START_MS + 1_000 })).toBeUndefined();
  });

  it('lets a probe pass after the clock was set back', () => {
    const circuit = openCircuit(1);
    expect(circuit.enter({ nowMs: START_MS - 1 })).toBeDefined();
    expect(circuit.enter({ nowMs: START_MS - 1 })).toBeUndefined();
  });

  describe('after error responses about tokens that are unknown', () => {
    const answered = { isAnswered: true };

    it('lets any number of requests about known tokens pass', () => {
      const circuit = openCircuit(1, answered);
      expect(circuit.enter({ nowMs: START_MS, isKnown: true })).toBeDefined();
      expect(circuit.enter({ nowMs: START_MS, isKnown: true })).toBeDefined();
      expect(circuit.enter({ nowMs: START_MS })).toBeUndefined();
    });

    it('refuses them too once one of them fails', () => {
      const circuit = openCircuit(1, answered);
      const known = enter(circuit, { nowMs: START_MS, isKnown: true });
      circuit.fail(known, { ...UNREACHABLE, ...answered, nowMs: START_MS });
      expect(circuit.enter({ nowMs: START_MS, isKnown: true })).toBeUndefined();
    });
  });

  it.each<[what: string, failure: Partial<AttemptFailure>]>([
    ['a failed connection', {}],
    ['a Retry-After', { isAnswered: true, retryAfterMs: 1_000 }],
  ])('refuses requests about known tokens after %s', (_what, failure) => {
    expect(openCircuit(1, failure).enter({ nowMs: START_MS, isKnown: true })).toBeUndefined();
  });
});
