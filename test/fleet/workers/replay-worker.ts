import { createRedisStores } from '@scopegate/redis';
import { connectClient, type RedisClientName } from '../../support/redis-clients.js';
import { serveWorker } from '../support/serve-worker.js';

/** A process has at most 1,000 commands under way. */
const AT_ONCE = 500;

/** How a process of the fleet is prepared. */
interface Setup {
  readonly port: number;
  readonly client: RedisClientName;
  readonly prefix: string;
}

async function start({ port, client: name, prefix }: Setup) {
  const client = await connectClient(name, { port });
  const stores = createRedisStores(
    { send: (args) => client.send(...args) },
    { prefix, timeoutMs: 5_000 },
  );
  return {
    /** Registers proofs, as many at once as fit beside a poll, and counts what the store says. */
    async register(proofs: readonly string[]) {
      const counts = { first: 0, replayed: 0, failed: 0 };
      for (let start = 0; start < proofs.length; start += AT_ONCE) {
        const batch = proofs.slice(start, start + AT_ONCE);
        const outcomes = await Promise.allSettled(
          batch.map((proof) => stores.replay.register(proof, 60_000)),
        );
        for (const outcome of outcomes) {
          if (outcome.status === 'rejected') counts.failed += 1;
          else counts[outcome.value ? 'first' : 'replayed'] += 1;
        }
      }
      return counts;
    },
    /** Closes the stores and the client, so that nothing keeps the process alive. */
    close(): void {
      stores.close();
      client.close();
    },
  };
}

/** A process that registers proofs. */
export type ReplayWorker = typeof start;

serveWorker(start);
