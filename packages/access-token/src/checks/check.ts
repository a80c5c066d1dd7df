/**
 * One check of a token, as a row of a table.
 *
 * @module
 */
import type { Fix } from '../inspection/fix.js';
import type { ClaimsInspection } from '../inspection/inspection.js';

/**
 * One check.
 *
 * @typeParam Subject - What is checked: the claims of a token, a well-formed JWS, a proof, and so on.
 */
export interface Check<Subject = ClaimsInspection> {
  /** The section that contains the rule, such as `RFC 9068 §4`. */
  readonly rfc: string;
  /** Whether the check applies; otherwise it is skipped. When omitted, the check always applies. */
  readonly appliesTo?: (inspection: Subject) => boolean;
  /** Describes what would pass. */
  readonly expected: (inspection: Subject) => string;
  /** Describes what the token or the proof contains. */
  readonly found: (inspection: Subject) => string;
  /** Runs the check. Throws the same error as verification. */
  readonly run: (inspection: Subject) => unknown;
  /** Fixes to suggest when the check fails; they do not depend on the cause. */
  readonly fixes: readonly Fix[];
}
