import { describe, expect, it } from 'vitest';
import { accepted, type Answer, findBrokenPromises, invalidToken } from './promised.js';

const API = 'https://api.example';
const METADATA = 'resource_metadata="https://api.example/.well-known/oauth-protected-resource"';

const promised = invalidToken('expired', 'too old');
const kept: Answer = {
  status: 401,
  challenge: `Bearer realm="${API}", error="invalid_token", error_description="too old", ${METADATA}`,
  retryAfter: undefined,
  cacheControl: 'no-store',
  problem: {
    type: 'about:blank',
    title: 'Unauthorized',
    status: 401,
    detail: 'too old',
    error: 'invalid_token',
  },
  reasons: ['expired'],
  handlerRan: false,
};

describe('findBrokenPromises', () => {
  it('finds nothing when everything is as promised', () => {
    expect(findBrokenPromises(promised, kept, API)).toEqual([]);
  });

  it.each<[keyof Answer, Partial<Answer>, string]>([
    ['status', { status: 403 }, 'status: promised 401, got 403'],
    ['reasons', { reasons: ['issuer'] }, "reasons: promised [ 'expired' ], got [ 'issuer' ]"],
    ['reasons', { reasons: [] }, "reasons: promised [ 'expired' ], got []"],
    ['handlerRan', { handlerRan: true }, 'handlerRan: promised false, got true'],
    [
      'cacheControl',
      { cacheControl: undefined },
      "cacheControl: promised 'no-store', got undefined",
    ],
    ['retryAfter', { retryAfter: '5' }, "retryAfter: promised 'absent', got 'whole seconds'"],
    ['retryAfter', { retryAfter: '0' }, "retryAfter: promised 'absent', got 'malformed'"],
  ])('names the part that differs: %s', (_part, difference, line) => {
    expect(findBrokenPromises(promised, { ...kept, ...difference }, API)).toEqual([line]);
  });

  it.each([
    ['a parameter too many', `${kept.challenge ?? ''}, scope="read"`],
    ['no challenge', undefined],
  ])('compares the whole challenge: %s', (_what, challenge) => {
    expect(findBrokenPromises(promised, { ...kept, challenge }, API)).toHaveLength(1);
  });

  it.each([
    ['a member too many', { type: 'about:blank', trace: 'at …' }],
    ['no problem document', undefined],
  ])('compares the whole problem document: %s', (_what, problem) => {
    expect(findBrokenPromises(promised, { ...kept, problem }, API)).toHaveLength(1);
  });

  it('promises of an accepted request that the handler ran and no challenge was sent', () => {
    expect(findBrokenPromises(accepted(200), { ...kept, status: 200 }, API)).toEqual([
      expect.stringMatching(/^challenge: promised undefined, got 'Bearer /),
      "cacheControl: promised undefined, got 'no-store'",
      expect.stringMatching(/^problem: promised undefined, got /),
      "reasons: promised [ 'allowed' ], got [ 'expired' ]",
      'handlerRan: promised true, got false',
    ]);
  });
});
