import { InvalidTokenError } from '@scopegate/protocol';
import { describe, expect, it } from 'vitest';
import { assertNotSenderConstrained } from './confirmation.js';

describe('assertNotSenderConstrained', () => {
  it.each([{ jkt: 'x' }, { 'x5t#S256': 'x' }, { kid: 'x' }, {}, null, 'x'])(
    'refuses a token with any "cnf": %j',
    (cnf) => {
      expect(() => {
        assertNotSenderConstrained({ cnf });
      }).toThrow(new InvalidTokenError('sender_constraint'));
    },
  );

  it('accepts a token without "cnf"', () => {
    expect(() => {
      assertNotSenderConstrained({ sub: 'u1' });
    }).not.toThrow();
  });
});
