import { createRedisStores, type RedisConnection } from '@scopegate/redis';
// Its version 6 speaks another version of the protocol.
import { Redis as Ioredis } from 'ioredis5';
import { createClient } from 'redis';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openScriptedRedis, REPLY, type RedisScript } from '../../support/scripted-redis.js';

const PROOF = 'a'.repeat(43);
const TIMEOUT_MS = 250;
const SILENCE = new Promise<never>(() => undefined);
const HALF = '$5\r\n12';

/** Answers polls like a server that has lost nothing. */
function createPollAnswers(): RedisScript {
  let last = '';
  return ([, , keys = '0', ...operands]) => {
    const number = operands[Number(keys) + 2] ?? '';
    const before = REPLY.text(last);
    last = number;
    return REPLY.array(before, REPLY.text('0-0'), REPLY.text(''), REPLY.integer(-2), REPLY.array());
  };
}

interface Client {
  readonly connection: RedisConnection;
  close(): void;
}

const CLIENTS: readonly (readonly [string, (port: number) => Promise<Client>])[] = [
  [
    'redis',
    async (port) => {
      const socket = { port, host: '127.0.0.1', reconnectStrategy: () => 20 };
      const client = createClient({ RESP: 2, disableOfflineQueue: true, socket });
      client.on('error', () => undefined);
      await client.connect();
      return {
        connection: client,
        close: () => {
          client.destroy();
        },
      };
    },
  ],
  [
    'ioredis',
    async (port) => {
      const client = new Ioredis({
        port,
        host: '127.0.0.1',
        lazyConnect: true,
        enableOfflineQueue: false,
        retryStrategy: () => 20,
      });
      client.on('error', () => undefined);
      await client.connect();
      return {
        connection: client,
        close: () => {
          client.disconnect();
        },
      };
    },
  ],
];

describe.each(CLIENTS)('replay over %s', (_name, connect) => {
  async function openStore(script: RedisScript) {
    let isCut = false;
    const answerPoll = createPollAnswers();
    const port = await openScriptedRedis((command) => {
      if (isCut) return SILENCE;
      if (command[0] !== 'SET') return answerPoll(command);
      const answer = script(command);
      isCut = answer === HALF;
      return answer;
    });
    const client = await connect(port);
    const stores = createRedisStores(client.connection, { prefix: 'p', timeoutMs: TIMEOUT_MS });
    onTestFinished(() => {
      stores.close();
      client.close();
    });
    return stores.replay;
  }

  it.each([
    ['nil', () => REPLY.nil],
    ['the id of the same attempt', ([, , attempt = '']: readonly string[]) => REPLY.text(attempt)],
  ])('registers a proof when the server replies with %s', async (_what, script) => {
    const replay = await openStore(script);
    await expect(replay.register(PROOF, 1_000)).resolves.toBe(true);
  });

  it('refuses a proof when the server replies with another attempt', async () => {
    const replay = await openStore(() => REPLY.text('1'));
    await expect(replay.register(PROOF, 1_000)).resolves.toBe(false);
  });

  it.each([
    ['an integer', () => REPLY.integer(1), 'reply'],
    ['an array', () => REPLY.array(REPLY.nil), 'reply'],
    ['an empty array', () => REPLY.array(), 'reply'],
    ["OOM command not allowed when used memory > 'maxmemory'.", undefined, 'full'],
    ["READONLY You can't write against a read only replica.", undefined, 'refused'],
    ['LOADING Redis is loading the dataset in memory', undefined, 'refused'],
    ['NOREPLICAS Not enough good replicas to write.', undefined, 'refused'],
    ['NOPERM this user has no permissions', undefined, 'refused'],
    ['NOAUTH Authentication required.', undefined, 'refused'],
    ['WRONGTYPE Operation against a key holding the wrong kind of value', undefined, 'refused'],
    ['nothing', () => SILENCE, 'timeout'],
    ['half a reply', () => HALF, 'timeout'],
  ])('never takes %s for a first use', async (message, script, failure) => {
    const replay = await openStore(script ?? (() => REPLY.error(message)));
    await expect(replay.register(PROOF, 1_000)).rejects.toMatchObject({
      code: 'ERR_STORE_UNAVAILABLE',
      failure,
    });
  });

  it('does not take the end of the connection for a first use', async () => {
    const replay = await openStore(() => 'close');
    const { failure } = await replay.register(PROOF, 1_000).then(
      () => expect.fail('it was accepted'),
      (error: unknown) => error as { readonly failure: unknown },
    );
    // The client of redis rejects; ioredis sends the command again until the deadline.
    expect(['connection', 'timeout']).toContain(failure);
  });

  it('reads the replies of later commands correctly after one was late', async () => {
    let release = (): void => undefined;
    const second = new Promise<void>((resolve) => {
      release = resolve;
    });
    let count = 0;
    const replay = await openStore(() => {
      count += 1;
      if (count === 1) return second.then(() => REPLY.text('1'));
      release();
      return REPLY.nil;
    });
    await expect(replay.register(PROOF, 1_000)).rejects.toMatchObject({ failure: 'timeout' });
    await expect(replay.register(PROOF, 1_000)).resolves.toBe(true);
  });
});
