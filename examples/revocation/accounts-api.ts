/**
 * An API whose tokens can be withdrawn, with two receivers that withdraw them.
 *
 * @module
 */
import {
  createResourceServer,
  createRevocationList,
  type ResourceServerOptions,
  type RevocationList,
} from '@scopegate/express';
import express, { type Express } from 'express';
import { receiveLogouts } from './back-channel-logout.js';
import type { EventSender } from './event-sender.js';
import { receiveEvents } from './session-revoked-events.js';

/** No token lives longer, so no revocation has to be kept longer. */
const MAX_LIFETIME_SECONDS = 600;

/** Who may withdraw tokens. */
export interface Senders {
  /** The authorization server, about its own sessions. */
  readonly logouts: EventSender;
  /** The transmitter of the event stream. */
  readonly events: EventSender;
}

/** The API, and the list of its withdrawn tokens. */
export interface AccountsApi {
  readonly app: Express;
  readonly list: RevocationList;
}

/** Creates the API. It does not listen yet. */
export function createAccountsApi(trust: ResourceServerOptions, senders: Senders): AccountsApi {
  const list = createRevocationList({ maxLifetimeSeconds: MAX_LIFETIME_SECONDS });
  const maxLifetimeSeconds = MAX_LIFETIME_SECONDS;
  const api = createResourceServer({ ...trust, maxLifetimeSeconds, revocation: list });
  const app = express();
  app.use('/logouts', receiveLogouts(list, senders.logouts));
  app.use('/events', receiveEvents(list, senders.logouts.issuer, senders.events));
  app.get('/v1/account', api.requireAccessToken(), (req, res) => {
    res.json({ user: api.accessToken(req).subject });
  });
  return { app, list };
}
