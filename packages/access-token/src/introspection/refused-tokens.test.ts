import { InvalidTokenError } from '@scopegate/protocol';
import { describe, expect, it } from 'vitest';
import { RefusedTokens } from './refused-tokens.js';

const NOW_MS = 1_800_000_000_000;
const INACTIVE = new InvalidTokenError('inactive');
const AT_ONCE = { askedAt: NOW_MS, order: 1 };
const CLAIM = { claim: 'sid', problem: 'malformed' } as const;

describe('RefusedTokens', () => {
  it.each([
    [0, true],
    [4_999, true],
    [5_000, false],
    [-1, false],
  ])('%i ms after the request, with a lifetime of 5 s, finds the refusal: %s', (ageMs, isKnown) => {
    const refused = new RefusedTokens(5);
    refused.add('digest', INACTIVE, AT_ONCE);
    expect(refused.find('digest', NOW_MS + ageMs)?.reason).toBe(isKnown ? 'inactive' : undefined);
  });

  it('finds nothing with a lifetime of 0', () => {
    const refused = new RefusedTokens(0);
    refused.add('digest', INACTIVE, AT_ONCE);
    expect(refused.find('digest', NOW_MS)).toBeUndefined();
  });

  it('finds nothing for another token, or for one that is active again', () => {
    const refused = new RefusedTokens(5);
    refused.add('digest', INACTIVE, AT_ONCE);
    expect(refused.find('other digest', NOW_MS)).toBeUndefined();
    refused.delete('digest');
    expect(refused.find('digest', NOW_MS)).toBeUndefined();
  });

  it('returns a new error each time, with the reason, the claim and the problem', () => {
    const refused = new RefusedTokens(5);
    refused.add('digest', new InvalidTokenError('claim', CLAIM), AT_ONCE);
    const [first, second] = [refused.find('digest', NOW_MS), refused.find('digest', NOW_MS)];
    expect(first).toMatchObject({ reason: 'claim', ...CLAIM });
    expect(second).toEqual(first);
    expect(second).not.toBe(first);
  });

  it.each<[what: string, reason: InvalidTokenError['reason'], order: number, isOutdated: boolean]>([
    ['a response to an earlier request', 'inactive', 1, true],
    ['the response to the same request', 'inactive', 2, false],
    ['a response to a later request', 'inactive', 3, false],
    // The token is active, so a later check of its claims may differ.
    ['a response to an earlier request', 'audience', 1, false],
  ])('%s is outdated by reason %s of request 2 (request %i): %s', (...row) => {
    const [, reason, order, isOutdated] = row;
    const refused = new RefusedTokens(0);
    refused.add('digest', new InvalidTokenError(reason), { askedAt: NOW_MS, order: 2 });
    expect(refused.isOutdated('digest', order)).toBe(isOutdated);
  });

  it('keeps the last 1,000 tokens', () => {
    const refused = new RefusedTokens(5);
    for (let index = 0; index <= 1_000; index += 1) refused.add(`${index}`, INACTIVE, AT_ONCE);
    expect(refused.find('0', NOW_MS)).toBeUndefined();
    expect(refused.find('1', NOW_MS)).toBeDefined();
    expect(refused.find('1000', NOW_MS)).toBeDefined();
  });

  it('keeps the later of two refusals, so that every earlier response stays outdated', () => {
    const refused = new RefusedTokens(5);
    refused.add('digest', INACTIVE, { askedAt: NOW_MS + 1_000, order: 3 });
    refused.add('digest', INACTIVE, { askedAt: NOW_MS, order: 1 });
    expect(refused.isOutdated('digest', 2)).toBe(true);
    expect(refused.find('digest', NOW_MS + 5_500)?.reason).toBe('inactive');
  });
});
