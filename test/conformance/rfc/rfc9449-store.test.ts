/** RFC 9449 §11.1, a store of used proofs that several resource servers share, and its failures. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { randomUUID } from 'node:crypto';
import { describe, expect, onTestFinished, vi } from 'vitest';
import { forEachExpressFront, forEachFront } from '../../support/fronts/fronts.js';
import type { Front } from '../../support/fronts/front.js';
import { digestOf } from '../../support/proofs.js';
import { accepted, refusedProof, seenOf, unavailable } from '../support/dpop-answers.js';
import { createCaller, PROVER, TOKEN_STATES } from '../support/dpop-caller.js';
import { type Fixture, openFixture } from '../support/fixture.js';
import { verifies } from '../support/verifies.js';

const replayed = refusedProof('proof_replayed');

const UNAVAILABLE = { ...unavailable(), cacheControl: 'no-store' };

/** One call of a store. */
interface Registration {
  readonly proof: string;
  readonly windowMs: number;
}

type Answer = (registration: Registration) => unknown;

/** A store that records its calls. */
class RecordingStore {
  readonly registrations: Registration[] = [];
  answer: Answer;
  notBefore: unknown;

  constructor(answer: Answer) {
    this.answer = answer;
  }

  register(proof: string, windowMs: number): unknown {
    this.registrations.push({ proof, windowMs });
    return this.answer({ proof, windowMs });
  }
}

/** Answers as a store should: at once, or later. */
function registering(isLater: boolean): Answer {
  const known = new Set<string>();
  return ({ proof }) => {
    const isNew = !known.has(proof);
    known.add(proof);
    return isLater ? Promise.resolve(isNew) : isNew;
  };
}

/** What a broken store does. */
const BROKEN: Readonly<Record<string, Answer>> = {
  throws: () => {
    throw new Error('ECONNREFUSED redis://:secret@redis.internal');
  },
  'throws a string': () => {
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- A store may throw anything.
    throw 'broken';
  },
  rejects: () => Promise.reject(new Error('READONLY')),
  'rejects with undefined': () =>
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- So may a store.
    Promise.reject(undefined),
  'answers undefined': () => undefined,
  'answers null': () => null,
  'answers OK': () => 'OK',
  'answers 1': () => 1,
  'answers 0': () => 0,
  'answers an object': () => ({ valueOf: () => true }),
  'answers OK later': () => Promise.resolve('OK'),
  'answers undefined later': () => Promise.resolve(undefined),
  'answers 1 later': () => Promise.resolve(1),
};

function openWith(front: Front, store: RecordingStore, replay: object = {}): Promise<Fixture> {
  return openFixture(front, { server: { dpop: { replay: { store, ...replay } } } });
}

forEachExpressFront((front) => {
  for (const isLater of [false, true]) {
    describe(`replay store that answers ${isLater ? 'later' : 'at once'}`, () => {
      verifies(
        'rfc9449#11.1/proof-accepted-once',
        'gets a digest of key and jti, with a constant window, once all other checks have passed',
        async () => {
          const store = new RecordingStore(registering(isLater));
          const rs = await openWith(front, store);
          const caller = await createCaller(rs);
          for (const ahead of [-60, 0, 30]) {
            const jti = randomUUID();
            const iat = rs.issuer.clock() / 1000 + ahead;
            const request = caller.request(caller.prove({ jti, iat }));
            expect(seenOf(await rs.send(request))).toEqual(accepted());
            expect(seenOf(await rs.send(request))).toEqual(replayed);
            const expected = { proof: digestOf(PROVER.thumbprint + jti), windowMs: 95_000 };
            expect(store.registrations.splice(0)).toEqual([expected, expected]);
          }
          const bad = [
            caller.prove({ htm: 'POST' }),
            caller.prove({ htu: 'https://evil.example/p' }),
            caller.prove({ token: 'x' }),
            caller.prove({ iat: 0 }),
            caller.prove({ jti: '' }),
          ];
          for (const proof of bad) await rs.send(caller.request(proof));
          expect(store.registrations).toEqual([]);
        },
      );

      verifies(
        'rfc9449#11.1/proof-accepted-once',
        'makes two resource servers accept a proof once',
        async () => {
          const store = new RecordingStore(registering(isLater));
          const [one, other] = [await openWith(front, store), await openWith(front, store)];
          const caller = await createCaller(one);
          expect(seenOf(await one.send(caller.request()))).toEqual(accepted());
          expect(seenOf(await one.send(caller.request()))).toEqual(replayed);
          const token = await createCaller(other);
          const proof = token.prove({ jti: caller.jti });
          expect(seenOf(await other.send(token.request(proof)))).toEqual(replayed);
        },
      );
    });
  }

  describe('replay store that is slow', () => {
    verifies(
      'rfc9449#11.1/proof-accepted-once',
      'accepts no proof whose token expires in the meantime',
      async () => {
        let answer: (isNew: boolean) => void = () => undefined;
        const store = new RecordingStore(() => new Promise((resolve) => (answer = resolve)));
        const rs = await openWith(front, store);
        const caller = await createCaller(rs);
        const pending = rs.send(caller.request());
        await vi.waitUntil(() => store.registrations.length === 1);
        rs.issuer.clock.advance(2 * 3600_000);
        answer(true);
        expect(await pending).toMatchObject({ status: 401, handlerRan: false });
      },
    );
  });
});

forEachFront((front) => {
  describe('replay store that fails', () => {
    verifies('rfc9449#11.1/store-failure-is-503', 'lets no request pass', async () => {
      const store = new RecordingStore(() => true);
      const rs = await openWith(front, store);
      for (const [name, answer] of Object.entries(BROKEN)) {
        for (const state of TOKEN_STATES) {
          store.answer = () => true;
          const caller = await createCaller(rs, { state });
          store.answer = answer;
          const seen = seenOf(await rs.send(caller.request()));
          expect(seen, name).toEqual({ ...UNAVAILABLE, retryAfter: '1' });
          store.answer = () => true;
          expect(seenOf(await rs.send(caller.request())), name).toEqual(accepted());
        }
      }
      store.answer = () => {
        throw new Error('down');
      };
      // What needs no store works all the same.
      expect(await rs.present(await rs.mint())).toBe('200');
      const caller = await createCaller(rs);
      const bad = caller.request(caller.prove({ htm: 'POST' }));
      expect(seenOf(await rs.send(bad))).toEqual(refusedProof('proof_method'));
    });
  });
});

/** Makes timeouts fire only when a test says so. Those inside Node are not affected. */
function holdTimeouts(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
}

/** Waits for a condition without timers. */
async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setImmediate(resolve));
}

forEachExpressFront((front) => {
  describe('replay store that does not answer', () => {
    verifies('rfc9449#11.1/store-failure-is-503', 'is given up on after 250 ms', async () => {
      const store = new RecordingStore(() => new Promise(() => undefined));
      const rs = await openWith(front, store);
      const caller = await createCaller(rs);
      holdTimeouts();
      let isPending = true;
      const answer = rs.send(caller.request()).finally(() => (isPending = false));
      await until(() => store.registrations.length === 1);
      await vi.advanceTimersByTimeAsync(249);
      expect(isPending).toBe(true);
      await vi.advanceTimersByTimeAsync(1);
      expect(seenOf(await answer)).toEqual({ ...UNAVAILABLE, retryAfter: '1' });
    });

    verifies(
      'rfc9449#11.1/store-failure-is-503',
      'counts for nothing when it answers late',
      async () => {
        let answer: (isNew: boolean) => void = () => undefined;
        const store = new RecordingStore(() => new Promise((resolve) => (answer = resolve)));
        const rs = await openWith(front, store, { timeoutMs: 10 });
        const caller = await createCaller(rs);
        holdTimeouts();
        const pending = rs.send(caller.request());
        await until(() => store.registrations.length === 1);
        await vi.advanceTimersByTimeAsync(10);
        answer(true);
        expect(seenOf(await pending)).toEqual({ ...UNAVAILABLE, retryAfter: '1' });
      },
    );
  });

  describe("replay store with whileUnavailable: 'local'", () => {
    verifies(
      ['rfc9449#11.1/store-failure-is-503', 'rfc9449#11.1/proof-accepted-once'],
      'is replaced by the memory of the process while it fails, with one event',
      async () => {
        const events: unknown[] = [];
        const record = (message: unknown): void => void events.push(message);
        subscribe('scopegate:replay', record);
        onTestFinished(() => void unsubscribe('scopegate:replay', record));
        for (const answer of Object.values(BROKEN)) {
          const store = new RecordingStore(answer);
          const rs = await openWith(front, store, { whileUnavailable: 'local' });
          for (const state of TOKEN_STATES) {
            const caller = await createCaller(rs, { state });
            expect(seenOf(await rs.send(caller.request()))).toEqual(accepted());
            expect(seenOf(await rs.send(caller.request()))).toEqual(replayed);
          }
          expect(events.splice(0)).toMatchObject([{ event: 'unavailable', store: 'shared' }]);
        }
      },
    );

    verifies(
      'rfc9449#11.1/proof-accepted-once',
      'keeps proofs in both places, so that neither failure nor recovery admits one again',
      async () => {
        const good = registering(true);
        const store = new RecordingStore(good);
        const rs = await openWith(front, store, { whileUnavailable: 'local' });
        const caller = await createCaller(rs);
        const before = caller.request(caller.prove({ jti: randomUUID() }));
        const during = caller.request(caller.prove({ jti: randomUUID() }));
        expect(seenOf(await rs.send(before))).toEqual(accepted());
        store.answer = () => Promise.reject(new Error('down'));
        expect(seenOf(await rs.send(before))).toEqual(replayed);
        expect(seenOf(await rs.send(during))).toEqual(accepted());
        store.answer = good;
        expect(seenOf(await rs.send(during))).toEqual(replayed);
        expect(seenOf(await rs.send(before))).toEqual(replayed);
      },
    );
  });

  describe('replay store that has lost data', () => {
    verifies(
      'rfc9449#11.1/proof-accepted-once',
      'admits no proof again, though the clock of its client is ahead',
      async () => {
        const store = new RecordingStore(registering(false));
        const rs = await openWith(front, store);
        const caller = await createCaller(rs);
        const iat = rs.issuer.clock() / 1000 + 30;
        const request = caller.request(caller.prove({ iat }));
        expect(seenOf(await rs.send(request))).toEqual(accepted());
        rs.issuer.clock.advance(1);
        store.answer = registering(false);
        store.notBefore = rs.issuer.clock();
        for (const ms of [0, 30_000, 59_999]) {
          rs.issuer.clock.set(Number(store.notBefore) + ms);
          const seen = await rs.send(request);
          // The store has the proof again after the first one.
          expect(seen, `${ms}`).toMatchObject({ status: ms === 0 ? 503 : 401, handlerRan: false });
        }
      },
    );

    verifies(
      'rfc9449#11.1/store-failure-is-503',
      'lets no proof pass that was created before, nor any while the time is unknown',
      async () => {
        const store = new RecordingStore(registering(false));
        const rs = await openWith(front, store);
        const caller = await createCaller(rs);
        const send = async (seconds: number): Promise<unknown> => {
          const iat = rs.issuer.clock() / 1000 + seconds;
          return seenOf(await rs.send(caller.request(caller.prove({ iat, jti: randomUUID() }))));
        };
        store.notBefore = rs.issuer.clock();
        for (const seconds of [-60, -1, 0, 29.999]) {
          const seen = await send(seconds);
          expect(seen, `${seconds}`).toEqual({ ...UNAVAILABLE, retryAfter: '5' });
        }
        // The clock of the client may be ahead, so an earlier proof may have an iat until here.
        expect(await send(30)).toEqual(accepted());
        rs.issuer.clock.advance(30_000);
        expect(await send(0)).toEqual(accepted());
        for (const notBefore of [Number.NaN, 'x', null, true]) {
          store.notBefore = notBefore;
          expect(await send(1), String(notBefore)).toMatchObject({
            status: 503,
            handlerRan: false,
          });
        }
        store.notBefore = undefined;
        expect(await send(-1)).toEqual(accepted());
      },
    );
  });
});
