/**
 * Real servers of Redis and Valkey, on free ports of 127.0.0.1.
 *
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createClient } from 'redis';
import { onTestFinished } from 'vitest';
import { endWithUs, removeWithUs } from './end-with-us.js';
import type { RedisEngine } from './redis-engines.js';

export { describeWithRedis, type RedisEngine } from './redis-engines.js';

/** A server that runs, with an empty database and no persistence. */
export interface RedisServer {
  readonly engine: RedisEngine;
  readonly port: number;
  /** The port of the cluster bus; a server uses it in cluster mode only. */
  readonly busPort: number;
  /** The process id; another one after a restart. */
  readonly pid: number;
  /** Runs a command on a new connection. Rejects while the server does not run. */
  command(...args: string[]): Promise<unknown>;
  /** Stops the process for a while: connections stay open, and nothing is answered. */
  freeze(): void;
  /** Continues the process. */
  thaw(): void;
  /** Ends the process without notice, frozen or not. Nothing is saved. */
  kill(): Promise<void>;
  /** Starts the process again on the same port, empty. It must have been killed. */
  restart(): Promise<void>;
  /** Ends the process and removes its files. */
  stop(): Promise<void>;
}

const DEFAULTS = ['bind 127.0.0.1', 'save ""', 'appendonly no', 'daemonize no'];
const PORT_ATTEMPTS = 5;

/**
 * Starts a server; the caller stops it.
 *
 * @param config - Lines of its configuration file, such as `maxmemory 20mb`.
 */
export async function startRedis(
  engine: RedisEngine,
  config: readonly string[] = [],
): Promise<RedisServer> {
  for (let attempt = 1; ; attempt += 1) {
    const server = await LocalServer.create(engine, config);
    try {
      await server.start();
      return server;
    } catch (error) {
      await server.stop();
      // Another process may have taken the port since it was free.
      const isTaken = error instanceof Error && /in use/i.test(error.message);
      if (!isTaken || attempt === PORT_ATTEMPTS) throw error;
    }
  }
}

/** Starts a server as {@link startRedis} does, and stops it after the running test. */
export async function openRedis(
  engine: RedisEngine,
  config: readonly string[] = [],
): Promise<RedisServer> {
  const server = await startRedis(engine, config);
  onTestFinished(() => server.stop());
  return server;
}

class LocalServer implements RedisServer {
  readonly engine: RedisEngine;
  readonly port: number;
  readonly busPort: number;
  readonly #folder: string;
  #process: ChildProcess | undefined;

  private constructor(engine: RedisEngine, folder: string, [port, busPort]: [number, number]) {
    this.engine = engine;
    this.port = port;
    this.busPort = busPort;
    this.#folder = folder;
  }

  static async create(engine: RedisEngine, config: readonly string[]): Promise<LocalServer> {
    const folder = await mkdtemp(join(tmpdir(), 'scopegate-redis-'));
    removeWithUs(folder);
    const [port, busPort] = await findFreePorts();
    const own = [`dir ${folder}`, `port ${port}`, `cluster-port ${busPort}`];
    await writeFile(join(folder, 'server.conf'), [...DEFAULTS, ...own, ...config, ''].join('\n'));
    return new LocalServer(engine, folder, [port, busPort]);
  }

  get pid(): number {
    const pid = this.#process?.pid;
    if (pid === undefined) throw new Error('the server does not run');
    return pid;
  }

  async start(): Promise<void> {
    const file = join(this.#folder, 'server.conf');
    const child = spawn(this.engine.program, [file], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#process = child;
    endWithUs(child);
    child.stderr.resume();
    const output: string[] = [];
    // Ends when the process does.
    for await (const line of createInterface(child.stdout)) {
      output.push(line);
      if (line.includes('Ready to accept connections')) {
        child.stdout.resume();
        return;
      }
    }
    throw new Error(`the server ended:\n${output.join('\n')}`);
  }

  async command(...args: string[]): Promise<unknown> {
    const socket = { host: '127.0.0.1', port: this.port, reconnectStrategy: false } as const;
    const client = createClient({ socket, RESP: 2 });
    // The command rejects, too.
    client.on('error', () => undefined);
    try {
      await client.connect();
      return await client.sendCommand(args);
    } finally {
      client.destroy();
    }
  }

  freeze(): void {
    process.kill(this.pid, 'SIGSTOP');
  }

  thaw(): void {
    process.kill(this.pid, 'SIGCONT');
  }

  async kill(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  }

  async restart(): Promise<void> {
    if (this.#process !== undefined) throw new Error('the server still runs');
    await this.start();
  }

  async stop(): Promise<void> {
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** Two at once, so that they differ. */
async function findFreePorts(): Promise<[number, number]> {
  const [first, second] = await Promise.all([holdFreePort(), holdFreePort()]);
  await Promise.all([first.release(), second.release()]);
  return [first.port, second.port];
}

async function holdFreePort(): Promise<{ port: number; release: () => Promise<unknown> }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not a port');
  const release = (): Promise<unknown> => once(server.close(), 'close');
  return { port: address.port, release };
}
