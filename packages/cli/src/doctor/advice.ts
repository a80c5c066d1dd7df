/**
 * What is said about every finding of its kind.
 *
 * @module
 */

/** `error`: tokens are refused or unsafe; `warning`: will hurt one day; `info`: good to know. */
export type Severity = 'error' | 'warning' | 'info';

/** How bad a finding is, why it matters, and what to change. */
export interface Advice {
  readonly severity: Severity;
  readonly why: string;
  /** Where the rule stands, such as `RFC 8414 §3.3`. */
  readonly rfc: string;
  readonly change: string;
}

/** Makes an advice. */
export function advice(severity: Severity, rfc: string, why: string, change: string): Advice {
  return Object.freeze({ severity, why, rfc, change });
}
