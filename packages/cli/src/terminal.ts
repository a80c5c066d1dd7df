/**
 * What a command talks to: text in, text out, the clock and the network.
 *
 * @module
 */
import { styleText } from 'node:util';

/** Where text is written to. */
export interface TextSink {
  /** Writes text as it is. */
  write(text: string): unknown;
  /** A person reads along. */
  readonly isTTY?: boolean | undefined;
  /** Says whether colours show, by the terminal's own account and by `NO_COLOR`. */
  hasColors?(): boolean;
}

/** The surroundings of a command. */
export interface Terminal {
  readonly stdin: AsyncIterable<unknown> & { readonly isTTY?: boolean | undefined };
  /** Results, and nothing else. */
  readonly stdout: TextSink;
  /** Progress, questions and errors. */
  readonly stderr: TextSink;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** Asks issuers for their documents. */
  readonly fetch: typeof globalThis.fetch;
  /** Imports a module. */
  readonly load: (url: URL) => Promise<unknown>;
  /** Relative paths start here. */
  readonly directory: string;
  /** How long something may take before there is a word about it, in milliseconds. */
  readonly progressAfterMs: number;
}

/** A style of text. */
export type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow';

/** Writes text in a style. */
export type Paint = (style: Style, text: string) => string;

/** Makes the painter of a sink: one that paints nothing where colours would be in the way. */
export function createPaint(sink: TextSink): Paint {
  if (sink.isTTY !== true || sink.hasColors?.() === false) return (_style, text) => text;
  return (style, text) => styleText(style, text, { validateStream: false });
}

/** Writes text of others without what would steer the terminal, or turn the direction of text. */
export function printable(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '?');
}

/**
 * Writes JSON without what would steer the terminal, or turn the direction of text: those characters
 * are escaped, so that the value stays the same.
 *
 * @param json - JSON text; its own line feeds stay.
 */
export function printableJson(json: string): string {
  return json.replace(/(?!\n)[\p{C}\p{Zl}\p{Zp}]/gu, (character) =>
    Array.from({ length: character.length }, (_, index) => {
      const unit = character.charCodeAt(index).toString(16);
      return `\\u${unit.padStart(4, '0')}`;
    }).join(''),
  );
}

/** Waits for something, and says on `stderr` what for when that takes long. */
export async function withProgress<Value>(
  { stderr, progressAfterMs }: Terminal,
  what: string,
  work: Promise<Value>,
): Promise<Value> {
  const timer = setTimeout(() => stderr.write(`${what} …\n`), progressAfterMs);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
  }
}
