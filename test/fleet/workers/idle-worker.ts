import { createRedisStores } from '@scopegate/redis';
import { connectClient } from '../../support/redis-clients.js';
import { serveWorker } from '../support/serve-worker.js';

async function start({ port }: { readonly port: number }) {
  const client = await connectClient('ioredis 6', { port });
  const encryptionKeys = [{ id: 'first', key: new Uint8Array(32).fill(7) }];
  const stores = createRedisStores(client.connection, { prefix: 'test', encryptionKeys });
  // Both poll from now on.
  await stores.revocations.ready();
  await stores.replay.register('p'.repeat(43), 60_000);
  return {
    closeClient(): void {
      client.close();
    },
    closeAll(): void {
      stores.close();
      client.close();
    },
  };
}

/** A process that polls, and does nothing else. */
export type IdleWorker = typeof start;

serveWorker(start);
