/**
 * The exit codes of the commands.
 *
 * @module
 */

/** The exit codes of every command, by outcome. */
export const EXIT = {
  /** The token is accepted, the issuer has no errors, no route is exposed, or nothing is to be changed. */
  ok: 0,
  /**
   * The token is refused, the issuer has errors, a route is exposed, a scope could be cut, or a trial would
   * have refused a request.
   */
  failed: 1,
  /** The command has no result: bad arguments, no network, no application, or too short a time. */
  undecided: 2,
} as const;

/** An exit code: 0 (ok), 1 (failed) or 2 (undecided). */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
