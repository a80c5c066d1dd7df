/**
 * A TCP proxy on 127.0.0.1 in front of Redis, with the faults of a network.
 *
 * @module
 */
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { createCommandReader } from './command-reader.js';

/** The faults of a network. All that are set apply. */
export interface NetworkFaults {
  /** How long bytes need in each direction, in milliseconds. */
  readonly delayMs?: number;
  /** How many bytes of replies arrive per second. */
  readonly repliesPerSecond?: number;
  /** No byte arrives, in either direction. Those that were sent arrive once the fault ends, as with TCP. */
  readonly blackHole?: boolean;
  /** Resets the connection after this number of bytes of replies on it. */
  readonly cutAfterBytes?: number;
  /** Whether a command reaches the server, and the connection is reset as soon as it replies. */
  readonly losesReply?: (command: readonly string[]) => boolean;
  /** Whether the connection is reset instead of passing a command on. */
  readonly resets?: (command: readonly string[]) => boolean;
}

/** A proxy that runs. */
export interface TcpProxy {
  readonly port: number;
  /** Replaces the faults; `{}` ends them all. */
  set(faults: NetworkFaults): void;
  /** Resets every connection. */
  cut(): void;
}

/** Starts a proxy in front of a port of 127.0.0.1, and closes it after the running test. */
export async function openProxy(target: number): Promise<TcpProxy> {
  const network = new Network();
  const relays = new Set<Relay>();
  const cut = (): void => {
    for (const relay of relays) relay.reset();
  };
  const server = createServer({ noDelay: true }, (client) => {
    const relay = new Relay(client, connect({ port: target, host: '127.0.0.1', noDelay: true }));
    relays.add(relay);
    client.once('close', () => relays.delete(relay));
    relay.start(network);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    const closed = once(server.close(), 'close');
    network.set({});
    cut();
    await closed;
  });
  return {
    port: portOf(server),
    set: (faults) => {
      network.set(faults);
    },
    cut,
  };
}

/** Matches the command with this number, counted from 1 over all connections, among those of a name. */
export function nth(number: number, name: string): (command: readonly string[]) => boolean {
  let count = 0;
  return ([command]) => command === name && ++count === number;
}

/** Matches each command whose number is a multiple, among those of a name. */
export function every(number: number, name: string): (command: readonly string[]) => boolean {
  let count = 0;
  return ([command]) => command === name && ++count % number === 0;
}

/** The faults, and the end of a black hole. */
class Network {
  faults: NetworkFaults = {};
  #opened: Promise<void> | undefined;
  #open: (() => void) | undefined;

  set(faults: NetworkFaults): void {
    this.faults = faults;
    this.#open?.();
    this.#open = undefined;
    this.#opened = undefined;
    if (faults.blackHole === true) this.#opened = new Promise((open) => (this.#open = open));
  }

  /** Resolves when bytes pass. */
  async passable(): Promise<void> {
    while (this.#opened !== undefined) await this.#opened;
  }
}

/** One connection: two sockets, and the bytes that are under way between them. */
class Relay {
  readonly #client: Socket;
  readonly #server: Socket;
  #losesReply = false;
  #replied = 0;

  constructor(client: Socket, server: Socket) {
    this.#client = client;
    this.#server = server;
  }

  start(network: Network): void {
    for (const socket of [this.#client, this.#server]) {
      socket.on('error', () => undefined);
      socket.once('close', () => {
        this.reset();
      });
    }
    const readCommands = createCommandReader();
    relayBytes(this.#client, network, (bytes) => {
      const { losesReply, resets } = network.faults;
      for (const command of readCommands(bytes)) {
        if (resets?.(command) === true) {
          this.reset();
          return;
        }
        this.#losesReply ||= losesReply?.(command) === true;
      }
      this.#server.write(bytes);
    });
    relayBytes(this.#server, network, (bytes) => this.#reply(bytes, network));
  }

  reset(): void {
    this.#client.resetAndDestroy();
    this.#server.destroy();
  }

  async #reply(bytes: Buffer, network: Network): Promise<void> {
    const { cutAfterBytes = Infinity, repliesPerSecond } = network.faults;
    if (this.#losesReply) {
      this.reset();
      return;
    }
    const rest = cutAfterBytes - this.#replied;
    this.#replied += bytes.length;
    if (rest < bytes.length) {
      this.#client.write(bytes.subarray(0, Math.max(rest, 0)), () => {
        this.reset();
      });
      return;
    }
    if (repliesPerSecond === undefined) this.#client.write(bytes);
    else await this.#drip(bytes, network);
  }

  async #drip(bytes: Buffer, network: Network): Promise<void> {
    for (const byte of bytes) {
      if (this.#client.destroyed) return;
      const { repliesPerSecond } = network.faults;
      if (repliesPerSecond !== undefined) await wait(1_000 / repliesPerSecond);
      this.#client.write(Uint8Array.of(byte));
    }
  }
}

/** Passes the bytes of a socket on, in their order, each after its delay. */
function relayBytes(
  from: Socket,
  network: Network,
  pass: (bytes: Buffer) => Promise<void> | void,
): void {
  let last = Promise.resolve();
  from.on('data', (bytes: Buffer) => {
    const { delayMs } = network.faults;
    const arrival = delayMs === undefined ? undefined : wait(delayMs);
    last = last.then(async () => {
      await arrival;
      await network.passable();
      if (!from.destroyed) await pass(bytes);
    });
  });
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not a port');
  return address.port;
}
