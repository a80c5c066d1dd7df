import { describe, expect, it } from 'vitest';
import { RevocationEntries } from './revocation-entries.js';
import type { CheckedWithdrawal } from './withdrawal.js';
import { withdrawalExpiryMs } from './withdrawal-expiry.js';

const issuer = 'https://auth.example.com';
const subject: CheckedWithdrawal = { issuer, kind: 'subject', value: 'user-1', issuedBefore: 100 };
const token: CheckedWithdrawal = { issuer, kind: 'token', value: 'id', issuedBefore: Infinity };

describe('RevocationEntries', () => {
  it('lists what was added, with the widest extent', () => {
    const entries = new RevocationEntries(() => 0);
    entries.add(subject, 1_000);
    entries.add({ ...subject, issuedBefore: 90 }, 2_000);
    entries.add(token, 3_000);
    expect([...entries.list()]).toEqual([
      { withdrawal: token, untilMs: 3_000 },
      { withdrawal: subject, untilMs: 2_000 },
    ]);
  });

  it.each([
    ['the same', subject, 1_000, true],
    ['fewer tokens', { ...subject, issuedBefore: 99 }, 1_000, true],
    ['a shorter time', subject, 999, true],
    ['more tokens', { ...subject, issuedBefore: 101 }, 1_000, false],
    ['a longer time', subject, 1_001, false],
    ['another subject', { ...subject, value: 'user-2' }, 1_000, false],
    ['another issuer', { ...subject, issuer: 'https://other.example.com' }, 1_000, false],
  ])('covers %s: %#', (_what, withdrawal, untilMs, expected) => {
    const entries = new RevocationEntries(() => 0);
    entries.add(subject, 1_000);
    expect(entries.covers({ withdrawal, untilMs })).toBe(expected);
  });
});

describe('withdrawalExpiryMs', () => {
  const times = { nowMs: 1_000_000, maxLifetimeSeconds: 3_600 };

  it.each([
    ['a time', subject, (100 + 3_600 + 300) * 1000],
    [
      'no time, so that the last token was issued by a clock that is ahead',
      token,
      1_000_000 + (300 + 3_600 + 300) * 1000,
    ],
  ])('adds lifetime and tolerance to %s', (_what, withdrawal, expected) => {
    expect(withdrawalExpiryMs(withdrawal, times)).toBe(expected);
  });
});
