import { describe, expect, it } from 'vitest';
import { readWithdrawal } from './withdrawal.js';

const issuer = 'https://auth.example.com';
const NOW_MS = Date.UTC(2030, 0, 1) + 700;

describe('readWithdrawal', () => {
  it('copies values of any characters', () => {
    const value = `${'x'.repeat(20)}\ud800é😀`.slice(1);
    expect(readWithdrawal({ issuer, tokenId: value }, NOW_MS).value).toBe(value);
  });

  it.each<[string, unknown, string]>([
    ['no object', 'token-1', 'withdraw() expects an options object'],
    [
      'no issuer',
      { tokenId: 'a' },
      '"issuer" of withdraw() must be a non-empty string, not undefined',
    ],
    ['an empty id', { issuer, tokenId: '' }, 'must be a non-empty string, not an empty one'],
    [
      'a number',
      { issuer, subject: 1 },
      '"subject" of withdraw() must be a non-empty string, not a number',
    ],
    [
      'nothing to withdraw',
      { issuer },
      'requires one of "tokenId", "sessionId", "subject" and "clientId"',
    ],
    ['two kinds', { issuer, subject: 'a', sessionId: 'b' }, 'withdraw() requires one of'],
    ['another name', { issuer, jti: 'a' }, 'withdraw() has no option "jti"'],
    [
      'a time for a token id',
      { issuer, tokenId: 'a', issuedBefore: 1 },
      'cannot be combined with "tokenId"',
    ],
    ['milliseconds', { issuer, subject: 'a', issuedBefore: NOW_MS }, 'not milliseconds'],
    ['NaN', { issuer, subject: 'a', issuedBefore: NaN }, 'must be a number of seconds'],
    ['a Date', { issuer, subject: 'a', issuedBefore: new Date() }, 'must be a number of seconds'],
  ])('refuses %s, without repeating any value', (_what, given, message) => {
    expect(() => readWithdrawal(given, NOW_MS)).toThrow(message);
    expect(() => readWithdrawal(given, NOW_MS)).toThrow(TypeError);
  });
});
