/**
 * The advice that all findings of one kind share.
 *
 * @module
 */

/**
 * The severity of a finding. `error`: tokens are refused or unsafe; `warning`: problems are likely;
 * `info`: for information only.
 */
export type Severity = 'error' | 'warning' | 'info';

/** The severity of a finding, why it matters, and how to fix it. */
export interface Advice {
  /** The severity of the finding. */
  readonly severity: Severity;
  /** Why it matters: a sentence without a full stop. */
  readonly why: string;
  /** The section that contains the rule, such as `RFC 8414 §3.3`. */
  readonly rfc: string;
  /** What to do: an imperative sentence without a full stop. */
  readonly fix: string;
}
