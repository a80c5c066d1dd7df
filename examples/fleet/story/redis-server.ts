/**
 * A Redis or Valkey server of the story: found on this machine, started on a free port, stopped by its process id.
 *
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, delimiter, join } from 'node:path';
import { until } from './until.js';

/** A server that keeps everything in memory, so that it is empty after a restart. */
export interface RedisServer {
  /** `redis-server` or `valkey-server`. */
  readonly name: string;
  readonly url: string;
  /** Kills the server, as in a crash. */
  stop(): Promise<void>;
  /** Starts it again on the same port. */
  start(): Promise<void>;
  /** Stops the server and removes its folder. */
  close(): Promise<void>;
}

const NAMES = ['valkey-server', 'redis-server'];
const HOMEBREW = ['/opt/homebrew/bin', '/usr/local/bin'];

/** Finds a server: `SCOPEGATE_REDIS_SERVER` (paths, or `none`), then the `PATH`, then Homebrew. */
export function findRedisServer(): string | undefined {
  const chosen = process.env['SCOPEGATE_REDIS_SERVER'];
  if (chosen === 'none') return undefined;
  if (chosen !== undefined && chosen !== '') return chosen.split(',').find(existsSync);
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...HOMEBREW];
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(existsSync);
}

/** Starts a server on a free port of 127.0.0.1. */
export async function startRedisServer(program: string): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), 'scopegate-fleet-'));
  const port = await findFreePort();
  let running: ChildProcess | undefined;
  const kill = (): void => {
    running?.kill('SIGKILL');
  };
  const start = async (): Promise<void> => {
    const bounds = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder];
    running = spawn(program, ['--port', String(port), ...bounds], { stdio: 'ignore' });
    // If the program ends early, the server must not outlive it.
    process.once('exit', kill);
    await until(() => isAnswering(port));
  };
  const stop = async (): Promise<void> => {
    const child = running;
    running = undefined;
    process.off('exit', kill);
    if (child === undefined) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  await start();
  return {
    name: basename(program),
    url: `redis://127.0.0.1:${port}`,
    start,
    stop,
    async close() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  server.close();
  await once(server, 'close');
  return address.port;
}

function isAnswering(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    socket.once('data', (reply) => {
      socket.destroy();
      resolve(reply.toString().startsWith('+PONG'));
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}
