import { describe, expect, it } from 'vitest';
import { createCommandReader } from './command-reader.js';
import { openClient } from './open-client.js';
import { REDIS_CLIENTS, skipWithoutClient } from './redis-clients.js';
import { describeWithRedis, openRedis, startRedis } from './redis-server.js';
import { every, nth, openProxy } from './tcp-proxy.js';

describeWithRedis('startRedis', (engine) => {
  it('starts an empty server with the lines of its configuration', async () => {
    const redis = await openRedis(engine, ['maxmemory 20mb']);
    expect(await redis.command('DBSIZE')).toBe(0);
    expect(await redis.command('CONFIG', 'GET', 'maxmemory')).toContain(String(20 * 2 ** 20));
  });

  it('kills a frozen server, and starts it again on its port, empty', async () => {
    const redis = await openRedis(engine);
    const { port, pid } = redis;
    await redis.command('SET', 'key', 'value');
    redis.freeze();
    await redis.kill();
    await expect(redis.command('PING')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await redis.restart();
    expect(redis).toMatchObject({ port });
    expect(redis.pid).not.toBe(pid);
    expect(await redis.command('GET', 'key')).toBeNull();
  });

  it('reports what a server prints that does not start', async () => {
    await expect(startRedis(engine, ['no-such-option 1'])).rejects.toThrow('the server ended');
  });

  for (const name of REDIS_CLIENTS) {
    it(`is reached by ${name}`, skipWithoutClient(name), async () => {
      const redis = await openRedis(engine, ['user app on >secret ~* +@all']);
      const target = { port: redis.port, username: 'app', password: 'secret' };
      const { send } = await openClient(name, target);
      expect(await send('SET', 'key', 'value')).toBe('OK');
      expect(await send('GET', 'key')).toBe('value');
    });
  }
});

describeWithRedis('openProxy', (engine) => {
  it.each(['losesReply', 'resets'] as const)('%s one command of a name', async (fault) => {
    const redis = await openRedis(engine);
    const proxy = await openProxy(redis.port);
    const { send } = await openClient('redis 6', proxy);
    proxy.set({ [fault]: nth(1, 'SET') });
    await expect(send('SET', 'key', 'value')).rejects.toThrow();
    // Whether the server executed the command.
    expect(await redis.command('DBSIZE')).toBe(fault === 'losesReply' ? 1 : 0);
  });

  it('holds bytes in a black hole, and delivers them once it ends', async () => {
    const redis = await openRedis(engine);
    const proxy = await openProxy(redis.port);
    const { send } = await openClient('ioredis 6', proxy);
    proxy.set({ blackHole: true });
    const reply = send('SET', 'key', 'value');
    expect(await redis.command('DBSIZE')).toBe(0);
    proxy.set({});
    expect(await reply).toBe('OK');
  });

  it('delays bytes and lets them drip, in their order', async () => {
    const redis = await openRedis(engine);
    const proxy = await openProxy(redis.port);
    const { send } = await openClient('ioredis 6', proxy);
    await send('SET', 'key', 'value');
    proxy.set({ delayMs: 5, repliesPerSecond: 1_000 });
    expect(await Promise.all([send('GET', 'key'), send('PING')])).toEqual(['value', 'PONG']);
  });

  it('cuts a connection after a number of bytes of replies', async () => {
    const redis = await openRedis(engine);
    const proxy = await openProxy(redis.port);
    proxy.set({ cutAfterBytes: 1 });
    await expect(openClient('ioredis 6', proxy)).rejects.toThrow();
  });
});

describe('every', () => {
  it('matches each command whose number is a multiple, among those of its name', () => {
    const matches = every(2, 'SET');
    const commands = [['SET'], ['GET'], ['SET'], ['SET'], ['SET']];
    expect(commands.map(matches)).toEqual([false, false, true, false, true]);
  });
});

describe('createCommandReader', () => {
  it('reads commands that arrive octet by octet', () => {
    const read = createCommandReader();
    const bytes = Buffer.from('*2\r\n$3\r\nget\r\n$2\r\n\r\n\r\n*1\r\n$4\r\nPING\r\n');
    const commands = [...bytes].flatMap((byte) => read(Buffer.of(byte)));
    expect(commands).toEqual([['GET', '\r\n'], ['PING']]);
  });
});
