/**
 * A terminal in memory for `scopegate`.
 *
 * @module
 */
import { Readable } from 'node:stream';
import { runScopegate, type Terminal } from '@scopegate/cli';

/** The exit code and the output of a command. */
export interface CommandOutcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Options of a terminal. */
export interface MemoryTerminalOptions extends Partial<Omit<Terminal, 'stdin' | 'stdout'>> {
  /** The standard input. */
  readonly input?: string;
  /** Standard output is a terminal with colours. */
  readonly isTTY?: boolean;
}

/** Runs a command line, given as one string per argument. */
export async function runInMemory(
  words: readonly string[],
  { input = '', isTTY, ...special }: MemoryTerminalOptions = {},
): Promise<CommandOutcome> {
  const written = { stdout: '', stderr: '' };
  const code = await runScopegate(words, {
    stdin: Readable.from([Buffer.from(input)]),
    stdout: { write: (text: string) => (written.stdout += text), isTTY },
    stderr: { write: (text: string) => (written.stderr += text) },
    clock: Date.now,
    fetch: (target, init) => fetch(target, init),
    load: (url) => import(url.href) as Promise<unknown>,
    directory: process.cwd(),
    progressAfterMs: 10_000,
    ...special,
  });
  return { code, ...written };
}
