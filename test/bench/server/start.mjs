/**
 * Servers in separate processes, on a separate core.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { nodeOn, SERVER_CORE } from './cores.mjs';

const program = fileURLToPath(new URL('app.mjs', import.meta.url));

/**
 * Starts a server.
 *
 * @param {string} guard - A name in `GUARDS`.
 * @param {import('../peers/contestants.mjs').Given} given
 */
export async function startServer(guard, given) {
  const [command, args] = nodeOn(SERVER_CORE, [program]);
  const server = spawn(command, args, {
    env: {
      ...process.env,
      NODE_ENV: 'production',
      BENCH_SERVER: JSON.stringify({ guard, ...given }),
    },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const [{ url }] = await answer(server);
  return {
    guard,
    url,
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

/** @typedef {Awaited<ReturnType<typeof startServer>>} Server */

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
