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
  /** Moves a slot with its keys to another server, while clients use it. */
  moveSlot(slot: number, from: RedisServer, to: RedisServer): Promise<void>;
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
  return { servers, moveSlot };
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
  const { GlideClusterClient } = await import('@valkey/valkey-glide');
  const addresses = ports.map((port) => ({ host: '127.0.0.1', port }));
  const cluster = await GlideClusterClient.createClient({ addresses });
  onTestFinished(() => {
    cluster.close();
  });
  return cluster;
}

/** As `redis-cli --cluster reshard` does. */
async function moveSlot(slot: number, from: RedisServer, to: RedisServer): Promise<void> {
  const [source, target] = [await idOf(from), await idOf(to)];
  const number = String(slot);
  await to.command('CLUSTER', 'SETSLOT', number, 'IMPORTING', source);
  await from.command('CLUSTER', 'SETSLOT', number, 'MIGRATING', target);
  for (;;) {
    const keys = await from.command('CLUSTER', 'GETKEYSINSLOT', number, '100');
    if (!Array.isArray(keys) || keys.length === 0) break;
    const address = ['127.0.0.1', String(to.port)];
    await from.command('MIGRATE', ...address, '', '0', '5000', 'KEYS', ...keys.map(String));
  }
  await to.command('CLUSTER', 'SETSLOT', number, 'NODE', target);
  await from.command('CLUSTER', 'SETSLOT', number, 'NODE', target);
}

async function idOf(server: RedisServer): Promise<string> {
  return String(await server.command('CLUSTER', 'MYID'));
}

async function waitUntilComplete(server: RedisServer): Promise<void> {
  for (const start = performance.now(); performance.now() < start + 30_000; ) {
    const info = String(await server.command('CLUSTER', 'INFO'));
    if (info.includes('cluster_state:ok') && info.includes('cluster_known_nodes:3')) return;
    await wait(50);
  }
  throw new Error('the cluster is not complete after 30 s');
}
