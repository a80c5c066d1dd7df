/**
 * One process of the fleet: the Sales API or a report service, with its own connection to Redis.
 *
 * @module
 */
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import express from 'express';
import { type FleetStores, openFleetStores } from './fleet-stores.js';
import { createReportService } from './report-service.js';
import { createSalesApi } from './sales-api.js';

/** What a process needs; it is sent to the process as a message. */
export interface FleetNodeSettings {
  readonly kind: 'api' | 'report';
  readonly issuer: string;
  /** The identifier of the Sales API. */
  readonly audience: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redisUrl: string;
  readonly encryptionKey: string;
  /** The URLs of the Sales API, for report services. */
  readonly origins: readonly string[];
}

/** A running process of the fleet. */
export interface FleetNode {
  readonly url: string;
  /** Sets the clock of a report service forward. */
  advanceClock(ms: number): void;
  stop(): Promise<void>;
}

/** Starts a node on a free port of 127.0.0.1. An API listens when it is ready. */
export async function startFleetNode(settings: FleetNodeSettings): Promise<FleetNode> {
  const fleet = openFleetStores({
    url: settings.redisUrl,
    encryptionKey: settings.encryptionKey,
  });
  let aheadMs = 0;
  const clock = (): number => Date.now() + aheadMs;
  const { listener, close } = await (settings.kind === 'api'
    ? createApiNode(settings, fleet)
    : createReportNode(settings, fleet, clock));
  const server = createServer(listener);
  return {
    url: await listen(server),
    advanceClock(ms) {
      aheadMs += ms;
    },
    async stop() {
      close();
      fleet.close();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

interface Service {
  readonly listener: RequestListener;
  readonly close: () => void;
}

async function createApiNode(
  { issuer, audience, clientId, clientSecret }: FleetNodeSettings,
  { stores }: FleetStores,
): Promise<Service> {
  const introspectionClient = { clientId, clientSecret: () => clientSecret };
  const { app, api } = createSalesApi({ issuer, audience, introspectionClient, stores });
  await waitUntilReady(() => stores.ready());
  return {
    listener: app,
    close: () => {
      api.close();
    },
  };
}

function createReportNode(
  { issuer, audience, clientSecret, origins }: FleetNodeSettings,
  { stores }: FleetStores,
  clock: () => number,
): Service {
  const service = createReportService({
    issuer,
    resource: audience,
    clientSecret,
    origins,
    stores,
    clock,
  });
  const app = express();
  app.get('/report', async (req, res) => {
    const { api } = req.query;
    const response = await service.readSales(typeof api === 'string' ? api : '');
    res.status(response.status).json(await response.json());
  });
  return {
    listener: app,
    close: () => {
      service.close();
    },
  };
}

/** A readiness probe would repeat this; a process that is not ready gets no requests. */
async function waitUntilReady(check: () => Promise<void>): Promise<void> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    try {
      await check();
      return;
    } catch (error) {
      if (attempt === 49) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return `http://127.0.0.1:${address.port}`;
}
