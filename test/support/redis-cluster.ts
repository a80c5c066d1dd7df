/**
 * Clusters of Redis and Valkey: three servers without replicas.
 *
 * @module
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { RedisConnection } from '@scopegate/redis';
import { onTestFinished } from 'vitest';
import type { RedisEngine } from './redis-engines.js';
import { openRedis, type RedisServer } from './redis-server.js';

const SLOTS = 16_384;
const RECONNECT_MS = 200;

/** A cluster that is complete. */
export interface RedisCluster {
  readonly servers: readonly RedisServer[];
  /** Moves the first slots of a server with their keys to another server, while clients use them. */
  readonly moveSlots: (move: SlotMove) => Promise<void>;
}

/** Which slots move. */
export interface SlotMove {
  /** Their number. */
  readonly slots: number;
  readonly from: RedisServer;
  readonly to: RedisServer;
}

/** Starts a cluster, and stops it after the running test. */
export async function openCluster(engine: RedisEngine): Promise<RedisCluster> {
  const config = ['cluster-enabled yes', 'cluster-node-timeout 2000'];
  const servers = await Promise.all([1, 2, 3].map(() => openRedis(engine, config)));
  const [first] = servers;
  await Promise.all(
    servers.map((server, index) => {
      const start = Math.floor((SLOTS * index) / servers.length);
      const end = Math.floor((SLOTS * (index + 1)) / servers.length) - 1;
      return server.command('CLUSTER', 'ADDSLOTSRANGE', String(start), String(end));
    }),
  );
  for (const { port, busPort } of servers.slice(1)) {
    await first?.command('CLUSTER', 'MEET', '127.0.0.1', String(port), String(busPort));
  }
  await Promise.all(servers.map((server) => waitUntilComplete(server)));
  return { servers, moveSlots };
}

/** The clients for clusters of npm. */
export const CLUSTER_CLIENTS = ['redis 6', 'redis 5', 'ioredis 6', 'ioredis 5', 'glide'] as const;

/** The name of a client. */
export type ClusterClientName = (typeof CLUSTER_CLIENTS)[number];

/** Connects a client to a cluster, and closes it after the running test. */
export async function openClusterClient(
  name: ClusterClientName,
  { servers }: RedisCluster,
): Promise<RedisConnection> {
  const ports = servers.map(({ port }) => port);
  if (name === 'glide') return openGlide(ports);
  return name.startsWith('redis') ? openNodeRedis(name, ports) : openIoredis(name, ports);
}

async function openNodeRedis(name: string, ports: readonly number[]): Promise<RedisConnection> {
  const options = {
    rootNodes: ports.map((port) => ({ socket: { host: '127.0.0.1', port } })),
    defaults: { disableOfflineQueue: true, socket: { reconnectStrategy: () => RECONNECT_MS } },
  };
  const cluster =
    name === 'redis 6'
      ? (await import('redis')).createCluster(options)
      : (await import('redis5')).createCluster(options);
  cluster.on('error', () => undefined);
  await cluster.connect();
  onTestFinished(() => {
    cluster.destroy();
  });
  return cluster;
}

async function openIoredis(name: string, ports: readonly number[]): Promise<RedisConnection> {
  const { Cluster } = name === 'ioredis 6' ? await import('ioredis') : await import('ioredis5');
  const nodes = ports.map((port) => ({ host: '127.0.0.1', port }));
  const options = { enableOfflineQueue: false, lazyConnect: true };
  const cluster = new Cluster(nodes, { ...options, clusterRetryStrategy: () => RECONNECT_MS });
  cluster.on('error', () => undefined);
  await cluster.connect();
  onTestFinished(() => {
    cluster.disconnect();
  });
  return cluster;
}

async function openGlide(ports: readonly number[]): Promise<RedisConnection> {
  const { GlideClusterClient, Logger } = await import('@valkey/valkey-glide');
  // It logs each unknown script, which is how scripts are sent for the first time.
  Logger.init('off');
  const addresses = ports.map((port) => ({ host: '127.0.0.1', port }));
  const cluster = await GlideClusterClient.createClient({ addresses });
  onTestFinished(() => {
    cluster.close();
  });
  return cluster;
}

/** As `redis-cli --cluster reshard` does. */
async function moveSlots({ slots, from, to }: SlotMove): Promise<void> {
  const [source, target] = await Promise.all([connect(from), connect(to)]);
  const ids = await Promise.all([source(['CLUSTER', 'MYID']), target(['CLUSTER', 'MYID'])]);
  const [sourceId = '', targetId = ''] = ids.map(String);
  const shards = await source(['CLUSTER', 'SLOTS']);
  const first = firstSlotOf(shards, from.port);
  for (let slot = first; slot < first + slots; slot += 1) {
    const setSlot = ['CLUSTER', 'SETSLOT', String(slot)];
    await target([...setSlot, 'IMPORTING', sourceId]);
    await source([...setSlot, 'MIGRATING', targetId]);
    for (;;) {
      const keys = await source(['CLUSTER', 'GETKEYSINSLOT', String(slot), '100']);
      if (!Array.isArray(keys) || keys.length === 0) break;
      const address = ['127.0.0.1', String(to.port)];
      await source(['MIGRATE', ...address, '', '0', '5000', 'KEYS', ...keys.map(String)]);
    }
    await target([...setSlot, 'NODE', targetId]);
    await source([...setSlot, 'NODE', targetId]);
  }
}

type Send = (args: string[]) => Promise<unknown>;

/** Connects to one server of the cluster, until the running test is over. */
async function connect({ port }: RedisServer): Promise<Send> {
  const { createClient } = await import('redis');
  const client = createClient({ socket: { host: '127.0.0.1', port }, RESP: 2 });
  client.on('error', () => undefined);
  await client.connect();
  onTestFinished(() => {
    client.destroy();
  });
  return (args) => client.sendCommand(args);
}

/** @param shards - The reply to `CLUSTER SLOTS`: ranges, each with the address of its server. */
function firstSlotOf(shards: unknown, port: number): number {
  const ranges = shards as [start: number, end: number, server: [host: string, port: number]][];
  const range = ranges.find(([, , server]) => server[1] === port);
  if (range === undefined) throw new Error('the server has no slots');
  return range[0];
}

async function waitUntilComplete(server: RedisServer): Promise<void> {
  for (const start = performance.now(); performance.now() < start + 30_000;) {
    const info = String(await server.command('CLUSTER', 'INFO'));
    if (info.includes('cluster_state:ok') && info.includes('cluster_known_nodes:3')) return;
    await wait(50);
  }
  throw new Error('the cluster is not complete after 30 s');
}
