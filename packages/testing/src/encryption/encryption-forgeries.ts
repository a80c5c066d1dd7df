/**
 * All tokens that are encrypted wrongly, by name.
 *
 * @module
 */
import type { TokenEncrypter } from '../tokens/token-encrypter.js';
import type { EncryptionAttempt, EncryptionForgeries } from './forged-encryption.js';
import {
  FORGED_ENCRYPTION_CONTENTS,
  type ForgedEncryptionContentName,
} from './forged-encryption-contents.js';
import {
  FORGED_ENCRYPTION_HEADERS,
  type ForgedEncryptionHeaderName,
} from './forged-encryption-headers.js';

/** The name of a forgery of encrypted tokens. */
export type EncryptionForgeryName = ForgedEncryptionHeaderName | ForgedEncryptionContentName;

/** A way to encrypt a token wrongly, and how a resource server must refuse it. */
export interface EncryptionForgeryDescription {
  /** The name of its function in `key.encrypt`. */
  readonly name: EncryptionForgeryName;
  /** What is wrong with the token, in one line. */
  readonly explanation: string;
  /** The reasons that a guard of Scopegate may report in its decision event. */
  readonly reasons: readonly string[];
}

/** Encrypts a token correctly, or by one of its members wrongly. */
export type Encrypt = TokenEncrypter['encrypt'] &
  Readonly<Record<EncryptionForgeryName, TokenEncrypter['encrypt']>>;

const FORGERIES: EncryptionForgeries<EncryptionForgeryName> = {
  ...FORGED_ENCRYPTION_HEADERS,
  ...FORGED_ENCRYPTION_CONTENTS,
};
// The table has no other names.
const NAMES = Object.keys(FORGERIES) as readonly EncryptionForgeryName[];

/**
 * Every forgery of encrypted tokens, for tables of tests.
 *
 * @example
 * it.each(encryptionForgeries)('refuses a token that $explanation', async ({ name }) => {
 *   const token = key.encrypt[name](await issuer.mint({ scope: 'read:sales' }));
 *   await request(app).get('/v1/sales').auth(token, { type: 'bearer' }).expect(401);
 * });
 */
export const encryptionForgeries: readonly EncryptionForgeryDescription[] = Object.freeze(
  NAMES.map((name) => {
    const { explanation, reasons } = FORGERIES[name];
    return Object.freeze({ name, explanation, reasons: Object.freeze(reasons) });
  }),
);

/** Creates the functions that encrypt to a key. */
export function createEncrypt(
  draft: EncryptionAttempt['draft'],
  encrypt: TokenEncrypter['encrypt'],
): Encrypt {
  const forge = (token: string, name: EncryptionForgeryName): string =>
    FORGERIES[name].forge({ token: assertToken(token), draft });
  const correct = (token: string): string => encrypt(assertToken(token));
  const members = NAMES.map((name) => [name, (token: string) => forge(token, name)] as const);
  // Every name has its member.
  const forged = Object.fromEntries(members) as Record<
    EncryptionForgeryName,
    TokenEncrypter['encrypt']
  >;
  return Object.freeze(Object.assign(correct, forged));
}

/** JavaScript callers may forget to await the token. */
function assertToken(token: unknown): string {
  if (typeof token === 'string') return token;
  throw new TypeError('encrypt expects a token; await issuer.mint()');
}
