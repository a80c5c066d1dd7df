import type { ResourceServer } from '@scopegate/express';
import type { RefusalReason } from '@scopegate/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  ask,
  listenInspector,
  open,
  type OpenInspector,
  openStream,
  type StreamMessage,
} from '../../support/inspectors.js';
import { publishRefusal } from '../../support/decision-events.js';
import { openApi } from '../../support/test-issuers.js';

/** The start of a slot of the counters. */
const START = Date.UTC(2026, 10, 22);

/** On a busy machine, a second is not enough. */
const PATIENCE = { timeout: 15_000 };

interface Row {
  readonly seq: number;
  readonly reason?: RefusalReason;
  readonly skipped?: number;
}

describe('streams of an inspector', () => {
  let api: ResourceServer;
  let opened: OpenInspector;

  beforeEach(async () => {
    // Sockets need the timers of the operating system; the inspector's clock is moved by hand.
    vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'], now: START });
    api = openApi({ issuer: 'https://issuer.example', audience: 'https://api.example.com' });
    opened = await listenInspector({ servers: { sales: api } });
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it('begin with the process, the counters and what was decided before', async () => {
    publishRefusal();
    publishRefusal({ outcome: 'allowed', reason: undefined });
    const { response, messages, waitFor } = await openStream(opened.base, opened.authorized);
    expect(response.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    });
    const { data } = await waitFor(isDecisions);
    expect(data).toMatchObject([
      { seq: 1, outcome: 'refused', server: 'sales' },
      { seq: 2, outcome: 'allowed', server: 'sales' },
    ]);
    const [hello, counters] = messages;
    expect(hello).toMatchObject({ event: 'hello', data: { pid: process.pid, now: Date.now() } });
    expect(counters).toMatchObject({
      event: 'counters',
      data: {
        windowSeconds: 900,
        slotSeconds: 10,
        by: [
          { server: 'sales', outcome: 'refused', reason: 'missing_credentials', count: 1 },
          { server: 'sales', outcome: 'allowed', count: 1 },
        ],
      },
    });
  });

  it('send new decisions in batches, and counters when they change', async () => {
    const { messages, waitFor } = await openStream(opened.base, opened.authorized);
    await waitFor(isCounters);
    publishRefusal();
    publishRefusal();
    vi.advanceTimersByTime(2_000);
    await waitFor((message) => isCounters(message) && message !== messages[1]);
    expect(messages.map(({ event }) => event)).toEqual([
      'hello',
      'counters',
      'decisions',
      'counters',
    ]);
    // Nothing new, and the window has not moved on.
    vi.advanceTimersByTime(4_000);
    publishRefusal();
    vi.advanceTimersByTime(250);
    await waitFor(({ id }) => id?.endsWith('-3') === true);
    expect(messages.filter(isCounters)).toHaveLength(2);
  });

  it('send at most 200 decisions in a message', async () => {
    publishMany(250);
    const { messages, waitFor } = await openStream(opened.base, opened.authorized);
    await waitFor(({ id }) => id?.endsWith('-250') === true);
    expect(messages.filter(isDecisions).map(({ data }) => (data as Row[]).length)).toEqual([
      200, 50,
    ]);
  });

  it('keep a rare refusal, however many requests are allowed after it', async () => {
    publishRefusal({ reason: 'expired' });
    publishMany(2_000);
    const { messages, waitFor } = await openStream(opened.base, opened.authorized);
    await waitFor(({ id }) => id?.endsWith('-2001') === true);
    expect(rowsOf(messages)[0]).toMatchObject({ seq: 1, reason: 'expired' });
    expect(rowsOf(messages)).toHaveLength(501);
    // What was dropped before the page was opened is not missing from it.
    expect(messages.map(({ event }) => event)).not.toContain('gap');
  });

  it('sample more than 20 of a kind in a second, and count all of them', async () => {
    for (let sent = 0; sent < 100; sent += 1) publishRefusal();
    vi.setSystemTime(Date.now() + 1_000);
    publishRefusal();
    const { messages, waitFor } = await openStream(opened.base, opened.authorized);
    await waitFor(({ id }) => id?.endsWith('-21') === true);
    expect(rowsOf(messages).map(({ skipped }) => skipped)).toEqual([
      ...Array.from({ length: 20 }, () => undefined),
      80,
    ]);
    expect(messages.find(isCounters)?.data).toMatchObject({ by: [{ count: 101 }] });
  });

  it('resume after the last decision that the page has', async () => {
    publishMany(10);
    const first = await openStream(opened.base, opened.authorized);
    const { id = '' } = await first.waitFor(isDecisions);
    first.close();
    publishMany(5);
    const second = await openStream(opened.base, { ...opened.authorized, 'last-event-id': id });
    await second.waitFor(isDecisions);
    expect(rowsOf(second.messages).map(({ seq }) => seq)).toEqual([11, 12, 13, 14, 15]);
    expect(second.messages.map(({ event }) => event)).not.toContain('gap');
  });

  it('report what a page has missed while it was away', async () => {
    publishMany(10);
    const first = await openStream(opened.base, opened.authorized);
    const { id = '' } = await first.waitFor(isDecisions);
    first.close();
    publishMany(750);
    const second = await openStream(opened.base, { ...opened.authorized, 'last-event-id': id });
    await second.waitFor(({ id: last }) => last?.endsWith('-760') === true);
    expect(second.messages.map(({ event }) => event).slice(0, 4)).toEqual([
      'hello',
      'counters',
      'gap',
      'decisions',
    ]);
    expect(second.messages[2]?.data).toEqual({ missed: 250 });
    expect(rowsOf(second.messages)).toHaveLength(500);
  });

  it.each(['other-10', 'x', '', '%', '-1', 'other-99999999999999999999'])(
    'begin afresh for the unknown id %j, such as that of an earlier process',
    async (id) => {
      publishMany(3);
      const headers = { ...opened.authorized, 'last-event-id': id };
      const { messages, waitFor } = await openStream(opened.base, headers);
      await waitFor(isDecisions);
      expect(rowsOf(messages).map(({ seq }) => seq)).toEqual([1, 2, 3]);
    },
  );

  it('are at most eight; the ninth gets 503, and its place once another is closed', async () => {
    const streams = await Promise.all(
      Array.from({ length: 8 }, () => openStream(opened.base, opened.authorized)),
    );
    const url = new URL('api/stream', opened.base);
    const refused = await ask(url, { headers: opened.authorized });
    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '5']);
    streams[0]?.close();
    await vi.waitFor(async () => {
      const response = await open(url, { headers: opened.authorized });
      response.destroy();
      expect(response.statusCode).toBe(200);
    }, PATIENCE);
  });

  it('ping a silent page every 15 seconds', async () => {
    const response = await open(new URL('api/stream', opened.base), { headers: opened.authorized });
    let text = '';
    response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    await vi.waitFor(() => {
      expect(text).toContain('event: counters');
    }, PATIENCE);
    vi.advanceTimersByTime(15_000);
    await vi.waitFor(() => {
      expect(text).toContain('\n\n: ping\n\n');
    }, PATIENCE);
    response.destroy();
  });

  it('say goodbye when the inspector is closed', async () => {
    const { waitFor, response } = await openStream(opened.base, opened.authorized);
    const ended = new Promise((resolve) => response.once('end', resolve));
    await opened.inspector.close();
    await waitFor(({ event }) => event === 'bye');
    await ended;
    await expect(ask(opened.base)).rejects.toThrow('ECONNREFUSED');
  });

  describe('of a page that does not read', () => {
    it('keep nothing for it, report the gap, and resume when it reads', async () => {
      const response = await open(new URL('api/stream', opened.base), {
        headers: opened.authorized,
      });
      response.pause();
      for (let round = 0; round < 100; round += 1) {
        publishMany(1_000);
        vi.advanceTimersByTime(250);
        await new Promise(setImmediate);
      }
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.resume();
      await vi.waitFor(() => {
        vi.advanceTimersByTime(250);
        expect(text).toContain('-100000\n');
      }, PATIENCE);
      const missed = [...text.matchAll(/"missed":(\d+)/g)].map(([, count]) => Number(count));
      const received = text.match(/"seq":/g)?.length ?? 0;
      expect(missed.reduce((sum, count) => sum + count, 0) + received).toBe(100_000);
      expect(received).toBeLessThan(50_000);
      response.destroy();
    });

    it('end after 30 seconds', async () => {
      const response = await open(new URL('api/stream', opened.base), {
        headers: opened.authorized,
      });
      response.pause();
      response.on('error', () => undefined);
      for (let round = 0; round < 200; round += 1) {
        publishMany(400);
        vi.advanceTimersByTime(250);
        await new Promise(setImmediate);
      }
      const closed = new Promise((resolve) => response.once('close', resolve));
      response.resume();
      await closed;
      expect(response.complete).toBe(false);
    });
  });
});

/** Publishes decisions of many kinds, so that none is sampled. */
function publishMany(count: number): void {
  for (let sent = 0; sent < count; sent += 1) {
    publishRefusal({ outcome: 'allowed', reason: undefined, route: `/v1/${sent % 1_000}` });
  }
}

function rowsOf(messages: readonly StreamMessage[]): readonly Row[] {
  return messages.filter(isDecisions).flatMap(({ data }) => data as Row[]);
}

function isDecisions({ event }: StreamMessage): boolean {
  return event === 'decisions';
}

function isCounters({ event }: StreamMessage): boolean {
  return event === 'counters';
}
