import { createRedisStores } from '@scopegate/redis';
import { connectClient, type RedisClientName } from '../../support/redis-clients.js';
import { serveWorker } from '../support/serve-worker.js';

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
    /** Registers all proofs at once, and counts what the store says. */
    async register(proofs: readonly string[]) {
      const outcomes = await Promise.allSettled(
        proofs.map((proof) => stores.replay.register(proof, 60_000)),
      );
      const count = (expected: boolean): number =>
        outcomes.filter((each) => each.status === 'fulfilled' && each.value === expected).length;
      const failures = outcomes.filter(({ status }) => status === 'rejected');
      return { first: count(true), replayed: count(false), failed: failures.length };
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
