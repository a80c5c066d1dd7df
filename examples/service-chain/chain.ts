/**
 * Starts the services of the chain on 127.0.0.1.
 *
 * @module
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { clientSecretBasic, createTokenClient, type TokenSource } from '@scopegate/client';
import { createTestIssuer } from '@scopegate/testing';
import { createInventoryApi } from './inventory-api.js';
import { createOrdersApi } from './orders-api.js';

/** The running services, and the client that calls the first of them. */
export interface Chain {
  /** The URL of the orders API. */
  readonly orders: string;
  /** The token source of the shop for the orders API. */
  readonly shop: TokenSource;
  /** Stops every service. */
  close(): Promise<void>;
}

/** Starts the authorization server and both APIs, with keys and secrets that are created for this run. */
export async function startChain(): Promise<Chain> {
  const [shopSecret, ordersSecret] = [createSecret(), createSecret()];
  const authorizationServer = await createTestIssuer({
    alg: 'ES256',
    clients: [
      { clientId: 'shop', clientSecret: shopSecret, scope: 'read:orders' },
      { clientId: 'orders-api', clientSecret: ordersSecret, scope: 'read:stock' },
    ],
  });
  const { issuer } = authorizationServer;
  const [ordersServer, inventoryServer] = [await listen(), await listen()];
  const [orders, inventory] = [urlOf(ordersServer), urlOf(inventoryServer)];

  const inventoryApi = createInventoryApi({ issuer, audience: inventory });
  inventoryServer.on('request', inventoryApi.app);
  const ordersApi = createOrdersApi({
    issuer,
    audience: orders,
    inventory,
    clientSecret: ordersSecret,
  });
  ordersServer.on('request', ordersApi.app);

  const client = createTokenClient({
    issuer,
    clientId: 'shop',
    clientAuthentication: clientSecretBasic(() => shopSecret),
  });
  return {
    orders,
    shop: client.for({ resource: orders, scope: 'read:orders' }),
    async close() {
      client.close();
      for (const { api } of [ordersApi, inventoryApi]) api.close();
      await Promise.all([authorizationServer.close(), stop(ordersServer), stop(inventoryServer)]);
    },
  };
}

function createSecret(): string {
  return randomBytes(32).toString('base64url');
}

async function listen(): Promise<Server> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function urlOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return `http://127.0.0.1:${address.port}`;
}

async function stop(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
