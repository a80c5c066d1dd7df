import { describe, expect, it } from 'vitest';
import type { RouteAccess } from './route-access.js';
import { findExposure, type RouteEntry } from './route-exposure.js';

function accessOf(changes: Partial<RouteEntry>): RouteEntry {
  return {
    partialGuards: [],
    reporters: [],
    publicReason: undefined,
    earlyHandlers: [],
    ...changes,
  };
}

const bypassed = { name: 'requireScope', isBypassed: true };
const uncertain = { name: 'requireAccessToken', isBypassed: false };
const OPTIONAL = 'its guard lets requests without a token pass';
const BYPASSED = 'requireScope does not count because some requests reach the route without it';
const UNCERTAIN =
  'requireAccessToken does not count because the regular expression in its path may not match every request';

describe('findExposure', () => {
  it.each<[string, Partial<RouteEntry>, string]>([
    ['a route without a guard', {}, 'no guard runs before its handlers'],
    [
      'a guard that some requests bypass, named once',
      { partialGuards: [bypassed, bypassed] },
      BYPASSED,
    ],
    [
      'guards that do not count for different reasons',
      { partialGuards: [bypassed, uncertain] },
      `${BYPASSED}, and ${UNCERTAIN}`,
    ],
    [
      'a guard that only reports',
      { reporters: [{ name: 'requireScope', until: '2026-12-15T08:00:00.000Z' }] },
      'requireScope does not count because it only reports until 2026-12-15T08:00:00.000Z',
    ],
  ])('explains %s', (_what, changes, reason) => {
    expect(findExposure('open', accessOf(changes))).toEqual({ cause: 'open', reason });
  });

  it.each<[string, Partial<RouteEntry>, string]>([
    ['an optional guard', {}, OPTIONAL],
    [
      'an optional guard beside one that does not count',
      { partialGuards: [uncertain] },
      `${OPTIONAL}, and ${UNCERTAIN}`,
    ],
  ])('explains %s', (_what, changes, reason) => {
    expect(findExposure('optional', accessOf(changes))).toEqual({ cause: 'optional', reason });
  });

  it.each<[string, readonly string[], string]>([
    ['a handler before the guard', ['parse'], 'parse runs before the guard'],
    [
      'handlers before the guard, one without a name',
      ['parse', ''],
      'parse, a function run before the guard',
    ],
  ])('explains %s', (_what, earlyHandlers, reason) => {
    const exposure = { cause: 'early_handler', reason };
    expect(findExposure('guarded', accessOf({ earlyHandlers }))).toEqual(exposure);
  });

  it.each<[string, RouteAccess, Partial<RouteEntry>]>([
    ['a guarded route', 'guarded', {}],
    ['a guarded route with a partial guard', 'guarded', { partialGuards: [bypassed] }],
    ['a public route', 'public', { publicReason: 'a probe' }],
    ['a declared optional guard', 'optional', { publicReason: 'previews' }],
    ['a declared early handler', 'guarded', { publicReason: 'it counts', earlyHandlers: ['a'] }],
  ])('finds no exposure of %s', (_what, access, changes) => {
    expect(findExposure(access, accessOf(changes))).toBeUndefined();
  });

  it('freezes the exposure', () => {
    expect(findExposure('open', accessOf({}))).toSatisfy(Object.isFrozen);
  });
});
