/**
 * The orders API: a resource server to its callers, a client to the inventory API.
 *
 * @module
 */
import { clientSecretBasic, createTokenClient } from '@scopegate/client';
import { createResourceServer } from '@scopegate/express';
import express from 'express';
import type { Api, ApiOptions } from './inventory-api.js';

/** What the orders API needs beside what every API needs. */
export interface OrdersApiOptions extends ApiOptions {
  /** The identifier and URL of the inventory API. */
  readonly inventory: string;
  readonly clientSecret: string;
}

/** Makes the orders API. */
export function createOrdersApi(options: OrdersApiOptions): Api {
  const { issuer, audience, inventory, clientSecret } = options;
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
    const answer = await stock.fetch(`${inventory}/stock/article-${req.params.id}`);
    if (!answer.ok) throw new Error(`the inventory answered with status ${answer.status}`);
    res.json({ order: req.params.id, stock: await answer.json() });
  });

  // How not to do it: the caller's token is for this API, and the next one refuses it.
  app.get('/orders/:id/forwarded', readers, async (req, res) => {
    const { authorization = '' } = req.headers;
    const answer = await fetch(`${inventory}/stock/article-1`, { headers: { authorization } });
    res.status(502).json({ inventorySaid: answer.status, problem: await answer.json() });
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
