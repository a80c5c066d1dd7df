import { describe, expect, it } from 'vitest';
import { applyMessage, INITIAL_STATE, type LiveState, MAX_ROWS } from './live-state.js';

const NOW = 1_700_000_000_000;

function apply(state: LiveState, event: string, data: unknown): LiveState {
  return applyMessage(state, { event, data: JSON.stringify(data), id: undefined }, NOW);
}

function hello(boot: string): object {
  return { boot, version: '0.1.0', pid: 1, startedAt: NOW - 5_000, now: NOW + 2_000 };
}

function decisions(...numbers: readonly number[]): object {
  return numbers.map((seq) => ({ seq, outcome: seq % 2 === 0 ? 'refused' : 'allowed' }));
}

const CONNECTED = apply(INITIAL_STATE, 'hello', hello('first'));

function keys({ rows }: LiveState): readonly string[] {
  return rows.map(({ key }) => key);
}

describe('applyMessage', () => {
  it('learns the clock of the process', () => {
    expect(CONNECTED.clockOffsetMs).toBe(2_000);
  });

  it('puts decisions in front, newest first, and counts them', () => {
    const state = apply(apply(CONNECTED, 'decisions', decisions(1, 2)), 'decisions', decisions(3));
    expect(keys(state)).toEqual(['first-3', 'first-2', 'first-1']);
    expect([state.received, state.refused]).toEqual([3, 1]);
  });

  it('leaves out decisions that it has, so that a repeated batch changes nothing', () => {
    const state = apply(CONNECTED, 'decisions', decisions(1, 2));
    expect(apply(state, 'decisions', decisions(1, 2))).toBe(state);
  });

  it('keeps a bounded number of rows', () => {
    const many = Array.from({ length: MAX_ROWS + 10 }, (_, index) => index + 1);
    const state = apply(CONNECTED, 'decisions', decisions(...many));
    expect(state.rows).toHaveLength(MAX_ROWS);
    expect(state.rows[0]?.key).toBe(`first-${MAX_ROWS + 10}`);
  });

  it('marks a restart, and keeps the decisions of both processes apart', () => {
    const before = apply(CONNECTED, 'decisions', decisions(1));
    const after = apply(apply(before, 'hello', hello('second')), 'decisions', decisions(1));
    expect(keys(after)).toEqual(['second-1', 'restart-second', 'first-1']);
    expect(after.counters).toBeUndefined();
  });

  it('marks no restart when the same process is connected again', () => {
    const state = apply(CONNECTED, 'decisions', decisions(1));
    expect(keys(apply(state, 'hello', hello('first')))).toEqual(['first-1']);
  });

  it('adds up gaps that follow each other', () => {
    const state = apply(apply(CONNECTED, 'gap', { missed: 400 }), 'gap', { missed: 12 });
    expect(state.rows).toEqual([{ kind: 'gap', key: 'gap-first', missed: 412 }]);
  });

  it.each([
    ['weather', '{"sun":true}'],
    ['decisions', '{"not":"an array"}'],
    ['decisions', 'not JSON'],
    ['counters', 'null'],
    ['hello', '7'],
  ])('ignores the message %s with the data %s', (event, data) => {
    expect(applyMessage(CONNECTED, { event, data, id: undefined }, NOW)).toBe(CONNECTED);
  });
});
