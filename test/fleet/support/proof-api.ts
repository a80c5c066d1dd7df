/**
 * An API that requires DPoP, and its caller.
 *
 * @module
 */
import { createServer } from 'node:http';
import { createResourceServer, type ReplayStore } from '@scopegate/express';
import express from 'express';
import { onTestFinished } from 'vitest';
import { openServer } from '../../support/listen.js';
import { createProver } from '../../support/proofs.js';
import { SECRET_OPTIONS, signToken } from '../../support/tokens.js';

/** What one request got. */
export interface ApiResponse {
  readonly status: number;
  readonly retryAfter: string | null;
  /** Time until the response, in milliseconds. */
  readonly durationMs: number;
}

/** The API; `call` sends a request with a new proof. */
export interface ProofApi {
  readonly call: () => Promise<ApiResponse>;
  /** Sends a request with a new proof, and returns a function that sends the same one again. */
  readonly callTwice: () => Promise<readonly [first: ApiResponse, second: ApiResponse]>;
}

/** Opens an API on Express that registers proofs in a store, until the running test is over. */
export async function openProofApi(store: ReplayStore): Promise<ProofApi> {
  const api = createResourceServer({
    ...SECRET_OPTIONS,
    dpop: { replay: { store }, clockToleranceSeconds: 5 },
  });
  onTestFinished(() => {
    api.close();
  });
  const app = express().get('/sales', api.requireAccessToken(), (_req, res) => res.json({}));
  const url = new URL('/sales', await openServer(createServer(app)));
  const prover = createProver('ES256');
  const token = signToken({ cnf: { jkt: prover.thumbprint } });
  const createFields = () => {
    const iat = Math.floor(Date.now() / 1000);
    const dpop = prover.prove({ token, iat, htu: `${SECRET_OPTIONS.audience}/sales` });
    return { authorization: `DPoP ${token}`, dpop };
  };
  const send = async (headers: Record<string, string>): Promise<ApiResponse> => {
    const start = performance.now();
    const response = await fetch(url, { headers });
    await response.arrayBuffer();
    const durationMs = performance.now() - start;
    return {
      status: response.status,
      retryAfter: response.headers.get('retry-after'),
      durationMs,
    };
  };
  return {
    call: () => send(createFields()),
    callTwice: async () => {
      const fields = createFields();
      return [await send(fields), await send(fields)];
    },
  };
}
