/**
 * Starts the servers, runs the scenes and reports the results.
 *
 * @module
 */
import { once } from 'node:events';
import { type DemoClock, REAL_CLOCK } from './show/demo-clock.js';
import { type Demo, startDemo } from './show/demo.js';
import { createLiveLine } from './show/live-line.js';
import { formatScene, formatSummary, formatTitle } from './show/report.js';
import { runScenes } from './show/run-scenes.js';
import { createScenes } from './show/scenes.js';
import { createPaint, readWidth, type Terminal } from './show/terminal.js';
import { serve } from './watch/serve.js';

/** What shells report for a program that Ctrl+C ended. */
const INTERRUPTED = 130;

/** What the program does. */
export interface Mode {
  /** Leaves out the scenes that wait. @defaultValue false */
  readonly quick?: boolean;
  /** Keeps servers running after the scenes, beside the inspector. @defaultValue false */
  readonly serve?: boolean;
  /** Skips the scenes, and calls these servers until they are stopped. @defaultValue false */
  readonly watch?: boolean;
}

/** Options of a run; tests replace the defaults. */
export interface DemoOptions {
  /** Creates the scenes. */
  readonly scenesOf?: typeof createScenes;
  /** The clock that the scenes use to wait. */
  readonly clock?: DemoClock;
  /** Whether to leave out the scenes that wait. @defaultValue false */
  readonly isQuick?: boolean;
}

/** Options of the program. */
export interface MainOptions extends Omit<DemoOptions, 'isQuick'> {
  /** Resolves when the servers may stop. @defaultValue Ctrl+C */
  readonly stopped?: () => Promise<unknown>;
}

/**
 * Runs the program.
 *
 * @returns The exit code: 0 if every scene passed, 1 if one failed.
 */
export async function main(
  mode: Mode,
  terminal: Terminal,
  { stopped = interrupted, ...options }: MainOptions = {},
): Promise<number> {
  const { quick: isQuick = false, watch: hasTraffic = false } = mode;
  const exitCode = hasTraffic ? 0 : await runDemo(terminal, { ...options, isQuick });
  if (mode.serve === true || hasTraffic) await serve(terminal, { stopped, hasTraffic });
  return exitCode;
}

/**
 * Runs the scenes and prints each of them when it has been played.
 *
 * @returns The exit code: 0 if every scene passed, 1 if one failed.
 */
export async function runDemo(
  terminal: Terminal,
  { scenesOf = createScenes, clock = REAL_CLOCK, isQuick = false }: DemoOptions = {},
): Promise<number> {
  const paint = createPaint(terminal);
  const live = createLiveLine(terminal);
  // The servers and the timers of a scene end with the process.
  const exit = (): void => {
    live.hide();
    process.exit(INTERRUPTED);
  };
  process.once('SIGINT', exit);
  const scenes = scenesOf((text) => {
    live.print(text);
  });
  const demo = await startDemo(clock);
  try {
    live.print(formatHeading(demo));
    const results = await runScenes(scenes, demo, {
      isQuick,
      onStart(scene, number) {
        live.show(formatTitle(scene, number));
      },
      onResult(result) {
        live.hide();
        const style = { paint, width: readWidth(terminal), apiUrl: demo.resource };
        live.print(`\n${formatScene(result, style)}\n`);
      },
    });
    live.print(`\n${formatSummary(results, paint)}\n`);
    return results.every(({ failure }) => failure === undefined) ? 0 : 1;
  } finally {
    live.hide();
    await demo.close();
    process.off('SIGINT', exit);
  }
}

function formatHeading({ authorizationServer, resource }: Demo): string {
  return [
    '',
    `Authorization server  ${authorizationServer.issuer}  oidc-provider`,
    `Sales Analytics API   ${resource}  <api> below`,
    '',
    'The report service requests a token and calls the API:',
    '',
    '',
  ].join('\n');
}

function interrupted(): Promise<unknown> {
  return Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
}
