/**
 * The rule behind each check, without a token.
 *
 * @module
 */
import type { Check } from './check.js';
import { AUDIENCE_CHECKS } from './checks-audience.js';
import { AUTHENTICATION_CHECKS } from './checks-authentication.js';
import { CLAIM_CHECKS, SCOPE_CHECKS } from './checks-claims.js';
import { ENCRYPTION_CHECKS } from './checks-encryption.js';
import { FORMAT_CHECKS } from './checks-format.js';
import { FRESH_CHECKS, INTROSPECTION_CHECKS } from './checks-introspection.js';
import { KEY_CHECKS } from './checks-key.js';
import { POSSESSION_CHECKS } from './checks-possession.js';
import { PROOF_CLAIM_CHECKS } from './checks-proof-claims.js';
import { PROOF_HEADER_CHECKS } from './checks-proof-header.js';
import { REVOCATION_CHECKS } from './checks-revocation.js';
import { TIME_CHECKS } from './checks-time.js';
import type { CheckName } from './run-checks.js';

/** The section that contains a rule, and what to do when it is broken. */
export type CheckRule = Pick<Check, 'rfc' | 'fixes'>;

/** The rule behind each check. */
export const CHECK_RULES: Readonly<Record<CheckName, CheckRule>> = Object.freeze({
  ...FORMAT_CHECKS,
  ...ENCRYPTION_CHECKS,
  ...INTROSPECTION_CHECKS,
  ...KEY_CHECKS,
  ...AUDIENCE_CHECKS,
  ...TIME_CHECKS,
  ...CLAIM_CHECKS,
  ...POSSESSION_CHECKS,
  ...PROOF_HEADER_CHECKS,
  ...PROOF_CLAIM_CHECKS,
  ...FRESH_CHECKS,
  ...REVOCATION_CHECKS,
  ...SCOPE_CHECKS,
  ...AUTHENTICATION_CHECKS,
});
