/**
 * Starts the servers, runs the scenes and reports the results.
 *
 * @module
 */
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { formatCurlLines } from './show/curl-lines.js';
import { type DemoClock, REAL_CLOCK } from './show/demo-clock.js';
import { type Demo, startDemo } from './show/demo.js';
import { formatResults, formatTable } from './show/report.js';
import { runScenes } from './show/run-scenes.js';
import { createScenes } from './show/scenes.js';
import { createPaint, type Terminal } from './show/terminal.js';

/** Options of a run; tests replace the defaults. */
export interface DemoOptions {
  /** Creates the scenes. */
  readonly scenesOf?: typeof createScenes;
  /** The clock that the scenes use to wait. */
  readonly clock?: DemoClock;
}

/** Options of the program. */
export interface MainOptions extends DemoOptions {
  /** Resolves when the servers may stop. @defaultValue Ctrl+C */
  readonly stopped?: () => Promise<unknown>;
}

/**
 * Runs the program.
 *
 * @param args - `--serve` keeps servers running after the scenes.
 * @returns The exit code: 0 if every scene passed, 1 if one failed, 2 for an unknown argument.
 */
export async function main(
  args: readonly string[],
  terminal: Terminal,
  { stopped = interrupted, ...options }: MainOptions = {},
): Promise<number> {
  let isServing: boolean;
  try {
    isServing = parseServe(args);
  } catch (error) {
    terminal.write(`${String(error)}\nUsage: npm start [-- --serve]\n`);
    return 2;
  }
  const exitCode = await runDemo(terminal, options);
  if (isServing) await serve(terminal, stopped);
  return exitCode;
}

function parseServe(args: readonly string[]): boolean {
  const options = { serve: { type: 'boolean', default: false } } as const;
  return parseArgs({ args: [...args], options }).values.serve;
}

/**
 * Runs the scenes and prints the report.
 *
 * @returns The exit code: 0 if every scene passed, 1 if one failed.
 */
export async function runDemo(
  terminal: Terminal,
  { scenesOf = createScenes, clock = REAL_CLOCK }: DemoOptions = {},
): Promise<number> {
  const paint = createPaint(terminal);
  const demo = await startDemo(clock);
  terminal.write(formatHeading(demo));
  try {
    const scenes = scenesOf((text) => terminal.write(text));
    const results = await runScenes(scenes, demo);
    terminal.write(`\n${formatTable(results, paint)}\n\n${formatResults(results, paint)}\n`);
    return results.every(({ failure }) => failure === undefined) ? 0 : 1;
  } finally {
    await demo.close();
  }
}

function formatHeading({ authorizationServer, resource }: Demo): string {
  return [
    '',
    `Authorization server  ${authorizationServer.issuer}  (oidc-provider)`,
    `Sales Analytics API   ${resource}  (Express, protected by Scopegate)`,
    '',
    'The report service requests a token and calls the API:',
    '',
    '',
  ].join('\n');
}

/** Starts new servers for manual requests, because the last scenes stop an authorization server. */
async function serve(terminal: Terminal, stopped: () => Promise<unknown>): Promise<void> {
  const demo = await startDemo(REAL_CLOCK);
  try {
    terminal.write(formatCurlLines(demo));
    await stopped();
  } finally {
    await demo.close();
  }
}

function interrupted(): Promise<unknown> {
  return Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
}
