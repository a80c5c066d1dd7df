import { InvalidTokenError } from '@scopegate/protocol';
import { describe, expect, it } from 'vitest';
import { RefusedTokens } from './refused-tokens.js';

const NOW = 1_800_000_000_000;
const INACTIVE = new InvalidTokenError('inactive');

describe('RefusedTokens', () => {
  it('keeps the later of two refusals, so that every earlier response stays outdated', () => {
    const refused = new RefusedTokens(5);
    refused.add('digest', INACTIVE, { askedAt: NOW + 1_000, order: 3 });
    refused.add('digest', INACTIVE, { askedAt: NOW, order: 1 });
    expect(refused.isOutdated('digest', 2)).toBe(true);
    expect(refused.find('digest', NOW + 5_500)?.reason).toBe('inactive');
  });
});
