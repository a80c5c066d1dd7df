import { describe, expect, it } from 'vitest';
import { CommandRunner } from '../connection/command-runner.js';
import { StoreUnavailableError } from '../store-unavailable-error.js';
import { createRedisReplay, type LossWatch, type RedisReplay } from './redis-replay.js';

const PROOF = 'a'.repeat(21) + 'b'.repeat(22);

interface Scripted {
  readonly replay: RedisReplay;
  readonly commands: (readonly string[])[];
  readonly doubts: () => number;
}

/** A store whose server answers what the test says. */
function openReplay(
  answer: (command: readonly string[]) => unknown,
  watch: Partial<LossWatch> = {},
): Scripted {
  const commands: (readonly string[])[] = [];
  let doubts = 0;
  const sender = {
    isReady: () => true,
    send: async (command: readonly string[]): Promise<unknown> => {
      commands.push(command);
      return Promise.resolve(answer(command));
    },
  };
  const runner = new CommandRunner({ role: 'state', sender, timeoutMs: 1_000 });
  const replay = createRedisReplay({
    prefix: 'test',
    runner,
    clock: Date.now,
    watch: {
      lostAt: undefined,
      get doubts() {
        return doubts;
      },
      reportLoss: () => Promise.resolve(),
      doubt: () => {
        doubts += 1;
      },
      confirm: () => undefined,
      ...watch,
    },
  });
  return { replay, commands, doubts: () => doubts };
}

describe('createRedisReplay', () => {
  it('sends one command with a constant, relative lifetime and nothing readable', async () => {
    const { replay, commands } = openReplay(() => null);
    await expect(replay.register(PROOF, 75_000)).resolves.toBe(true);
    expect(commands).toEqual([
      [
        'SET',
        `test:r:${PROOF.slice(0, 22)}`,
        expect.stringMatching(/^\d{1,15}$/),
        'NX',
        'GET',
        'PX',
        '75000',
      ],
    ]);
  });

  it.each<[string, (command: readonly string[]) => unknown, boolean]>([
    ['nil is a first use', () => null, true],
    ['its own attempt, sent twice by the client, is a first use', (command) => command[2], true],
    ['its own attempt in octets is a first use', ([, , id = '']) => Buffer.from(id), true],
    ['another attempt is a replay', () => '1', false],
    ['another attempt in octets is a replay', () => Buffer.from('1'), false],
    ['an empty string is a replay', () => '', false],
  ])('%s', async (_what, answer, expected) => {
    await expect(openReplay(answer).replay.register(PROOF, 75_000)).resolves.toBe(expected);
  });

  it.each([['OK'], [1], [0], [true], [undefined], [['1']], [{}]])(
    'a reply of another shape is a failure or a replay, never a first use: %j',
    async (reply) => {
      const { replay } = openReplay(() => reply);
      const outcome = await replay.register(PROOF, 75_000).catch((error: unknown) => error);
      if (reply === 'OK') expect(outcome).toBe(false);
      else expect(outcome).toMatchObject({ failure: 'reply' });
    },
  );

  it.each([
    ['', 1_000],
    ['a'.repeat(42), 1_000],
    ['a'.repeat(44), 1_000],
    [`${'a'.repeat(42)}+`, 1_000],
    [PROOF, 0],
    [PROOF, 1.5],
    [PROOF, NaN],
    [PROOF, -1],
  ])('refuses %j with %j', async (proof, windowMs) => {
    const { replay, commands } = openReplay(() => null);
    await expect(replay.register(proof, windowMs)).rejects.toThrow(TypeError);
    expect(commands).toEqual([]);
  });

  it('notes a failure, after which the server may be an empty one', async () => {
    const { replay, doubts } = openReplay(() => {
      throw new Error('OOM command not allowed');
    });
    await expect(replay.register(PROOF, 75_000)).rejects.toMatchObject({ failure: 'full' });
    expect(doubts()).toBe(1);
  });

  it('does not accept a proof before it is known whether data was lost', async () => {
    const error = new StoreUnavailableError('timeout');
    const unknown = openReplay(() => null, { confirm: () => Promise.reject(error) });
    await expect(unknown.replay.register(PROOF, 75_000)).rejects.toBe(error);
    const used = openReplay(() => '1', { confirm: () => Promise.reject(error) });
    await expect(used.replay.register(PROOF, 75_000)).resolves.toBe(false);
    const lost = openReplay(() => null, { confirm: () => Promise.resolve(), lostAt: 7 });
    await expect(lost.replay.register(PROOF, 75_000)).resolves.toBe(true);
    expect(lost.replay.notBefore).toBe(7);
  });
});
