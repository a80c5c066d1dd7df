/**
 * Servers that run until Ctrl+C, beside the inspector: for manual requests, or with traffic.
 *
 * @module
 */
import { formatCurlLines } from '../show/curl-lines.js';
import { REAL_CLOCK } from '../show/demo-clock.js';
import { startDemo } from '../show/demo.js';
import type { Terminal } from '../show/terminal.js';
import { openInspector } from './open-inspector.js';
import { CALLS_PER_SECOND, startTraffic } from './traffic.js';

/** How to serve. */
export interface ServeOptions {
  /** Resolves when the servers may stop. */
  readonly stopped: () => Promise<unknown>;
  /** Whether good and bad requests are sent to the API. */
  readonly hasTraffic: boolean;
}

/** Starts new servers, because the last scenes stop an authorization server. */
export async function serve(
  terminal: Terminal,
  { stopped, hasTraffic }: ServeOptions,
): Promise<void> {
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
The inspector shows what the API decides, and why.
Open it in a browser on this machine:

  ${url}
`;
}
