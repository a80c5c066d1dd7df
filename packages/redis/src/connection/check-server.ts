/**
 * Checks that a server can be used.
 *
 * @module
 */
import { StoreConfigurationError } from '../store-configuration-error.js';
import { StoreUnavailableError } from '../store-unavailable-error.js';
import { findServerCode } from './command-failure.js';
import type { CommandRunner } from './command-runner.js';
import { readArray, readText } from './reply.js';
import { createScript } from './script.js';
import { readServerInfo, type ServerInfo } from './server-info.js';

/** What a server must fulfill. */
export interface ServerRequirements {
  /** A key, which selects the server of a cluster. */
  readonly key: string;
  /** The commands that the user of the connection must be allowed, such as {@link CACHE_COMMANDS}. */
  readonly commands: readonly string[];
  /** Whether the server may evict entries. */
  readonly allowEviction: boolean;
}

/** The commands of the stores that only save requests. */
export const CACHE_COMMANDS: readonly string[] = ['SET', 'GET', 'DEL', 'PTTL', 'PEXPIRE'];

/** The commands of all stores. */
export const STORE_COMMANDS: readonly string[] = [...CACHE_COMMANDS, 'XADD', 'XRANGE', 'XREVRANGE'];

// It executes none of the commands. Servers that are compatible with Redis may lack the function.
const LIST_FORBIDDEN = createScript(`
local operands = { SET = { '0' }, PEXPIRE = { '1' }, XADD = { '*', 'e', '0' }, XRANGE = { '-', '+' }, XREVRANGE = { '+', '-' } }
local forbidden = {}
if not redis.acl_check_cmd then return forbidden end
for _, command in ipairs(ARGV) do
  if not redis.acl_check_cmd(command, KEYS[1], unpack(operands[command] or {})) then
    forbidden[#forbidden + 1] = command
  end
end
return forbidden`);

/** The first versions with `SET` that has both `NX` and `GET`, and all that scripts need. */
const OLDEST = { redis: [7, 0], valkey: [7, 2] } as const;

const FORBIDDEN: ReadonlySet<string> = new Set(['NOAUTH', 'NOPERM', 'WRONGPASS']);

/**
 * Checks that a server is recent enough, evicts nothing and permits the commands. Waits for the client to
 * connect for up to 2 s.
 *
 * @throws StoreUnavailableError (rejects) It cannot be reached.
 * @throws StoreConfigurationError (rejects) It must not be used.
 */
export async function checkServer(
  runner: CommandRunner,
  { key, commands, allowEviction }: ServerRequirements,
): Promise<void> {
  await runner.connected();
  const info = await readInfo(runner, key);
  if (!isRecent(info)) throw new StoreConfigurationError('version');
  if (info.mayEvict && !allowEviction) throw new StoreConfigurationError('eviction');
  const reply = await runner.runScript(LIST_FORBIDDEN, { keys: [key], args: commands });
  const forbidden = readArray(reply).map(readText);
  if (forbidden.length === 0) return;
  const cause = new Error(`the user is not permitted to use ${forbidden.join(', ')}`);
  throw new StoreConfigurationError('permissions', { cause });
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
