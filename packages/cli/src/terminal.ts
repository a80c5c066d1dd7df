/**
 * The environment of a command: input, output, clock and network.
 *
 * @module
 */
import { styleText } from 'node:util';

/** A destination of text, such as `process.stdout`. */
export interface TextSink {
  /** Writes text unchanged; calls `written` when it has left the process. */
  write(text: string, written?: () => void): unknown;
  /** Whether the text goes to an interactive terminal; only then is it coloured. */
  readonly isTTY?: boolean | undefined;
  /** Whether the terminal supports colours and `NO_COLOR` is not set. When absent, it does. */
  hasColors?(): boolean;
}

/** A source of text, such as `process.stdin`. */
export interface TextSource extends AsyncIterable<unknown> {
  /** Whether it is an interactive terminal; if so, the command writes a prompt to `stderr`. */
  readonly isTTY?: boolean | undefined;
}

/** The environment of a command. */
export interface Terminal {
  /** Provides the token, in chunks of octets. */
  readonly stdin: TextSource;
  /** Receives only results. */
  readonly stdout: TextSink;
  /** Receives progress, prompts and errors. */
  readonly stderr: TextSink;
  /** Returns the current time in milliseconds since the epoch. */
  readonly clock: () => number;
  /** Fetches the documents of issuers. */
  readonly fetch: typeof globalThis.fetch;
  /** Imports a module. */
  readonly load: (url: URL) => Promise<unknown>;
  /** The directory against which relative paths are resolved. */
  readonly directory: string;
  /** The time after which a running task is announced on `stderr`, in milliseconds. */
  readonly progressAfterMs: number;
  /**
   * How long the import of an application, and a function that creates it, may take, in milliseconds.
   *
   * @defaultValue `30_000`
   */
  readonly loadTimeoutMs?: number | undefined;
}

/** A style of text. */
export type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow';

/** Formats text in a style. */
export type Paint = (style: Style, text: string) => string;

/** Creates the function that styles text for a sink; it changes nothing if the sink shows no colours. */
export function createPaint(sink: TextSink): Paint {
  if (sink.isTTY !== true || sink.hasColors?.() === false) return (_style, text) => text;
  return (style, text) => styleText(style, text, { validateStream: false });
}

/**
 * Formats JSON text for the terminal: characters that move the cursor or change the direction of text
 * are escaped, which does not change the value. Line feeds between tokens stay.
 */
export function formatPrintableJson(json: string): string {
  return json.replace(/(?!\n)[\p{C}\p{Zl}\p{Zp}]/gu, (character) =>
    Array.from({ length: character.length }, (_, index) => {
      const unit = character.charCodeAt(index).toString(16);
      return `\\u${unit.padStart(4, '0')}`;
    }).join(''),
  );
}

/** Waits for a task. If it takes long, its description is written to `stderr`. */
export async function withProgress<Value>(
  { stderr, progressAfterMs }: Terminal,
  description: string,
  task: Promise<Value>,
): Promise<Value> {
  const timer = setTimeout(() => stderr.write(`${description} …\n`), progressAfterMs);
  try {
    return await task;
  } finally {
    clearTimeout(timer);
  }
}
