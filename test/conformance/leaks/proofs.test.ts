/** Proofs leave no trace in anything that a resource server puts out. */
import { createHash, randomBytes } from 'node:crypto';
import { KEY_SET_CHANNEL } from '@scopegate/access-token';
import { DECISION_CHANNEL } from '@scopegate/express';
import { beforeEach, describe, expect } from 'vitest';
import type { Front } from '../../support/fronts/front.js';
import { forEachExpressFront, forEachFront } from '../../support/fronts/fronts.js';
import { createProver, type ProofContents } from '../../support/proofs.js';
import { encode } from '../../support/tokens.js';
import type { Answer } from '../support/answer.js';
import { BAD_PROOFS, OLD_PROOF } from '../support/bad-proofs.js';
import { type Caller, createCaller } from '../support/dpop-caller.js';
import { type Fixture, openFixture, RESOURCE } from '../support/fixture.js';
import type { Members } from '../support/tokens.js';
import { verifies } from '../support/verifies.js';
import { keysOfAllMaps } from './heap.js';
import { findTokenTraces, formatReachable, type Output, watchOutput } from './tracer.js';
import { createHandOn } from './hand-on.js';

/** Occurs in each claim and header parameter of a proof and in its URL, and nowhere else. */
const MARK = 'pRoOf7Zq3';

const prover = createProver('ES256');
const secret = randomBytes(32);

/** A path with the mark in its query, and a URL with it in the fragment. */
const PATH = `/p?${MARK}=${MARK}-query`;
const HTU = `${RESOURCE}/p?${MARK}#${MARK}`;

/** A proof that is accepted, and whose members contain the mark. */
const CANARY: Partial<ProofContents> = {
  jti: `${MARK}-jti`,
  htu: HTU,
  nonce: `${MARK}-nonce`,
  header: { kid: `${MARK}-kid`, note: { [MARK]: MARK } },
  claims: { [`${MARK}-claim`]: 1, sub: `${MARK}-sub` },
};

let output: Output;

beforeEach(() => {
  output = watchOutput([DECISION_CHANNEL, KEY_SET_CHANNEL, 'scopegate:replay']);
});

async function openServer(front: Front, dpop: unknown, options: Members = {}): Promise<Fixture> {
  return openFixture(front, {
    server: { dpop, ...options },
    mount: ({ app, api, handler }) => {
      app.get('/p', api.requireScope('read'), handler);
      app.get('/write', api.requireScope('write'), handler);
      app.get('/bound', api.require({ scope: 'read', senderConstraint: 'dpop' }), handler);
    },
  });
}

/** A caller all of whose proofs contain the mark. */
async function createMarked(
  rs: Fixture,
  options: { readonly nonce?: string } = {},
): Promise<Caller> {
  const caller = await createCaller(rs, { prover });
  const prove: Caller['prove'] = (changes = {}) => {
    const { header, claims, ...others } = changes;
    return caller.prove({
      ...CANARY,
      ...options,
      ...others,
      header: { ...CANARY.header, ...header },
      claims: { ...CANARY.claims, ...claims },
    });
  };
  return { ...caller, prove };
}

/** What must not be seen: the mark, pieces of the proof, the key, and what identifies both. */
function tracesOf(proof: string, text: string): readonly string[] {
  const id = createHash('sha256').update(prover.thumbprint + (CANARY.jti ?? ''));
  const values = [
    MARK,
    encode(MARK),
    prover.thumbprint,
    prover.jwk.x ?? '',
    prover.jwk.y ?? '',
    id.digest('base64url'),
    secret.toString('hex'),
    secret.toString('base64url'),
  ];
  return [...values.filter((value) => text.includes(value)), ...findTokenTraces(proof, text)];
}

/** Expects no trace of a proof, then forgets the output so far. */
function expectNoTrace(
  proof: string,
  { rs, answers, name }: { rs: Fixture; answers: readonly Answer[]; name: string },
): void {
  expect(output.size(), name).toBeGreaterThan(0);
  const seen = [
    ...answers.map(({ headers, body }) => `${JSON.stringify(headers)}\n${body}`),
    output.text(),
    formatReachable(rs.api),
    formatReachable(rs.api.health()),
  ].join('\n');
  expect(tracesOf(proof, seen), name).toEqual([]);
  output.clear();
}

/** Sends a proof in each way there is. */
async function presentEverywhere(
  rs: Fixture,
  { token, request }: Caller,
  proof: string,
): Promise<readonly Answer[]> {
  const requests = [
    request(proof, { path: PATH }),
    request(proof, { path: PATH }),
    request(proof, { path: '/write' }),
    request(proof, { path: '/bound' }),
    request([proof, proof], { path: PATH }),
    { path: PATH, headers: { authorization: `Bearer ${token}`, dpop: proof } },
    { path: PATH, headers: { authorization: `DPoP ${proof}`, dpop: proof } },
    { path: PATH, headers: { authorization: `Bearer ${proof}` } },
    { path: PATH, headers: { authorization: `DPoP "${proof}"`, dpop: proof } },
    { path: PATH, headers: { dpop: proof } },
  ];
  const answers = [];
  for (const each of requests) answers.push(await rs.send(each));
  return answers;
}

const handOn = createHandOn(() => output);

forEachFront((front) => {
  const servers: Readonly<Record<string, Members>> = {
    'that answers refusals itself': {},
    ...(front.parsesBodiesFirst && { 'whose onRefusal hands them on': { onRefusal: handOn } }),
  };
  describe.each(Object.entries(servers))('leaks of a server %s', (_name, options) => {
    verifies(
      'rfc9449#11/proof-leaves-no-trace',
      'leaves no trace of good and bad proofs',
      async () => {
        const rs = await openServer(front, true, options);
        for (const [name, prove] of [...BAD_PROOFS, OLD_PROOF]) {
          const caller = await createMarked(rs);
          const proof = prove(caller);
          expectNoTrace(proof, { rs, answers: await presentEverywhere(rs, caller, proof), name });
        }
        const caller = await createMarked(rs);
        const proof = caller.prove();
        const answers = await presentEverywhere(rs, caller, proof);
        expect(answers.map(({ status }) => status).slice(0, 2)).toEqual([200, 401]);
        expectNoTrace(proof, { rs, answers, name: 'a good proof' });
        const stranger = await createCaller(rs);
        const foreign = caller.prove({ token: stranger.token });
        const refused = await presentEverywhere(rs, stranger, foreign);
        expectNoTrace(foreign, { rs, answers: refused, name: 'a proof by another key' });
      },
    );

    verifies('rfc9449#11/proof-leaves-no-trace', 'leaves no trace of nonces', async () => {
      const rs = await openServer(front, { nonce: { secret } }, options);
      const caller = await createMarked(rs);
      const proof = caller.prove();
      const answers = await presentEverywhere(rs, caller, proof);
      expect(answers[0]?.status).toBe(401);
      expectNoTrace(proof, { rs, answers, name: 'another nonce' });
      const nonces = (await rs.send()).headers.find(([name]) => name === 'dpop-nonce');
      const nonce = nonces?.[1] ?? '';
      const good = caller.prove({ nonce });
      output.clear();
      expect((await rs.send(caller.request(good, { path: PATH }))).status).toBe(200);
      expect(output.text()).not.toContain(nonce);
      expectNoTrace(good, { rs, answers: [], name: 'the current nonce' });
    });

    verifies(
      'rfc9449#11/proof-leaves-no-trace',
      'leaves no trace of what a replay store throws, nor of the proof',
      async () => {
        const failures = [
          (id: string): never => {
            throw new Error(`${MARK} ${id}`, { cause: { [MARK]: id } });
          },
          (id: string) => Promise.reject(new Error(`${MARK} ${id}`)),
          (id: string) => `${MARK} ${id}`,
        ];
        for (const register of failures) {
          const rs = await openServer(front, { replay: { store: { register } } }, {});
          const caller = await createMarked(rs);
          const proof = caller.prove();
          const answers = await presentEverywhere(rs, caller, proof);
          expect(answers[0]?.status).toBe(503);
          expectNoTrace(proof, { rs, answers, name: 'a store' });
        }
      },
    );
  });
});

forEachExpressFront((front) => {
  describe('leaks into memory', () => {
    verifies(
      'rfc9449#11/proof-leaves-no-trace',
      'keeps neither a proof nor its jti, but a digest of both',
      async () => {
        const rs = await openServer(front, true);
        const caller = await createMarked(rs);
        const proof = caller.prove();
        expect((await rs.send(caller.request(proof))).status).toBe(200);
        const [, ...secrets] = proof.split('.');
        const keys = await keysOfAllMaps();
        const parts = [...secrets, CANARY.jti ?? ''];
        expect(keys.filter((key) => parts.some((part) => key.includes(part)))).toEqual([]);
      },
    );
  });
});
