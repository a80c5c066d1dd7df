import { InvalidTokenError } from '@scopegate/protocol';
import { describe, expect, it } from 'vitest';
import { assertNotSenderConstrained } from './confirmation.js';

describe('assertNotSenderConstrained', () => {
  it.each([{ jkt: 'x' }, { 'x5t#S256': 'x' }, { kid: 'x' }, {}, null, 'x'])(
    'refuses a token with any "cnf": %j',
    (cnf) => {
      expect(() => {
        assertNotSenderConstrained({ cnf }, { ignoresSenderConstraint: false });
      }).toThrow(new InvalidTokenError('sender_constraint'));
    },
  );

  it('accepts a token without "cnf"', () => {
    expect(() => {
      assertNotSenderConstrained({ sub: 'u1' }, { ignoresSenderConstraint: false });
    }).not.toThrow();
  });

  it.each([{ jkt: 'x' }, {}, null])('accepts any "cnf" where the policy ignores it: %j', (cnf) => {
    expect(() => {
      assertNotSenderConstrained({ cnf }, { ignoresSenderConstraint: true });
    }).not.toThrow();
  });
});
