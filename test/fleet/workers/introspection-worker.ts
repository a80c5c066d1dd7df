import { type AccessTokenVerifier, createAccessTokenVerifier } from '@scopegate/access-token';
import { InvalidTokenError } from '@scopegate/protocol';
import { createRedisStores, type EncryptionKey, type RedisStores } from '@scopegate/redis';
import { connectClient, type RedisClientName } from '../../support/redis-clients.js';
import { serveWorker } from '../support/serve-worker.js';

/** How a process of the fleet is prepared. */
interface Setup {
  readonly port: number;
  readonly client: RedisClientName;
  readonly keys: readonly EncryptionKey[];
  readonly issuer: string;
  readonly audience: string;
  readonly endpoint: string;
  readonly clientId: string;
  readonly secret: string;
}

interface Node {
  readonly stores: RedisStores;
  readonly verifier: AccessTokenVerifier;
}

async function start(setup: Setup) {
  const { port, client: name, issuer, audience, endpoint, clientId, secret } = setup;
  const client = await connectClient(name, { port });

  function deploy(encryptionKeys: readonly EncryptionKey[]): Node {
    const stores = createRedisStores(client.connection, {
      prefix: 'test',
      encryptionKeys,
      timeoutMs: 5_000,
    });
    const { introspectionCache: cache } = stores;
    const credentials = { clientId, clientSecret: () => secret };
    const verifier = createAccessTokenVerifier({
      issuer,
      audience,
      // Without a cache in the process, each verification needs the shared one.
      tokenCache: false,
      introspection: { tokens: 'opaque', ...credentials, endpoint, cacheSeconds: 300, cache },
    });
    return { stores, verifier };
  }

  let node = deploy(setup.keys);
  return {
    /** Replaces the process by one with other keys. */
    deploy(keys: readonly EncryptionKey[]): void {
      node.stores.close();
      node.verifier.close();
      node = deploy(keys);
    },
    /** Verifies tokens one after the other, and counts the outcomes. */
    async verify(tokens: readonly string[]) {
      const outcomes = { accepted: 0, refused: 0, failed: 0 };
      for (const token of tokens) {
        await node.verifier.verify(token).then(
          () => (outcomes.accepted += 1),
          (error: unknown) => {
            outcomes[error instanceof InvalidTokenError ? 'refused' : 'failed'] += 1;
          },
        );
      }
      return outcomes;
    },
  };
}

/** A process that verifies opaque tokens. */
export type IntrospectionWorker = typeof start;

serveWorker(start);
