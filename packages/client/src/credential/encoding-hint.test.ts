import { describe, expect, it } from 'vitest';
import { findEncodingHint } from './encoding-hint.js';

describe('findEncodingHint', () => {
  const rest = 'under form encoding, which some servers do not decode';
  it.each([
    ['a:b', 'secret', `the client id changes ${rest}`],
    ['id', 'p%q', `the client secret changes ${rest}`],
    ['a b', 'p q', `the client id and the client secret change ${rest}`],
  ])('names what changes: %s and %s', (id, secret, expected) => {
    expect(findEncodingHint(id, secret)).toBe(
      `${expected}; if this one does not, use clientSecretPost()`,
    );
  });

  it('is undefined when nothing changes', () => {
    expect(findEncodingHint('nightly-report', "s-e_c.r~t!*'()")).toBeUndefined();
  });
});
