/**
 * The overrides of minted tokens.
 *
 * @module
 */
import { assertKnownOptions, isPlainObject } from '@scopegate/protocol/internal';
import type { JsonMembers } from '../shapes/token-shape.js';
import type { TokenShapeName } from '../shapes/token-shapes.js';
import {
  assertMembers,
  isArrayOfStrings,
  isString,
  type MemberCheck,
  OBJECT,
} from './member-checks.js';
import type { TokenEncrypter } from './token-encrypter.js';
import type { TokenBinding } from './token-binding.js';

/** Overrides of a valid access token. All members have defaults. */
export interface TokenOverrides {
  /**
   * The `aud` claim: the identifiers of one or several resource servers.
   *
   * @defaultValue the `audience` of the issuer; otherwise the first audience passed to `options()`
   */
  readonly audience?: string | readonly string[] | undefined;
  /**
   * The scopes, space-delimited.
   *
   * @defaultValue none
   */
  readonly scope?: string | undefined;
  /**
   * The client that the token was issued to.
   *
   * @defaultValue the `clientId` of the issuer; otherwise `'test-client'`
   */
  readonly clientId?: string | undefined;
  /**
   * The user for whom the client acts. If omitted, the client acts on its own behalf, and the `sub`
   * claim is the client identifier. RFC 9068 §2.2.
   *
   * @defaultValue none
   */
  readonly subject?: string | undefined;
  /**
   * The lifetime in seconds, from now to `exp`. May be negative.
   *
   * @defaultValue the `accessTokenLifetimeSeconds` of the issuer
   */
  readonly expiresInSeconds?: number | undefined;
  /**
   * The authorization server whose token format is imitated.
   *
   * @defaultValue the `like` of the issuer; otherwise none: the token follows RFC 9068
   */
  readonly like?: TokenShapeName | undefined;
  /**
   * `'opaque'` issues an opaque token, as `issuer.opaque()` does; `like`, `encryptTo`, `header` and
   * `key` cannot be combined with it.
   *
   * @defaultValue `'jwt'`
   */
  readonly format?: 'jwt' | 'opaque' | undefined;
  /**
   * How an opaque token begins, such as `ory_at_`; characters of a bearer token (RFC 6750 §2.1). It has no
   * effect on a JWT.
   *
   * @defaultValue none
   */
  readonly prefix?: string | undefined;
  /**
   * The DPoP key or the client certificate that the token is bound to, or an array with one of each. The
   * claim `cnf` has their thumbprints.
   *
   * @defaultValue none: a bearer token
   */
  readonly boundTo?: TokenBinding | readonly TokenBinding[] | undefined;
  /**
   * The key that the token is encrypted to, after it was signed; see `createEncryptionKey`.
   *
   * @defaultValue none: the token is only signed
   * @see RFC 7519 §5.2
   */
  readonly encryptTo?: TokenEncrypter | undefined;
  /**
   * Members of the JOSE header. They are applied last and replace any other; `undefined` removes a
   * member.
   *
   * @defaultValue none
   */
  readonly header?: JsonMembers | undefined;
  /**
   * Claims. They are applied last and replace any other; `undefined` removes a claim.
   *
   * @defaultValue none
   */
  readonly claims?: JsonMembers | undefined;
  /**
   * The `kid` of the issuer's key to sign with; withdrawn keys can sign too.
   *
   * @defaultValue the newest key
   */
  readonly key?: string | undefined;
}

const OVERRIDES = [
  'audience',
  'scope',
  'clientId',
  'subject',
  'expiresInSeconds',
  'like',
  'format',
  'prefix',
  'boundTo',
  'encryptTo',
  'header',
  'claims',
  'key',
];

export const HINTS = {
  aud: 'use "audience"',
  sub: 'use "subject"',
  client_id: 'use "clientId"',
  kid: 'use "key": the "kid" of the signing key',
  alg: 'use "header": { alg }',
  expiresIn: 'use "expiresInSeconds"',
  exp: 'use "expiresInSeconds", or "claims": { exp }',
  iss: 'use "claims": { iss }',
  cnf: 'use "boundTo", or "claims": { cnf }',
};

/** What each override must be. Other values can be set with "claims" and "header". */
export const CHECKS: Readonly<Record<string, MemberCheck>> = {
  audience: [
    isStringOrArray,
    'must be a string or an array of strings; set other values in "claims"',
  ],
  scope: [isString, 'must be a string of space-delimited scopes; set other values in "claims"'],
  clientId: [isString, 'must be a string; set other values in "claims"'],
  subject: [isString, 'must be a string; set other values in "claims"'],
  expiresInSeconds: [
    Number.isFinite,
    'must be a number of seconds; set other values in "claims": { exp }',
  ],
  format: [isFormat, 'must be "jwt" or "opaque"'],
  prefix: [isBearerText, 'must consist of characters of a bearer token, such as "ory_at_"'],
  encryptTo: [isEncrypter, 'must be a key of createEncryptionKey()'],
  header: OBJECT,
  claims: OBJECT,
  key: [isString, 'must be the "kid" of a key'],
};

/**
 * Checks the names and the types of overrides.
 *
 * @throws TypeError An override is unknown or invalid.
 */
export function assertOverrides(overrides: unknown): void {
  assertKnownOptions('a token', overrides, { names: OVERRIDES, hints: HINTS });
  assertMembers(overrides, CHECKS);
}

function isStringOrArray(value: unknown): boolean {
  return isString(value) || isArrayOfStrings(value);
}

function isFormat(value: unknown): boolean {
  return value === 'jwt' || value === 'opaque';
}

/** RFC 6750 §2.1: the characters of `b64token`, without `=`, which can only end one. */
function isBearerText(value: unknown): boolean {
  return isString(value) && /^[-._~+/A-Za-z0-9]*$/.test(value);
}

function isEncrypter(value: unknown): boolean {
  return isPlainObject(value) && typeof value['encrypt'] === 'function';
}
