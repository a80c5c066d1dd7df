/**
 * Reads the token to explain.
 *
 * @module
 */
import { CommandError } from '../command-error.js';
import type { Terminal } from '../terminal.js';

const MAX_BYTES = 1024 * 1024;

/**
 * Reads a token from an argument or from standard input.
 *
 * Standard input keeps the token out of the shell history and the process list. One trailing line
 * break is removed; everything else is part of the token.
 *
 * @param argument - `-` or `undefined` for standard input.
 * @throws CommandError (rejects) There is no token, or standard input has more than 1 MiB.
 */
export async function readTokenInput(
  argument: string | undefined,
  { stdin, stderr }: Terminal,
): Promise<string> {
  if (argument !== undefined && argument !== '-') return argument;
  if (stdin.isTTY === true) stderr.write('Paste the access token, then press Ctrl-D.\n');
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stdin) {
    const bytes = Buffer.from(chunk as Uint8Array); // a stream of octets has no other chunks
    size += bytes.length;
    if (size > MAX_BYTES) throw new CommandError('standard input must not exceed 1 MiB');
    chunks.push(bytes);
  }
  const token = Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/, '');
  if (token === '') {
    throw new CommandError('a token is required, on standard input or as an argument');
  }
  return token;
}
