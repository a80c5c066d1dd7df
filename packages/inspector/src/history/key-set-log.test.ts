import { describe, expect, it } from 'vitest';
import { describeError, KeySetLog } from './key-set-log.js';

const issuer = 'https://auth.example.com';

describe('KeySetLog', () => {
  it('combines the events of a refresh', () => {
    const log = new KeySetLog();
    log.add({ issuer, event: 'key-skipped', index: 1, reason: 'rsa_too_small' }, 1);
    log.add({ issuer, event: 'changed', added: 1, withdrawn: 2 }, 1);
    const refreshed = {
      issuer,
      event: 'refreshed',
      lifetimeMs: 600_000,
      durationMs: 38,
      trigger: 'due',
    };
    expect(log.add(refreshed, 2)).toBe(issuer);
    expect(log.read(issuer)).toMatchObject({
      lifetimeMs: 600_000,
      skipped: ['rsa_too_small'],
      refreshes: [
        { time: 2, result: 'changed', added: 1, withdrawn: 2, durationMs: 38, trigger: 'due' },
      ],
    });
    log.add({ ...refreshed, notModified: true }, 3);
    expect(log.read(issuer)).toMatchObject({
      skipped: ['rsa_too_small'],
      refreshes: [{ time: 3, result: 'unchanged' }, { time: 2 }],
    });
    log.add(refreshed, 4);
    expect(log.read(issuer).skipped).toEqual([]);
  });

  it('keeps the last ten refreshes, and the code of a failure without its message', () => {
    const log = new KeySetLog();
    const error = Object.assign(new Error('secret'), {
      code: 'ERR_KEY_SET_UNAVAILABLE',
      reason: 'timeout',
    });
    for (let time = 1; time <= 12; time += 1) {
      log.add({ issuer, event: 'failed', error, retryInMs: 2_000 }, time);
    }
    const { refreshes } = log.read(issuer);
    expect(refreshes.map(({ time }) => time)).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3]);
    expect(refreshes[0]).toMatchObject({
      error: 'ERR_KEY_SET_UNAVAILABLE (timeout)',
      retryInMs: 2_000,
    });
    expect(JSON.stringify(refreshes)).not.toContain('secret');
  });

  it('counts searches for unknown keys, without an event for open pages', () => {
    const log = new KeySetLog();
    for (const result of ['found', 'unknown', 'unknown', 'budget_spent', 'else']) {
      expect(log.add({ issuer, event: 'unknown-key', result }, 1)).toBeUndefined();
    }
    expect(log.read(issuer).unknownKeys).toEqual({ found: 1, unknown: 2, budgetSpent: 1 });
  });

  it('keeps at most 200 issuers, those with the newest events', () => {
    const log = new KeySetLog();
    for (let index = 0; index < 250; index += 1) {
      log.add({ issuer: `https://${index}.example`, event: 'refreshed' }, index);
    }
    expect(log.read('https://49.example').refreshes).toEqual([]);
    expect(log.read('https://50.example').refreshes).toHaveLength(1);
  });

  it.each([{}, { issuer: 1 }, { issuer }, { issuer, event: 'new-event' }])(
    'ignores the message %j',
    (message) => {
      const log = new KeySetLog();
      expect(log.add(message, 1)).toBeUndefined();
      expect(log.read(issuer).refreshes).toEqual([]);
    },
  );
});

describe('describeError', () => {
  it.each([
    [undefined, undefined],
    ['text', undefined],
    [new RangeError('secret'), 'RangeError'],
    [{ code: 'E_X' }, 'E_X'],
    [{ code: 'E_X', failure: 'credentials_refused' }, 'E_X (credentials_refused)'],
  ])('describes %j as %j', (error, text) => {
    expect(describeError(error)).toBe(text);
  });
});
