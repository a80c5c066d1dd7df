import { setImmediate } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  createRevocationVerifier,
  presentationOf,
  listenToRevocations,
  REVOKED,
  revocationUnavailable,
} from '../../../test/support/revocations.js';
import { signToken } from '../../../test/support/tokens.js';
import { internalsOf } from './internal.js';

describe('revocation hook of a verifier', () => {
  it.each<[string, (revoked: boolean) => boolean | Promise<boolean>]>([
    ['now', (revoked) => revoked],
    ['later', (revoked) => Promise.resolve(revoked)],
  ])('is asked for each request, and answers %s', async (_when, answer) => {
    const isRevoked = vi.fn(() => answer(false));
    const verifier = createRevocationVerifier({ isRevoked });
    const token = signToken();
    await verifier.verify(token);
    await verifier.verify(token);
    expect(isRevoked).toHaveBeenCalledTimes(2);
    isRevoked.mockImplementation(() => answer(true));
    await expect(verifier.verify(token)).rejects.toMatchObject(REVOKED);
    await expect(verifier.verifyPresented(presentationOf(token))).rejects.toMatchObject(REVOKED);
    // A suspension may be lifted.
    isRevoked.mockImplementation(() => answer(false));
    await verifier.verifyPresented(presentationOf(token));
    expect(isRevoked).toHaveBeenCalledTimes(5);
    expect(internalsOf(verifier).findCached(token)).toBeUndefined();
    expect(await verifier.explain(token)).toMatchObject({ cached: true });
  });

  it('that answers at once keeps the verification synchronous', () => {
    const verifier = internalsOf(createRevocationVerifier({ isRevoked: () => false }));
    expect(verifier.verifyMaybeSync(signToken())).not.toBeInstanceOf(Promise);
  });

  it('is not asked about a token that is refused anyway', async () => {
    const isRevoked = vi.fn(() => false);
    const verifier = createRevocationVerifier({ isRevoked });
    await expect(verifier.verify('a.b.c')).rejects.toThrow();
    const presentation = { ...presentationOf(signToken()), scheme: 'DPoP' } as const;
    await expect(verifier.verifyPresented(presentation)).rejects.toMatchObject({
      reason: 'unbound',
    });
    expect(isRevoked).not.toHaveBeenCalled();
  });

  it.each<[string, () => unknown, string]>([
    ['throws', () => fail(), 'error'],
    ['rejects', () => Promise.reject(new Error('secret')), 'error'],
    ['rejects with undefined', () => rejectWith(undefined), 'error'],
    ['returns undefined', () => undefined, 'answer'],
    ['returns "false"', () => 'false', 'answer'],
    ['returns null later', () => Promise.resolve(null), 'answer'],
    ['never settles', () => new Promise(() => undefined), 'timeout'],
  ])('that %s is 503, and is reported once', async (_how, isRevoked, failure) => {
    const events = listenToRevocations();
    const answer = vi.fn(isRevoked);
    const timeoutMs = failure === 'timeout' ? 1 : 60_000;
    const verifier = createRevocationVerifier({ isRevoked: answer as never, timeoutMs });
    expect(verifier.health().revocation).toEqual({ origin: 'hook', failure: undefined });
    const token = signToken();
    for (let times = 0; times < 2; times++) {
      await expect(verifier.verify(token)).rejects.toMatchObject(revocationUnavailable(failure));
    }
    expect(verifier.health().revocation).toEqual({ origin: 'hook', failure });
    answer.mockReturnValue(false);
    await verifier.verify(token);
    expect(events).toMatchObject([
      { event: 'unavailable', origin: 'hook', failure },
      { event: 'recovered', origin: 'hook', failures: 2 },
    ]);
    expect(JSON.stringify(events)).not.toContain('secret');
  });

  it('keeps the cause of a failure, and reports its system code', async () => {
    const events = listenToRevocations();
    const cause = Object.assign(new Error('no connection'), { code: 'ECONNREFUSED' });
    const verifier = createRevocationVerifier({ isRevoked: () => Promise.reject(cause) });
    await expect(verifier.verify(signToken())).rejects.toMatchObject({ cause });
    expect(events).toMatchObject([{ systemCode: 'ECONNREFUSED' }]);
  });

  it('has a deadline, after which its answer does not count', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    let answer: (revoked: boolean) => void = () => undefined;
    const verifier = createRevocationVerifier({
      isRevoked: () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    });
    const waiting = verifier.verify(signToken());
    const refused = expect(waiting).rejects.toMatchObject(revocationUnavailable('timeout'));
    await setImmediate();
    vi.advanceTimersByTime(1_000);
    answer(false);
    await refused;
    const accepted = verifier.verify(signToken());
    await setImmediate();
    answer(false);
    await accepted;
    expect(vi.getTimerCount()).toBe(0);
  });

  it('may take until the token has expired, which is refused then', async () => {
    let now = Date.now();
    const verifier = createRevocationVerifier(
      {
        isRevoked: async () => {
          await setImmediate();
          now += 3_600_000;
          return false;
        },
      },
      { clock: () => now },
    );
    await expect(verifier.verify(signToken())).rejects.toMatchObject({ reason: 'expired' });
  });
});

/** Rejects with a value that is not an Error. */
async function rejectWith(value: unknown): Promise<never> {
  await setImmediate();
  throw value;
}

function fail(): never {
  throw new Error('secret');
}
