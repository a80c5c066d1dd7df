/**
 * Starts a node of the fleet in a separate process.
 *
 * @module
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { FleetNode, FleetNodeSettings } from '../fleet-node.js';

/** A node, as the story controls it. */
export interface StoryNode extends Omit<FleetNode, 'advanceClock'> {
  /** Resolves when the clock was set. */
  advanceClock(ms: number): Promise<void> | void;
}

/** Starts a node. */
export type StartNode = (settings: FleetNodeSettings) => Promise<StoryNode>;

const PROGRAM = fileURLToPath(new URL('../fleet-process.js', import.meta.url));

/** Forks a process that runs a node until its parent ends. */
export async function forkFleetNode(settings: FleetNodeSettings): Promise<StoryNode> {
  const child = fork(PROGRAM);
  // Secrets are sent as a message, because other users can read the arguments of a process.
  child.send(settings);
  const { url } = await receive(child);
  if (url === undefined) throw new Error('the process has sent no URL');
  return {
    url,
    async advanceClock(ms) {
      child.send({ advanceClockMs: ms });
      await receive(child);
    },
    async stop() {
      const exited = once(child, 'exit');
      child.disconnect();
      await exited;
    },
  };
}

async function receive(child: ChildProcess): Promise<{ readonly url?: string }> {
  const either = new AbortController();
  const { signal } = either;
  const exited = once(child, 'exit', { signal }).then(([code]: unknown[]) => {
    throw new Error(`a process of the fleet exited with ${String(code)}`);
  });
  exited.catch(() => undefined);
  try {
    const [message] = (await Promise.race([once(child, 'message', { signal }), exited])) as [
      { readonly url?: string },
    ];
    return message;
  } finally {
    either.abort();
  }
}
