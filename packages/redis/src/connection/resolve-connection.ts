/**
 * Finds out which client of Redis or Valkey a connection is.
 *
 * @module
 */
import { invalidOption } from '@scopegate/protocol/internal';
import type { CommandRoute } from './redis-connection.js';

/** Sends commands through any client. */
export interface CommandSender {
  /** Whether commands can be sent now. */
  isReady(): boolean;
  send(args: readonly string[], route: CommandRoute): Promise<unknown>;
}

const CLIENTS = 'a client of redis, ioredis, iovalkey or @valkey/valkey-glide, or { send }';

type Method = (...args: never) => unknown;

/** An object with a method of each of these names. */
type WithMethods<Names extends string> = Readonly<Record<Names, Method>>;

/**
 * Resolves a connection to the function that sends its commands.
 *
 * @param name - How messages name it.
 * @throws TypeError It is not a client.
 */
export function resolveConnection(given: unknown, name: string): CommandSender {
  if (typeof given !== 'object' || given === null) {
    throw invalidOption(name, `must be ${CLIENTS}, not a URL`);
  }
  if (has(given, 'send')) return customSender(given);
  throw invalidOption(name, `must be ${CLIENTS}`);
}

function customSender(client: WithMethods<'send'>): CommandSender {
  const { send } = client as { send: CommandSender['send'] };
  return { send: (args, route) => send.call(client, args, route), isReady: () => true };
}

function has<Name extends string>(value: object, name: Name): value is WithMethods<Name> {
  return name in value && typeof (value as WithMethods<Name>)[name] === 'function';
}
