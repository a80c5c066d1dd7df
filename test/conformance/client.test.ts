/**
 * The client of the client credentials grant: its own package shows what holds, here stands what
 * would.
 *
 * @module
 */
import { describe, expect } from 'vitest';

import { isDeclared } from './support/declared-names.js';
import { notYet } from './support/verifies.js';

describe('the client', () => {
  notYet(['RFC9449-5-a', 'RFC9449-8-b', 'RFC9449-7.3-a'], 'makes proofs of possession', () => {
    expect(isDeclared(/^dpop/i, ['client'])).toBe(true);
  });
});
