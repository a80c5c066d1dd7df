/**
 * Colours, for terminals that have them.
 *
 * @module
 */
import { styleText } from 'node:util';

/** Where a program prints. `process.stdout` is one; anything that can be written to will do. */
export interface Terminal {
  write(text: string): unknown;
  /** Whether it shows colours; only terminals can tell, so files and pipes get plain text. */
  hasColors?(): boolean;
}

/** Colours a text, or leaves it as it is. */
export type Paint = (colour: 'green' | 'red' | 'dim', text: string) => string;

/** Makes the paint for a terminal. It heeds `NO_COLOR` and its like, as Node does. */
export function createPaint(terminal: Terminal): Paint {
  if (terminal.hasColors?.() !== true) return (_colour, text) => text;
  return (colour, text) => styleText(colour, text, { validateStream: false });
}
