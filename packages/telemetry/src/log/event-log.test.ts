import { AsyncLocalStorage } from 'node:async_hooks';
import { channel } from 'node:diagnostics_channel';
import { FAULT_CHANNEL } from '@scopegate/protocol/internal';
import type { DecisionEvent, GuardPolicy } from '@scopegate/resource-server';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { listenTo } from '../../../../test/support/listen-to.js';
import { createDecision, publishDecision } from '../../../../test/support/decision-events.js';
import {
  createRecordingLogger,
  type WrittenLine,
} from '../../../../test/support/telemetry/recording-logger.js';
import { typeErrorMessageOf } from '../../../../test/support/type-error-message.js';
import { type EventLog, logEvents } from './event-log.js';
import type { EventLogOptions } from './log-options.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const ISSUER = 'https://auth.example.com';

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-11-22T08:00:00Z') });
});

afterEach(() => {
  vi.useRealTimers();
});

/** Writes events to a recording logger until the running test is over. */
function openLog(options?: EventLogOptions): { lines: WrittenLine[]; log: EventLog } {
  const { logger, lines } = createRecordingLogger();
  const log = logEvents(logger, options);
  onTestFinished(() => {
    log.close();
  });
  return { lines, log };
}

const summaryOf = ({ level, message }: WrittenLine): string => `${level} ${message}`;

const policyUntil = (reportOnlyUntil: string): GuardPolicy =>
  ({ reportOnlyUntil }) as unknown as GuardPolicy;

const objection = { outcome: 'refused', reason: 'excess_scope' } as const;

describe('logEvents: decisions', () => {
  it.each<[members: Partial<DecisionEvent>, quiet: string[], all: string[]]>([
    [{}, [], ['info allowed']],
    [{ outcome: 'anonymous' }, [], ['info anonymous']],
    [
      { outcome: 'refused', reason: 'expired' },
      ['info refused: expired'],
      ['info refused: expired'],
    ],
    [{ outcome: 'unavailable', reason: 'unavailable' }, ['warn unavailable'], ['warn unavailable']],
    [{ outcome: 'error' }, ['error error'], ['error error']],
    [
      { trial: objection },
      ['info allowed; on trial: refused: excess_scope'],
      ['info allowed; on trial: refused: excess_scope'],
    ],
    [{ trial: { outcome: 'allowed', reason: undefined } }, [], ['info allowed']],
    [{ trial: { outcome: 'error', reason: undefined } }, [], ['info allowed']],
  ])('%j: writes %j, and with allowed: true %j', (members, quiet, all) => {
    const { lines } = openLog();
    const { lines: allLines } = openLog({ allowed: true });
    publishDecision(members);
    expect(lines.map(summaryOf)).toEqual(quiet);
    expect(allLines.map(summaryOf)).toEqual(all);
  });

  it('have the members of the event that have a value', () => {
    const { lines } = openLog();
    publishDecision({ outcome: 'refused', reason: 'scope', earlier: [] });
    expect(lines[0]?.members).toEqual({
      event: 'scopegate.decision',
      outcome: 'refused',
      reason: 'scope',
      scheme: 'Bearer',
      server: 'sales',
      guard: 'requireScope',
      issuer: ISSUER,
      method: 'GET',
      route: '/v1/sales/:id',
      source: 'cache',
      microseconds: 4,
      principal: 'client',
    });
  });
});

describe('logEvents: limits', () => {
  const expired = { outcome: 'refused', reason: 'expired' } as const;

  it('write ten lines of a kind in a minute, then one summary with the count of the others', () => {
    const { lines } = openLog();
    for (let n = 0; n < 422; n += 1) publishDecision({ ...expired, clientId: `c${n}` });
    expect(lines).toHaveLength(10);
    vi.advanceTimersByTime(MINUTE_MS - 1);
    expect(lines).toHaveLength(10);
    vi.advanceTimersByTime(1);
    expect(lines.slice(10)).toEqual([
      {
        level: 'info',
        members: {
          event: 'scopegate.decision.summary',
          outcome: 'refused',
          reason: 'expired',
          server: 'sales',
          route: '/v1/sales/:id',
          issuer: ISSUER,
          count: 412,
        },
        message: 'refused: expired (412 more within a minute)',
      },
    ]);
  });

  it('begin again after the minute, and write no summary if nothing was withheld', () => {
    const { lines } = openLog({ perMinute: 1 });
    publishDecision(expired);
    vi.advanceTimersByTime(MINUTE_MS);
    publishDecision(expired);
    vi.advanceTimersByTime(10 * MINUTE_MS);
    expect(lines).toHaveLength(2);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each<[kind: string, members: Partial<DecisionEvent>]>([
    ['server', { server: 'refunds' }],
    ['reason', { reason: 'audience' }],
    ['route', { route: '/v1/refunds' }],
  ])('count each %s apart', (_kind, members) => {
    const { lines } = openLog({ perMinute: 1 });
    for (const each of [expired, expired, { ...expired, ...members }]) publishDecision(each);
    expect(lines).toHaveLength(2);
  });

  it('do not apply to requests that passed, and can be switched off', () => {
    const { lines } = openLog({ allowed: true });
    for (let n = 0; n < 50; n += 1) publishDecision();
    const { lines: unlimited } = openLog({ perMinute: Infinity });
    for (let n = 0; n < 50; n += 1) publishDecision(expired);
    expect([lines.length, unlimited.length]).toEqual([60, 50]);
  });

  it('stay bounded with many kinds of lines', () => {
    const { lines, log } = openLog({ perMinute: 1 });
    for (let n = 0; n < 5000; n += 1) publishDecision({ ...expired, route: `/r${n}` });
    expect(lines).toHaveLength(1001);
    log.close();
    expect(lines.slice(1001)).toEqual([
      {
        level: 'warn',
        members: { event: 'scopegate.summary', count: 3999 },
        message: '3999 more lines of other kinds within a minute',
      },
    ]);
  });

  it('write what is due when the log is closed, and nothing afterwards', () => {
    const { lines, log } = openLog({ perMinute: 1 });
    publishDecision(expired);
    publishDecision(expired);
    log.close();
    log.close();
    publishDecision(expired);
    expect(lines.map(summaryOf)).toEqual([
      'info refused: expired',
      'info refused: expired (1 more within a minute)',
    ]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('write summaries outside of the async context of a request', () => {
    const requests = new AsyncLocalStorage<string>();
    const stores: unknown[] = [];
    const write = (): void => void stores.push(requests.getStore());
    const log = logEvents({ info: write, warn: write, error: write }, { perMinute: 1 });
    onTestFinished(() => {
      log.close();
    });
    requests.run('request', () => {
      publishDecision(expired);
      publishDecision(expired);
    });
    vi.advanceTimersByTime(MINUTE_MS);
    expect(stores).toEqual(['request', undefined]);
  });
});

describe('logEvents: guards that only report', () => {
  const unenforced = {
    outcome: 'unenforced',
    policy: policyUntil('2026-12-15T08:00:00Z'),
  } as const;

  it('get one line a day for each server, with the count, the reasons and the days left', () => {
    const { lines } = openLog();
    publishDecision({ ...unenforced, reason: 'expired' });
    publishDecision({ ...unenforced, reason: 'scope' });
    publishDecision({ ...unenforced, reason: 'scope' });
    publishDecision({ ...unenforced, reason: 'scope', server: 'refunds' });
    vi.advanceTimersByTime(DAY_MS);
    expect(lines.map(({ members }) => [members['server'], members['count']])).toEqual([
      ['sales', 1],
      ['refunds', 1],
      ['sales', 2],
    ]);
    expect(lines[2]).toEqual({
      level: 'warn',
      members: {
        event: 'scopegate.report-only',
        server: 'sales',
        count: 2,
        reasons: { scope: 2 },
        until: '2026-12-15T08:00:00Z',
        daysLeft: 22,
      },
      message:
        'guards that only report passed on 2 requests that they would have refused; they begin to enforce in 22 days',
    });
  });

  it('get no second line on a day that has begun with one', () => {
    const { lines, log } = openLog();
    const counts = (): unknown[] => lines.splice(0).map(({ members }) => members['count']);
    for (let time = 0; time < 3; time++) publishDecision({ ...unenforced, reason: 'scope' });
    vi.advanceTimersByTime(DAY_MS);
    expect(counts()).toEqual([1, 2]);
    for (let time = 0; time < 3; time++) publishDecision({ ...unenforced, reason: 'scope' });
    expect(counts()).toEqual([]);
    vi.advanceTimersByTime(DAY_MS);
    expect(counts()).toEqual([3]);
    vi.advanceTimersByTime(2 * DAY_MS);
    expect(counts()).toEqual([]);
    for (let time = 0; time < 2; time++) publishDecision({ ...unenforced, reason: 'scope' });
    log.close();
    expect(counts()).toEqual([1, 1]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('name the first end of several guards', () => {
    const { lines } = openLog();
    const later = { ...unenforced, policy: policyUntil('2027-01-01T00:00:00Z') };
    for (const each of [unenforced, later, unenforced, later]) publishDecision(each);
    vi.advanceTimersByTime(DAY_MS);
    expect(lines[1]?.members).toMatchObject({ count: 3, until: '2026-12-15T08:00:00Z' });
  });

  it('get a line for each request with allowed: true, for scopegate trials', () => {
    const { lines } = openLog({ allowed: true });
    publishDecision({ ...unenforced, reason: 'scope' });
    publishDecision({ ...unenforced, reason: 'scope' });
    const written = lines.filter(({ members }) => members['event'] === 'scopegate.decision');
    expect(written.map(summaryOf)).toEqual(['info unenforced: scope', 'info unenforced: scope']);
  });
});

describe('logEvents: loggers that fail', () => {
  const broken = (write: () => unknown): void => {
    const log = logEvents({ info: write, warn: write, error: write });
    onTestFinished(() => {
      log.close();
    });
  };
  const FAULT = {
    subscriber: '@scopegate/telemetry/logs',
    channel: 'logger',
    error: 'RangeError',
  };

  it('a logger that throws: is reported once, and does not reach the publisher', () => {
    const faults = listenTo(FAULT_CHANNEL);
    broken(() => {
      throw new RangeError('secret');
    });
    publishDecision({ outcome: 'error' });
    publishDecision({ outcome: 'error' });
    expect(faults).toEqual([FAULT]);
  });

  it('a logger whose promise rejects: is reported once', async () => {
    const faults = listenTo(FAULT_CHANNEL);
    broken(() => Promise.reject(new RangeError('secret')));
    publishDecision({ outcome: 'error' });
    publishDecision({ outcome: 'error' });
    await vi.advanceTimersByTimeAsync(0);
    expect(faults).toEqual([FAULT]);
  });

  it('faults of other subscribers are written', () => {
    const { lines } = openLog();
    const fault = { subscriber: '@scopegate/inspector', channel: 'x', error: 'TypeError' };
    channel(FAULT_CHANNEL).publish(fault);
    expect(lines).toEqual([
      {
        level: 'error',
        members: { event: 'scopegate.fault', ...fault },
        message: 'a subscriber of Scopegate has failed; its later failures are not reported',
      },
    ]);
  });
});

describe('logEvents: arguments', () => {
  const { logger } = createRecordingLogger();

  it.each<[logger: unknown, options: unknown, message: string]>([
    [undefined, {}, 'logEvents expects a logger with info(), warn() and error(); add info()'],
    [
      { info: () => 0, warn: () => 0 },
      {},
      'logEvents expects a logger with info(), warn() and error(); add error()',
    ],
    [logger, { allow: true }, 'logEvents has no option "allow"; did you mean "allowed"?'],
    [logger, { allowed: 1 }, 'option "allowed" must be true or false'],
    [logger, { perMinute: 0 }, 'option "perMinute" must be an integer of at least 1, or Infinity'],
    [
      logger,
      { perMinute: '10' },
      'option "perMinute" must be an integer of at least 1, or Infinity',
    ],
  ])('%j, %j: throws a TypeError', (given, options, message) => {
    const call = (): unknown => logEvents(given as typeof logger, options as EventLogOptions);
    expect(typeErrorMessageOf(call)).toBe(message);
  });

  it('accepts a logger whose methods are inherited', () => {
    const messages: string[] = [];
    class Logger {
      info(_members: object, message: string): void {
        messages.push(message);
      }
      warn(members: object, message: string): void {
        this.info(members, message);
      }
      error(members: object, message: string): void {
        this.info(members, message);
      }
    }
    const log = logEvents(new Logger());
    publishDecision(createDecision({ outcome: 'unavailable', reason: 'unavailable' }));
    log.close();
    expect(messages).toEqual(['unavailable']);
  });
});
