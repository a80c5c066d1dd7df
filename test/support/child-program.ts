/**
 * A program in a separate process, whose output is read while it runs.
 *
 * @module
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { endWithUs } from './end-with-us.js';
import { readUserEnvironment } from './user-environment.js';

/** A running program. */
export interface ChildProgram {
  /** What it has written so far, to standard output and standard error. */
  readonly output: () => string;
  /**
   * Waits until the output matches.
   *
   * @throws Error (rejects) The program ended before.
   */
  waitFor(pattern: RegExp): Promise<RegExpExecArray>;
  /** Sends a signal, and waits until the program ends. */
  stop(signal: NodeJS.Signals): Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/** How to run a program. */
export interface ChildProgramOptions {
  /** The arguments of Node, such as `['--import', './otel.mjs', 'start.mjs']`. */
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a program with Node. It is killed when the tests end. */
export function startChildProgram({ args, cwd, env = {} }: ChildProgramOptions): ChildProgram {
  const child = spawn(process.execPath, ['--enable-source-maps', ...args], {
    cwd,
    env: { ...readUserEnvironment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  endWithUs(child);
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  let output = '';
  const readers = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      for (const read of readers) read();
    });
  }
  return {
    output: () => output,
    waitFor: (pattern) =>
      new Promise((resolve, reject) => {
        const read = (): void => {
          const match = pattern.exec(output);
          if (match === null) return;
          readers.delete(read);
          resolve(match);
        };
        readers.add(read);
        void exited.then(() => {
          reject(new Error(`the program ended without ${String(pattern)}\n${output}`));
        });
        read();
      }),
    async stop(signal) {
      child.kill(signal);
      const [code, received] = await exited;
      return { code, signal: received };
    },
  };
}
