/**
 * The terminal that the demo prints to.
 *
 * @module
 */
import { styleText } from 'node:util';

/** Where the demo prints; `process.stdout` is one. */
export interface Terminal {
  /** Prints text. */
  write(text: string): unknown;
  /** Whether the terminal supports colours. Absent for files and pipes, which get plain text. */
  hasColors?(): boolean;
}

/** Colours text, or returns it unchanged. */
export type Paint = (colour: 'green' | 'red' | 'dim', text: string) => string;

/** Creates the function that colours text for a terminal. It honours `NO_COLOR`, as Node does. */
export function createPaint(terminal: Terminal): Paint {
  if (terminal.hasColors?.() !== true) return (_colour, text) => text;
  return (colour, text) => styleText(colour, text, { validateStream: false });
}
