/**
 * Starts the programs, tells the story and says how it came out.
 *
 * @module
 */
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { createPaint, type Terminal } from './show/terminal.js';
import { type PassingTime, REAL_TIME } from './show/demo-clock.js';
import { formatTable, formatVerdicts } from './show/report.js';
import { createScenes } from './show/scenes.js';
import { formatCurlLines } from './show/curl-lines.js';
import { type Stage, startStage } from './show/demo.js';
import { playScenes } from './show/run-scenes.js';

/** What a telling of the story may do without: it has its own, and a test brings others. */
export interface Telling {
  /** Writes the scenes. */
  readonly write?: typeof createScenes;
  /** How scenes wait. */
  readonly time?: PassingTime;
}

/** What the whole program may be given. */
export interface Running extends Telling {
  /** Resolves when the servers may go down; Ctrl+C is the default. */
  readonly stopped?: () => Promise<unknown>;
}

/**
 * Runs the program.
 *
 * @param args - `--serve` leaves servers up after the story.
 * @returns The exit code: 0 when every scene came out as promised, 1 when one did not, 2 for an
 *   argument that is not known.
 */
export async function main(
  args: readonly string[],
  terminal: Terminal,
  { stopped = interrupted, ...telling }: Running = {},
): Promise<number> {
  let serving: boolean;
  try {
    serving = parseServing(args);
  } catch (error) {
    terminal.write(`${String(error)}\nUsage: npm start [-- --serve]\n`);
    return 2;
  }
  const exitCode = await tellStory(terminal, telling);
  if (serving) await serve(terminal, stopped);
  return exitCode;
}

function parseServing(args: readonly string[]): boolean {
  const options = { serve: { type: 'boolean', default: false } } as const;
  return parseArgs({ args: [...args], options }).values.serve;
}

/**
 * Plays the story on a stage of its own and prints the report.
 *
 * @returns The exit code: 0 when every scene came out as promised, 1 when one did not.
 */
export async function tellStory(
  terminal: Terminal,
  { write = createScenes, time = REAL_TIME }: Telling = {},
): Promise<number> {
  const paint = createPaint(terminal);
  const stage = await startStage(time);
  terminal.write(formatProgramme(stage));
  try {
    const played = await playScenes(
      write((text) => terminal.write(text)),
      stage,
    );
    terminal.write(`\n${formatTable(played, paint)}\n\n${formatVerdicts(played, paint)}\n`);
    return played.every(({ broken }) => broken.length === 0) ? 0 : 1;
  } finally {
    await stage.close();
  }
}

function formatProgramme({ authorizationServer, resource }: Stage): string {
  return [
    '',
    `Authorization server  ${authorizationServer.issuer}  (oidc-provider)`,
    `Sales Analytics API   ${resource}  (Express, guarded by Scopegate)`,
    '',
    'The nightly report, made with a token of its own:',
    '',
    '',
  ].join('\n');
}

/** The story ends in an outage, so the servers to try are new ones. */
async function serve(terminal: Terminal, stopped: () => Promise<unknown>): Promise<void> {
  const stage = await startStage(REAL_TIME);
  try {
    terminal.write(formatCurlLines(stage));
    await stopped();
  } finally {
    await stage.close();
  }
}

function interrupted(): Promise<unknown> {
  return Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
}
