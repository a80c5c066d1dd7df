/**
 * One process of a fleet of clients. It ends with its parent, and replies to each message with its token.
 *
 * `BENCH_SERVER` names the token endpoint and, if the fleet shares its tokens, the server.
 */
import { createHash } from 'node:crypto';
import { clientSecretBasic, createTokenClient } from '../../../packages/client/dist/index.js';
import { createRedisStores, readEncryptionKey } from '../../../packages/redis/dist/index.js';
import { openNodeRedis } from '../peers/fleet.mjs';

const { issuer, tokenEndpoint, redisUrl, prefix, key } = JSON.parse(process.env.BENCH_SERVER);

let aheadMs = 0;
const client = createTokenClient({
  issuer,
  tokenEndpoint,
  clientId: 'bench',
  clientAuthentication: clientSecretBasic(() => 'bench'),
  clock: () => Date.now() + aheadMs,
  ...(redisUrl === undefined ? {} : { tokenStore: await openTokens() }),
});
const source = client.for({ scope: 'read:analytics' });

async function openTokens() {
  const redis = await openNodeRedis(redisUrl);
  const encryptionKeys = [{ id: 'a', key: readEncryptionKey(key) }];
  return createRedisStores(redis, { prefix, encryptionKeys }).tokens;
}

process.send({});
process.on('message', async ({ advanceMs }) => {
  aheadMs += advanceMs ?? 0;
  const start = performance.now();
  try {
    const { value } = await source.token();
    const milliseconds = performance.now() - start;
    process.send({ milliseconds, digest: createHash('sha256').update(value).digest('hex') });
  } catch (error) {
    process.send({ failure: String(error) });
  }
});
process.on('disconnect', () => process.exit());
