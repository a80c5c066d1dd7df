/**
 * Starts Redis or Valkey, the authorization server and the fleet, runs the scenes and reports the results.
 *
 * @module
 */
import { type Fleet, startFleet } from './story/fleet.js';
import { forkFleetNode, type StartNode } from './story/fork-fleet-node.js';
import { findRedisServer, startRedisServer } from './story/redis-server.js';
import { formatScenes, formatSummary } from './story/report.js';
import { runScenes } from './story/run-scenes.js';
import type { Scene } from './story/scene.js';
import { createScenes } from './story/scenes.js';

/** Where the report is printed; `process.stdout` is one. */
export interface Output {
  write(text: string): unknown;
}

/** Options of a run; tests replace the defaults. */
export interface MainOptions {
  /** The path of `valkey-server` or `redis-server`; `undefined` for none. */
  readonly server?: string | undefined;
  readonly scenes?: readonly Scene[];
  /** Starts a node of the fleet. @defaultValue in a separate process */
  readonly startNode?: StartNode;
}

const NO_SERVER = `Skipped: this example needs a Redis (7.0 or later) or Valkey (7.2 or later) server.
Install one (apt install valkey-server, apt install redis-server, brew install valkey), or set
SCOPEGATE_REDIS_SERVER to the path of redis-server or valkey-server; if it is set, nothing else is searched.
`;

/**
 * Runs the scenes and prints the report.
 *
 * @returns The exit code: 0 if every scene passed or no server was found, 1 if a scene failed.
 */
export async function main(output: Output, options: MainOptions = {}): Promise<number> {
  const server = 'server' in options ? options.server : findRedisServer();
  if (server === undefined) {
    output.write(NO_SERVER);
    return 0;
  }
  const redis = await startRedisServer(server);
  try {
    const fleet = await startFleet(redis, options.startNode ?? forkFleetNode);
    try {
      return await runStory(fleet, options.scenes ?? createScenes(), output);
    } finally {
      await fleet.close();
    }
  } finally {
    await redis.close();
  }
}

async function runStory(fleet: Fleet, scenes: readonly Scene[], output: Output): Promise<number> {
  output.write(`\n${fleet.description}\n\n`);
  const results = await runScenes(scenes, fleet);
  output.write(`${formatScenes(results)}\n\n${formatSummary(results)}\n`);
  return results.every(({ failure }) => failure === undefined) ? 0 : 1;
}
