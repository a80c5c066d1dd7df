/**
 * Callers whose tokens are bound to a key, and tables of requests with one expected response.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import type { TokenOverrides } from '@scopegate/testing';
import { expect } from 'vitest';
import { createProver, type ProofContents, type Prover } from '../../support/proofs.js';
import { accepted, type SeenAnswer, seenOf } from './dpop-answers.js';
import { type Fixture, RESOURCE } from './fixture.js';
import type { HttpRequest } from './http-client.js';

/** Whether the resource server has accepted the token before, with its proof. */
export const TOKEN_STATES = ['unseen', 'cached'] as const;

/** Whether the resource server has accepted the token before, with its proof. */
export type TokenState = (typeof TOKEN_STATES)[number];

/** A caller with a token that is bound to its key. */
export interface Caller {
  readonly prover: Prover;
  readonly token: string;
  /** The `jti` of its proofs, unless another one is given. */
  readonly jti: string;
  /** Makes a proof for `GET /p`, with changes. */
  readonly prove: (changes?: Partial<ProofContents>) => string;
  /** A request for `GET /p` with the scheme `DPoP`. */
  readonly request: (proof?: string | readonly string[], changes?: HttpRequest) => HttpRequest;
}

/** Options of a caller. */
export interface CallerOptions {
  /** @defaultValue an ES256 key that all callers share */
  readonly prover?: Prover;
  /** @defaultValue `'unseen'` */
  readonly state?: TokenState;
  /** @defaultValue bound to the key, with scope `read` */
  readonly token?: TokenOverrides;
  /** The nonce of its proofs. @defaultValue none */
  readonly nonce?: string | undefined;
  /** What proves the first request for a cached token. @defaultValue `GET /p` */
  readonly first?: HttpRequest;
}

/** The key of callers without one. */
export const PROVER = createProver('ES256');

/** Creates a caller. */
export async function createCaller(rs: Fixture, options: CallerOptions = {}): Promise<Caller> {
  const { prover = PROVER, state = 'unseen', nonce, first } = options;
  const cnf = { jkt: prover.thumbprint };
  const token = await rs.mint({ claims: { cnf, jti: randomUUID() }, ...options.token });
  const jti = randomUUID();
  const caller: Caller = {
    prover,
    token,
    jti,
    prove: (changes) => {
      const iat = Math.floor(rs.issuer.clock() / 1000);
      return prover.prove({ token, iat, htu: `${RESOURCE}/p`, jti, nonce, ...changes });
    },
    request: (proof = caller.prove(), changes = {}) => ({
      ...changes,
      headers: { authorization: `DPoP ${token}`, dpop: proof, ...changes.headers },
    }),
  };
  if (state === 'cached') {
    const proof = caller.prove({ jti: randomUUID() });
    expect(seenOf(await rs.send(first ?? caller.request(proof))).status).toBe(200);
  }
  return caller;
}

/** Makes a request from a caller. */
export type RequestFactory = (caller: Caller) => HttpRequest;

/** Makes a proof from a caller. */
export type ProofFactory = (caller: Caller) => string;

/** Requests by their peculiarity. */
export type RequestTable = Readonly<Record<string, RequestFactory>>;

/** The requests of a table of proofs, each for `GET /p`. */
export function withProofs(proofs: Readonly<Record<string, ProofFactory>>): RequestTable {
  return Object.fromEntries(
    Object.entries(proofs).map(([name, prove]): [string, RequestFactory] => [
      name,
      (caller) => caller.request(prove(caller)),
    ]),
  );
}

/**
 * Sends each request of a table, with a token that the resource server has not seen and with a cached
 * one, and expects the same response to each.
 */
export async function expectAnswers(
  rs: Fixture,
  table: RequestTable,
  expected: SeenAnswer,
  options: CallerOptions = {},
): Promise<void> {
  const seen: Record<string, SeenAnswer> = {};
  for (const [name, makeRequest] of Object.entries(table)) {
    for (const state of TOKEN_STATES) {
      const caller = await createCaller(rs, { ...options, state });
      seen[`${name}, ${state}`] = seenOf(await rs.send(makeRequest(caller)));
    }
  }
  expect(seen).toEqual(Object.fromEntries(Object.keys(seen).map((name) => [name, expected])));
}

/**
 * Like {@link expectAnswers}, and expects that the refused proof is not used up: a good one with the same
 * `jti` is accepted afterwards, once.
 */
export async function expectRefusals(
  rs: Fixture,
  table: RequestTable,
  expected: SeenAnswer,
): Promise<void> {
  const callers = new Map<string, Caller>();
  const remembered: RequestTable = Object.fromEntries(
    Object.entries(table).map(([name, makeRequest]): [string, RequestFactory] => [
      name,
      (caller) => {
        callers.set(`${name}, ${caller.token}`, caller);
        return makeRequest(caller);
      },
    ]),
  );
  await expectAnswers(rs, remembered, expected);
  for (const [name, caller] of callers) {
    expect(seenOf(await rs.send(caller.request())), `${name}, then a good proof`).toEqual(
      accepted(),
    );
  }
}
