/**
 * Everything that a server of Redis sees and stores.
 *
 * @module
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import { onTestFinished } from 'vitest';
import type { RedisServer } from '../../support/redis-server.js';

/** Records the commands of all clients, as `MONITOR` reports them. @returns A function that reads the record. */
export async function recordCommands({ port }: RedisServer): Promise<() => string> {
  const socket = connect({ port, host: '127.0.0.1' }).setEncoding('latin1');
  onTestFinished(() => {
    socket.destroy();
  });
  let record = '';
  socket.on('data', (text: string) => (record += text));
  socket.write('MONITOR\r\n');
  await once(socket, 'data');
  return () => record;
}

/** Reads every key with its value, its time to live and its serialized form. */
export async function readDatabase(server: RedisServer): Promise<readonly string[]> {
  const keys = await server.command('KEYS', '*');
  if (!Array.isArray(keys)) throw new Error('not a list of keys');
  return Promise.all(
    keys.map(async (each: unknown) => {
      const key = String(each);
      const type = String(await server.command('TYPE', key));
      const read = type === 'stream' ? ['XRANGE', key, '-', '+'] : ['GET', key];
      const value = JSON.stringify(await server.command(...read));
      const lifetimeMs = Number(await server.command('PTTL', key));
      return [key, type, value, lifetimeMs > 0 ? 'expires' : 'stays'].join(' ');
    }),
  );
}
