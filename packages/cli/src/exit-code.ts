/**
 * The exit codes of the commands.
 *
 * @module
 */

/** The exit codes of every command, by outcome. */
export const EXIT = {
  /** The token is accepted, the issuer has no errors, or no route is exposed. */
  ok: 0,
  /** The token is refused, the issuer has errors, or a route is exposed. */
  failed: 1,
  /** The command has no result: bad arguments, no network, or no application. */
  undecided: 2,
} as const;

/** An exit code: 0 (ok), 1 (failed) or 2 (undecided). */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
