import { describe, expect, it } from 'vitest';
import { type Attempt, type AttemptRequest, EndpointCircuit } from './endpoint-circuit.js';

const START = 1_800_000_000_000;
const NO_RESPONSE = { isAnswered: false, retryAfterMs: undefined };
const ERROR_RESPONSE = { isAnswered: true, retryAfterMs: undefined };

/** Its delays are as short as jitter makes them: 750 ms after the first failure. */
function createCircuit(): EndpointCircuit {
  return new EndpointCircuit(() => 0);
}

function enter(circuit: EndpointCircuit, request: AttemptRequest): Attempt {
  const attempt = circuit.enter(request);
  if (attempt === undefined) throw new Error('the request must be allowed');
  return attempt;
}

describe('EndpointCircuit probes', () => {
  it('allows another probe after a probe that gets an error shortly after a success', () => {
    const circuit = createCircuit();
    circuit.succeed(START);
    circuit.fail(enter(circuit, { nowMs: START + 1 }), { ...NO_RESPONSE, nowMs: START + 1 });
    const probe = enter(circuit, { nowMs: START + 760 });
    circuit.fail(probe, { ...ERROR_RESPONSE, nowMs: START + 770 });
    expect(circuit.enter({ nowMs: START + 60_000 })).toBeDefined();
  });

  it('allows one probe per delay', () => {
    const circuit = createCircuit();
    circuit.fail(enter(circuit, { nowMs: START }), { ...NO_RESPONSE, nowMs: START });
    expect(circuit.enter({ nowMs: START + 749 })).toBeUndefined();
    const probe = enter(circuit, { nowMs: START + 750 });
    expect(circuit.enter({ nowMs: START + 60_000 })).toBeUndefined();
    circuit.fail(probe, { ...NO_RESPONSE, nowMs: START + 1_000 });
    expect(circuit.enter({ nowMs: START + 2_499 })).toBeUndefined();
    expect(circuit.enter({ nowMs: START + 2_500 })).toBeDefined();
  });

  it('allows a probe when the clock is set back during an outage', () => {
    const circuit = createCircuit();
    circuit.fail(enter(circuit, { nowMs: START }), { ...NO_RESPONSE, nowMs: START });
    expect(circuit.enter({ nowMs: START - 3_600_000 })).toBeDefined();
  });

  it('stays closed for an error response while the endpoint answers other requests', () => {
    const circuit = createCircuit();
    circuit.succeed(START);
    circuit.fail(enter(circuit, { nowMs: START + 1 }), { ...ERROR_RESPONSE, nowMs: START + 1 });
    expect(circuit.retryAt).toBeUndefined();
    expect(circuit.enter({ nowMs: START + 2 })).toBeDefined();
  });

  it('stays closed for known tokens after error responses about unknown ones', () => {
    const circuit = createCircuit();
    circuit.fail(enter(circuit, { nowMs: START }), { ...ERROR_RESPONSE, nowMs: START });
    expect(circuit.enter({ nowMs: START + 1 })).toBeUndefined();
    const known = enter(circuit, { nowMs: START + 1, isKnown: true });
    circuit.fail(known, { ...ERROR_RESPONSE, nowMs: START + 2 });
    expect(circuit.enter({ nowMs: START + 3, isKnown: true })).toBeUndefined();
  });

  it.each([
    ['no response', NO_RESPONSE],
    ['Retry-After', { isAnswered: true, retryAfterMs: 1_000 }],
  ])('opens for known tokens, too: %s', (_what, failure) => {
    const circuit = createCircuit();
    circuit.fail(enter(circuit, { nowMs: START }), { ...failure, nowMs: START });
    expect(circuit.enter({ nowMs: START + 1, isKnown: true })).toBeUndefined();
  });
});
