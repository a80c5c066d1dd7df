import { describe, expect, it } from 'vitest';
import type { SenderConstraint } from '../options/possession-options.js';
import { isBoundAs } from './possession.js';

describe('isBoundAs', () => {
  const key = { jkt: 'k', x5tS256: undefined };
  const certificate = { jkt: undefined, x5tS256: 'c' };
  it.each<[SenderConstraint | undefined, readonly boolean[]]>([
    [undefined, [true, true, true]],
    ['dpop', [false, true, false]],
    ['mtls', [false, false, true]],
    ['any', [false, true, true]],
  ])(
    'decides by %j on tokens that are unbound, bound to a key, to a certificate',
    (constraint, is) => {
      const confirmations = [undefined, key, certificate];
      expect(confirmations.map((confirmation) => isBoundAs(constraint, confirmation))).toEqual(is);
    },
  );
});
