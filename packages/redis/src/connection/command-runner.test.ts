import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { listenTo } from '../../../../test/support/listen-to.js';
import { STORE_CHANNEL } from '../store-events.js';
import { CommandRunner } from './command-runner.js';
import type { CommandRoute } from './redis-connection.js';
import { createScript } from './script.js';

const ROUTE = { key: 'p:r:a' };
const COMMAND = ['SET', 'p:r:a', '1'];
const SCRIPT = createScript('return 1');
const START = Date.UTC(2026, 0, 1);

/** A command that was sent, and how the client settles it. */
interface Sent {
  readonly args: readonly string[];
  readonly route: CommandRoute;
  readonly reply: (reply: unknown) => void;
  readonly reject: (error: unknown) => void;
}

interface Scene {
  readonly runner: CommandRunner;
  readonly sent: Sent[];
  readonly client: { isReady: boolean };
  /** The messages on the channel of the stores. */
  readonly events: readonly unknown[];
  /** Runs one command, and returns how it fails. */
  readonly run: (options?: { readonly readOnly: boolean }) => Promise<unknown>;
  /** Sends commands and lets each pass its deadline. */
  readonly timeOut: (times: number) => Promise<void>;
}

function createScene(): Scene {
  const sent: Sent[] = [];
  const client = { isReady: true };
  const events = listenTo(STORE_CHANNEL);
  const runner = new CommandRunner({
    role: 'state',
    timeoutMs: 250,
    now: () => Date.now() - START,
    jitter: () => 1,
    sender: {
      isReady: () => client.isReady,
      send: (args, route) =>
        new Promise((reply, reject) => void sent.push({ args, route, reply, reject })),
    },
  });
  const run: Scene['run'] = (options) => failureOf(runner.run(COMMAND, { ...ROUTE, ...options }));
  const timeOut = async (times: number): Promise<void> => {
    const runs = Array.from({ length: times }, () => run());
    await passDeadline();
    await Promise.all(runs);
  };
  return { runner, sent, client, events, run, timeOut };
}

/** The deadline, and the immediates that follow it. */
async function passDeadline(): Promise<void> {
  await vi.advanceTimersByTimeAsync(251);
}

/** Resolves with the reply, or with the failure of the error. */
async function failureOf(outcome: Promise<unknown>): Promise<unknown> {
  try {
    return await outcome;
  } catch (error) {
    return (error as { readonly failure?: unknown }).failure ?? error;
  }
}

beforeEach(() => {
  vi.useFakeTimers({ now: START });
});

afterEach(() => {
  vi.useRealTimers();
});

describe('CommandRunner', () => {
  it('sends a command with its route, and returns the reply', async () => {
    const { runner, sent } = createScene();
    const run = runner.run(COMMAND, { ...ROUTE, readOnly: true });
    expect(sent).toMatchObject([{ args: COMMAND, route: { key: ROUTE.key, readOnly: true } }]);
    expect(runner.health().pending).toBe(1);
    sent[0]?.reply('OK');
    await expect(run).resolves.toBe('OK');
    expect(runner.health()).toStrictEqual({
      circuit: 'closed',
      pending: 0,
      lastError: undefined,
      openUntil: undefined,
    });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('sends nothing through a client that is not connected', async () => {
    const { run, client, sent, runner } = createScene();
    client.isReady = false;
    await expect(run()).resolves.toBe('connection');
    expect(sent).toStrictEqual([]);
    expect(runner.health()).toMatchObject({
      circuit: 'closed',
      lastError: { failure: 'connection' },
    });
  });

  it('rejects when the client throws', async () => {
    const send = (): never => {
      throw new Error('broken');
    };
    const sender = { isReady: () => true, send };
    const runner = new CommandRunner({ role: 'cache', sender, timeoutMs: 250 });
    await expect(failureOf(runner.run(COMMAND, ROUTE))).resolves.toBe('connection');
    expect(runner.health().pending).toBe(0);
  });

  describe('with the deadline', () => {
    it('rejects a command after timeoutMs', async () => {
      const { run, runner } = createScene();
      const outcome = run();
      await vi.advanceTimersByTimeAsync(249);
      expect(runner.health().pending).toBe(1);
      await vi.advanceTimersByTimeAsync(2);
      await expect(outcome).resolves.toBe('timeout');
    });

    it('drops a late reply and a late rejection', async () => {
      const { sent, timeOut, runner } = createScene();
      await timeOut(2);
      sent[0]?.reply('OK');
      sent[1]?.reject(new Error('late'));
      await vi.advanceTimersByTimeAsync(0);
      expect(runner.health()).toMatchObject({ pending: 0, lastError: { failure: 'timeout' } });
    });

    it('accepts a reply that has arrived while the process was busy', async () => {
      const { runner, sent } = createScene();
      const outcome = runner.run(COMMAND, ROUTE);
      // The deadline has passed; the socket is read next, before immediates.
      vi.advanceTimersToNextTimer();
      sent[0]?.reply('OK');
      await expect(outcome).resolves.toBe('OK');
      await vi.runAllTimersAsync();
      expect(runner.health().lastError).toBeUndefined();
    });
  });

  describe('with the circuit', () => {
    it('sends nothing after 5 timeouts, and reports until when', async () => {
      const { run, sent, timeOut, runner } = createScene();
      await timeOut(5);
      await expect(run()).resolves.toBe('circuit');
      expect(sent).toHaveLength(5);
      const { circuit, lastError, openUntil } = runner.health();
      expect({ circuit, failure: lastError?.failure, openUntil }).toStrictEqual({
        circuit: 'open',
        failure: 'timeout',
        openUntil: START + 451,
      });
    });

    it('tries one command after the delay, and sends all again when it succeeds', async () => {
      const { run, sent, timeOut, runner } = createScene();
      await timeOut(5);
      await vi.advanceTimersByTimeAsync(200);
      const probe = run();
      await expect(run()).resolves.toBe('circuit');
      expect(runner.health().circuit).toBe('half-open');
      sent[5]?.reply('OK');
      await expect(probe).resolves.toBe('OK');
      expect(runner.health().circuit).toBe('closed');
    });

    it('tries a command at once after a late reply', async () => {
      const { run, sent, timeOut } = createScene();
      await timeOut(5);
      sent[0]?.reply('OK');
      await vi.advanceTimersByTimeAsync(0);
      void run();
      expect(sent).toHaveLength(6);
    });

    it('tries a command at once when the client is connected again', async () => {
      const { run, sent, timeOut, client } = createScene();
      await timeOut(5);
      client.isReady = false;
      await expect(run()).resolves.toBe('connection');
      client.isReady = true;
      void run();
      expect(sent).toHaveLength(6);
    });

    it.each([
      ['OOM', 'full', 'closed'],
      ['NOPERM', 'refused', 'closed'],
      ['WRONGTYPE', 'refused', 'closed'],
      ['NOSCRIPT', 'refused', 'closed'],
      ['READONLY', 'refused', 'open'],
      ['LOADING', 'refused', 'open'],
      ['NOREPLICAS', 'refused', 'open'],
    ])('after 10 errors %s of the server is %s and %s', async (code, failure, circuit) => {
      const { run, sent, runner } = createScene();
      const runs = Array.from({ length: 10 }, () => run());
      for (const { reject } of sent) reject(new Error(`${code} no`));
      await expect(Promise.all(runs)).resolves.toStrictEqual(Array(10).fill(failure));
      expect(runner.health().circuit).toBe(circuit);
    });
  });

  it('has at most 1,000 pending commands', async () => {
    const { run, sent, runner } = createScene();
    const runs = Array.from({ length: 1_000 }, () => run());
    await expect(run()).resolves.toBe('overloaded');
    expect(sent).toHaveLength(1_000);
    sent[0]?.reply('OK');
    await runs[0];
    void run();
    expect(sent).toHaveLength(1_001);
    runner.close();
  });

  describe('with scripts', () => {
    const call = { keys: ['p:{v}:log', 'p:{v}:n'], args: ['7'] } as const;
    const operands = ['2', 'p:{v}:log', 'p:{v}:n', '7'];

    it('sends the digest', async () => {
      const { runner, sent } = createScene();
      const run = runner.runScript(SCRIPT, call);
      expect(sent).toMatchObject([
        { args: ['EVALSHA', SCRIPT.digest, ...operands], route: { key: 'p:{v}:log' } },
      ]);
      sent[0]?.reply(1);
      await expect(run).resolves.toBe(1);
    });

    it.each([
      'NOSCRIPT No matching script. Please use EVAL.',
      'An error was signalled by the server: - NoScriptError: No matching script.',
    ])('sends the text after %s, which is not a failure', async (message) => {
      const { runner, sent, events } = createScene();
      const run = runner.runScript(SCRIPT, call);
      sent[0]?.reject(new Error(message));
      await vi.advanceTimersByTimeAsync(0);
      expect(sent[1]).toMatchObject({ args: ['EVAL', 'return 1', ...operands] });
      sent[1]?.reply(1);
      await expect(run).resolves.toBe(1);
      expect(events).toStrictEqual([]);
    });

    it.each(['OOM no', 'ERR no', 'Connection is closed.'])(
      'does not send the text after %s',
      async (message) => {
        const { runner, sent } = createScene();
        const run = failureOf(runner.runScript(SCRIPT, call));
        sent[0]?.reject(new Error(message));
        await run;
        expect(sent).toHaveLength(1);
      },
    );

    it('does not send the text after a timeout, because the script may have been executed', async () => {
      const { runner, sent } = createScene();
      const run = failureOf(runner.runScript(SCRIPT, call));
      await passDeadline();
      await expect(run).resolves.toBe('timeout');
      expect(sent).toHaveLength(1);
    });
  });

  describe('with events', () => {
    it('publishes one unavailable and one recovered', async () => {
      const { run, sent, timeOut, events } = createScene();
      await timeOut(5);
      await run();
      await vi.advanceTimersByTimeAsync(200);
      const probe = run();
      sent[5]?.reply('OK');
      await probe;
      expect(events).toStrictEqual([
        { event: 'unavailable', connection: 'state', failure: 'timeout', systemCode: undefined },
        { event: 'recovered', connection: 'state', unavailableForMs: 200, failures: 6 },
      ]);
    });

    it('publishes the code of a system error', async () => {
      const { run, sent, events } = createScene();
      const outcome = run();
      sent[0]?.reject(Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }));
      await outcome;
      expect(events).toMatchObject([{ failure: 'connection', systemCode: 'ECONNREFUSED' }]);
    });

    it('does not alternate while some commands succeed', async () => {
      const { run, sent, events } = createScene();
      for (let round = 0; round < 10; round += 1) {
        const [full, good, read] = [run(), run(), run({ readOnly: true })];
        sent.at(-3)?.reject(new Error('OOM no'));
        sent.at(-2)?.reply('OK');
        sent.at(-1)?.reply('OK');
        await Promise.all([full, good, read]);
      }
      expect(events).toMatchObject([{ event: 'unavailable', failure: 'full' }]);
    });

    it('ends an episode with the first change that succeeds after a second without a failure', async () => {
      const { run, sent, events } = createScene();
      const full = run();
      sent[0]?.reject(new Error('OOM no'));
      await full;
      await vi.advanceTimersByTimeAsync(1_000);
      const read = run({ readOnly: true });
      sent[1]?.reply('OK');
      await read;
      expect(events).toHaveLength(1);
      const change = run();
      sent[2]?.reply('OK');
      await change;
      expect(events[1]).toMatchObject({ event: 'recovered', unavailableForMs: 1_000, failures: 1 });
    });

    it('ends an episode at once when the client is connected again', async () => {
      const { run, sent, client, events } = createScene();
      client.isReady = false;
      await run();
      client.isReady = true;
      const good = run();
      sent[0]?.reply('OK');
      await good;
      expect(events).toMatchObject([{ event: 'unavailable' }, { event: 'recovered' }]);
    });
  });

  describe('connected', () => {
    it('resolves when the client is connected, without an event', async () => {
      const { runner, client, events } = createScene();
      client.isReady = false;
      const connected = failureOf(runner.connected());
      await vi.advanceTimersByTimeAsync(1_000);
      client.isReady = true;
      await vi.advanceTimersByTimeAsync(20);
      await expect(connected).resolves.toBeUndefined();
      expect(events).toStrictEqual([]);
    });

    it('rejects after 2 s', async () => {
      const { runner, client } = createScene();
      client.isReady = false;
      const connected = failureOf(runner.connected());
      await vi.advanceTimersByTimeAsync(2_000);
      await expect(connected).resolves.toBe('connection');
    });

    it('rejects when the runner is closed', async () => {
      const { runner, client } = createScene();
      client.isReady = false;
      const connected = failureOf(runner.connected());
      runner.close();
      await vi.advanceTimersByTimeAsync(20);
      await expect(connected).resolves.toBe('closed');
      await expect(failureOf(runner.connected())).resolves.toBe('closed');
    });
  });

  describe('close', () => {
    it('rejects pending commands and those that follow, without timers and events', async () => {
      const { runner, run, sent, events } = createScene();
      const pending = [run(), run()];
      runner.close();
      await expect(Promise.all(pending)).resolves.toStrictEqual(['closed', 'closed']);
      await expect(run()).resolves.toBe('closed');
      expect(vi.getTimerCount()).toBe(0);
      expect(events).toStrictEqual([]);
      sent[0]?.reply('OK');
      sent[1]?.reject(new Error('late'));
      await vi.advanceTimersByTimeAsync(0);
      expect(runner.health()).toMatchObject({ pending: 0, lastError: undefined });
    });
  });
});
