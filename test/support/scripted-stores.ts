/**
 * Stores on a connection whose replies the test says. It emulates no server.
 *
 * @module
 */
import { createRedisStores, type RedisStores } from '@scopegate/redis';
import { onTestFinished } from 'vitest';

/** The id of the first key, and the key. */
export const SCRIPTED_KEY = { id: 'k1', key: new Uint8Array(32).fill(1) };

/** Stores, and what they have sent. */
export interface ScriptedStores {
  readonly stores: RedisStores;
  readonly commands: readonly (readonly string[])[];
}

/** Creates stores whose commands a function answers. They are closed after the running test. */
export function createScriptedStores(
  reply: (command: readonly string[]) => unknown,
): ScriptedStores {
  const commands: (readonly string[])[] = [];
  const send = (command: readonly string[]): Promise<unknown> => {
    commands.push(command);
    return Promise.resolve(reply(command));
  };
  const stores = createRedisStores({ send }, { prefix: 'p', encryptionKeys: [SCRIPTED_KEY] });
  onTestFinished(() => {
    stores.close();
  });
  return { stores, commands };
}
