import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  createRevocationVerifier,
  createShortList,
  PolledSource,
  REVOKED,
  revocationUnavailable,
} from '../../../test/support/revocations.js';
import { SECRET_OPTIONS, signToken } from '../../../test/support/tokens.js';

const { issuer } = SECRET_OPTIONS;

describe('whileAcceptable() with revocations', () => {
  const MINUTE = 60_000;

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it('aborts at once when a list withdraws the token', async () => {
    const list = createShortList();
    const verifier = createRevocationVerifier(list);
    const watched = async (jti: string): Promise<AbortSignal> =>
      verifier.whileAcceptable(await verifier.verify(signToken({ jti })));
    const signals = [await watched('a'), await watched('a'), await watched('b')];
    await list.withdraw({ issuer, tokenId: 'a' });
    await Promise.resolve();
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true, false]);
    expect(signals[0]?.reason).toMatchObject(REVOKED);
    expect(vi.getTimerCount()).toBe(1);
  });

  it('is aborted from the start for a token that was revoked since', async () => {
    const list = createShortList();
    const verifier = createRevocationVerifier(list);
    const token = await verifier.verify(signToken({ jti: 'a' }));
    await list.withdraw({ issuer, tokenId: 'a' });
    expect(verifier.whileAcceptable(token).reason).toMatchObject(REVOKED);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('aborts within a minute when a source without events revokes the token', async () => {
    const source = new PolledSource();
    const verifier = createRevocationVerifier(source);
    const signal = verifier.whileAcceptable(await verifier.verify(signToken()));
    vi.advanceTimersByTime(MINUTE);
    expect([signal.aborted, source.asked.length]).toEqual([false, 1]);
    Object.assign(source, { version: 1, revoked: true });
    vi.advanceTimersByTime(MINUTE - 1);
    expect(signal.aborted).toBe(false);
    vi.advanceTimersByTime(1);
    expect(signal.reason).toMatchObject(REVOKED);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('aborts within a minute when a source is no longer current', async () => {
    const source = new PolledSource();
    const verifier = createRevocationVerifier(source);
    const signal = verifier.whileAcceptable(await verifier.verify(signToken()));
    source.current = false;
    vi.advanceTimersByTime(MINUTE);
    expect(signal.reason).toMatchObject(revocationUnavailable('not_current'));
  });

  it.each<[string, () => boolean | Promise<boolean>, object]>([
    ['says that the token was revoked', () => true, REVOKED],
    ['says so later', () => Promise.resolve(true), REVOKED],
    ['fails', () => Promise.reject(new Error('down')), revocationUnavailable('error')],
  ])('aborts within a minute when the hook %s', async (_what, answer, reason) => {
    const isRevoked = vi.fn<() => boolean | Promise<boolean>>(() => false);
    const verifier = createRevocationVerifier({ isRevoked });
    const signal = verifier.whileAcceptable(await verifier.verify(signToken()));
    vi.advanceTimersByTime(MINUTE);
    await setImmediate();
    expect([signal.aborted, isRevoked.mock.calls.length]).toEqual([false, 2]);
    isRevoked.mockImplementation(answer);
    vi.advanceTimersByTime(MINUTE);
    await setImmediate();
    expect(signal.reason).toMatchObject(reason);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('does not ask the hook once the watch has ended', async () => {
    const isRevoked = vi.fn(() => false);
    const verifier = createRevocationVerifier({ isRevoked });
    const work = new AbortController();
    const token = await verifier.verify(signToken());
    verifier.whileAcceptable(token, { signal: work.signal });
    work.abort();
    vi.advanceTimersByTime(10 * MINUTE);
    expect(isRevoked).toHaveBeenCalledTimes(1);
  });

  it('removes its listener when the watch ends, even if the source returned none', async () => {
    const listeners = new Set<() => void>();
    const remove = vi.fn();
    const onChange = vi.fn((listener: () => void) => {
      listeners.add(listener);
      return remove;
    });
    const verifier = createRevocationVerifier(Object.assign(new PolledSource(), { onChange }));
    const token = await verifier.verify(signToken());
    const work = new AbortController();
    verifier.whileAcceptable(token, { signal: work.signal });
    onChange.mockReturnValue(undefined as never);
    verifier.whileAcceptable(token, { signal: work.signal });
    work.abort();
    expect(remove).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
  });
});
