/**
 * Checks that a server can be used.
 *
 * @module
 */
import { StoreConfigurationError } from '../store-configuration-error.js';
import { StoreUnavailableError } from '../store-unavailable-error.js';
import { findServerCode } from './command-failure.js';
import type { CommandRunner } from './command-runner.js';
import { readServerInfo, type ServerInfo } from './server-info.js';

/** What a server must fulfill. */
export interface ServerRequirements {
  /** A key, which selects the server of a cluster. */
  readonly key: string;
  /** Whether the server may evict entries. */
  readonly allowEviction: boolean;
}

/** The first versions with `SET` that has both `NX` and `GET`, and all that scripts need. */
const OLDEST = { redis: [7, 0], valkey: [7, 2] } as const;

const FORBIDDEN: ReadonlySet<string> = new Set(['NOAUTH', 'NOPERM', 'WRONGPASS']);

/**
 * Checks that a server is recent enough, and evicts nothing. Waits for the client to connect for up to 2 s.
 *
 * @throws StoreUnavailableError (rejects) It cannot be reached.
 * @throws StoreConfigurationError (rejects) It must not be used.
 */
export async function checkServer(
  runner: CommandRunner,
  { key, allowEviction }: ServerRequirements,
): Promise<void> {
  await runner.connected();
  const info = await readInfo(runner, key);
  if (!isRecent(info)) throw new StoreConfigurationError('version');
  if (info.mayEvict && !allowEviction) throw new StoreConfigurationError('eviction');
}

async function readInfo(runner: CommandRunner, key: string): Promise<ServerInfo> {
  try {
    return await readServerInfo(runner, key);
  } catch (cause) {
    const code = cause instanceof StoreUnavailableError ? findServerCode(cause.cause) : undefined;
    if (code === undefined || !FORBIDDEN.has(code)) throw cause;
    throw new StoreConfigurationError('permissions', { cause });
  }
}

function isRecent({ software, version: [major, minor] }: ServerInfo): boolean {
  const [oldestMajor, oldestMinor] = OLDEST[software];
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
}
