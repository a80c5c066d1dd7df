/**
 * Real servers of Redis and Valkey for the measurement, on the core of the load.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from 'redis';
import { isPinned, LOAD_CORE } from './cores.mjs';

const NAMES = ['redis-server', 'valkey-server'];

/**
 * The servers of this machine: those that `SCOPEGATE_REDIS_SERVER` names, or those on the `PATH`.
 *
 * @returns {{ name: string, program: string }[]} Such as `Redis 7.0.15`.
 */
export function findEngines() {
  const { SCOPEGATE_REDIS_SERVER: chosen, PATH = '' } = process.env;
  const paths = chosen
    ? chosen.split(',')
    : NAMES.flatMap((name) => PATH.split(delimiter).map((folder) => join(folder, name)));
  const found = new Map();
  for (const program of paths.filter(existsSync)) {
    const { stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' });
    const [, product, version] = /^(Redis|Valkey) server v=([\d.]+)/.exec(stdout ?? '') ?? [];
    const name = `${product} ${version}`;
    if (product !== undefined && !found.has(name)) found.set(name, { name, program });
  }
  return [...found.values()];
}

/** Starts a server without persistence on a free port. */
export async function startRedis({ name, program }) {
  const folder = mkdtempSync(join(tmpdir(), 'scopegate-bench-'));
  const port = await findFreePort();
  const bounds = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder];
  const words = [program, '--port', String(port), ...bounds];
  const [command, ...args] =
    isPinned && LOAD_CORE !== undefined
      ? ['taskset', '--cpu-list', String(LOAD_CORE), ...words]
      : words;
  const server = spawn(command, args, { stdio: 'ignore' });
  const kill = () => server.kill('SIGKILL');
  process.once('exit', kill);
  const url = `redis://127.0.0.1:${port}`;
  const client = await connectWhenReady(url);
  const readInfo = async (section, member) => {
    const info = await client.info(section);
    return Number(new RegExp(`^${member}:(.+)$`, 'm').exec(info)?.[1]);
  };
  return {
    name,
    url,
    port,
    client,
    /** @returns {Promise<number>} Bytes that all entries take. */
    usedMemory: () => readInfo('memory', 'used_memory'),
    /** The CPU time that the server has used so far. */
    cpuMicroseconds: async () =>
      1e6 * ((await readInfo('cpu', 'used_cpu_sys')) + (await readInfo('cpu', 'used_cpu_user'))),
    freeze: () => server.kill('SIGSTOP'),
    thaw: () => server.kill('SIGCONT'),
    async stop() {
      client.destroy();
      const exited = once(server, 'exit');
      process.off('exit', kill);
      kill();
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** @typedef {Awaited<ReturnType<typeof startRedis>>} RedisServer */

async function connectWhenReady(url) {
  for (let attempt = 0; ; attempt += 1) {
    const client = createClient({ url, socket: { reconnectStrategy: false } });
    client.on('error', () => {});
    try {
      await client.connect();
      return client;
    } catch (error) {
      if (attempt === 200) throw error;
      await sleep(25);
    }
  }
}

async function findFreePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
