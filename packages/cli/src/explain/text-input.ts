/**
 * Reads credentials from files and from standard input.
 *
 * @module
 */
import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { findSystemCode } from '@scopegate/protocol/internal';
import { CommandError } from '../command-error.js';
import type { Terminal } from '../terminal.js';

const MAX_BYTES = 1024 * 1024;

/** What is read, as a part of messages. */
export type TextKind = 'access token' | 'DPoP proof' | 'certificate' | 'decryption key';

/**
 * Reads standard input, without one trailing line break.
 *
 * @throws CommandError (rejects) It exceeds 1 MiB.
 */
export async function readStandardInput(
  kind: TextKind,
  { stdin, stderr }: Terminal,
): Promise<string> {
  if (stdin.isTTY === true) stderr.write(`Paste the ${kind}, then press Ctrl-D.\n`);
  return await readText(stdin, 'standard input');
}

/**
 * Reads a file, without one trailing line break.
 *
 * @throws CommandError (rejects) It cannot be read or exceeds 1 MiB. The message does not quote `path`,
 *   which may be the credential by mistake.
 */
export async function readFileInput(
  path: string,
  kind: TextKind,
  { directory }: Terminal,
): Promise<string> {
  try {
    return await readText(createReadStream(resolve(directory, path)), `the file with the ${kind}`);
  } catch (cause) {
    const code = findSystemCode(cause);
    if (code === undefined) throw cause;
    throw new CommandError(describeUnreadable(kind, code), { cause });
  }
}

const OPTIONS = {
  'DPoP proof': '--proof',
  certificate: '--certificate',
  'decryption key': '--decryption-key',
} as const;

function describeUnreadable(kind: TextKind, code: string): string {
  if (kind === 'access token') {
    return `the argument must be a file that contains the token, but it cannot be read (${code}); pass the token itself on standard input, because arguments stay in the shell history`;
  }
  return `${OPTIONS[kind]} must be a file that contains the ${kind}, but it cannot be read (${code})`;
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
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/, '');
}
