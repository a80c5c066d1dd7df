import { describe, expect, it } from 'vitest';
import type { KeptWithdrawal } from '@scopegate/protocol/internal';
import { formatRecord, readRecord } from './log-record.js';

const issuer = 'https://auth.example.com';
const KEPT: readonly KeptWithdrawal[] = [
  { withdrawal: { issuer, kind: 'token', value: 'a', issuedBefore: Infinity }, untilMs: 1.5 },
  { withdrawal: { issuer, kind: 'subject', value: '\ud800é😀', issuedBefore: 7 }, untilMs: 2 },
];

function roundTrip(record: unknown): Readonly<Record<string, unknown>> {
  return JSON.parse(JSON.stringify(record)) as Readonly<Record<string, unknown>>;
}

describe('readRecord', () => {
  it('reads what formatRecord has written, through JSON', () => {
    expect(readRecord(roundTrip(formatRecord(KEPT)))).toEqual(KEPT);
  });

  const good = [issuer, 'token', 'a', null, 1];

  it.each<[string, Readonly<Record<string, unknown>>]>([
    ['a later version', { version: 2, entries: [good] }],
    ['no version', { entries: [good] }],
    ['no entries', { version: 1 }],
    ['an entry that is not an array', { version: 1, entries: [good, {}] }],
    ['an entry with more members', { version: 1, entries: [[...good, 1]] }],
    ['an unknown kind', { version: 1, entries: [[issuer, 'device', 'a', null, 1]] }],
    ['a number as issuer', { version: 1, entries: [[1, 'token', 'a', null, 1]] }],
    ['a number as value', { version: 1, entries: [[issuer, 'token', 1, null, 1]] }],
    ['a string as time', { version: 1, entries: [[issuer, 'token', 'a', '1', 1]] }],
    ['no expiry', { version: 1, entries: [[issuer, 'token', 'a', null, null]] }],
  ])('is undefined for %s', (_what, record) => {
    expect(readRecord(record)).toBeUndefined();
  });
});
