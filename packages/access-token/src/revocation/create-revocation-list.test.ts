import type { RevocationSubject, Withdrawal } from '@scopegate/protocol';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { listenToRevocations } from '../../../../test/support/revocations.js';
import { createRevocationList } from './create-revocation-list.js';
import type { RevocationList, RevocationListOptions } from './revocation-list.js';
import { RevocationUnavailableError } from './revocation-unavailable-error.js';

const issuer = 'https://auth.example.com';
const other = 'https://other.example.com';
/** With a fraction, as a real time has. */
const START = Date.UTC(2030, 0, 1) + 700;
const NOW = Math.floor(START / 1000);
const LIFETIME = 3_600;
/** The largest clock tolerance of a verifier. */
const TOLERANCE = 300;

let nowMs: number;

beforeEach(() => {
  nowMs = START;
});

function createList(options: Partial<RevocationListOptions> = {}): RevocationList {
  return createRevocationList({ maxLifetimeSeconds: LIFETIME, clock: () => nowMs, ...options });
}

/** A token that was issued in the current second. */
function token(changes: Partial<RevocationSubject> = {}): RevocationSubject {
  return {
    issuer,
    tokenId: 'token-1',
    subject: 'user-1',
    clientId: 'client-1',
    sessionId: 'session-1',
    issuedAt: NOW,
    expiresAt: NOW + LIFETIME,
    ...changes,
  };
}

const KINDS: readonly [string, Withdrawal, Partial<RevocationSubject>][] = [
  ['token', { issuer, tokenId: 'token-1' }, { tokenId: 'token-2' }],
  ['session', { issuer, sessionId: 'session-1' }, { sessionId: 'session-2' }],
  ['subject', { issuer, subject: 'user-1' }, { subject: 'user-2' }],
  ['client', { issuer, clientId: 'client-1' }, { clientId: 'client-2' }],
];

describe('createRevocationList', () => {
  describe.each(KINDS)('withdrawal of a %s', (kind, withdrawal, another) => {
    it('takes effect before it returns, and again has no effect', () => {
      const list = createList();
      expect(list.isRevoked(token())).toBe(false);
      void list.withdraw(withdrawal);
      expect([list.isRevoked(token()), list.version]).toEqual([true, 1]);
      void list.withdraw(withdrawal);
      expect([list.health().entries, list.version]).toEqual([1, 1]);
    });

    it('does not concern other tokens', async () => {
      const list = createList();
      await list.withdraw(withdrawal);
      expect(list.isRevoked(token(another))).toBe(false);
      expect(list.isRevoked(token({ issuer: other }))).toBe(false);
      const name = Object.keys(another)[0] ?? '';
      expect(list.isRevoked(token({ [name]: undefined }))).toBe(false);
    });

    it('publishes an event without any value of a token', async () => {
      const events = listenToRevocations();
      await createList().withdraw(withdrawal);
      expect(events).toEqual([{ event: 'withdrawn', kind, entries: 1 }]);
    });
  });

  it('distinguishes equal values of other claims and issuers', async () => {
    const list = createList();
    await list.withdraw({ issuer, subject: 'session-1' });
    await list.withdraw({ issuer, tokenId: 'user-1' });
    await list.withdraw({ issuer: `${issuer}/`, tokenId: 'token-1' });
    await list.withdraw({ issuer, tokenId: '__proto__' });
    expect(list.isRevoked(token())).toBe(false);
    expect(list.isRevoked(token({ tokenId: '__proto__' }))).toBe(true);
  });

  it.each<[string, Partial<Withdrawal>, readonly (number | undefined)[], readonly number[]]>([
    ['now: a login in the same second stands', { issuedBefore: START / 1000 }, [NOW - 1], [NOW]],
    ['omitted: every token until now', {}, [NOW - 1, NOW], [NOW + 1]],
    ['in the past', { issuedBefore: NOW - 60 }, [NOW - 61, undefined], [NOW - 60, NOW]],
    ['in the future', { issuedBefore: NOW + 60 }, [NOW, NOW + 59, undefined], [NOW + 60]],
    ['zero: tokens without "iat"', { issuedBefore: 0.5 }, [], [0, NOW]],
  ])('withdraws by "iat" when issuedBefore is %s', async (_when, cut, revoked, kept) => {
    const list = createList();
    await list.withdraw({ issuer, subject: 'user-1', ...cut } as Withdrawal);
    await list.withdraw({ issuer, clientId: 'client-1', ...cut } as Withdrawal);
    const decide = (issuedAt: number | undefined): boolean => list.isRevoked(token({ issuedAt }));
    expect(revoked.map(decide)).toEqual(revoked.map(() => true));
    expect(kept.map(decide)).toEqual(kept.map(() => false));
  });

  it('withdraws all tokens of a session, or those with an earlier "iat"', async () => {
    const list = createList();
    await list.withdraw({ issuer, sessionId: 'session-1' });
    await list.withdraw({ issuer, sessionId: 'session-2', issuedBefore: NOW });
    const revoked = ['session-1', 'session-2'].map((sessionId) =>
      [NOW - 1, NOW, NOW + 60].map((issuedAt) => list.isRevoked(token({ sessionId, issuedAt }))),
    );
    expect(revoked).toEqual([
      [true, true, true],
      [true, false, false],
    ]);
  });

  it('never narrows a withdrawal', async () => {
    const list = createList();
    await list.withdraw({ issuer, subject: 'user-1', issuedBefore: NOW + 60 });
    await list.withdraw({ issuer, subject: 'user-1', issuedBefore: NOW - 60 });
    expect(list.isRevoked(token())).toBe(true);
    expect(list.version).toBe(1);
    await list.withdraw({ issuer, subject: 'user-1', issuedBefore: NOW + 61 });
    expect(list.version).toBe(2);
  });

  it.each<[string, Withdrawal, number]>([
    ['token', { issuer, tokenId: 'token-1' }, START / 1000 + TOLERANCE],
    ['session', { issuer, sessionId: 'session-1' }, START / 1000 + TOLERANCE],
    ['subject', { issuer, subject: 'user-1', issuedBefore: NOW - 60 }, NOW - 60],
    ['client', { issuer, clientId: 'client-1', issuedBefore: NOW + 60 }, NOW + 60],
  ])('drops the entry of a %s when all of its tokens have expired', async (_kind, given, last) => {
    const list = createList();
    await list.withdraw(given);
    const revoked = token({ issuedAt: undefined });
    nowMs = (last + LIFETIME + TOLERANCE) * 1000 - 1;
    expect([list.isRevoked(revoked), list.health().entries]).toEqual([true, 1]);
    nowMs += 1;
    expect([list.isRevoked(revoked), list.health().entries]).toEqual([false, 0]);
    await list.withdraw(given);
    expect(list.version).toBe(given.issuedBefore === undefined ? 2 : 1);
  });

  it('ignores a withdrawal whose tokens have all expired', async () => {
    const list = createList({ maxEntries: 1 });
    const issuedBefore = NOW - LIFETIME - TOLERANCE;
    await list.withdraw({ issuer, subject: 'user-1', issuedBefore });
    expect([list.health().entries, list.version]).toEqual([0, 0]);
  });

  it('rejects while it is full, publishes that once, and forgets nothing', async () => {
    const events = listenToRevocations();
    const list = createList({ maxEntries: 2 });
    await list.withdraw({ issuer, tokenId: 'token-1' });
    nowMs += 1_000;
    await list.withdraw({ issuer, tokenId: 'token-2' });
    for (const tokenId of ['token-3', 'token-4']) {
      await expect(list.withdraw({ issuer, tokenId })).rejects.toMatchObject({
        name: 'RevocationListFullError',
        code: 'ERR_REVOCATION_LIST_FULL',
        maxEntries: 2,
        message: 'the revocation list is full: it has 2 entries; raise "maxEntries"',
      });
    }
    await list.withdraw({ issuer, tokenId: 'token-2' });
    expect(list.isRevoked(token())).toBe(true);
    expect(list.isRevoked(token({ tokenId: 'token-3' }))).toBe(false);
    expect(events.filter(({ event }) => event === 'full')).toEqual([
      { event: 'full', maxEntries: 2 },
    ]);
    nowMs = START + (LIFETIME + 2 * TOLERANCE) * 1000;
    await list.withdraw({ issuer, tokenId: 'token-3' });
    expect(list.health().entries).toBe(2);
    await expect(list.withdraw({ issuer, tokenId: 'token-4' })).rejects.toThrow('full');
    expect(events.filter(({ event }) => event === 'full')).toHaveLength(2);
  });

  it('drops expired entries while it has space', async () => {
    const events = listenToRevocations();
    const list = createList();
    for (const tokenId of ['a', 'b', 'c']) await list.withdraw({ issuer, tokenId });
    await list.withdraw({ issuer: other, tokenId: 'd' });
    nowMs += (LIFETIME + 2 * TOLERANCE) * 1000;
    await list.withdraw({ issuer, tokenId: 'e' });
    expect(events.at(-1)).toEqual({ event: 'withdrawn', kind: 'token', entries: 1 });
  });

  it('calls listeners once for withdrawals of one task, until they are removed', async () => {
    const list = createList();
    const listener = vi.fn();
    const removers = [list.onChange(listener), list.onChange(listener)];
    void list.withdraw({ issuer, tokenId: 'a' });
    void list.withdraw({ issuer, tokenId: 'b' });
    expect(listener).not.toHaveBeenCalled();
    await Promise.resolve();
    expect(listener).toHaveBeenCalledTimes(2);
    removers[0]?.();
    removers[0]?.();
    await list.withdraw({ issuer, tokenId: 'c' });
    await Promise.resolve();
    expect(listener).toHaveBeenCalledTimes(3);
    removers[1]?.();
    await list.withdraw({ issuer, tokenId: 'd' });
    expect(listener).toHaveBeenCalledTimes(3);
  });

  it('calls the other listeners when one throws', async () => {
    const failure = new Error('a listener of the application');
    const uncaught = vi.fn();
    const others = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException').on('uncaughtException', uncaught);
    onTestFinished(() => {
      process.removeAllListeners('uncaughtException');
      for (const listener of others) process.on('uncaughtException', listener);
    });
    const list = createList();
    const listener = vi.fn();
    list.onChange(() => {
      throw failure;
    });
    list.onChange(listener);
    await list.withdraw({ issuer, tokenId: 'token-1' });
    await new Promise(setImmediate);
    expect(listener).toHaveBeenCalledOnce();
    expect(uncaught.mock.calls).toEqual([[failure, 'uncaughtException']]);
  });

  it('has a version that a copy of its members lacks, because it would not grow there', () => {
    const list = createList();
    expect(list.version).toBe(0);
    expect(Object.keys(list)).not.toContain('version');
    expect({ ...list }).toMatchObject({ maxLifetimeSeconds: LIFETIME });
  });

  it('is always current without maxSilenceSeconds', async () => {
    const list = createList();
    nowMs += 1e12;
    expect(list.isCurrent(nowMs)).toBe(true);
    await list.ready();
    expect(list.health()).toEqual({
      entries: 0,
      maxEntries: 100_000,
      isCurrent: true,
      silentForMs: undefined,
    });
  });

  it('is current only while it is heard of, whatever was withdrawn', async () => {
    const list = createList({ maxSilenceSeconds: 30 });
    expect(list.isCurrent(nowMs)).toBe(false);
    list.heard();
    expect(list.health()).toMatchObject({ isCurrent: true, silentForMs: 0 });
    nowMs += 30_000;
    await list.withdraw({ issuer, tokenId: 'a' });
    expect(list.health()).toMatchObject({ isCurrent: true, silentForMs: 30_000 });
    nowMs += 1;
    expect(list.isCurrent(nowMs)).toBe(false);
    list.heard();
    expect(list.isCurrent(nowMs)).toBe(true);
    // A clock that was set back would hide the silence.
    expect(list.isCurrent(nowMs - 30_001)).toBe(false);
    expect(list.isCurrent(Number.NaN)).toBe(false);
  });

  it('is ready when it is heard of for the first time, or rejects', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const list = createList({ maxSilenceSeconds: 30 });
    const failed = list.ready();
    vi.advanceTimersByTime(30_000);
    await expect(failed).rejects.toEqual(new RevocationUnavailableError('not_current'));
    const ready = [list.ready(), list.ready()];
    list.heard();
    await Promise.all([...ready, list.ready()]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is frozen, and does not use "this"', async () => {
    const list = createList();
    const copy = { ...list };
    copy.heard();
    await copy.withdraw({ issuer, tokenId: 'token-1' });
    expect([list.isRevoked(token()), list.health().entries]).toEqual([true, 1]);
    expect(Object.isFrozen(list)).toBe(true);
  });

  it.each<[string, object | undefined, string]>([
    ['no options', undefined, 'createRevocationList expects an options object'],
    ['no lifetime', {}, 'option "maxLifetimeSeconds" is required: the longest lifetime of the'],
    ['a lifetime of 0', { maxLifetimeSeconds: 0 }, 'must be a number of at least 1'],
    ['no lifetime limit', { maxLifetimeSeconds: Infinity }, 'must be a number of at least 1'],
    ['half an entry', { maxLifetimeSeconds: 1, maxEntries: 0.5 }, 'must be an integer from 1 to'],
    ['a short silence', { maxLifetimeSeconds: 1, maxSilenceSeconds: 0 }, 'from 1 to 86400'],
    ['a clock that is a number', { maxLifetimeSeconds: 1, clock: 1 }, 'must be a function'],
    ['another name', { maxLifetime: 1 }, 'did you mean "maxLifetimeSeconds"?'],
  ])('refuses %s', (_what, options, message) => {
    expect(() => createRevocationList(options as RevocationListOptions)).toThrow(message);
  });
});
