/**
 * How a command ends.
 *
 * @module
 */

/** The exit codes of every command. */
export const EXIT = {
  /** Accepted, in order, guarded. */
  fine: 0,
  /** Refused, at fault, open. */
  found: 1,
  /** Nobody can tell: bad arguments, no network, no application. */
  undecided: 2,
} as const;

/** An exit code. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** A command cannot do what was asked; the message is for whoever asked. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}
