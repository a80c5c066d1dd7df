/**
 * Reads snapshots and decision logs from files and from standard input.
 *
 * @module
 */
import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { findSystemCode, formatCount, formatPrintable } from '@scopegate/protocol/internal';
import {
  createUsageReader,
  mergeUsage,
  type PrivilegeUsage,
  type ReadLines,
} from '@scopegate/telemetry/privileges';
import { CommandError } from '../command-error.js';
import { type Terminal, withProgress } from '../terminal.js';
import { readLines } from './bounded-lines.js';

/** More than one process records; a fleet has more clients. */
const BOUNDS = { maxClients: 100_000, maxRoutesPerClient: 2_000 };

/** What a file contains. */
interface ReadFile {
  readonly usage: PrivilegeUsage;
  readonly lines: ReadLines;
}

/**
 * Reads snapshots and decision logs, each line by line, and merges them.
 *
 * @param paths - Files; `-` is standard input.
 * @throws CommandError (rejects) A file cannot be read, or no file contains a snapshot or a decision.
 */
export async function readUsage(
  paths: readonly string[],
  terminal: Terminal,
): Promise<PrivilegeUsage> {
  const files: ReadFile[] = [];
  // A file that is named twice would count twice.
  for (const path of new Set(paths)) {
    const name = path === '-' ? 'standard input' : formatPrintable(path);
    const file = await withProgress(terminal, `reading ${name}`, readFile(path, terminal));
    reportLines(name, file.lines, terminal);
    files.push(file);
  }
  if (files.some(({ lines }) => lines.snapshots + lines.decisions > 0)) {
    return mergeUsage(...files.map(({ usage }) => usage));
  }
  throw new CommandError(
    'the input has no snapshot of a recorder and no decision with a time; pass JSON with one value on each line',
  );
}

async function readFile(path: string, { stdin, directory }: Terminal): Promise<ReadFile> {
  const reader = createUsageReader(BOUNDS);
  try {
    const input = path === '-' ? stdin : createReadStream(resolve(directory, path));
    for await (const line of readLines(input)) reader.readLine(line);
  } catch (cause) {
    const code = findSystemCode(cause);
    if (code === undefined) throw cause;
    throw new CommandError(`${formatPrintable(path)} cannot be read (${code})`, { cause });
  }
  return { usage: reader.usage(), lines: reader.lines() };
}

function reportLines(name: string, lines: ReadLines, { stderr }: Terminal): void {
  const { snapshots, decisions, undated, withheld, unknown } = lines;
  const notes = [
    `${formatCount(snapshots, 'snapshot')}, ${formatCount(decisions, 'decision')}`,
    unknown > 0 && `skipped ${formatCount(unknown, 'other line')}`,
    undated > 0 && `skipped ${formatCount(undated, 'decision')} without a time`,
    withheld > 0 && `the logger withheld ${formatCount(withheld, 'decision')}`,
  ].filter((note) => note !== false);
  stderr.write(`${name}: ${notes.join('; ')}\n`);
}
