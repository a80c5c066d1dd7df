/**
 * Servers in separate processes, on a separate core.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { nodeOn, SERVER_CORE } from './cores.mjs';

/**
 * Starts a server of Express.
 *
 * @param {string} guard - A name in `GUARDS`, or in `DPOP_GUARDS` with `demandsProof`.
 * @param {import('../peers/contestants.mjs').Given & { demandsProof?: boolean }} given
 */
export function startServer(guard, given) {
  return start('app.mjs', { guard, ...given });
}

/**
 * Starts a server of a front.
 *
 * @param {string} front - A name in `FRONTS`.
 * @param {{ kind: string, jwksUri: string }} given - `kind` is a name in `KINDS`.
 */
export function startFront(front, given) {
  return start('front.mjs', { front, ...given });
}

/**
 * Starts a server of Express whose guard is observed.
 *
 * @param {import('./observers.mjs').ObserverName[]} observers - None for a server that is not observed.
 * @param {{ jwksUri: string }} given
 */
export function startObserved(observers, given) {
  return start('observed.mjs', { observers, ...given });
}

async function start(program, given) {
  const path = fileURLToPath(new URL(program, import.meta.url));
  const [command, args] = nodeOn(SERVER_CORE, [path]);
  const server = spawn(command, args, {
    env: { ...process.env, NODE_ENV: 'production', BENCH_SERVER: JSON.stringify(given) },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const [{ url, inspectorUrl }] = await answer(server);
  return {
    url,
    /** The address of its inspector, if it has one. */
    inspectorUrl,
    /** The CPU time that the process has used so far. */
    async cpuMicroseconds() {
      server.send('cpu');
      const [{ user, system }] = await answer(server);
      return user + system;
    },
    async stop() {
      const exited = once(server, 'exit');
      server.disconnect();
      await exited;
    },
  };
}

/** @typedef {Awaited<ReturnType<typeof start>>} Server */

/** Waits for the next message of a server; rejects if the server exits first. */
async function answer(server) {
  const either = new AbortController();
  const { signal } = either;
  const ended = once(server, 'exit', { signal }).then(([code]) => {
    throw new Error(`a server exited with ${code}`);
  });
  try {
    return await Promise.race([once(server, 'message', { signal }), ended]);
  } finally {
    either.abort();
  }
}
