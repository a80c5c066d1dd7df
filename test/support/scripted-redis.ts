/**
 * A server that speaks the protocol of Redis and answers what a test says. It has no data.
 *
 * @module
 */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { createCommandReader } from './command-reader.js';

/**
 * Answers a command with octets of the protocol, or with `'close'` to close the connection. Later commands of a
 * connection are answered after a promise has settled, because servers answer in order.
 */
export type RedisScript = (command: readonly string[]) => string | Promise<string>;

/** The octets of replies. */
export const REPLY = {
  ok: '+OK\r\n',
  nil: '$-1\r\n',
  error: (message: string): string => `-${message}\r\n`,
  integer: (value: number): string => `:${value}\r\n`,
  text: (text: string): string => `$${Buffer.byteLength(text)}\r\n${text}\r\n`,
  array: (...replies: readonly string[]): string => `*${replies.length}\r\n${replies.join('')}`,
} as const;

/** What clients send before the first command of a test. */
const HANDSHAKE: Readonly<Record<string, string>> = {
  CLIENT: REPLY.ok,
  SELECT: REPLY.ok,
  PING: '+PONG\r\n',
  INFO: REPLY.text('redis_version:7.0.0\r\nloading:0\r\n'),
};

/**
 * Starts a server, and closes it with its connections after the running test.
 *
 * @returns Its port.
 */
export async function openScriptedRedis(script: RedisScript): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    const read = createCommandReader();
    let answered = Promise.resolve();
    socket.on('data', (bytes) => {
      for (const command of read(bytes)) {
        const answer = HANDSHAKE[command[0] ?? ''] ?? script(command);
        answered = answered.then(async () => {
          const octets = await answer;
          if (octets === 'close') socket.destroy();
          else if (socket.writable) socket.write(octets);
        });
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port; // it listens on a port, not on a pipe
}
