/** RFC 9449 §11.1, proofs that are used more than once. */
import { randomUUID } from 'node:crypto';
import { describe, expect } from 'vitest';
import { createAccessTokenVerifier } from '@scopegate/access-token';
import {
  createResourceServer as createExpressServer,
  type ResourceServerOptions,
} from '@scopegate/express';
import type { TestIssuer } from '@scopegate/testing';
import { forEachExpressFront, forEachFront } from '../../support/fronts/fronts.js';
import { createProver } from '../../support/proofs.js';
import { BAD_PROOFS, OLD_PROOF } from '../support/bad-proofs.js';
import { accepted, refusedProof, seenOf, unavailable } from '../support/dpop-answers.js';
import { type Caller, createCaller, TOKEN_STATES } from '../support/dpop-caller.js';
import { type Fixture, openFixture, RESOURCE, useFixture } from '../support/fixture.js';
import { verifies } from '../support/verifies.js';

const replayed = refusedProof('proof_replayed');

const FULL = unavailable();

/** Sends one proof some times at once, and counts the responses by their status. */
async function sendAtOnce(
  rs: Fixture,
  caller: Caller,
  times: number,
): Promise<Readonly<Record<string, number>>> {
  const request = caller.request();
  const answers = await Promise.all(Array.from({ length: times }, () => rs.send(request)));
  const counts: Record<string, number> = {};
  for (const answer of answers) {
    expect([accepted(), replayed]).toContainEqual(seenOf(answer));
    counts[answer.status] = (counts[answer.status] ?? 0) + 1;
  }
  return counts;
}

forEachFront((front) => {
  const rs = useFixture(front, { server: { dpop: true } });

  describe('proof that was used', () => {
    verifies('rfc9449#11.1/proof-accepted-once', 'is refused', async () => {
      for (const state of TOKEN_STATES) {
        const caller = await createCaller(rs, { state });
        const request = caller.request();
        expect(seenOf(await rs.send(request))).toEqual(accepted());
        expect(seenOf(await rs.send(request))).toEqual(replayed);
        expect(seenOf(await rs.send(request))).toEqual(replayed);
      }
    });

    verifies('rfc9449#11.1/proof-accepted-once', 'is accepted once of 50 at once', async () => {
      for (const state of TOKEN_STATES) {
        const caller = await createCaller(rs, { state });
        expect(await sendAtOnce(rs, caller, 50)).toEqual({ 200: 1, 401: 49 });
      }
    });
  });
});

forEachExpressFront((front) => {
  const rs = useFixture(front, { server: { dpop: true } });

  describe('jti that was used', () => {
    verifies(
      'rfc9449#11.1/proof-accepted-once',
      'is refused with another method, URL, time and spelling',
      async () => {
        const caller = await createCaller(rs);
        expect(seenOf(await rs.send(caller.request()))).toEqual(accepted());
        const iat = rs.issuer.clock() / 1000;
        const others = [
          caller.request(caller.prove({ iat: iat - 1 })),
          caller.request(caller.prove({ htu: `HTTPS://RS.example:443/x/../p?q` })),
          caller.request(caller.prove({ claims: { other: 1 } })),
          caller.request(caller.prove({ header: { other: 1 } })),
          caller.request(caller.prove({ htm: 'POST' }), { method: 'POST' }),
        ];
        for (const request of others) expect(seenOf(await rs.send(request))).toEqual(replayed);
      },
    );

    verifies(
      'rfc9449#11.1/proof-accepted-once',
      'is refused with another token for the same key',
      async () => {
        const caller = await createCaller(rs);
        expect(seenOf(await rs.send(caller.request()))).toEqual(accepted());
        const other = await createCaller(rs);
        const proof = other.prove({ jti: caller.jti });
        expect(seenOf(await rs.send(other.request(proof)))).toEqual(replayed);
      },
    );

    verifies(
      'rfc9449#11.1/identifiers-are-per-key',
      'is accepted with another key, and with another spelling of its text',
      async () => {
        const caller = await createCaller(rs);
        const other = await createCaller(rs, { prover: createProver('Ed25519') });
        for (const each of [caller, other]) {
          const proof = each.prove({ jti: caller.jti });
          expect(seenOf(await rs.send(each.request(proof)))).toEqual(accepted());
        }
        // A digest of the two texts in a row would be the same for another border.
        for (const jti of [`${caller.jti} `, caller.jti.toUpperCase(), `${caller.jti}\0`]) {
          expect(seenOf(await rs.send(caller.request(caller.prove({ jti }))))).toEqual(accepted());
        }
      },
    );
  });

  describe('proof that was refused', () => {
    verifies(
      'rfc9449#11.1/refused-proof-not-used-up',
      'can be sent again without its mistake, whichever check it failed',
      async () => {
        for (const [reason, prove] of [...BAD_PROOFS, OLD_PROOF]) {
          for (const state of TOKEN_STATES) {
            const caller = await createCaller(rs, { state });
            const bad = caller.request(prove(caller));
            for (const attempt of ['first', 'second']) {
              const name = `${reason}, ${state}, ${attempt}`;
              expect(seenOf(await rs.send(bad)), name).toEqual(refusedProof(reason));
            }
            expect(seenOf(await rs.send(caller.request())), reason).toEqual(accepted());
            expect(seenOf(await rs.send(bad)), reason).toEqual(refusedProof(reason));
            expect(seenOf(await rs.send(caller.request())), reason).toEqual(replayed);
          }
        }
      },
    );
  });

  describe('proof that is explained', () => {
    verifies(
      'rfc9449#11.1/refused-proof-not-used-up',
      'is not used up, and is still a replay after its use',
      async () => {
        const options = { ...rs.issuer.options(), dpop: { publicUrl: RESOURCE } };
        const verifier = createAccessTokenVerifier(options);
        const { token, prove } = await createCaller(rs);
        const proof = prove();
        const explained = { proof, method: 'GET', url: '/p' };
        for (const attempt of ['first', 'second']) {
          const { verdict } = await verifier.explain(token, explained);
          expect(verdict, attempt).toBe('accepted');
        }
        const presentation = { token, proofs: [proof], method: 'GET', target: '/p' };
        await verifier.verifyPresented({ scheme: 'DPoP', ...presentation });
        await expect(
          verifier.verifyPresented({ scheme: 'DPoP', ...presentation }),
        ).rejects.toMatchObject({ reason: 'proof_replayed' });
        verifier.close();
      },
    );
  });

  describe('time for which a proof is kept', () => {
    verifies(
      'rfc9449#11.1/proof-kept-while-acceptable',
      'ends when the proof is not acceptable any more, and not before',
      async () => {
        for (const ahead of [-60, -59.5, -30, 0, 29.999, 30]) {
          const caller = await createCaller(rs, { state: 'cached' });
          const start = rs.issuer.clock();
          const request = caller.request(caller.prove({ iat: start / 1000 + ahead }));
          expect(seenOf(await rs.send(request)), `${ahead}`).toEqual(accepted());
          const acceptableMs = (60 + ahead) * 1000;
          for (const part of [0, 0.25, 0.5, 0.9, 1]) {
            rs.issuer.clock.set(start + Math.floor(acceptableMs * part));
            const name = `${ahead} s, ${part}`;
            expect(seenOf(await rs.send(request)), name).toEqual(replayed);
          }
          rs.issuer.clock.set(start + Math.floor(acceptableMs) + 1);
          expect(seenOf(await rs.send(request)), `${ahead}`).toEqual(refusedProof('proof_time'));
        }
      },
    );

    verifies(
      'rfc9449#11.1/proof-kept-while-acceptable',
      'covers the last acceptable millisecond, whenever in a minute the proof is used',
      async () => {
        for (const offset of [0, 1, 999, 4_999, 5_000, 9_999, 12_345, 59_999]) {
          rs.issuer.clock.set(Math.ceil(rs.issuer.clock() / 60_000) * 60_000 + 60_000 + offset);
          const start = rs.issuer.clock();
          const caller = await createCaller(rs);
          const request = caller.request(caller.prove({ iat: start / 1000 + 30 }));
          expect(seenOf(await rs.send(request))).toEqual(accepted());
          rs.issuer.clock.set(start + 90_000);
          // Another proof makes the memory drop what is old.
          const { prove } = caller;
          const fresh = caller.request(prove({ jti: randomUUID() }));
          expect(seenOf(await rs.send(fresh))).toEqual(accepted());
          expect(seenOf(await rs.send(request)), `${offset} ms`).toEqual(replayed);
        }
      },
    );

    verifies(
      'rfc9449#11.1/proof-kept-while-acceptable',
      'covers 50 requests at once at the last acceptable millisecond',
      async () => {
        const caller = await createCaller(rs, { state: 'cached' });
        const start = rs.issuer.clock();
        const request = caller.request(caller.prove({ iat: start / 1000 + 30 }));
        rs.issuer.clock.set(start + 90_000);
        const answers = await Promise.all(Array.from({ length: 50 }, () => rs.send(request)));
        expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
        expect(answers.filter(({ status }) => status === 401)).toHaveLength(49);
      },
    );
  });
});

forEachExpressFront((front) => {
  describe('memory for proofs', () => {
    verifies(
      ['rfc9449#11.1/proof-memory-bounded', 'rfc9449#11.1/store-failure-is-503'],
      'forgets no acceptable proof when it is full, and answers 503',
      async () => {
        const rs = await openFixture(front, { server: { dpop: { replay: { maxEntries: 3 } } } });
        const caller = await createCaller(rs);
        const proofs = ['1', '2', '3'].map((jti) => caller.prove({ jti }));
        for (const proof of proofs) {
          expect(seenOf(await rs.send(caller.request(proof)))).toEqual(accepted());
        }
        const next = caller.request(caller.prove({ jti: '4' }));
        for (const attempt of [1, 2]) {
          const answer = await rs.send(next);
          expect(seenOf(answer), `${attempt}`).toMatchObject({ ...FULL, retryAfter: '5' });
        }
        for (const proof of proofs) {
          expect(seenOf(await rs.send(caller.request(proof)))).toEqual(replayed);
        }
        // A bad proof is refused for its own reason, and bearer tokens need no memory.
        const bad = caller.request(caller.prove({ htm: 'POST', jti: '5' }));
        expect(seenOf(await rs.send(bad))).toEqual(refusedProof('proof_method'));
        expect(await rs.present(await rs.mint())).toBe('200');
      },
    );

    verifies(
      'rfc9449#11.1/proof-memory-bounded',
      'has room again once its proofs are not acceptable any more',
      async () => {
        const rs = await openFixture(front, { server: { dpop: { replay: { maxEntries: 3 } } } });
        for (let round = 0; round < 4; round += 1) {
          const caller = await createCaller(rs);
          const send = async (): Promise<number> =>
            (await rs.send(caller.request(caller.prove({ jti: randomUUID() })))).status;
          const statuses = [await send(), await send(), await send(), await send()];
          expect(statuses).toEqual([200, 200, 200, 503]);
          // Its window of 95 seconds, and the rest of a bucket.
          rs.issuer.clock.advance(106_000);
        }
      },
    );
  });
});

forEachFront((front) => {
  const rs = useFixture(front, {
    server: { dpop: true },
    mount: ({ app, api, handler }) => {
      app.guard('/p', api.requireAccessToken());
      app.guard('/p', api.optionalAccessToken());
      app.get('/p', api.requireScope('read'), api.require({ scope: 'read' }), handler);
    },
  });

  describe('several guards on a request', () => {
    verifies('rfc9449#11.1/proof-counted-once-per-request', 'use its proof once', async () => {
      for (const state of TOKEN_STATES) {
        const caller = await createCaller(rs, { state });
        expect(seenOf(await rs.send(caller.request()))).toEqual(accepted());
        expect(seenOf(await rs.send(caller.request()))).toEqual(
          refusedProof('proof_replayed', { scope: undefined }),
        );
      }
    });
  });
});

forEachExpressFront((front) => {
  const used = new Map<string, number>();
  const store = {
    register: (proof: string): boolean => {
      used.set(proof, (used.get(proof) ?? 0) + 1);
      return used.get(proof) === 1;
    },
  };
  for (const dpop of [true, { replay: { store } }]) {
    const name = dpop === true ? 'with their own memories' : 'that share a store';
    let options: object = {};
    const rs = useFixture(front, {
      server: (issuer: TestIssuer) => {
        options = { ...issuer.options({ audience: RESOURCE }), dpop };
        return options;
      },
      mount: ({ app, api, handler }) => {
        const other = createExpressServer(options as ResourceServerOptions);
        app.express((native) => native.use(other.requireScope('read')));
        app.get('/p', api.requireScope('read'), handler);
      },
    });

    describe(`two resource servers ${name}`, () => {
      verifies(
        ['rfc9449#11.1/proof-counted-once-per-request', 'rfc9449#11.1/proof-accepted-once'],
        'use the proof of a request once',
        async () => {
          const caller = await createCaller(rs);
          expect(seenOf(await rs.send(caller.request()))).toEqual(accepted());
          expect(seenOf(await rs.send(caller.request()))).toEqual(replayed);
        },
      );
    });
  }
});
