/**
 * What a server reports about itself: its version, and whether it evicts entries.
 *
 * @module
 */
import { StoreUnavailableError } from '../store-unavailable-error.js';
import type { CommandRunner } from './command-runner.js';
import { readArray, readText } from './reply.js';
import { createScript } from './script.js';

/** What a server reports about itself. */
export interface ServerInfo {
  /** The software: Valkey reports a version of Redis too, that of the commands which it understands. */
  readonly software: 'redis' | 'valkey';
  /** Major and minor version. */
  readonly version: readonly [major: number, minor: number];
  /** Whether it removes entries when its memory is full. */
  readonly mayEvict: boolean;
  /** Number of entries that it has evicted since its start. */
  readonly evicted: number;
}

// A script, because it goes to the server of its key in clusters, and has the same reply with every client.
const INFO = createScript(
  "return { redis.call('INFO', 'server'), redis.call('INFO', 'memory'), redis.call('INFO', 'stats') }",
);

/**
 * Reads what the server of a key reports about itself.
 *
 * @throws StoreUnavailableError (rejects)
 */
export async function readServerInfo(runner: CommandRunner, key: string): Promise<ServerInfo> {
  const sections = readArray(await runner.runScript(INFO, { keys: [key], args: [] }));
  return parseServerInfo(sections.map(readText).join('\r\n'));
}

/** @throws StoreUnavailableError It has no version: `reply`. */
export function parseServerInfo(text: string): ServerInfo {
  const fields = new Map(
    text
      .split(/\r?\n/)
      .filter((line) => line.includes(':') && !line.startsWith('#'))
      .map((line): [string, string] => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon), line.slice(colon + 1)];
      }),
  );
  const valkey = fields.get('valkey_version');
  const match = /^(\d{1,4})\.(\d{1,4})/.exec(valkey ?? fields.get('redis_version') ?? '');
  if (match === null) throw new StoreUnavailableError('reply');
  return {
    software: valkey === undefined ? 'redis' : 'valkey',
    version: [Number(match[1]), Number(match[2])],
    // A server that does not report its policy may evict.
    mayEvict: fields.get('maxmemory_policy') !== 'noeviction' && fields.get('maxmemory') !== '0',
    evicted: Number(/^\d{1,15}$/.exec(fields.get('evicted_keys') ?? '')?.[0] ?? 0),
  };
}
