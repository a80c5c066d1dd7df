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
import { openInspector } from './watch/open-inspector.js';
import { CALLS_PER_SECOND, startTraffic } from './watch/traffic.js';

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
 * @param args - `--serve` keeps servers running after the scenes, beside the inspector. `--watch` skips the
 *   scenes, and calls these servers until it is stopped.
 * @returns The exit code: 0 if every scene passed, 1 if one failed, 2 for an unknown argument.
 */
export async function main(
  args: readonly string[],
  terminal: Terminal,
  { stopped = interrupted, ...options }: MainOptions = {},
): Promise<number> {
  let mode: Mode;
  try {
    mode = parseMode(args);
  } catch (error) {
    terminal.write(`${String(error)}\nUsage: npm start [-- --serve | --watch]\n`);
    return 2;
  }
  const exitCode = mode.watch ? 0 : await runDemo(terminal, options);
  if (mode.serve || mode.watch) await serve(terminal, { stopped, hasTraffic: mode.watch });
  return exitCode;
}

interface Mode {
  readonly serve: boolean;
  readonly watch: boolean;
}

function parseMode(args: readonly string[]): Mode {
  const flag = { type: 'boolean', default: false } as const;
  return parseArgs({ args: [...args], options: { serve: flag, watch: flag } }).values;
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

interface Serving {
  readonly stopped: () => Promise<unknown>;
  readonly hasTraffic: boolean;
}

/** Starts new servers for manual requests, because the last scenes stop an authorization server. */
async function serve(terminal: Terminal, { stopped, hasTraffic }: Serving): Promise<void> {
  const demo = await startDemo(REAL_CLOCK);
  const inspector = await openInspector(demo);
  const traffic = hasTraffic ? startTraffic(demo, (text) => terminal.write(text)) : undefined;
  try {
    terminal.write(formatInspectorLines(inspector.url));
    terminal.write(formatCurlLines(demo));
    if (hasTraffic) terminal.write(`${CALLS_PER_SECOND} calls a second are sent to the API.\n`);
    await stopped();
  } finally {
    await traffic?.stop();
    await inspector.close();
    await demo.close();
  }
}

function formatInspectorLines(url: string): string {
  return `
The inspector shows what the API decides, and why. Open it in a browser on this machine:

  ${url}
`;
}

function interrupted(): Promise<unknown> {
  return Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
}
