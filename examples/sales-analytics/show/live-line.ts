/**
 * The last line of the terminal while a scene runs: a spinner and the title of the scene.
 *
 * @module
 */
import { isRewritable, readColumns, type Terminal } from './terminal.js';

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 100;
/** Returns to the start of the line and erases it. */
const ERASE = '\r\u001B[K';

/** A line that is rewritten. Files and pipes get only what is printed. */
export interface LiveLine {
  /** Shows the line until it is hidden. */
  show(text: string): void;
  /** Erases the line. */
  hide(): void;
  /** Prints lines, each with its line break, above the line. */
  print(text: string): void;
}

/** Creates the live line of a terminal. It is hidden. */
export function createLiveLine(terminal: Terminal): LiveLine {
  let shown: string | undefined;
  let frame = 0;
  let timer: NodeJS.Timeout | undefined;
  const draw = (): void => {
    if (shown === undefined) return;
    // A line of the whole width would wrap on some terminals, and could not be erased.
    const room = readColumns(terminal) - 1;
    const line = `${FRAMES[frame % FRAMES.length] ?? ''} ${shown}`;
    const text = line.length > room ? `${line.slice(0, Math.max(room - 1, 0))}…` : line;
    terminal.write(`${ERASE}${text.slice(0, room)}`);
    frame += 1;
  };
  const hide = (): void => {
    clearInterval(timer);
    if (shown !== undefined) terminal.write(ERASE);
    shown = undefined;
  };
  return {
    show(text) {
      hide();
      if (!isRewritable(terminal)) return;
      shown = text;
      draw();
      timer = setInterval(draw, FRAME_MS).unref();
    },
    hide,
    print(text) {
      terminal.write(shown === undefined ? text : `${ERASE}${text}`);
      draw();
    },
  };
}
