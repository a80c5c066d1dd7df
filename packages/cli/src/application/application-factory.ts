/**
 * Calls a function of the application that creates it.
 *
 * @module
 */
import { inspect } from 'node:util';
import { CommandError } from '../command-error.js';
import { type Terminal, withProgress } from '../terminal.js';
import { settleWithin } from './deadline.js';
import { type ExportedValues, readExportedValue } from './exported-values.js';
import { formatCause } from './module-import.js';

/** The argument of the function; `undefined` when there is none. */
export type FactoryArgument = object | undefined;

/** A function that creates an application. */
export interface Factory {
  /** The function, as the subject of a sentence. */
  readonly label: string;
  readonly create: (...args: unknown[]) => unknown;
}

/**
 * Calls a function that creates an application, and waits for its promise.
 *
 * @throws CommandError (rejects) The function fails or does not finish, or it has parameters and the
 *   command has no options to pass.
 */
export async function callFactory(
  { label, create }: Factory,
  argument: FactoryArgument,
  terminal: Terminal,
): Promise<ExportedValues> {
  if (argument === undefined && create.length > 0) {
    throw new CommandError(
      `${label} is a function with parameters; pass the options to call it with, as in --issuer and --audience`,
    );
  }
  const args = argument === undefined ? [] : [argument];
  try {
    const task = settleWithin(terminal, label, create(...args));
    return readExportedValue(await withProgress(terminal, `calling ${label}`, task), label);
  } catch (cause) {
    if (cause instanceof CommandError) throw cause;
    const given = args.map((each) => inspect(each, { breakLength: Infinity })).join();
    throw new CommandError(
      `${label} failed: ${formatCause(cause)}\nIt was called with (${given}).`,
      { cause },
    );
  }
}

/**
 * Waits for an export, which may be a promise.
 *
 * @throws CommandError (rejects) It rejects or does not settle.
 */
export async function settleExport(
  terminal: Terminal,
  label: string,
  value: unknown,
): Promise<unknown> {
  try {
    return await settleWithin(terminal, label, value);
  } catch (cause) {
    if (cause instanceof CommandError) throw cause;
    throw new CommandError(`${label} failed: ${formatCause(cause)}`, { cause });
  }
}
