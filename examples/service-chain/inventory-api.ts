/**
 * The inventory API: called by other services, never by people.
 *
 * @module
 */
import { createResourceServer, type ResourceServer } from '@scopegate/express';
import express, { type Express } from 'express';

/** What an API is started with. */
export interface ApiOptions {
  /** The authorization server's identifier. */
  readonly issuer: string;
  /** The API's own identifier. */
  readonly audience: string;
}

/** An API, and the part of Scopegate that has to be closed with it. */
export interface Api {
  readonly app: Express;
  readonly api: Pick<ResourceServer, 'close'>;
}

/** Makes the inventory API. */
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
