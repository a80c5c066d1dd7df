import type { RequiredAuthentication } from '@scopegate/protocol';
import { describe, expect, it } from 'vitest';
import { combineAuthentication } from './user-authentication.js';

type Required = RequiredAuthentication | undefined;

describe('combineAuthentication', () => {
  it.each<[what: string, requirements: [Required, Required], combined: Required]>([
    ['no requirements', [undefined, undefined], undefined],
    ['an earlier one', [{ maxAgeSeconds: 60 }, undefined], { maxAgeSeconds: 60 }],
    ['a later one', [undefined, { acrValues: ['phr'] }], { acrValues: ['phr'] }],
    [
      'a context class and an age',
      [{ acrValues: ['phr'] }, { maxAgeSeconds: 60 }],
      { acrValues: ['phr'], maxAgeSeconds: 60 },
    ],
    [
      'two lists of context classes, in the order of the later one',
      [{ acrValues: ['phr', 'phrh', 'mfa'] }, { acrValues: ['x', 'phrh', 'phr'] }],
      { acrValues: ['phrh', 'phr'] },
    ],
    [
      'lists that have nothing in common',
      [{ acrValues: ['phr'] }, { acrValues: ['mfa'] }],
      { acrValues: [] },
    ],
    [
      'two ages, of which 0 is the shortest',
      [{ maxAgeSeconds: 0 }, { maxAgeSeconds: 60 }],
      { maxAgeSeconds: 0 },
    ],
  ])('combines %s', (_what, [earlier, later], combined) => {
    expect(combineAuthentication(earlier, later)).toEqual(combined);
  });
});
