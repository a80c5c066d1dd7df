/**
 * The token that a command is about: from its arguments, or from standard input.
 *
 * @module
 */
import { CommandError } from '../exit-code.js';
import type { Terminal } from '../terminal.js';

const MAX_BYTES = 1024 * 1024;

/**
 * Reads a token.
 *
 * From standard input it does not show in the shell's history and in the list of processes. The line
 * break at its end is no part of it; everything else is.
 *
 * @param argument - `-` or `undefined` for standard input.
 * @throws CommandError There is none, or more than 1 MiB.
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
    if (size > MAX_BYTES) throw new CommandError('standard input holds more than 1 MiB');
    chunks.push(bytes);
  }
  const token = Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/, '');
  if (token === '') throw new CommandError('there is no token, neither as argument nor as input');
  return token;
}
