/**
 * The inventory API: called by clients that act on their own behalf, never by users.
 *
 * @module
 */
import { createResourceServer, type ResourceServer } from '@scopegate/express';
import express, { type Express } from 'express';

/** Options of an API. */
export interface ApiOptions {
  /** The issuer identifier of the authorization server. */
  readonly issuer: string;
  /** The identifier of the API. */
  readonly audience: string;
}

/** An API, and the function that releases its resources. */
export interface Api {
  readonly app: Express;
  readonly api: Pick<ResourceServer, 'close'>;
}

/** Creates the inventory API. */
export function createInventoryApi({ issuer, audience }: ApiOptions): Api {
  const api = createResourceServer({ issuer, audience, scopes: ['read:stock'] });
  const app = express();
  app.use(api.metadata());

  const services = api.require({ scope: 'read:stock', principal: 'client' });
  app.get('/stock/:article', services, (req, res) => {
    res.json({ article: req.params.article, inStock: 12, askedBy: api.accessToken(req).clientId });
  });

  return { app, api };
}
