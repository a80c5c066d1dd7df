/**
 * The clients of Redis and Valkey from npm, with the settings that the stores recommend. Worker processes use them,
 * too, so nothing of Vitest is imported.
 *
 * @module
 */
import { createRequire } from 'node:module';
import type { RedisConnection } from '@scopegate/redis';
import type { TestOptions } from 'vitest';
import './not-run/format-not-run.js';
import { GLIDE } from './redis-programs.js';

/** The clients, by package and major version. */
export const REDIS_CLIENTS = [
  'redis 6',
  'redis 5',
  'ioredis 6',
  'ioredis 5',
  'iovalkey',
  'glide',
] as const;

/** The name of a client. */
export type RedisClientName = (typeof REDIS_CLIENTS)[number];

/** Which server a client connects to, as whom. */
export interface ClientTarget {
  readonly port: number;
  readonly username?: string;
  readonly password?: string;
}

/** A client that was connected. It reconnects by itself, at most 200 ms after each failure. */
export interface RedisClient {
  readonly name: RedisClientName;
  /** For `createRedisStores`. */
  readonly connection: RedisConnection;
  /** Sends a command without any store. */
  readonly send: (...args: string[]) => Promise<unknown>;
  /** Closes the connection for good. */
  readonly close: () => void;
}

type Connect = (target: ClientTarget) => Promise<Omit<RedisClient, 'name'>>;

const RECONNECT_MS = 200;

// Each package is loaded when it is used, because processes start faster with one than with six.
const CONNECT: Readonly<Record<RedisClientName, Connect>> = {
  'redis 6': async (target) => {
    const { createClient } = await import('redis');
    return connectNodeRedis(createClient(nodeRedisOptions(target)));
  },
  'redis 5': async (target) => {
    const { createClient } = await import('redis5');
    return connectNodeRedis(createClient(nodeRedisOptions(target)));
  },
  'ioredis 6': async (target) => {
    const { Redis } = await import('ioredis');
    return connectIoredis(new Redis(ioredisOptions(target)));
  },
  'ioredis 5': async (target) => {
    const { Redis } = await import('ioredis5');
    return connectIoredis(new Redis(ioredisOptions(target)));
  },
  iovalkey: async (target) => {
    const { Redis } = await import('iovalkey');
    return connectIoredis(new Redis(ioredisOptions(target)));
  },
  glide: connectGlide,
};

/** The options of a test with a client: skips it where the native part of the client does not load. */
export function skipWithoutClient(name: RedisClientName): TestOptions {
  if (name !== 'glide') return {};
  try {
    createRequire(import.meta.url)(GLIDE);
    return {};
  } catch {
    return { skip: true, meta: { missing: [GLIDE] } };
  }
}

/** Connects a client; the caller closes it. */
export async function connectClient(
  name: RedisClientName,
  target: ClientTarget,
): Promise<RedisClient> {
  return { name, ...(await CONNECT[name](target)) };
}

function nodeRedisOptions({ port, username, password }: ClientTarget) {
  return {
    disableOfflineQueue: true,
    pingInterval: 1_000,
    socket: {
      port,
      host: '127.0.0.1',
      connectTimeout: 2_000,
      socketTimeout: 5_000,
      reconnectStrategy: () => RECONNECT_MS,
    },
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
  };
}

interface NodeRedis {
  on(event: 'error', listener: () => void): unknown;
  connect(): Promise<unknown>;
  destroy(): void;
  sendCommand(args: string[]): Promise<unknown>;
  readonly isOpen: boolean;
}

async function connectNodeRedis(client: NodeRedis): ReturnType<Connect> {
  client.on('error', () => undefined);
  await client.connect();
  const close = (): void => {
    if (client.isOpen) client.destroy();
  };
  return { connection: client, send: (...args) => client.sendCommand(args), close };
}

function ioredisOptions({ port, username, password }: ClientTarget) {
  return {
    port,
    host: '127.0.0.1',
    lazyConnect: true,
    enableOfflineQueue: false,
    connectTimeout: 2_000,
    socketTimeout: 5_000,
    retryStrategy: () => RECONNECT_MS,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
  };
}

interface Ioredis {
  on(event: 'error', listener: () => void): unknown;
  connect(): Promise<unknown>;
  disconnect(): void;
  call(command: string, ...args: string[]): Promise<unknown>;
  readonly status: string;
}

async function connectIoredis(client: Ioredis): ReturnType<Connect> {
  client.on('error', () => undefined);
  await client.connect();
  const close = (): void => {
    client.disconnect();
  };
  const send = (name = '', ...args: string[]): Promise<unknown> => client.call(name, ...args);
  return { connection: client, send, close };
}

async function connectGlide({ port, username, password }: ClientTarget): ReturnType<Connect> {
  // Its native part is missing on some platforms, where the other clients are tested all the same.
  const { GlideClient, Logger } = await import('@valkey/valkey-glide');
  // It logs each unknown script, which is how scripts are sent for the first time.
  Logger.init('off');
  const client = await GlideClient.createClient({
    addresses: [{ host: '127.0.0.1', port }],
    requestTimeout: 5_000,
    connectionBackoff: { numberOfRetries: 5, factor: RECONNECT_MS, exponentBase: 1 },
    ...(password !== undefined && { credentials: { ...(username && { username }), password } }),
  });
  const close = (): void => {
    client.close();
  };
  return { connection: client, send: (...args) => client.customCommand(args), close };
}
