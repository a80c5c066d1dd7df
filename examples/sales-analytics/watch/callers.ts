/**
 * The callers of the traffic. Each keeps its client, so tokens are requested once and renewed in time.
 *
 * @module
 */
import {
  clientSecretBasic,
  createTokenClient,
  type TokenClient,
  type TokenSource,
} from '@scopegate/client';
import type { RegisteredClient } from '../authorization-server.js';
import { createBoundClient, type Credentials } from '../show/bound-client.js';
import { WRITE } from '../show/bound-token-scenes.js';
import { type Demo, INVENTORY } from '../show/demo.js';
import { READ } from '../show/requests.js';

/** Where each caller gets its tokens. */
export interface Callers {
  /** The report service: `read:analytics`. */
  readonly report: TokenSource;
  /** The report service, with a token for another API. */
  readonly misdirected: TokenSource;
  /** The report service, registered at an authorization server that the API does not trust. */
  readonly foreign: TokenSource;
  /** The back office, with every scope. */
  readonly backOffice: TokenSource;
  /** The back office, with `read:analytics` alone. */
  readonly modestBackOffice: TokenSource;
  /** The back office, with a token that is bound to its key. */
  readonly boundBackOffice: TokenSource;
  /** The field office, whose tokens are opaque. */
  readonly field: TokenSource;
  /** The stock ticker, whose tokens expire after five seconds. */
  readonly ticker: TokenSource;
  /** What the last request with a bound token presented; `undefined` before the first. */
  readonly lastSent: () => Credentials | undefined;
  /** Deletes all tokens. */
  readonly close: () => void;
}

/** Creates the callers. Nothing is requested yet. */
export function createCallers(demo: Demo): Callers {
  const { resource, authorizationServer, otherAuthorizationServer } = demo;
  const { reportClient, backOfficeClient, fieldClient, tickerClient } = demo;
  let lastSent: Credentials | undefined;
  const report = createClient(authorizationServer.issuer, reportClient);
  const foreign = createClient(otherAuthorizationServer.issuer, reportClient);
  const backOffice = createClient(authorizationServer.issuer, backOfficeClient);
  const bound = createBoundClient(demo, (credentials) => {
    lastSent = credentials;
  });
  const field = createClient(authorizationServer.issuer, fieldClient);
  const ticker = createClient(authorizationServer.issuer, tickerClient);
  const reading = { resource, scope: READ };
  return {
    report: report.for(reading),
    misdirected: report.for({ resource: INVENTORY, scope: READ }),
    foreign: foreign.for(reading),
    backOffice: backOffice.for({ resource, scope: backOfficeClient.scope }),
    modestBackOffice: backOffice.for(reading),
    boundBackOffice: bound.for({ resource, scope: WRITE }),
    field: field.for(reading),
    ticker: ticker.for(reading),
    lastSent: () => lastSent,
    close() {
      for (const client of [report, foreign, backOffice, bound, field, ticker]) client.close();
    },
  };
}

function createClient(
  issuer: string,
  { clientId, clientSecret }: Pick<RegisteredClient, 'clientId' | 'clientSecret'>,
): TokenClient {
  const clientAuthentication = clientSecretBasic(() => clientSecret);
  return createTokenClient({ issuer, clientId, clientAuthentication });
}
