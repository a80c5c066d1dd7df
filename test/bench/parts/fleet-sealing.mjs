/**
 * What it costs to encrypt and to decrypt an entry, without a server.
 */
import { createHash, randomBytes } from 'node:crypto';
import { CompactEncrypt, compactDecrypt } from 'jose';
import { createRedisStores } from '../../../packages/redis/dist/index.js';
import { Caller } from '../measure/call-cost.mjs';
import { interleave } from '../measure/rounds.mjs';
import { summarise } from '../measure/statistics.mjs';
import { formatFigure } from '../report/format.mjs';

const SIZES = [200, 1_000, 4_000, 16_000];
const ID = createHash('sha256').update('bench').digest('base64url');

/** A store whose commands succeed at once, and jose with a direct key. */
export async function measureSealing({ rounds, batchMs }) {
  const key = randomBytes(32);
  const rows = [];
  for (const size of SIZES) {
    const text = randomBytes(size)
      .toString('latin1')
      .replaceAll(/[^ -!#-[\]-~]/g, 'x');
    const callers = new Map([...ownCallers(key, text), ...(await joseCallers(key, text))]);
    await interleave(callers, 1, (caller) => caller.run(batchMs * 2));
    const costs = await interleave(callers, rounds, (caller) => caller.run(batchMs));
    rows.push([
      `${size} bytes`,
      ...[...costs.values()].map((cost) => formatFigure(summarise(cost))),
    ]);
  }
  return {
    tables: [
      {
        title: 'Encrypting and decrypting one entry: µs',
        columns: ['', 'write', 'read', 'jose, encrypt', 'jose, decrypt'],
        rows,
        note:
          'A write and a read of an introspection response through the store, whose commands succeed at ' +
          'once, against JWE with `dir` and `A256GCM` of jose.',
      },
    ],
    figures: {},
  };
}

function ownCallers(key, text) {
  let stored = null;
  const send = (args) => {
    if (args[0] !== 'SET') return Promise.resolve(stored);
    stored = args[2];
    return Promise.resolve('OK');
  };
  const { introspectionCache } = createRedisStores(
    { send },
    { prefix: 'prod:api', encryptionKeys: [{ id: '2026-11', key }] },
  );
  const record = { members: { active: true, text }, askedAt: Date.now(), bytes: text.length };
  return [
    ['write', createCaller(() => introspectionCache.write(ID, record, 60_000))],
    ['read', createCaller(() => introspectionCache.read(ID))],
  ];
}

async function joseCallers(key, text) {
  const octets = Buffer.from(JSON.stringify({ active: true, text }));
  const encrypt = () =>
    new CompactEncrypt(octets).setProtectedHeader({ alg: 'dir', enc: 'A256GCM' }).encrypt(key);
  const box = await encrypt();
  return [
    ['jose, encrypt', createCaller(encrypt)],
    ['jose, decrypt', createCaller(() => decrypt(box, key))],
  ];
}

async function decrypt(box, key) {
  const { plaintext } = await compactDecrypt(box, key);
  return JSON.parse(Buffer.from(plaintext).toString());
}

function createCaller(call) {
  return new Caller(call, [Buffer.from('x')], { isAsync: true });
}
