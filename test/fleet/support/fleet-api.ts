/**
 * An API that uses the stores of a fleet, and its callers.
 *
 * @module
 */
import { createServer } from 'node:http';
import { createResourceServer } from '@scopegate/express';
import type { RedisStores } from '@scopegate/redis';
import express5 from 'express';
import { onTestFinished } from 'vitest';
import type { Express } from '../../support/express-versions.js';
import { openServer } from '../../support/listen.js';
import { createProver, type Prover } from '../../support/proofs.js';
import { SECRET_OPTIONS, signToken } from '../../support/tokens.js';

/** The longest lifetime of the tokens. */
export const LIFETIME_SECONDS = 3_600;

/** Field lines of a request. */
export type Fields = Readonly<Record<string, string>>;

/** An API of one process. */
export interface FleetApi {
  /** Sends a request, and returns the status of its response. */
  readonly call: (fields: Fields) => Promise<number>;
  /** Sends a request. */
  readonly fetch: (fields: Fields) => Promise<Response>;
}

/** Options of {@link openFleetApi}. */
export interface FleetApiOptions {
  /** @defaultValue that of Express 5 */
  readonly express?: Express;
  /** @defaultValue `5` */
  readonly clockToleranceSeconds?: number;
  readonly clock?: () => number;
}

/** Opens an API that accepts bearer tokens and proofs, until the running test is over. */
export async function openFleetApi(
  { replay, revocations }: Pick<RedisStores, 'replay' | 'revocations'>,
  { express = express5, clockToleranceSeconds = 5, clock = Date.now }: FleetApiOptions = {},
): Promise<FleetApi> {
  const api = createResourceServer({
    ...SECRET_OPTIONS,
    maxLifetimeSeconds: LIFETIME_SECONDS,
    clock,
    clockToleranceSeconds: 60,
    revocation: revocations,
    dpop: { replay: { store: replay, timeoutMs: 5_000 }, clockToleranceSeconds },
  });
  onTestFinished(() => {
    api.close();
  });
  const app = express().get('/sales', api.requireAccessToken(), (_req, res) => {
    res.json({});
  });
  const { origin } = await openServer(createServer(app));
  const send = (headers: Fields): Promise<Response> => fetch(`${origin}/sales`, { headers });
  return {
    fetch: send,
    async call(fields) {
      const response = await send(fields);
      await response.arrayBuffer();
      return response.status;
    },
  };
}

/** A caller with a key. */
export class ProofCaller {
  readonly #prover: Prover = createProver('ES256');
  readonly #token: string;

  constructor() {
    this.#token = signToken({ cnf: { jkt: this.#prover.thumbprint } });
  }

  /** Returns the fields of a request with a new proof that is created now. */
  prove(): Fields {
    const htu = `${SECRET_OPTIONS.audience}/sales`;
    const iat = Math.floor(Date.now() / 1000);
    const dpop = this.#prover.prove({ token: this.#token, iat, htu });
    return { authorization: `DPoP ${this.#token}`, dpop };
  }
}

/** Returns the fields of a request with a bearer token. */
export function bearerFields(claims: Readonly<Record<string, unknown>> = {}): Fields {
  return { authorization: `Bearer ${signToken(claims)}` };
}

/** An identity of a proof, as verifiers make it. */
export function proofIdOf(index: number): string {
  return String(index).padStart(43, '0').split('').reverse().join('');
}
