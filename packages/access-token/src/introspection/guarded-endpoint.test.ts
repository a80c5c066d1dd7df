import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { IntrospectionFault } from '../introspection-request/introspection-fault.js';
import { GuardedEndpoint, type GuardedEndpointOptions } from './guarded-endpoint.js';
import {
  INTROSPECTION_CHANNEL,
  IntrospectionEpisodes,
  type IntrospectionEvent,
} from './introspection-events.js';

const ISSUER = 'https://login.example.com';
const START_MS = 1_800_000_000_000;
const UNREACHABLE = new IntrospectionFault('unreachable');

let nowMs: number;
let events: IntrospectionEvent['event'][];
const listener = (message: unknown): void => {
  events.push((message as IntrospectionEvent).event);
};

beforeEach(() => {
  nowMs = START_MS;
  events = [];
  subscribe(INTROSPECTION_CHANNEL, listener);
});

afterEach(() => {
  unsubscribe(INTROSPECTION_CHANNEL, listener);
});

function guard(options: Partial<GuardedEndpointOptions> = {}): GuardedEndpoint {
  return new GuardedEndpoint({
    issuer: ISSUER,
    maxPending: 2,
    clock: () => nowMs,
    episodes: new IntrospectionEpisodes(ISSUER),
    closing: new AbortController().signal,
    ...options,
  });
}

const succeed = (): Promise<string> => Promise.resolve('a response');
const failWith = (error: Error) => (): Promise<never> => Promise.reject(error);
const neverCalled = (): Promise<never> => {
  throw new Error('a request was made');
};
const unavailable = (failure: string, retryAfterSeconds: number): unknown =>
  expect.objectContaining({ code: 'ERR_INTROSPECTION_UNAVAILABLE', failure, retryAfterSeconds });

describe('GuardedEndpoint', () => {
  it('returns the response, and is available then', async () => {
    const endpoint = guard();
    expect(endpoint.health().state).toBe('unused');
    expect(await endpoint.run(succeed)).toBe('a response');
    expect(endpoint.health()).toMatchObject({ issuer: ISSUER, state: 'available' });
    expect(events).toEqual([]);
  });

  it('refuses requests during an outage by the first failure, until one succeeds', async () => {
    const endpoint = guard();
    await expect(endpoint.run(failWith(UNREACHABLE))).rejects.toEqual(
      unavailable('unreachable', 1),
    );
    await expect(endpoint.run(neverCalled)).rejects.toEqual(unavailable('unreachable', 1));
    expect(endpoint.health()).toMatchObject({
      state: 'unavailable',
      lastError: unavailable('unreachable', 1),
    });
    nowMs = endpoint.health().nextAttemptAt ?? NaN;
    expect(await endpoint.run(succeed)).toBe('a response');
    expect(endpoint.health()).toMatchObject({ state: 'available', lastError: undefined });
    expect(events).toEqual(['unavailable', 'recovered']);
  });

  it.each([
    [30_000, 30],
    [30_001, 31],
    [86_400_000, 120],
  ])('with a Retry-After of %i ms reports %i s', async (retryAfterMs, seconds) => {
    const fault = new IntrospectionFault('status', { status: 429, retryAfterMs });
    const refused = guard().run(failWith(fault));
    await expect(refused).rejects.toEqual(unavailable('status', seconds));
  });

  it('refuses more than maxPending requests at once, and more when one has ended', async () => {
    const endpoint = guard();
    let finish = (): void => undefined;
    const waiting = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const pending = [endpoint.run(() => waiting), endpoint.run(() => waiting)];
    await expect(endpoint.run(neverCalled)).rejects.toEqual(unavailable('busy', 1));
    finish();
    await Promise.all(pending);
    expect(await endpoint.run(succeed)).toBe('a response');
  });

  it('refuses unknown tokens while error responses may be about them, but not known ones', async () => {
    const endpoint = guard();
    const fault = new IntrospectionFault('status', { status: 500 });
    await expect(endpoint.run(failWith(fault))).rejects.toThrow();
    await expect(endpoint.run(neverCalled)).rejects.toEqual(unavailable('status', 1));
    expect(await endpoint.run(succeed, { isKnown: true })).toBe('a response');
  });

  it('counts failed requests as ended', async () => {
    const endpoint = guard({ maxPending: 1 });
    await expect(endpoint.run(failWith(UNREACHABLE))).rejects.toThrow();
    nowMs = endpoint.health().nextAttemptAt ?? NaN;
    expect(await endpoint.run(succeed)).toBe('a response');
  });

  it('rejects with an unexpected error itself, and lets the next request pass', async () => {
    const endpoint = guard();
    const unexpected = new TypeError('a bug');
    await expect(endpoint.run(failWith(unexpected))).rejects.toBe(unexpected);
    expect(await endpoint.run(succeed)).toBe('a response');
    expect(events).toEqual([]);
  });

  it('makes no request once it is closed, and reports none that was aborted', async () => {
    const closing = new AbortController();
    const endpoint = guard({ closing: closing.signal });
    const running = endpoint.run(async () => {
      await once(closing.signal, 'abort');
      throw UNREACHABLE;
    });
    closing.abort();
    await expect(running).rejects.toEqual(unavailable('closed', 1));
    await expect(endpoint.run(neverCalled)).rejects.toEqual(unavailable('closed', 1));
    expect(endpoint.health().state).toBe('unused');
    expect(events).toEqual([]);
  });

  it('reports a failed preparation like a failed request', async () => {
    const endpoint = guard();
    const preparing = endpoint.prepare(failWith(new IntrospectionFault('discovery')));
    await expect(preparing).rejects.toEqual(unavailable('discovery', 1));
    expect(endpoint.health().state).toBe('unavailable');
    expect(events).toEqual(['unavailable']);
  });

  it('makes requests after a preparation that succeeds, also during an outage', async () => {
    const endpoint = guard();
    await expect(endpoint.run(failWith(UNREACHABLE))).rejects.toThrow();
    nowMs = endpoint.health().nextAttemptAt ?? NaN;
    await endpoint.prepare(succeed);
    expect(await endpoint.run(succeed)).toBe('a response');
  });
});
