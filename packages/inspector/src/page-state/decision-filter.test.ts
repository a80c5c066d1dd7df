import { describe, expect, it } from 'vitest';
import { isListed } from './decision-filter.js';

const DECISION = {
  seq: 1,
  time: 0,
  outcome: 'refused',
  reason: 'expired',
  server: 'sales',
  guard: 'requireScope',
  method: 'GET',
  route: '/v1/Sales/:id',
  clientId: 'Reports',
  microseconds: 3,
} as const;

describe('isListed', () => {
  it.each([
    [{}, true],
    [{ outcome: '', route: '' }, true],
    [{ outcome: 'refused', reason: 'expired', server: 'sales' }, true],
    [{ outcome: 'allowed' }, false],
    [{ reason: 'scope' }, false],
    [{ server: 'other' }, false],
    [{ route: ' get /v1/sales ' }, true],
    [{ route: 'POST' }, false],
    [{ client: 'REP' }, true],
    [{ client: 'batch' }, false],
  ])('with the filter %j is %j', (filter, expected) => {
    expect(isListed(DECISION, filter)).toBe(expected);
  });
});
