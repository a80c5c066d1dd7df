/**
 * Replication from one server to another.
 *
 * @module
 */
import { expect } from 'vitest';
import { eventually } from './redis-nodes.js';
import type { RedisServer } from './redis-server.js';

/** Waits until a replica has what its primary has now. WAIT knows only the commands of the same connection. */
export async function whenReplicated(primary: RedisServer, replica: RedisServer): Promise<void> {
  const expected = await readOffset(primary, 'master_repl_offset');
  await eventually(async () => {
    expect(await readOffset(replica, 'slave_repl_offset')).toBeGreaterThanOrEqual(expected);
  });
}

async function readOffset(server: RedisServer, name: string): Promise<number> {
  const info = String(await server.command('INFO', 'replication'));
  return Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1]);
}
