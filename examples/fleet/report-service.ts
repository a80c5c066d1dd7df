/**
 * A report service: calls the Sales API with a token that it shares with the other report services.
 *
 * @module
 */
import { clientSecretBasic, createTokenClient } from '@scopegate/client';
import type { RedisStores } from '@scopegate/redis';

/** Options of the report service. */
export interface ReportServiceOptions {
  /** The issuer identifier of the authorization server. */
  readonly issuer: string;
  /** The identifier of the Sales API. */
  readonly resource: string;
  /** The secret of the client `report-service`. */
  readonly clientSecret: string;
  /** The processes of the Sales API. A load balancer would hide them. */
  readonly origins: readonly string[];
  readonly stores: RedisStores;
  /** Returns the current time, in milliseconds since the epoch. */
  readonly clock: () => number;
}

/** The service. */
export interface ReportService {
  /** Calls a process of the Sales API. */
  readSales(origin: string): Promise<Response>;
  close(): void;
}

/** Creates the service. */
export function createReportService(options: ReportServiceOptions): ReportService {
  const { issuer, resource, clientSecret, origins, stores, clock } = options;
  const client = createTokenClient({
    issuer,
    clientId: 'report-service',
    clientAuthentication: clientSecretBasic(() => clientSecret),
    // One process requests a token, and all of them use it.
    tokenStore: stores.tokens,
    clock,
  });
  const sales = client.for({ resource, scope: 'read:sales', origins });
  return {
    readSales: (origin) => sales.fetch(`${origin}/v1/sales`),
    close: () => {
      client.close();
    },
  };
}
