import { describe, expect, it } from 'vitest';
import { formatAddress, parseAddress } from './address.js';

describe('parseAddress', () => {
  it.each([
    ['', 'overview', {}],
    ['#/decisions', 'decisions', {}],
    [
      '#/decisions?route=GET+%2Fv1%2F%3Aid&reason=expired',
      'decisions',
      { route: 'GET /v1/:id', reason: 'expired' },
    ],
    ['#/__proto__', 'overview', {}],
    ['#key=secret', 'overview', {}],
    ['#/explain?%E0%A4%A', 'explain', { '\uFFFD%A': '' }],
  ])('reads %j', (fragment, view, parameters) => {
    expect(parseAddress(fragment)).toEqual({ view, parameters });
  });
});

describe('formatAddress', () => {
  it('leaves out empty parameters, and is read again as it was', () => {
    const parameters = { route: '/a?b=c&d#e', client: '', reason: undefined };
    const address = formatAddress('decisions', parameters);
    expect(parseAddress(address)).toEqual({
      view: 'decisions',
      parameters: { route: '/a?b=c&d#e' },
    });
    expect(formatAddress('keys')).toBe('#/keys');
  });
});
