/**
 * The error of a command that cannot do what was asked.
 *
 * @module
 */

/** A command cannot do what was asked. The message is for the person who ran it. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}
