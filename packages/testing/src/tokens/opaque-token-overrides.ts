/**
 * The overrides of opaque tokens.
 *
 * @module
 */
import { assertKnownOptions } from '@scopegate/protocol/internal';
import { assertMembers, isString, type MemberCheck } from './member-checks.js';
import { CHECKS, HINTS, type TokenOverrides } from './token-overrides.js';

/** Overrides of a valid opaque token. All members have defaults. */
export interface OpaqueTokenOverrides extends Pick<
  TokenOverrides,
  'audience' | 'scope' | 'clientId' | 'subject' | 'expiresInSeconds' | 'boundTo'
> {
  /**
   * How the token begins, such as `ory_at_`; characters of a bearer token. RFC 6750 §2.1.
   *
   * @defaultValue none
   */
  readonly prefix?: string | undefined;
  /**
   * Members of the introspection response. They are applied last and replace any other; `undefined`
   * removes a member. RFC 7662 §2.2.
   *
   * @defaultValue none
   */
  readonly claims?: TokenOverrides['claims'];
}

const OVERRIDES = [
  'audience',
  'scope',
  'clientId',
  'subject',
  'expiresInSeconds',
  'boundTo',
  'prefix',
  'claims',
];

const PREFIX: MemberCheck = [
  (value) => isString(value) && /^[-._~+/A-Za-z0-9]*$/.test(value),
  'must consist of characters of a bearer token, such as "ory_at_"',
];

const OPAQUE_HINTS = {
  ...HINTS,
  alg: 'an opaque token is not signed; use issuer.mint()',
  kid: 'an opaque token is not signed; use issuer.mint()',
  key: 'an opaque token is not signed; use issuer.mint()',
  header: 'an opaque token has no header; use issuer.mint()',
};

/**
 * Checks the names and the types of overrides.
 *
 * @throws TypeError An override is unknown or invalid.
 */
export function assertOpaqueOverrides(overrides: unknown): void {
  assertKnownOptions('an opaque token', overrides, { names: OVERRIDES, hints: OPAQUE_HINTS });
  assertMembers(overrides, { ...CHECKS, prefix: PREFIX });
}
