/**
 * The orders API: a resource server for its callers and a client of the inventory API.
 *
 * @module
 */
import { clientSecretBasic, createTokenClient } from '@scopegate/client';
import { createResourceServer } from '@scopegate/express';
import express from 'express';
import type { Api, ApiOptions } from './inventory-api.js';

/** Options of the orders API. */
export interface OrdersApiOptions extends ApiOptions {
  /** The URL of the inventory API, which is also its identifier. */
  readonly inventory: string;
  /** The secret of the client `orders-api`. */
  readonly clientSecret: string;
}

/** Creates the orders API. */
export function createOrdersApi(options: OrdersApiOptions): Api {
  const { issuer, audience, inventory, clientSecret } = options;
  // #region own-token
  const api = createResourceServer({ issuer, audience, scopes: ['read:orders'] });
  const client = createTokenClient({
    issuer,
    clientId: 'orders-api',
    clientAuthentication: clientSecretBasic(() => clientSecret),
  });
  const stock = client.for({ resource: inventory, scope: 'read:stock' });

  const app = express();
  app.use(api.metadata());
  const readers = api.requireScope('read:orders');

  app.get('/orders/:id', readers, async (req, res) => {
    const response = await stock.fetch(`${inventory}/stock/article-${req.params.id}`);
    if (!response.ok) throw new Error(`the inventory API responded with status ${response.status}`);
    res.json({ order: req.params.id, stock: await response.json() });
  });
  // #endregion own-token

  // Do not do this: the caller's token is meant for this API, so the inventory API refuses it.
  app.get('/orders/:id/forwarded', readers, async (req, res) => {
    const { authorization = '' } = req.headers;
    const response = await fetch(`${inventory}/stock/article-1`, { headers: { authorization } });
    res.status(502).json({ inventoryStatus: response.status, problem: await response.json() });
  });

  return {
    app,
    api: {
      close() {
        api.close();
        client.close();
      },
    },
  };
}
