/**
 * The terminal that the demo prints to.
 *
 * @module
 */
import { styleText } from 'node:util';

/** The width for files and pipes, which have none: every request fits on one line. */
const WIDTH_OF_PIPES = 100;
/** The least width that the output is folded to. */
const MIN_WIDTH = 40;

/** Where the demo prints; `process.stdout` is one. */
export interface Terminal {
  /** Prints text. */
  write(text: string): unknown;
  /** Whether the terminal supports colours. Absent for files and pipes, which get plain text. */
  hasColors?(): boolean;
  /** Whether a line can be rewritten. Absent for files and pipes. */
  readonly isTTY?: boolean;
  /** The width in characters, which may change. Absent for files and pipes. */
  readonly columns?: number;
}

/** Colours text, or returns it unchanged. */
export type Paint = (style: 'green' | 'red' | 'dim' | 'bold', text: string) => string;

/** Creates the function that colours text for a terminal. It honours `NO_COLOR`, as Node does. */
export function createPaint(terminal: Terminal): Paint {
  if (terminal.hasColors?.() !== true) return (_style, text) => text;
  return (style, text) => styleText(style, text, { validateStream: false });
}

/** Returns the width of the terminal. */
export function readColumns({ columns = 0 }: Terminal): number {
  // A pseudo terminal without a size has 0 columns.
  return columns === 0 ? WIDTH_OF_PIPES : columns;
}

/** Returns the number of characters that a line of folded text may have. */
export function readWidth(terminal: Terminal): number {
  return Math.max(readColumns(terminal), MIN_WIDTH);
}

/** Whether a line of the terminal can be rewritten. Terminals without cursor control set `TERM=dumb`. */
export function isRewritable({ isTTY = false }: Terminal): boolean {
  return isTTY && process.env['TERM'] !== 'dumb';
}
