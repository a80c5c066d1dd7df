/** RFC 9449 §8, §9, nonces of the resource server. */
import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect } from 'vitest';
import { forEachExpressFront, forEachFront } from '../../support/fronts/fronts.js';
import type { Front } from '../../support/fronts/front.js';
import { field, fieldLines } from '../support/answer.js';
import { BAD_PROOFS } from '../support/bad-proofs.js';
import {
  accepted,
  demandedNonce,
  missingCredentials,
  refusedBearerToken,
  refusedDpopToken,
  refusedProof,
  seenOf,
  type SeenAnswer,
} from '../support/dpop-answers.js';
import {
  type Caller,
  createCaller,
  expectAnswers,
  type ProofFactory,
  type RequestTable,
  TOKEN_STATES,
  withProofs,
} from '../support/dpop-caller.js';
import { type Fixture, openFixture, useFixture } from '../support/fixture.js';
import { verifies } from '../support/verifies.js';

const secret = randomBytes(32);
const otherSecret = randomBytes(48);

/** Nonces change every minute, and are accepted for another one. */
const STEP_MS = 60_000;

/** Opens a resource server whose clock is at the start of a minute. */
async function openServer(front: Front, nonce: object = { secret }): Promise<Fixture> {
  const rs = await openFixture(front, { server: { dpop: { nonce } } });
  rs.issuer.clock.set(Math.ceil(rs.issuer.clock() / STEP_MS) * STEP_MS);
  return rs;
}

/** The nonce that a response without credentials provides. */
async function currentNonce(rs: Fixture): Promise<string> {
  const nonce = field(await rs.send(), 'dpop-nonce');
  expect(nonce).toMatch(/^[\x21\x23-\x5b\x5d-\x7e]+$/);
  return nonce ?? '';
}

/** Sends a proof with a nonce, and a new `jti`. */
async function sendNonce(
  rs: Fixture,
  caller: Caller,
  nonce: string | undefined,
): Promise<SeenAnswer> {
  return seenOf(await rs.send(caller.request(caller.prove({ nonce, jti: randomUUID() }))));
}

forEachFront((front) => {
  describe('nonce', () => {
    verifies(
      ['rfc9449#9/nonce-demanded-by-401', 'rfc9449#11.3/proof-without-nonce-refused'],
      'is demanded from a good proof without one, in one challenge with one nonce',
      async () => {
        const rs = await openServer(front);
        const nonce = await currentNonce(rs);
        const others = [undefined, '', 'x', `${nonce}x`, nonce.slice(1), nonce.toUpperCase()];
        for (const state of TOKEN_STATES) {
          const caller = await createCaller(rs);
          if (state === 'cached') {
            expect(await sendNonce(rs, caller, nonce)).toEqual(accepted());
          }
          for (const other of others) {
            const answer = await rs.send(caller.request(caller.prove({ nonce: other })));
            expect(seenOf(answer), `${other}`).toEqual(demandedNonce(nonce));
            expect(fieldLines(answer, 'www-authenticate')).toHaveLength(1);
            expect(fieldLines(answer, 'dpop-nonce')).toEqual([nonce]);
          }
          // The refused proofs are not used up.
          const good = caller.request(caller.prove({ nonce }));
          expect(seenOf(await rs.send(good))).toEqual(accepted());
          expect(seenOf(await rs.send(good))).toEqual(refusedProof('proof_replayed', { nonce }));
        }
      },
    );

    verifies(
      'rfc9449#9/nonce-demanded-by-401',
      'is provided by each 401 that offers DPoP, and by no other response',
      async () => {
        const rs = await openServer(front);
        const nonce = await currentNonce(rs);
        expect(seenOf(await rs.send())).toEqual(missingCredentials({ nonce }));
        const { token } = await createCaller(rs);
        const asBearer = await rs.send({ headers: { authorization: `Bearer ${token}` } });
        expect(seenOf(asBearer)).toEqual(refusedBearerToken('sender_constraint', { nonce }));
        const bad = await rs.send({ headers: { authorization: 'DPoP x' } });
        expect(seenOf(bad)).toEqual(refusedDpopToken('malformed', { nonce }));
        const unbound = await rs.mint();
        expect(await rs.present(unbound)).toBe('200');
        const headers = { authorization: `Bearer ${unbound}` };
        expect(seenOf(await rs.send({ headers }))).toEqual(accepted());
        const malformed = await rs.send({ headers: { authorization: 'DPoP' } });
        expect(fieldLines(malformed, 'dpop-nonce')).toEqual([]);
      },
    );

    verifies(
      'rfc9449#8.2/new-nonce-not-cached',
      'comes with a 200 only when that of the proof is the previous one',
      async () => {
        const rs = await openServer(front);
        const [caller, previous] = [await createCaller(rs), await currentNonce(rs)];
        rs.issuer.clock.advance(STEP_MS - 1);
        expect(await sendNonce(rs, caller, previous)).toEqual(accepted());
        rs.issuer.clock.advance(1);
        const nonce = await currentNonce(rs);
        expect(nonce).not.toBe(previous);
        const renewed = accepted({ nonce, cacheControl: 'no-store' });
        for (const attempt of ['first', 'second']) {
          expect(await sendNonce(rs, caller, previous), attempt).toEqual(renewed);
        }
        expect(await sendNonce(rs, caller, nonce)).toEqual(accepted());
        rs.issuer.clock.advance(STEP_MS - 1);
        expect(await sendNonce(rs, caller, previous)).toEqual(renewed);
        rs.issuer.clock.advance(1);
        const latest = await currentNonce(rs);
        expect(await sendNonce(rs, caller, previous)).toEqual(demandedNonce(latest));
      },
    );
  });
});

forEachExpressFront((front) => {
  describe('nonce demand', () => {
    verifies(
      'rfc9449#9/nonce-only-for-good-proof',
      'does not hide what else is wrong with a proof',
      async () => {
        const rs = await openServer(front);
        const nonce = await currentNonce(rs);
        for (const current of [undefined, nonce]) {
          for (const [reason, prove] of BAD_PROOFS) {
            const caller = await createCaller(rs, { nonce: current });
            const seen = seenOf(await rs.send(caller.request(prove(caller))));
            expect(seen, reason).toEqual(refusedProof(reason, { nonce }));
          }
        }
      },
    );

    verifies('rfc9449#4.3/demanded-nonce-in-proof', 'is met by a string alone', async () => {
      const rs = await openServer(front);
      const nonce = await currentNonce(rs);
      for (const value of [null, 1, [nonce], { nonce }, true, ` ${nonce}`, `${nonce}, ${nonce}`]) {
        const caller = await createCaller(rs);
        const proof = caller.prove({ claims: { nonce: value } });
        const seen = seenOf(await rs.send(caller.request(proof)));
        expect(seen, JSON.stringify(value)).toEqual(demandedNonce(nonce));
      }
    });
  });

  describe('nonces of a fleet', () => {
    verifies(
      ['rfc9449#11.3/nonces-shared-and-rotated', 'rfc9449#4.3/demanded-nonce-in-proof'],
      'are accepted by each server with the secret, though their clocks differ by a step',
      async () => {
        const [one, ahead] = [await openServer(front), await openServer(front)];
        ahead.issuer.clock.set(one.issuer.clock() + STEP_MS);
        const next = await currentNonce(ahead);
        const caller = await createCaller(one);
        expect(await sendNonce(one, caller, next)).toEqual(accepted());
        const current = await currentNonce(one);
        const other = await createCaller(ahead);
        const renewed = accepted({ nonce: next, cacheControl: 'no-store' });
        expect(await sendNonce(ahead, other, current)).toEqual(renewed);
        ahead.issuer.clock.advance(STEP_MS);
        const tooFar = await currentNonce(ahead);
        expect(await sendNonce(one, caller, tooFar)).toEqual(demandedNonce(current));
      },
    );

    verifies(
      'rfc9449#11.3/nonces-shared-and-rotated',
      'are accepted while their secret is listed',
      async () => {
        const before = await openServer(front);
        const during = await openServer(front, { secret: [otherSecret, secret] });
        const prepared = await openServer(front, { secret: [secret, otherSecret] });
        const after = await openServer(front, { secret: otherSecret });
        for (const rs of [during, prepared, after]) rs.issuer.clock.set(before.issuer.clock());
        const [old, renewed] = [await currentNonce(before), await currentNonce(after)];
        expect(old).not.toBe(renewed);
        expect(await currentNonce(during)).toBe(renewed);
        expect(await currentNonce(prepared)).toBe(old);
        for (const rs of [during, prepared]) {
          for (const nonce of [old, renewed]) {
            expect(await sendNonce(rs, await createCaller(rs), nonce)).toMatchObject({
              status: 200,
            });
          }
        }
        const seen = await sendNonce(after, await createCaller(after), old);
        expect(seen).toEqual(demandedNonce(renewed));
      },
    );

    verifies(
      'rfc9449#8/nonces-unguessable',
      'depend on the secret, the step and its length, and never repeat',
      async () => {
        const nonces = new Set<string>();
        const servers = [
          await openServer(front),
          await openServer(front, { secret: otherSecret }),
          await openServer(front, { secret, lifetimeSeconds: 240 }),
        ];
        for (const rs of servers) {
          for (let step = 0; step < 100; step += 1) {
            nonces.add(await currentNonce(rs));
            rs.issuer.clock.advance(2 * STEP_MS);
          }
        }
        expect(nonces.size).toBe(300);
        // 256 bits each.
        for (const nonce of nonces) expect(nonce).toMatch(/^[-\w]{43}$/);
      },
    );
  });

  describe('clock that is set back', () => {
    verifies(
      'rfc9449#4.3/demanded-nonce-in-proof',
      'makes clients get another nonce at most',
      async () => {
        const rs = await openServer(front);
        const caller = await createCaller(rs);
        rs.issuer.clock.advance(STEP_MS);
        const nonce = await currentNonce(rs);
        rs.issuer.clock.advance(-1);
        expect(await sendNonce(rs, caller, nonce)).toEqual(accepted());
        rs.issuer.clock.advance(-STEP_MS);
        const earlier = await currentNonce(rs);
        expect(await sendNonce(rs, caller, nonce)).toEqual(demandedNonce(earlier));
        expect(await sendNonce(rs, caller, earlier)).toEqual(accepted());
      },
    );
  });

  describe('time of a proof with a nonce', () => {
    verifies(
      'rfc9449#4.3/proof-within-time-window',
      'is that of the nonce, so that clients with a wrong clock can call',
      async () => {
        const rs = await openServer(front);
        const nonce = await currentNonce(rs);
        const now = rs.issuer.clock() / 1000;
        const wrong: RequestTable = withProofs(
          Object.fromEntries(
            [now - 1e6, now + 1e6, 0, -1, now + 0.5].map((iat): [string, ProofFactory] => [
              `${iat - now} s`,
              ({ prove }) => prove({ iat, nonce, jti: randomUUID() }),
            ]),
          ),
        );
        await expectAnswers(rs, wrong, accepted(), { nonce });
      },
    );

    verifies(
      'rfc9449#11.1/proof-registered-while-acceptable',
      'keeps the proof registered until no server accepts the nonce',
      async () => {
        const [rs, ahead] = [await openServer(front), await openServer(front)];
        const start = rs.issuer.clock();
        ahead.issuer.clock.set(start + STEP_MS);
        const next = await currentNonce(ahead);
        const caller = await createCaller(rs, { nonce: next });
        const request = caller.request();
        expect(seenOf(await rs.send(request))).toEqual(accepted());
        for (const elapsed of [1, STEP_MS, 2 * STEP_MS, 3 * STEP_MS - 1]) {
          rs.issuer.clock.set(start + elapsed);
          const replay = seenOf(await rs.send(request));
          expect(replay, `${elapsed}`).toMatchObject({ status: 401, handlerRan: false });
          const expected = refusedProof('proof_replayed', { nonce: await currentNonce(rs) });
          expect(replay, `${elapsed}`).toEqual(expected);
        }
        rs.issuer.clock.set(start + 3 * STEP_MS);
        const expected = demandedNonce(await currentNonce(rs));
        expect(seenOf(await rs.send(request))).toEqual(expected);
      },
    );
  });
});

forEachFront((front) => {
  const rs = useFixture(front, {
    server: { dpop: { nonce: { secret } } },
    mount: ({ app, api, handler }) => {
      app.guard('/p', api.requireAccessToken());
      app.get('/p', api.requireScope('read'), api.optionalAccessToken(), handler);
    },
  });

  describe('nonce behind several guards', () => {
    verifies('rfc9449#8/nonces-unguessable', 'is on one line', async () => {
      const nonce = await currentNonce(rs);
      const caller = await createCaller(rs, { nonce });
      rs.issuer.clock.advance(STEP_MS);
      const answer = await rs.send(caller.request());
      expect(answer.status).toBe(200);
      expect(fieldLines(answer, 'dpop-nonce')).toEqual([await currentNonce(rs)]);
      expect(fieldLines(answer, 'cache-control')).toEqual(['no-store']);
    });
  });
});
