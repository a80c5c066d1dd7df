/**
 * The overrides of opaque tokens.
 *
 * @module
 */
import { assertKnownOptions } from '@scopegate/protocol/internal';
import type { OpaqueShapeName } from '../opaque-shapes/opaque-shapes.js';
import { assertMembers } from './member-checks.js';
import { CHECKS, HINTS, type TokenOverrides } from './token-overrides.js';

/** Overrides of a valid opaque token. All members have defaults. */
export interface OpaqueTokenOverrides extends Pick<
  TokenOverrides,
  'audience' | 'scope' | 'clientId' | 'subject' | 'expiresInSeconds' | 'boundTo' | 'prefix'
> {
  /**
   * The authorization server whose opaque tokens are imitated.
   *
   * @defaultValue none: 43 characters, and a response of RFC 7662
   */
  readonly like?: OpaqueShapeName | undefined;
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
  'like',
  'prefix',
  'claims',
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
  assertMembers(overrides, CHECKS);
}
