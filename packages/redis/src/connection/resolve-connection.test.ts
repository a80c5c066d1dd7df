import { Cluster as Ioredis6Cluster, Redis as Ioredis6 } from 'ioredis';
import { Cluster as Ioredis5Cluster, Redis as Ioredis5 } from 'ioredis5';
import { Cluster as ValkeyCluster, Redis as Valkey } from 'iovalkey';
import * as redis6 from 'redis';
import * as redis5 from 'redis5';
import { describe, expect, it, vi } from 'vitest';
import { skipWithoutClient } from '../../../../test/support/redis-clients.js';
import { typeErrorMessageOf } from '../../../../test/support/type-error-message.js';
import { type CommandSender, resolveConnection } from './resolve-connection.js';

const NODE = { host: '127.0.0.1', port: 1 };
const ARGS = ['SET', 'p:r:a', '1', 'NX'];
const ROUTE = { key: 'p:r:a', readOnly: false };
const lazy = { lazyConnect: true };

const rootNodes = [{ url: 'redis://127.0.0.1:1' }];
const sentinel = { name: 'main', sentinelRootNodes: [NODE] };

const nodeRedis: readonly (readonly [string, object, readonly unknown[]])[] = [
  ['the client of redis 6', redis6.createClient(), [ARGS]],
  ['the client of redis 5', redis5.createClient(), [ARGS]],
  ['the pool of redis 6', redis6.createClientPool(), [ARGS]],
  ['the pool of redis 5', redis5.createClientPool(), [ARGS]],
  ['the cluster of redis 6', redis6.createCluster({ rootNodes }), [ROUTE.key, false, ARGS]],
  ['the cluster of redis 5', redis5.createCluster({ rootNodes }), [ROUTE.key, false, ARGS]],
  ['the sentinel of redis 6', redis6.createSentinel(sentinel), [false, ARGS]],
  ['the sentinel of redis 5', redis5.createSentinel(sentinel), [false, ARGS]],
];

const ioredis = [
  ['the client of ioredis 6', new Ioredis6(lazy), ARGS],
  ['the client of ioredis 5', new Ioredis5(lazy), ARGS],
  ['the client of iovalkey', new Valkey(lazy), ARGS],
  ['the cluster of ioredis 6', new Ioredis6Cluster([NODE], lazy), ARGS],
  ['the cluster of ioredis 5', new Ioredis5Cluster([NODE], lazy), ARGS],
  ['the cluster of iovalkey', new ValkeyCluster([NODE], lazy), ARGS],
] as const;

const glide = [
  ['the client of glide', 'GlideClient'],
  ['the cluster of glide', 'GlideClusterClient'],
] as const;

/** Replaces the method of one real object that would write to its socket. */
function recordCalls(client: object, method: string): unknown[][] {
  const calls: unknown[][] = [];
  Object.defineProperty(client, method, {
    value: (...args: unknown[]) => {
      calls.push(args);
      return Promise.resolve('OK');
    },
  });
  return calls;
}

async function send(sender: CommandSender): Promise<unknown> {
  return sender.send(ARGS, ROUTE);
}

describe('resolveConnection', () => {
  it.each(nodeRedis)('sends through %s, to the primary', async (_what, client, expected) => {
    const calls = recordCalls(client, 'sendCommand');
    const sender = resolveConnection(client, 'connections');
    await expect(send(sender)).resolves.toBe('OK');
    expect(calls).toStrictEqual([expected]);
  });

  it.each(ioredis)('sends through %s', async (_what, client, expected) => {
    const calls = recordCalls(client, 'call');
    const sender = resolveConnection(client, 'connections');
    await expect(send(sender)).resolves.toBe('OK');
    expect(calls).toStrictEqual([expected]);
  });

  it.each(glide)('sends through %s', skipWithoutClient('glide'), async (_what, name) => {
    // Its native part is missing on some platforms.
    const { [name]: Client } = await import('@valkey/valkey-glide');
    // The constructor connects; the class is what is recognized.
    const client = Object.create(Client.prototype) as object;
    const calls = recordCalls(client, 'customCommand');
    const sender = resolveConnection(client, 'connections');
    await expect(send(sender)).resolves.toBe('OK');
    expect(calls).toStrictEqual([[ARGS]]);
    expect(sender.isReady()).toBe(true);
    Object.assign(client, { isClosed: true });
    expect(sender.isReady()).toBe(false);
  });

  it.each(nodeRedis)('reports %s as not ready before it is connected', (_what, client) => {
    expect(resolveConnection(client, 'connections').isReady()).toBe(false);
  });

  it.each([
    ['a client', { isOpen: true, isReady: true }, true],
    ['a client that reconnects', { isOpen: true, isReady: false }, false],
    ['a pool or a cluster', { isOpen: true }, true],
    ['a closed pool or cluster', { isOpen: false }, false],
    ['a pool that closes', { isOpen: true, isClosing: true }, false],
  ])('reports whether %s of redis is ready', (_what, members, expected) => {
    const client = { sendCommand: () => Promise.resolve(), ...members };
    expect(resolveConnection(client, 'connections').isReady()).toBe(expected);
  });

  it.each([
    ['ready', true],
    ['connect', false],
    ['reconnecting', false],
    ['end', false],
  ])('reports a client of ioredis with status %s as ready: %s', (status, expected) => {
    const client = { call: () => Promise.resolve(), status };
    expect(resolveConnection(client, 'connections').isReady()).toBe(expected);
  });

  it('connects a lazy client of ioredis, and ignores that it fails', async () => {
    const connect = vi.fn(() => Promise.reject(new Error('refused')));
    const client = { call: () => Promise.resolve(), connect, status: 'wait' };
    expect(resolveConnection(client, 'connections').isReady()).toBe(false);
    expect(connect).toHaveBeenCalledOnce();
    await Promise.resolve();
  });

  describe('with { send }', () => {
    it('passes the command and its route, and keeps this', async () => {
      const connection = {
        sent: [] as unknown[],
        send(...args: unknown[]) {
          this.sent.push(args);
          return Promise.resolve('OK');
        },
      };
      await expect(send(resolveConnection(connection, 'connections'))).resolves.toBe('OK');
      expect(connection.sent).toStrictEqual([[ARGS, ROUTE]]);
    });

    it('rejects when send throws, and resolves when it returns a value', async () => {
      const throwing = (): never => {
        throw new Error('broken');
      };
      await expect(send(resolveConnection({ send: throwing }, 'c'))).rejects.toThrow('broken');
      await expect(send(resolveConnection({ send: () => 1 }, 'c'))).resolves.toBe(1);
    });

    it.each([
      ['is absent', undefined, true],
      ['returns true', () => true, true],
      ['returns false', () => false, false],
      [
        'throws',
        () => {
          throw new Error('broken');
        },
        false,
      ],
    ])('is ready if isReady %s', (_what, isReady, expected) => {
      const connection = { send: () => Promise.resolve(), ...(isReady && { isReady }) };
      expect(resolveConnection(connection, 'connections').isReady()).toBe(expected);
    });

    it('rejects an isReady that is not a function', () => {
      const connection = { send: () => Promise.resolve(), isReady: true };
      expect(typeErrorMessageOf(() => resolveConnection(connection, 'connections'))).toBe(
        'option "connections.isReady" must be a function',
      );
    });
  });

  it.each([
    ['the client of ioredis 6', () => new Ioredis6({ ...lazy, keyPrefix: 'app:' })],
    ['the client of ioredis 5', () => new Ioredis5({ ...lazy, keyPrefix: 'app:' })],
    ['the client of iovalkey', () => new Valkey({ ...lazy, keyPrefix: 'app:' })],
    [
      'the cluster of ioredis 6',
      () => new Ioredis6Cluster([NODE], { ...lazy, redisOptions: { keyPrefix: 'app:' } }),
    ],
    ['the cluster of iovalkey', () => new ValkeyCluster([NODE], { ...lazy, keyPrefix: 'app:' })],
  ])('rejects keyPrefix of %s', (_what, create) => {
    expect(typeErrorMessageOf(() => resolveConnection(create(), 'connections'))).toBe(
      'option "connections" must be a client without "keyPrefix"; remove it, and use the option "prefix" of the stores',
    );
  });

  const url = '; create a client with the URL, and pass the client';
  it.each([
    ['a URL as string', 'redis://127.0.0.1', url],
    ['a URL', new URL('redis://127.0.0.1'), url],
    ['a promise of a client', Promise.resolve(redis6.createClient()), '; await the promise'],
    ['options', { host: '127.0.0.1' }, '; pass the client itself, not its options'],
    ['undefined', undefined, ''],
    ['null', null, ''],
    ['a function', () => undefined, ''],
    [
      'the legacy client of redis',
      redis6.createClient().legacy(),
      '; pass the client itself, not its options',
    ],
    [
      'a client of another library with a function send',
      { send: () => 1, get: () => 1, set: () => 1 },
      '; wrap this client in an object with the function "send"',
    ],
  ])('rejects %s', (_what, given, hint) => {
    expect(typeErrorMessageOf(() => resolveConnection(given, 'connections'))).toBe(
      `option "connections" must be a client of redis, ioredis, iovalkey or @valkey/valkey-glide, or { send } for any other client${hint}`,
    );
  });
});
