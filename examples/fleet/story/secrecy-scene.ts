/**
 * The scene in which someone reads everything in Redis.
 *
 * @module
 */
import { createClient } from 'redis';
import type { Fleet } from './fleet.js';
import type { Scene } from './scene.js';
import { SESSION, type StoryState } from './story-state.js';

/** Creates the scene. Run it while Redis contains the entries of all stores. */
export function createSecrecyScene({ tokens }: StoryState): Scene {
  return {
    title: 'someone reads all keys and values in Redis: nothing that identifies a token',
    expected: ['tokens, secrets, ids and claims in clear: 0'],
    async run(fleet) {
      const texts = await readEverything(fleet);
      const wanted = [...tokens, ...tokens.flatMap(listClaims), ...fleet.secrets, SESSION];
      const { issuer } = fleet.issuer;
      const found = [...new Set([...wanted, issuer])].filter((value) =>
        texts.some((text) => text.includes(value)),
      );
      return {
        lines: [`tokens, secrets, ids and claims in clear: ${found.length}`],
        measured: `${texts.length} keys and values, compared with ${wanted.length + 1} strings`,
      };
    },
  };
}

/** The ids and names in a token. Short strings would be found by chance. */
function listClaims(token: string): readonly string[] {
  if (!token.startsWith('eyJ')) return [];
  const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString();
  const claims = JSON.parse(payload) as Readonly<Record<string, unknown>>;
  return Object.values(claims)
    .filter((value) => typeof value === 'string')
    .filter((value) => value.length >= 8);
}

async function readEverything({ redis }: Fleet): Promise<readonly string[]> {
  const client = createClient({ url: redis.url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const keys = await client.keys('*');
    const values = keys.map(async (key) => {
      const type = await client.type(key);
      return type === 'stream' ? client.xRange(key, '-', '+') : client.get(key);
    });
    return [...keys, ...(await Promise.all(values)).map((value) => JSON.stringify(value))];
  } finally {
    client.destroy();
  }
}
