/**
 * Starts the servers, runs the scenes and reports the results.
 *
 * @module
 */
import { formatScenes, formatSummary } from './story/report.js';
import { runScenes } from './story/run-scenes.js';
import type { Scene } from './story/scene.js';
import { createScenes } from './story/scenes.js';
import { startStoryServers } from './story/servers.js';

/** Where the report is printed; `process.stdout` is one. */
export interface Output {
  write(text: string): unknown;
}

/**
 * Runs the scenes and prints the report.
 *
 * @param scenes - The scenes; tests replace them.
 * @returns The exit code: 0 if every scene passed, 1 if one failed.
 */
export async function main(
  output: Output,
  scenes: readonly Scene[] = createScenes(),
): Promise<number> {
  const servers = await startStoryServers();
  const { url, issuer } = servers;
  output.write(`\n<notes>   ${new URL(url).origin}  (an MCP server, protected by Scopegate)\n`);
  output.write(`<issuer>  ${issuer.url}  (oidc-provider)\n\n`);
  try {
    const results = await runScenes(scenes, servers);
    output.write(`${formatScenes(results)}\n\n${formatSummary(results)}\n`);
    return results.every(({ failure }) => failure === undefined) ? 0 : 1;
  } finally {
    await servers.close();
  }
}
