/**
 * The programs of the story, running together on this machine.
 *
 * @module
 */
import { randomBytes } from 'node:crypto';
import {
  type AuthorizationServer,
  type RegisteredClient,
  startAuthorizationServer,
} from '../authorization-server.js';
import { listenOnLoopback } from './loopback-server.js';
import type { PassingTime } from './demo-clock.js';
import { createSalesApi } from '../sales-api.js';
import { createSalesBook, type SalesBook } from './sales-book.js';

/** Another API of the same company, which the authorization server knows too. */
export const INVENTORY = 'https://inventory.example';

/** Everything a scene can use. */
export interface Stage {
  readonly authorizationServer: AuthorizationServer;
  /** Somebody else's: it issues sound tokens for the API, which the API must not take. */
  readonly otherAuthorizationServer: AuthorizationServer;
  /** The API's URL, which is also its identifier: the audience of its tokens. */
  readonly resource: string;
  /** May hold `read:analytics` and nothing else. */
  readonly reportClient: RegisteredClient;
  /** May hold everything, which is more than most of its calls need. */
  readonly backOfficeClient: RegisteredClient;
  /** Gets tokens that expire after five seconds. */
  readonly tickerClient: RegisteredClient;
  readonly sales: SalesBook;
  /** How scenes wait. */
  readonly time: PassingTime;
  /** Stops every program. Safe to call twice. */
  close(): Promise<void>;
}

/** Starts the authorization server and the API, with keys and secrets made for this run. */
export async function startStage(time: PassingTime): Promise<Stage> {
  // The API's URL is its identifier, so it listens before anybody can name it.
  const apiServer = await listenOnLoopback();
  const resource = apiServer.url;
  const reportClient = register('nightly-report', 'read:analytics');
  const scope = 'read:analytics write:analytics admin:analytics';
  const backOfficeClient = register('back-office', scope);
  const tickerClient = { ...register('stock-ticker', 'read:analytics'), tokenSeconds: 5 };
  const registrations = {
    clients: [reportClient, backOfficeClient, tickerClient],
    resources: [resource, INVENTORY],
    scope,
  };
  const authorizationServer = await startAuthorizationServer(registrations);
  const otherAuthorizationServer = await startAuthorizationServer(registrations);

  const sales = createSalesBook();
  const { issuer } = authorizationServer;
  const { app, api } = createSalesApi({ issuer, audience: resource, sales });
  apiServer.answerWith(app);
  await api.ready();

  return {
    authorizationServer,
    otherAuthorizationServer,
    resource,
    reportClient,
    backOfficeClient,
    tickerClient,
    sales,
    time,
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
