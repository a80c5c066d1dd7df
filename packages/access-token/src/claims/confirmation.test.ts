import { InvalidTokenError } from '@scopegate/protocol';
import { describe, expect, it } from 'vitest';
import { readConfirmation } from './confirmation.js';

const JKT = '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I';
const X5T = 'bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg0';
const ACCEPTED = { ignoresSenderConstraint: false };
const BOTH = { dpop: true, mtls: true };
const refused = new InvalidTokenError('sender_constraint');

describe('readConfirmation', () => {
  it.each([
    ['a key', { jkt: JKT }, { jkt: JKT, x5tS256: undefined }],
    ['a certificate', { 'x5t#S256': X5T }, { jkt: undefined, x5tS256: X5T }],
    ['both', { jkt: JKT, 'x5t#S256': X5T }, { jkt: JKT, x5tS256: X5T }],
    [
      'a key beside another member',
      { jkt: JKT, 'kc-jkt-type': 1 },
      { jkt: JKT, x5tS256: undefined },
    ],
  ])('reads what a token is bound to: %s', (_what, cnf, confirmation) => {
    const read = readConfirmation({ cnf }, ACCEPTED, BOTH);
    expect(read).toEqual(confirmation);
    expect(Object.isFrozen(read)).toBe(true);
  });

  it.each<[string, unknown]>([
    ['no member', {}],
    ['an array', []],
    ['an array with a member', [JKT]],
    ['a string', 'x'],
    ['null', null],
    ['no member that is understood', { foo: 1, kid: 'x', jwk: {} }],
    ['a thumbprint that is a number', { jkt: 1 }],
    ['a thumbprint that is null', { jkt: null }],
    ['a thumbprint of 42 characters', { jkt: JKT.slice(0, -1) }],
    ['a thumbprint of 44 characters', { jkt: `${JKT}A` }],
    ['a thumbprint with padding', { jkt: `${JKT}=` }],
    ['a last character with unused bits', { jkt: `${JKT.slice(0, -1)}J` }],
    ['a thumbprint in hexadecimal', { 'x5t#S256': 'ab'.repeat(32) }],
    ['a good and a bad member', { jkt: JKT, 'x5t#S256': `${JKT}=` }],
  ])('refuses a confirmation that is not understood: %s', (_what, cnf) => {
    expect(() => readConfirmation({ cnf }, ACCEPTED, BOTH)).toThrow(refused);
  });

  it.each([
    [{ jkt: JKT }, { dpop: false, mtls: true }],
    [{ 'x5t#S256': JKT }, { dpop: true, mtls: false }],
    [
      { jkt: JKT, 'x5t#S256': JKT },
      { dpop: true, mtls: false },
    ],
    [
      { jkt: JKT, 'x5t#S256': JKT },
      { dpop: false, mtls: true },
    ],
  ])('refuses a binding whose proof is not checked: %j', (cnf, provable) => {
    expect(() => readConfirmation({ cnf }, ACCEPTED, provable)).toThrow(refused);
  });

  it('finds no binding without "cnf"', () => {
    expect(readConfirmation({ sub: 'u1' }, ACCEPTED, BOTH)).toBeUndefined();
  });

  it.each([{ jkt: 'x' }, {}, null])('ignores any binding where the policy does: %j', (cnf) => {
    expect(readConfirmation({ cnf }, { ignoresSenderConstraint: true }, BOTH)).toBeUndefined();
  });
});
