/**
 * The API as a service: its observers, the inspector, probes, and an end that loses nothing.
 *
 * @module
 */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { declarePublic } from '@scopegate/express';
import { createInspector, type Inspector } from '@scopegate/inspector';
import type { Express } from 'express';
import { type Destinations, startObservers } from './observers.js';
import { createSalesApi, type SalesApi, type SalesApiOptions } from './sales-api.js';

/** Options of {@link startService}. */
export interface ServiceOptions extends SalesApiOptions, Destinations {
  /** A server that listens already, or listens later. */
  readonly server?: Server;
}

/** A running service. */
export interface Service extends SalesApi {
  readonly server: Server;
  /** The address of the inspector with its key; it can be opened only on this machine. */
  readonly inspectorUrl: string;
  /** Finishes the pending requests, then stops. */
  stop(): Promise<void>;
}

/** Starts the service; it is ready once the keys of the authorization server have been fetched. */
export async function startService({
  server = createServer(),
  ...options
}: ServiceOptions): Promise<Service> {
  const { app, api } = createSalesApi(options);
  const observers = startObservers({ api }, options);
  const { privileges } = observers;
  const inspector = createInspector({ app, servers: { sales: api }, privileges });
  const probes = addProbes(app, api);
  mountInspector(app, { api, inspector });
  server.on('request', app);
  const { url: inspectorUrl } = await inspector.listen();
  return {
    app,
    api,
    server,
    inspectorUrl,
    async stop() {
      probes.isStopping = true;
      // Its open pages would keep the server open.
      await inspector.close();
      await closeServer(server);
      // The last snapshot contains the last requests.
      await observers.close();
      api.close();
    },
  };
}

/** The probes of an orchestrator. They are public, and say nothing about the cause. */
function addProbes(app: Express, api: SalesApi['api']): { isStopping: boolean } {
  const state = { isStopping: false };
  app.get('/livez', declarePublic('probe'), (_req, res) => {
    res.json({ alive: true });
  });
  app.get('/readyz', declarePublic('probe'), async (_req, res) => {
    const isReady = !state.isStopping && (await isResolved(api.ready()));
    res.status(isReady ? 200 : 503).json({ ready: isReady });
  });
  return state;
}

/** The same page under the address of the API, for operators who cannot reach this machine. */
function mountInspector(
  app: Express,
  { api, inspector }: { readonly api: SalesApi['api']; readonly inspector: Inspector },
): void {
  const protectedBy = api.requireScope('inspect:api');
  app.use('/_scopegate', inspector.middleware({ protectedBy }));
}

async function isResolved(promise: Promise<unknown>): Promise<boolean> {
  return promise.then(
    () => true,
    () => false,
  );
}

async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  // Connections that a proxy keeps open would keep the server open, too.
  const idle = setInterval(() => {
    server.closeIdleConnections();
  }, 100);
  await closed;
  clearInterval(idle);
}
