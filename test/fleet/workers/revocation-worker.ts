import { createRedisStores } from '@scopegate/redis';
import { connectClient, type RedisClientName } from '../../support/redis-clients.js';
import { serveWorker } from '../support/serve-worker.js';

/** How a process of the fleet is prepared. */
interface Setup {
  readonly port: number;
  readonly client: RedisClientName;
  readonly key: Uint8Array;
}

/** The state of the log at one time. */
interface Sample {
  readonly atMs: number;
  readonly entries: number;
  readonly isCurrent: boolean;
}

const SAMPLE_MS = 2;

async function start({ port, client: name, key }: Setup) {
  const client = await connectClient(name, { port });
  const { revocations } = createRedisStores(client.connection, {
    prefix: 'test',
    encryptionKeys: [{ id: 'k1', key }],
    // Timers of a busy machine are late.
    timeoutMs: 1_000,
  });
  await revocations.ready();
  const samples: Sample[] = [];
  setInterval(() => {
    const atMs = Date.now();
    const { entries } = revocations.health();
    samples.push({ atMs, entries, isCurrent: revocations.isCurrent(atMs) });
  }, SAMPLE_MS);
  return {
    withdraw: (tokenId: string) =>
      revocations.withdraw({ issuer: 'https://auth.example.com', tokenId }),
    /** When this number of revocations was known first. */
    knownAt: (entries: number) => samples.find((sample) => sample.entries >= entries)?.atMs,
    /** How many requests would have been accepted since a time although fewer revocations were known. */
    wronglyAccepted: (entries: number, sinceMs: number) =>
      samples.filter(
        (sample) => sample.atMs >= sinceMs && sample.isCurrent && sample.entries < entries,
      ).length,
    samplesSince: (sinceMs: number) => samples.filter(({ atMs }) => atMs >= sinceMs).length,
  };
}

/** A process with a copy of the revocations. */
export type RevocationWorker = typeof start;

serveWorker(start);
