/**
 * Finds out which client of Redis or Valkey a connection is.
 *
 * @module
 */
import { invalidOption, isThenable } from '@scopegate/protocol/internal';
import type { CommandRoute } from './redis-connection.js';

/** Sends commands through any client. */
export interface CommandSender {
  /** Whether commands can be sent now. */
  isReady(): boolean;
  send(args: readonly string[], route: CommandRoute): Promise<unknown>;
}

const CLIENTS =
  'a client of redis, ioredis, iovalkey or @valkey/valkey-glide, or { send } for any other client';

type Method = (...args: never) => unknown;

/** An object with a method of each of these names. */
type WithMethods<Names extends string> = Readonly<Record<Names, Method>>;

/**
 * Resolves a connection to the function that sends its commands.
 *
 * Clients are recognized by their members, because none is imported. The order matters: the cluster of ioredis
 * also has `sendCommand` and `slots`.
 *
 * @param name - How messages name it.
 * @throws TypeError It is not a client, or one that changes the names of keys.
 */
export function resolveConnection(given: unknown, name: string): CommandSender {
  if (typeof given === 'object' && given !== null) {
    const sender = findSender(given, name);
    if (sender !== undefined) return sender;
  }
  throw invalidOption(name, `must be ${CLIENTS}${hint(given)}`);
}

function findSender(given: object, name: string): CommandSender | undefined {
  if (has(given, 'send')) return isOtherClient(given) ? undefined : customSender(given, name);
  if (has(given, 'call') && 'status' in given) return ioredisSender(given, name);
  if (has(given, 'customCommand')) return glideSender(given);
  return has(given, 'sendCommand') ? nodeRedisSender(given) : undefined;
}

function customSender(client: WithMethods<'send'>, name: string): CommandSender {
  const { send } = client as { send: CommandSender['send'] };
  const isReady: unknown = 'isReady' in client ? client.isReady : undefined;
  if (isReady !== undefined && typeof isReady !== 'function') {
    throw invalidOption(`${name}.isReady`, 'must be a function');
  }
  return {
    // Functions of applications may return anything.
    send: async (args, route) => send.call(client, args, route),
    isReady() {
      try {
        return isReady === undefined || isReady.call(client) === true;
      } catch {
        return false;
      }
    },
  };
}

function ioredisSender(given: WithMethods<'call'>, name: string): CommandSender {
  const client = given as {
    call(command: string, ...args: string[]): Promise<unknown>;
    connect?(): Promise<unknown>;
    readonly status: unknown;
    readonly options?: { readonly keyPrefix?: unknown };
  };
  const prefix = client.options?.keyPrefix;
  if (prefix !== undefined && prefix !== null && prefix !== '') {
    throw invalidOption(
      name,
      'must be a client without "keyPrefix"; remove it, and use the option "prefix" of the stores',
    );
  }
  return {
    send: ([command = '', ...args]) => client.call(command, ...args),
    isReady() {
      if (client.status === 'ready') return true;
      // A client with `lazyConnect` waits for its first command, which is not sent before it is connected.
      if (client.status === 'wait') client.connect?.().catch(() => undefined);
      return false;
    },
  };
}

function glideSender(given: WithMethods<'customCommand'>): CommandSender {
  const client = given as {
    customCommand(args: readonly string[]): Promise<unknown>;
    readonly isClosed?: unknown;
  };
  return {
    send: (args) => client.customCommand(args),
    isReady: () => client.isClosed !== true,
  };
}

/** The two members that show whether a client of redis is connected. Pools have only the first. */
interface NodeRedisState {
  readonly isOpen?: unknown;
  readonly isReady?: unknown;
  readonly isClosing?: unknown;
}

function nodeRedisSender(given: WithMethods<'sendCommand'>): CommandSender | undefined {
  const state = given as NodeRedisState;
  const isReady = (): boolean =>
    state.isReady === undefined
      ? state.isOpen === true && state.isClosing !== true
      : state.isReady === true;
  // The primary executes reading commands too, because replicas may lag.
  if ('slots' in given) {
    const cluster = given as {
      sendCommand(key: string, isReadonly: boolean, args: readonly string[]): Promise<unknown>;
    };
    return { isReady, send: (args, { key }) => cluster.sendCommand(key, false, args) };
  }
  if (has(given, 'getMasterNode')) {
    const sentinel = given as {
      sendCommand(isReadonly: boolean, args: readonly string[]): Promise<unknown>;
    };
    return { isReady, send: (args) => sentinel.sendCommand(false, args) };
  }
  if (!('isOpen' in given)) return undefined;
  const client = given as { sendCommand(args: readonly string[]): Promise<unknown> };
  return { isReady, send: (args) => client.sendCommand(args) };
}

/** Whether it is a client with a method for each command, whose `send` is another function than ours. */
function isOtherClient(given: object): boolean {
  return has(given, 'get') && has(given, 'set');
}

function hint(given: unknown): string {
  if (typeof given === 'string' || given instanceof URL) {
    return '; create a client with the URL, and pass the client';
  }
  if (isThenable(given)) return '; await the promise';
  if (typeof given !== 'object' || given === null) return '';
  if (has(given, 'send')) return '; wrap this client in an object with the function "send"';
  return '; pass the client itself, not its options';
}

function has<Name extends string>(value: object, name: Name): value is WithMethods<Name> {
  return name in value && typeof (value as WithMethods<Name>)[name] === 'function';
}
