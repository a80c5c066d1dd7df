/**
 * The Sales API, as each of its processes runs it.
 *
 * @module
 */
import { createResourceServer, type ResourceServer } from '@scopegate/express';
import { type RedisStores, StoreUnavailableError } from '@scopegate/redis';
import express, { type Express } from 'express';
import { STORE_TIMEOUT_MS } from './fleet-stores.js';

/** Options of the API. */
export interface SalesApiOptions {
  /** The issuer identifier of the authorization server. */
  readonly issuer: string;
  /** The identifier of the API, which is also the URL by which clients reach it. */
  readonly audience: string;
  /** The credentials with which the API asks about opaque tokens. */
  readonly introspectionClient: {
    readonly clientId: string;
    readonly clientSecret: () => string;
  };
  readonly stores: RedisStores;
}

/** The API. */
export interface SalesApi {
  readonly app: Express;
  readonly api: Pick<ResourceServer, 'close'>;
}

/** Creates the API. */
export function createSalesApi(options: SalesApiOptions): SalesApi {
  const { issuer, audience, introspectionClient, stores } = options;
  const api = createResourceServer({
    issuer,
    audience,
    scopes: ['read:sales', 'write:payouts', 'end:sessions'],
    // A proof is accepted by one process of the fleet, once.
    dpop: {
      publicUrl: audience,
      clockToleranceSeconds: 2,
      replay: { store: stores.replay, timeoutMs: STORE_TIMEOUT_MS },
    },
    // What is withdrawn in one process is withdrawn in all of them.
    revocation: stores.revocations,
    maxLifetimeSeconds: 3_600,
    // The authorization server is asked once about an opaque token, not by each process.
    introspection: { tokens: 'both', ...introspectionClient, cache: stores.introspectionCache },
    // A process that starts while the authorization server is down has the keys of the others.
    keySet: { snapshots: stores.keySetSnapshots },
  });

  const app = express();
  app.get('/v1/sales', api.requireScope('read:sales'), (req, res) => {
    res.json({ tokenId: api.accessToken(req).claims.jti });
  });

  const bound = api.require({ scope: 'write:payouts', senderConstraint: 'dpop' });
  app.post('/v1/payouts', bound, (_req, res) => {
    res.status(201).json({ paid: true });
  });

  app.post('/v1/logouts/:session', api.requireScope('end:sessions'), async (req, res) => {
    const { session } = req.params;
    try {
      // It rejects unless the server has acknowledged it: only then is the session ended everywhere.
      await stores.revocations.withdraw({ issuer, sessionId: session });
      res.status(204).end();
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      res.status(503).set(error.headers).json({ detail: error.detail });
    }
  });

  app.get('/health', (_req, res) => {
    res.json({ ...stores.health(), dataLostAt: stores.replay.notBefore });
  });
  return { app, api };
}
