import { AsyncResource } from 'node:async_hooks';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { createScopeSet } from '@scopegate/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createGate,
  createStubClock,
  type Gate,
} from '../../../../test/support/stub-token-server.js';
import { TokenEndpointError, TokenRequestError } from '../errors.js';
import { TOKEN_CHANNEL } from '../events.js';
import { RenewableToken } from './renewable-token.js';
import type { TokenGrant } from './token-response.js';

const SUBJECT = { issuer: 'i', clientId: 'c', resource: 'r', scope: 'a b' };
const down = new TokenRequestError('network', { detail: 'ECONNREFUSED' });

function grantOf(value: string, lifetimeSeconds: number | undefined = 100): TokenGrant {
  return { value, type: 'Bearer', lifetimeSeconds, scopes: createScopeSet(['a', 'b']) };
}

const earliest = (): number => 0;
const latest = (): number => 1;

/** Creates a token whose requests wait for the test. */
function setUp(jitter = earliest) {
  const clock = createStubClock();
  const gates: Gate<TokenGrant>[] = [];
  const scopes = createScopeSet(['a', 'b']);
  const token = new RenewableToken({
    subject: SUBJECT,
    scopes,
    unknownLifetimeSeconds: 60,
    clock,
    jitter,
    context: new AsyncResource('test'),
    request() {
      const gate = createGate<TokenGrant>();
      gates.push(gate);
      return gate.promise;
    },
  });
  /** Answers the request under way. */
  async function answer(outcome: TokenGrant | Error): Promise<void> {
    if (outcome instanceof Error) gates.at(-1)?.fail(outcome);
    else gates.at(-1)?.open(outcome);
    // A renewal in the background has no promise to wait for.
    await new Promise(setImmediate);
  }
  /** Gets a token whose request is answered immediately. */
  async function getWith(outcome: TokenGrant | Error): Promise<string> {
    const [got] = await Promise.all([token.get(), answer(outcome)]);
    return got.value;
  }
  const value = async (): Promise<string> => (await token.get()).value;
  return { clock, gates, token, answer, getWith, value };
}

let events: unknown[] = [];
const record = (event: unknown): void => {
  events.push(event);
};

beforeEach(() => {
  events = [];
  subscribe(TOKEN_CHANNEL, record);
});

afterEach(() => {
  unsubscribe(TOKEN_CHANNEL, record);
});

describe('RenewableToken', () => {
  it('sends one request for all callers that wait (single flight)', async () => {
    const { token, gates, answer } = setUp();
    const waiting = Promise.all(Array.from({ length: 1_000 }, () => token.get()));
    await answer(grantOf('t1'));
    expect(new Set(await waiting).size).toBe(1);
    expect(gates).toHaveLength(1);
  });

  it.each([
    ['80 %', earliest, 80_000],
    ['90 %', latest, 90_000],
  ])('begins the renewal at %s of the lifetime, by jitter', async (_case, jitter, renewAfterMs) => {
    const { clock, gates, getWith, value } = setUp(jitter);
    await getWith(grantOf('t1'));
    clock.advance(renewAfterMs - 1);
    expect([await value(), gates.length]).toEqual(['t1', 1]);
    clock.advance(1);
    expect([await value(), gates.length]).toEqual(['t1', 2]);
  });

  it('never returns a token once its lifetime is over, however late its renewal is due', async () => {
    const { clock, gates, token, getWith, value } = setUp(latest);
    await getWith(grantOf('t1'));
    clock.advance(99_999);
    expect([await value(), gates.length]).toEqual(['t1', 2]);
    clock.advance(1);
    let isSettled = false;
    void token.get().then(() => (isSettled = true));
    await new Promise(setImmediate);
    expect(isSettled).toBe(false);
  });

  it('renews in the background, with one request for all callers', async () => {
    const { clock, gates, getWith, answer, value } = setUp();
    await getWith(grantOf('t1'));
    clock.advance(80_000);
    const values = await Promise.all(Array.from({ length: 1_000 }, value));
    expect([new Set(values), gates.length]).toEqual([new Set(['t1']), 2]);
    await answer(grantOf('t2'));
    expect([await value(), gates.length]).toEqual(['t2', 2]);
  });

  it('counts the lifetime from the start of the request', async () => {
    const { clock, token, gates, answer } = setUp();
    const getting = token.get();
    clock.advance(30_000);
    await answer(grantOf('t1'));
    expect((await getting).expiresAt).toBe(1_700_000_100);
    clock.advance(70_000);
    void token.get();
    expect(gates).toHaveLength(2);
  });

  it('waits for a new token once the current one has expired', async () => {
    const { clock, getWith } = setUp();
    await getWith(grantOf('t1'));
    clock.advance(100_000);
    expect(await getWith(grantOf('t2'))).toBe('t2');
  });

  it('keeps a valid token when renewals fail, with growing delays between them', async () => {
    const { clock, gates, getWith, answer, value } = setUp();
    await getWith(grantOf('t1', 1_000));
    clock.advance(800_000);
    for (let second = 0; second < 200; second += 1) {
      expect(await value()).toBe('t1');
      await answer(down);
      clock.advance(1_000);
    }
    // After 0.75, 1.5, 3, 6 and 12 s, then every 22.5 s, rounded up to whole seconds.
    expect(gates).toHaveLength(1 + 1 + 5 + 7);
    await expect(getWith(down)).rejects.toBe(down);
  });

  it('makes an attempt as soon as the current token has expired, regardless of the delay', async () => {
    const { clock, gates, token, getWith, answer } = setUp();
    await getWith(grantOf('t1', 1_000));
    clock.advance(999_000);
    await token.get();
    await answer(new TokenRequestError('status', { status: 503, retryAfterMs: 60_000 }));
    clock.advance(1_000);
    expect(await getWith(grantOf('t2'))).toBe('t2');
    expect(gates).toHaveLength(3);
  });

  it('rejects with the last error until the next attempt when there is no token', async () => {
    const { clock, gates, token, getWith } = setUp();
    await expect(getWith(down)).rejects.toBe(down);
    await expect(token.get()).rejects.toBe(down);
    expect(gates).toHaveLength(1);
    clock.advance(1_000);
    expect(await getWith(grantOf('t1'))).toBe('t1');
  });

  it('waits at most 5 s between attempts when there is no token', async () => {
    const { clock, gates, getWith } = setUp();
    for (let attempt = 1; attempt <= 10; attempt += 1) {
      await expect(getWith(down)).rejects.toBe(down);
      expect(gates).toHaveLength(attempt);
      clock.advance(5_000);
    }
  });

  it.each([
    ['for the time in Retry-After', 20_000, 20_000],
    ['for a minute at most', 3_600_000, 60_000],
  ])('makes no attempt after an error response: %s', async (_case, retryAfterMs, waitMs) => {
    const { clock, gates, token, getWith } = setUp();
    const busy = new TokenEndpointError('slow_down', { status: 429, retryAfterMs });
    await expect(getWith(busy)).rejects.toBe(busy);
    clock.advance(waitMs - 1);
    await expect(token.get()).rejects.toBe(busy);
    clock.advance(1);
    expect([await getWith(grantOf('t1')), gates.length]).toEqual(['t1', 2]);
  });

  it('starts with short delays again after a success', async () => {
    const { clock, gates, getWith } = setUp();
    for (let attempt = 0; attempt < 5; attempt += 1) {
      await expect(getWith(down)).rejects.toBe(down);
      clock.advance(5_000);
    }
    await getWith(grantOf('t1', 1));
    clock.advance(1_000);
    await expect(getWith(down)).rejects.toBe(down);
    clock.advance(1_000);
    expect([await getWith(grantOf('t2')), gates.length]).toEqual(['t2', 8]);
  });

  it('uses a token without expires_in for unknownLifetimeSeconds', async () => {
    const { clock, gates, token, getWith, value } = setUp();
    await getWith({ ...grantOf('t1'), lifetimeSeconds: undefined });
    expect((await token.get()).expiresAt).toBeUndefined();
    clock.advance(47_999);
    expect([await value(), gates.length]).toEqual(['t1', 1]);
    clock.advance(60_000);
    expect(await getWith(grantOf('t2'))).toBe('t2');
  });

  it('returns a token with a malformed lifetime only to the callers that wait for it', async () => {
    const { token, gates, getWith, answer } = setUp();
    const waiting = Promise.all([token.get(), token.get()]);
    await answer(grantOf('t1', 0));
    const [first, second] = await waiting;
    expect([first.value, second.value, first.expiresAt]).toEqual(['t1', 't1', undefined]);
    expect([await getWith(grantOf('t2', 0)), gates.length]).toEqual(['t2', 2]);
  });
});

describe('RenewableToken.replace', () => {
  it('sends one request for all callers whose token was refused', async () => {
    const { token, gates, getWith, answer } = setUp();
    await getWith(grantOf('t1'));
    const refused = await token.get();
    const waiting = Promise.all([token.replace(refused), token.replace(refused)]);
    await answer(grantOf('t2'));
    const late = await token.replace(refused);
    expect([...(await waiting), late].map((fresh) => fresh?.value)).toEqual(['t2', 't2', 't2']);
    expect(gates).toHaveLength(2);
  });

  it('returns undefined when the server grants the same token again', async () => {
    const { token, getWith, answer } = setUp();
    await getWith(grantOf('t1'));
    const replacing = token.replace(await token.get());
    await answer(grantOf('t1'));
    expect(await replacing).toBeUndefined();
  });

  it('delays requests when every fresh token is refused as well', async () => {
    const { clock, token, gates, getWith, answer } = setUp();
    await getWith(grantOf('t1'));
    for (let call = 0; call < 60; call += 1) {
      const replacing = token.replace(await token.get());
      await answer(grantOf(`fresh-${call}`));
      await replacing;
      clock.advance(1_000);
    }
    expect(gates.length).toBeLessThan(1 + 10);
  });

  it('does not delay requests when a token was accepted in between', async () => {
    const { token, gates, getWith, answer } = setUp();
    await getWith(grantOf('t1'));
    for (let call = 0; call < 10; call += 1) {
      const replacing = token.replace(await token.get());
      await answer(grantOf(`fresh-${call}`));
      expect((await replacing)?.value).toBe(`fresh-${call}`);
      token.accept();
    }
    expect(gates).toHaveLength(11);
  });

  it('keeps the refused token when no other is available', async () => {
    const { clock, token, gates, getWith, answer, value } = setUp();
    await getWith(grantOf('t1'));
    const refused = await token.get();
    const replacing = Promise.all([token.replace(refused), answer(down)]);
    await expect(replacing).rejects.toBe(down);
    expect(await value()).toBe('t1');
    token.accept();
    expect(await token.replace(refused)).toBeUndefined();
    expect(gates).toHaveLength(2);
    clock.advance(1_000);
    const again = token.replace(refused);
    await answer(grantOf('t2'));
    expect((await again)?.value).toBe('t2');
  });
});

describe('RenewableToken, events', () => {
  it('distinguish the first token from a renewed one, and list missing scopes', async () => {
    const { clock, token, getWith, answer } = setUp();
    const getting = token.get();
    clock.advance(5);
    await answer(grantOf('t1'));
    await getting;
    clock.advance(100_000);
    await getWith({ ...grantOf('t2'), scopes: createScopeSet(['b', 'c']) });
    expect(events).toEqual([
      {
        ...SUBJECT,
        event: 'requested',
        durationMs: 5,
        expiresAt: 1_700_000_100,
        missingScopes: [],
      },
      {
        ...SUBJECT,
        event: 'renewed',
        durationMs: 0,
        expiresAt: 1_700_000_200,
        missingScopes: ['a'],
      },
    ]);
  });

  it('report a failure, and whether a valid token is still available', async () => {
    const { clock, token, getWith, answer } = setUp();
    await getWith(grantOf('t1'));
    clock.advance(99_900);
    await token.get();
    await answer(new TokenEndpointError('invalid_client', { status: 401 }));
    clock.advance(100);
    await expect(getWith(down)).rejects.toBe(down);
    const failed = { ...SUBJECT, event: 'failed', durationMs: 0 };
    expect(events.slice(1)).toEqual([
      {
        ...failed,
        code: 'ERR_TOKEN_CLIENT_ENDPOINT',
        reason: 'invalid_client',
        status: 401,
        held: true,
        retryInMs: 100,
      },
      {
        ...failed,
        code: 'ERR_TOKEN_CLIENT_REQUEST',
        reason: 'network',
        status: undefined,
        held: false,
        retryInMs: expect.any(Number) as number,
      },
    ]);
  });

  it('report an error of another package without its message', async () => {
    const { getWith } = setUp();
    const unexpected = new RangeError('canary');
    await expect(getWith(unexpected)).rejects.toBe(unexpected);
    expect(events).toMatchObject([{ event: 'failed', code: undefined, reason: 'unexpected' }]);
    expect(JSON.stringify(events)).not.toContain('canary');
  });

  it('do not report that the client was closed', async () => {
    const { getWith } = setUp();
    const closed = new TokenRequestError('closed');
    await expect(getWith(closed)).rejects.toBe(closed);
    expect(events).toEqual([]);
  });
});
