/**
 * What every finding of one kind has in common.
 *
 * @module
 */

/**
 * How bad a finding is. `error`: tokens are refused or unsafe; `warning`: it will cause trouble;
 * `info`: good to know.
 */
export type Severity = 'error' | 'warning' | 'info';

/** How bad a finding is, why it matters, and how to fix it. */
export interface Advice {
  /** How bad the finding is. */
  readonly severity: Severity;
  /** Why it matters: a sentence without a full stop. */
  readonly why: string;
  /** The section that contains the rule, such as `RFC 8414 §3.3`. */
  readonly rfc: string;
  /** What to do: an imperative sentence without a full stop. */
  readonly fix: string;
}
