/**
 * Reads the token to explain.
 *
 * @module
 */
import { CommandError } from '../command-error.js';
import { readFileInput, readStandardInput } from './text-input.js';
import type { Terminal } from '../terminal.js';

/**
 * Reads a token from a file or from standard input, never from an argument: arguments stay in the
 * shell history and are visible in the process list.
 *
 * One trailing line break is removed; everything else is part of the token.
 *
 * @param path - A file; `-` or `undefined` for standard input.
 * @throws CommandError (rejects) There is no token, or more than 1 MiB. The message does not quote
 *   `path`, which may be a token by mistake.
 */
export async function readTokenInput(
  path: string | undefined,
  terminal: Terminal,
): Promise<string> {
  const token = await (path === undefined || path === '-'
    ? readStandardInput('access token', terminal)
    : readFileInput(path, 'access token', terminal));
  if (token === '') throw new CommandError('a token is required, on standard input or in a file');
  return token;
}
