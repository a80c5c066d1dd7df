/**
 * The search for secrets in everything that a program puts out.
 *
 * @module
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { inspect } from 'node:util';
import { onTestFinished, vi } from 'vitest';

// Too long to occur by chance. A text with 15 characters of a token contains one of these pieces.
const PIECE = 12;
const STEP = 4;

const CONSOLE = ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const;

/** Everything that was put out while a test ran. */
export interface Output {
  /** Adds values that a test has observed itself. */
  readonly add: (...values: readonly unknown[]) => void;
  readonly clear: () => void;
  /** How many values there are. */
  readonly size: () => number;
  /** All values, as {@link formatReachable} writes them. */
  readonly text: () => string;
}

/**
 * Records the console, both streams, process warnings and messages of channels until the running test
 * is over; nothing is printed in the meantime.
 *
 * @param channels - Names of diagnostics channels.
 */
export function watchOutput(channels: readonly string[]): Output {
  const values: unknown[] = [];
  const add: Output['add'] = (...more) => void values.push(...more);
  const spies = CONSOLE.map((name) => vi.spyOn(console, name).mockImplementation(add));
  const streams = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, 'write').mockImplementation((chunk) => {
      add(String(chunk));
      return true;
    }),
  );
  const record = (message: unknown): void => {
    add(message);
  };
  for (const name of channels) subscribe(name, record);
  process.on('warning', record);
  onTestFinished(() => {
    for (const spy of [...spies, ...streams]) spy.mockRestore();
    for (const name of channels) unsubscribe(name, record);
    process.off('warning', record);
  });
  return {
    add,
    clear: () => void values.splice(0),
    size: () => values.length,
    text: () => values.map(formatReachable).join('\n'),
  };
}

/**
 * Finds the pieces of a token in a text.
 *
 * @returns Empty when the token has left no trace.
 */
export function findTokenTraces(token: string, text: string): readonly string[] {
  const traces: string[] = [];
  for (let start = 0; start + PIECE <= token.length; start += STEP) {
    const piece = token.slice(start, start + PIECE);
    // A run of one character occurs anywhere.
    if (text.includes(piece) && !/^(.)\1*$/.test(piece)) traces.push(piece);
  }
  return traces;
}

/** Writes everything that can be reached from a value: hidden members, getters and causes. */
export function formatReachable(value: unknown): string {
  const options = {
    depth: Infinity,
    showHidden: true,
    getters: true,
    maxArrayLength: null,
  } as const;
  const words = [inspect(value, { ...options, maxStringLength: null }), formatJson(value)];
  for (let error = value; error instanceof Error; error = error.cause) {
    words.push(error.message, error.stack ?? '', String(error));
    words.push(...accessorsOf(error).map((accessor) => inspect(accessor, options)));
  }
  return words.join('\n');
}

function formatJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    // The value has a cycle; `inspect` has shown it.
    return '';
  }
}

/** The values of getters of a class, which `inspect` does not show. */
function accessorsOf(value: object): readonly unknown[] {
  const names = new Set<string>();
  for (let holder: unknown = value; isObject(holder); holder = Object.getPrototypeOf(holder)) {
    for (const name of Object.getOwnPropertyNames(holder)) names.add(name);
  }
  return [...names].map((name) => Reflect.get(value, name) as unknown);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
