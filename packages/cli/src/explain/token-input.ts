/**
 * Reads the token to explain.
 *
 * @module
 */
import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { findSystemCode } from '@scopegate/protocol/internal';
import { CommandError } from '../command-error.js';
import type { Terminal } from '../terminal.js';

const MAX_BYTES = 1024 * 1024;

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
  const text = await (path === undefined || path === '-'
    ? readStandardInput(terminal)
    : readFile(resolve(terminal.directory, path)));
  const token = text.replace(/\r?\n$/, '');
  if (token === '') throw new CommandError('a token is required, on standard input or in a file');
  return token;
}

async function readStandardInput({ stdin, stderr }: Terminal): Promise<string> {
  if (stdin.isTTY === true) stderr.write('Paste the access token, then press Ctrl-D.\n');
  return await readText(stdin, 'standard input');
}

async function readFile(path: string): Promise<string> {
  try {
    return await readText(createReadStream(path), 'the file with the token');
  } catch (cause) {
    const code = findSystemCode(cause);
    if (code === undefined) throw cause;
    throw new CommandError(
      `the argument must be a file that contains the token, but it cannot be read (${code}); pass the token itself on standard input, because arguments stay in the shell history`,
      { cause },
    );
  }
}

async function readText(stream: AsyncIterable<unknown>, what: string): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk as Uint8Array); // a stream of octets has no other chunks
    size += bytes.length;
    if (size > MAX_BYTES) throw new CommandError(`${what} must not exceed 1 MiB`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}
