import { describe, expect, it } from 'vitest';
import { createNonces, type Nonces } from './nonces.js';
import { replayWindowMs } from './replay-register.js';

const STEP_MS = 60_000;
/** The beginning of a step. */
const START = Math.ceil(Date.UTC(2030, 0, 1) / STEP_MS) * STEP_MS;
const OLD = new Uint8Array(32).fill(1);
const NEW = new Uint8Array(48).fill(2);

function noncesOf(...secrets: readonly Uint8Array[]): Nonces {
  return createNonces({ secrets, lifetimeSeconds: 120 });
}

describe('createNonces', () => {
  it('creates nonces of NQCHARs, one for each step', () => {
    const nonces = noncesOf(OLD);
    const nonce = nonces.current(START);
    // RFC 9449 §8.1: NQCHAR is every visible US-ASCII character but `"` and `\`.
    expect(nonce).toMatch(/^[\x21\x23-\x5b\x5d-\x7e]+$/);
    expect(nonces.current(START + STEP_MS - 1)).toBe(nonce);
    expect(nonces.current(START + STEP_MS)).not.toBe(nonce);
    expect(nonces.current(START - 1)).not.toBe(nonce);
  });

  it.each<[string, number, 'current' | 'stale' | undefined]>([
    ['two steps old', 2 * STEP_MS, undefined],
    ['of the previous step, at its last millisecond', 2 * STEP_MS - 1, 'stale'],
    ['of the previous step', STEP_MS, 'stale'],
    ['current, at its last millisecond', STEP_MS - 1, 'current'],
    ['current', 0, 'current'],
    ['of the next step, of a process whose clock is ahead', -1, 'current'],
    ['of the next step, at the first millisecond', -STEP_MS, 'current'],
    ['two steps ahead', -STEP_MS - 1, undefined],
  ])('checks a nonce that is %s', (_name, afterMs, expected) => {
    const nonce = noncesOf(OLD).current(START);
    expect(noncesOf(OLD).check(nonce, START + afterMs)).toBe(expected);
  });

  it.each([undefined, '', 'garbage', 'A'.repeat(43)])('does not accept the nonce %j', (nonce) => {
    expect(noncesOf(OLD).check(nonce, START)).toBeUndefined();
  });

  it('accepts the nonces of every process with the same secret and lifetime', () => {
    const nonce = noncesOf(OLD).current(START);
    expect(noncesOf(OLD).current(START)).toBe(nonce);
    expect(noncesOf(NEW).check(nonce, START)).toBeUndefined();
    const others = createNonces({ secrets: [OLD], lifetimeSeconds: 60 });
    expect(others.check(nonce, START)).toBeUndefined();
  });

  it('replaces a secret without refusing a nonce of any process', () => {
    // Each deployment changes one process after the other.
    const deployments = [[OLD], [OLD, NEW], [NEW, OLD]];
    for (const [index, secrets] of deployments.entries()) {
      const before = noncesOf(...(deployments[index - 1] ?? secrets));
      const after = noncesOf(...secrets);
      expect(after.check(before.current(START), START)).toBe('current');
      expect(before.check(after.current(START), START)).toBe('current');
    }
    expect(noncesOf(NEW, OLD).current(START)).toBe(noncesOf(NEW).current(START));
    expect(noncesOf(NEW, OLD).check(noncesOf(OLD).current(START), START + STEP_MS)).toBe('stale');
  });

  it('does not accept the nonces of a secret that was dropped', () => {
    expect(noncesOf(NEW).check(noncesOf(OLD).current(START), START)).toBeUndefined();
  });

  it('follows a clock that jumps, because nothing depends on the last call', () => {
    const nonces = noncesOf(OLD);
    const first = nonces.current(START);
    const later = nonces.current(START + 1_000 * STEP_MS);
    // A process that was suspended, then a clock that is set back.
    expect(nonces.check(first, START + 1_000 * STEP_MS)).toBeUndefined();
    expect(nonces.check(later, START)).toBeUndefined();
    expect(nonces.check(first, START)).toBe('current');
    expect(nonces.current(START)).toBe(first);
  });

  it('dates a proof by the first time at which its nonce is accepted', () => {
    const nonces = noncesOf(NEW, OLD);
    const nonce = noncesOf(OLD).current(START);
    const first = START - STEP_MS;
    expect(nonces.check(nonce, first - 1)).toBeUndefined();
    for (const nowMs of [first, START - 1, START, START + STEP_MS, START + 2 * STEP_MS - 1]) {
      expect(nonces.check(nonce, nowMs)).toBeDefined();
      expect(nonces.createdAtMs(nonce, nowMs)).toBe(first);
    }
  });

  it('is accepted for as long as a proof stays registered, less a margin for clocks', () => {
    const policy = { publicUrls: [], algorithms: [], maxAgeSeconds: 60, clockToleranceSeconds: 30 };
    const windowMs = replayWindowMs({ ...policy, nonce: { secrets: [OLD], lifetimeSeconds: 120 } });
    const nonces = noncesOf(OLD);
    const nonce = nonces.current(START);
    const first = START - STEP_MS;
    expect(nonces.check(nonce, first)).toBe('current');
    expect(nonces.check(nonce, first + windowMs - 5_000 - 1)).toBe('stale');
    expect(nonces.check(nonce, first + windowMs - 5_000)).toBeUndefined();
  });
});
