/**
 * Starts the authorization servers and the API of the demo.
 *
 * @module
 */
import { randomBytes } from 'node:crypto';
import {
  type AuthorizationServer,
  type RegisteredClient,
  startAuthorizationServer,
} from '../authorization-server.js';
import { createSalesApi, type SalesApi } from '../sales-api.js';
import { listenOnLoopback } from './loopback-server.js';
import type { DemoClock } from './demo-clock.js';
import { createSalesFigures, type SalesFigures } from './sales-figures.js';

/** Another API that is registered at the authorization server. */
export const INVENTORY = 'https://inventory.example';

/** The running servers, and what scenes need to call them. */
export interface Demo extends SalesApi {
  readonly authorizationServer: AuthorizationServer;
  /** An authorization server that the API does not trust; it issues valid tokens for the API. */
  readonly otherAuthorizationServer: AuthorizationServer;
  /** The URL of the API, which is also its identifier and the audience of its tokens. */
  readonly resource: string;
  /** May request only `read:analytics`. */
  readonly reportClient: RegisteredClient;
  /** May request every scope, more than most of its calls need. */
  readonly backOfficeClient: RegisteredClient;
  /** Gets opaque tokens, which can be revoked. */
  readonly fieldClient: RegisteredClient;
  /** Gets tokens that expire after five seconds. */
  readonly tickerClient: RegisteredClient;
  readonly sales: SalesFigures;
  /** The clock that the scenes use to wait. */
  readonly clock: DemoClock;
  /** Stops every server. May be called twice. */
  close(): Promise<void>;
}

/** Starts the authorization servers and the API, with keys and secrets that are created for this run. */
export async function startDemo(clock: DemoClock): Promise<Demo> {
  // The URL of the API is its identifier, so the API must listen before its clients are registered.
  const apiServer = await listenOnLoopback();
  const resource = apiServer.url;
  const reportClient = register('nightly-report', 'read:analytics');
  const scope = 'read:analytics write:analytics admin:analytics';
  const backOfficeClient = register('back-office', scope);
  const fieldClient = { ...register('field-office', 'read:analytics'), hasOpaqueTokens: true };
  const introspectingApi = register('sales-api', '');
  const tickerClient = { ...register('stock-ticker', 'read:analytics'), tokenSeconds: 5 };
  const registrations = {
    clients: [reportClient, backOfficeClient, fieldClient, tickerClient],
    introspectingApi,
    resources: [resource, INVENTORY],
    scope,
  };
  const authorizationServer = await startAuthorizationServer(registrations);
  const otherAuthorizationServer = await startAuthorizationServer(registrations);

  const sales = createSalesFigures();
  const { issuer } = authorizationServer;
  const { app, api } = createSalesApi({
    issuer,
    audience: resource,
    introspectionClient: introspectingApi,
    readSales: () => sales.read(),
  });
  apiServer.serve(app);
  await api.ready();

  return {
    app,
    api,
    authorizationServer,
    otherAuthorizationServer,
    resource,
    reportClient,
    backOfficeClient,
    fieldClient,
    tickerClient,
    sales,
    clock,
    async close() {
      api.close();
      await Promise.all([
        apiServer.close(),
        authorizationServer.stop(),
        otherAuthorizationServer.stop(),
      ]);
    },
  };
}

function register(clientId: string, scope: string): RegisteredClient {
  return { clientId, clientSecret: randomBytes(32).toString('base64url'), scope };
}
