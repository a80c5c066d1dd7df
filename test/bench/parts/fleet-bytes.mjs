/**
 * The memory of Redis and Valkey for an entry of each store.
 */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { createRedisStores } from '../../../packages/redis/dist/index.js';
import { claimsOf, createSigner } from '../issuer/signer.mjs';
import { openNodeRedis, PATIENT_MS } from '../peers/fleet.mjs';
import { formatNumber } from '../report/format.mjs';
import { STORY } from '../settings.mjs';

const AT_ONCE = 100;
const HOUR = 3_600_000;

/** @param {readonly import('../server/redis.mjs').RedisServer[]} servers - One for each engine. */
export async function measureBytes(servers, { fleetEntries }) {
  const token = await signToken();
  const columns = [];
  for (const server of servers) columns.push(await measureServer(server, fleetEntries, token));
  const names = Object.keys(columns[0]);
  return {
    tables: [
      {
        title: 'Bytes per entry: `used_memory` before and after',
        columns: ['', 'entries', ...servers.map(({ name }) => name)],
        rows: names.map((name) => [
          name,
          formatNumber(columns[0][name].count),
          ...columns.map((column) => formatNumber(column[name].bytes)),
        ]),
        note: `The token has ${token.length} characters, and the prefix 8.`,
      },
    ],
    figures: Object.fromEntries(
      servers.map(({ name }, at) => [
        `fleet.bytes-${name}`,
        { value: columns[at]['used proof'].bytes },
      ]),
    ),
  };
}

async function signToken() {
  const signer = await createSigner('RS256');
  return (await signer.token(claimsOf())).toString();
}

async function measureServer(server, count, token) {
  const client = await openNodeRedis(server.url);
  const stores = createRedisStores(client, {
    prefix: 'prod:api',
    encryptionKeys: [{ id: '2026-11', key: randomBytes(32) }],
    timeoutMs: PATIENT_MS,
  });
  const few = Math.ceil(count / 20);
  const measured = {};
  for (const [name, write, entries] of listWriters(stores, token, { count, few })) {
    measured[name] = { count: entries, bytes: await measureEntries(server, write, entries) };
  }
  stores.close();
  client.destroy();
  return measured;
}

function listWriters({ replay, revocations, introspectionCache, tokens }, token, { count, few }) {
  const { issuer } = STORY;
  const id = () => createHash('sha256').update(randomUUID()).digest('base64url');
  const members = { ...claimsOf(), active: true, token_type: 'Bearer' };
  const record = { members, askedAt: Date.now(), bytes: JSON.stringify(members).length };
  return [
    ['used proof', () => replay.register(id(), HOUR), count],
    ['revocation', () => revocations.withdraw({ issuer, tokenId: randomUUID() }), few],
    ['introspection response', () => introspectionCache.write(id(), record, HOUR), few],
    ['token', () => storeToken(tokens, id(), token), few],
  ];
}

async function storeToken(tokens, id, value) {
  const { turn, lease } = await tokens.takeTurn(id, undefined);
  if (turn !== 'lease') throw new Error('a new token has no lease');
  await lease.fulfill({ value, scopes: [STORY.scope] }, HOUR);
}

async function measureEntries(server, write, count) {
  // Scripts and buffers are allocated before the measurement.
  await writeMany(write, AT_ONCE);
  const before = await server.usedMemory();
  await writeMany(write, count);
  return ((await server.usedMemory()) - before) / count;
}

async function writeMany(write, count) {
  for (let done = 0; done < count; done += AT_ONCE) {
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - done) }, write));
  }
}
