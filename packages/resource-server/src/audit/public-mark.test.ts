import { describe, expect, it } from 'vitest';
import { createMark, findPublicReason } from './public-mark.js';

describe('findPublicReason', () => {
  it.each<[string, object, string | undefined]>([
    ['a mark', createMark(() => undefined, 'a probe'), 'a probe'],
    ['a mark of another copy', Object.assign(() => undefined, { publicReason: 'x' }), 'x'],
    ['any other function', () => undefined, undefined],
    ['an empty reason', Object.assign(() => undefined, { publicReason: '' }), undefined],
    [
      'a reason that is not a string',
      Object.assign(() => undefined, { publicReason: 1 }),
      undefined,
    ],
  ])('reads %s', (_what, handler, reason) => {
    expect(findPublicReason(handler)).toBe(reason);
  });
});
