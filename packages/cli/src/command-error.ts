/**
 * The error of a command that cannot run.
 *
 * @module
 */

/** Reports that a command cannot run. The message is written for the person who ran it. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}
