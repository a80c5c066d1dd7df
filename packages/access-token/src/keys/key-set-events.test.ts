import { AsyncLocalStorage } from 'node:async_hooks';
import type { JsonWebKey } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createKeyPair } from '../../../../test/support/key-pairs.js';
import { listenTo } from '../../../../test/support/listen-to.js';
import { createRemoteKeySet } from '../../../../test/support/remote-key-sets.js';
import { settle } from '../../../../test/support/settle.js';
import { KEY_SET_CHANNEL, type KeySetEvent } from './key-set-events.js';
import type { RemoteKeySet } from './remote-key-set.js';

const START = Date.UTC(2030, 0, 1);
const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

let k1: JsonWebKey;
let k2: JsonWebKey;
let published: readonly JsonWebKey[];
let isDown: boolean;
let now: number;
let keySet: RemoteKeySet;
let events: readonly KeySetEvent[];

beforeAll(() => {
  k1 = { ...createKeyPair('P-256').publicJwk, kid: 'k1' };
  k2 = { ...createKeyPair('P-256').publicJwk, kid: 'k2' };
});

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  now = START;
  published = [k1];
  isDown = false;
  keySet = createRemoteKeySet({
    fetch: () => {
      if (isDown) return Promise.reject(new TypeError('fetch failed'));
      const headers = { 'cache-control': 'max-age=3600' };
      return Promise.resolve(Response.json({ keys: published }, { headers }));
    },
    clock: () => now,
    jitter: () => 1,
  });
  events = listenTo(KEY_SET_CHANNEL) as readonly KeySetEvent[]; // the channel has no other messages
});

afterEach(() => {
  keySet.close();
  vi.useRealTimers();
});

/** Verifies a signature by the key `kid`, or by no key. */
async function search(kid: string, isGenuine = true): Promise<void> {
  await keySet.findSigner({ alg: 'ES256', kid, hasSigned: () => isGenuine });
}

async function pass(ms: number): Promise<void> {
  now += ms;
  vi.advanceTimersByTime(ms);
  await settle();
}

async function passUntilRefresh(): Promise<void> {
  await pass((keySet.health().nextAttemptAt ?? now) - now);
}

function triggers(): readonly string[] {
  return events.flatMap((event) => ('trigger' in event ? [`${event.event} ${event.trigger}`] : []));
}

function results(): readonly string[] {
  return events.flatMap((event) => (event.event === 'unknown-key' ? [event.result] : []));
}

describe('KeySetEvent › trigger', () => {
  it('is first for the first use, and for ready()', async () => {
    await search('k1');
    expect(triggers()).toEqual(['refreshed first']);
  });

  it('is scheduled for the timer, ahead of expiry and after a failure', async () => {
    isDown = true;
    await keySet.whenReady().catch(() => undefined);
    isDown = false;
    await pass(SECOND);
    await keySet.whenReady();
    await passUntilRefresh();
    expect(triggers()).toEqual(['failed first', 'refreshed scheduled', 'refreshed scheduled']);
  });

  it('is due for a request that finds keys past their time', async () => {
    await search('k1');
    now += 2 * HOUR;
    await search('k1');
    expect(triggers()).toEqual(['refreshed first', 'refreshed due']);
  });

  it('is unknown_key for a token without a known key, and requested for refresh()', async () => {
    await search('k1');
    await search('k2');
    await keySet.refresh();
    expect(triggers()).toEqual(['refreshed first', 'refreshed unknown_key', 'refreshed requested']);
  });
});

describe('KeySetEvent › durationMs', () => {
  it('measures the request, not the clock of the verifier', async () => {
    vi.useRealTimers();
    await search('k1');
    now += HOUR;
    isDown = true;
    await keySet.refresh().catch(() => undefined);
    const durations = events.flatMap((event) => ('durationMs' in event ? [event.durationMs] : []));
    expect(durations).toHaveLength(2);
    for (const durationMs of durations) {
      expect(durationMs).toBeGreaterThan(0);
      expect(durationMs).toBeLessThan(HOUR);
    }
  });
});

describe('KeySetEvent › unknown-key', () => {
  beforeEach(async () => {
    await search('k1');
  });

  it('is not published for a known key', async () => {
    await search('k1');
    expect(results()).toEqual([]);
  });

  it('reports a key that was fetched, one that does not exist, and a forged signature', async () => {
    published = [k1, k2];
    await search('k2');
    await search('k3');
    await search('k1', false);
    expect(results()).toEqual(['found', 'unknown', 'unknown']);
  });

  it('reports that the budget is spent', async () => {
    for (let count = 0; count < 6; count += 1) await search('k3');
    const fetched = Array.from({ length: 4 }, () => 'unknown');
    expect(results()).toEqual([...fetched, 'budget_spent', 'budget_spent']);
  });

  it('is published for each of the tokens that wait for one request', async () => {
    published = [k1, k2];
    await Promise.all([search('k2'), search('k2'), search('k3')]);
    expect(results()).toEqual(['found', 'found', 'unknown']);
  });

  it('is not published for a token that gets 503 during an outage', async () => {
    isDown = true;
    await search('k3').catch(() => undefined);
    await search('k1', false);
    expect(results()).toEqual(['unknown']);
  });

  it('runs in the context of the request, and refreshes in that of the key set', async () => {
    const request = new AsyncLocalStorage<string>();
    const contexts: string[] = [];
    const listener = (message: unknown): void => {
      contexts.push(`${(message as KeySetEvent).event} ${request.getStore() ?? 'none'}`);
    };
    subscribe(KEY_SET_CHANNEL, listener);
    await request.run('request 1', () => search('k2'));
    await passUntilRefresh();
    unsubscribe(KEY_SET_CHANNEL, listener);
    expect(contexts).toEqual(['refreshed none', 'unknown-key request 1', 'refreshed none']);
  });
});

describe('KeySetEvent › stale', () => {
  beforeEach(async () => {
    await search('k1');
    isDown = true;
    now += HOUR;
    await search('k1');
  });

  function uses(): readonly (readonly number[])[] {
    return events.flatMap((event) =>
      event.event === 'stale' ? [[event.staleForMs, event.uses]] : [],
    );
  }

  it('is published at the first use, and then once a second with the uses since then', async () => {
    for (let ms = 0; ms < 2_500; ms += 1) {
      now += 1;
      await search('k1');
    }
    expect(uses()).toEqual([
      [0, 1],
      [SECOND, SECOND],
      [2 * SECOND, SECOND],
    ]);
  });

  it('is published at once again after the keys were fresh', async () => {
    isDown = false;
    await keySet.refresh();
    await search('k1');
    isDown = true;
    now += HOUR;
    await search('k1');
    expect(uses()).toEqual([
      [0, 1],
      [0, 1],
    ]);
  });

  it('is published when the clock was set back', async () => {
    now += 2 * SECOND;
    await search('k1');
    now -= SECOND;
    await search('k1');
    expect(uses()).toEqual([
      [0, 1],
      [2 * SECOND, 1],
      [SECOND, 1],
    ]);
  });
});
