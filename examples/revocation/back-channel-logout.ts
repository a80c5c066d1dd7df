/**
 * Withdraws tokens when a user logs out: OpenID Connect Back-Channel Logout 1.0.
 *
 * @module
 */
import type { RevocationList } from '@scopegate/express';
import express, { type Router } from 'express';
import { jwtVerify } from 'jose';
import type { EventSender } from './event-sender.js';

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';

/** Receives logout tokens: mount it at the `backchannel_logout_uri` that is registered for the API. */
export function receiveLogouts(list: RevocationList, sender: EventSender): Router {
  const { issuer, audience, keys } = sender;
  const accepted = { issuer, audience, maxTokenAge: '2 min', clockTolerance: '30 s' };
  return express.Router().post('/', express.urlencoded({ extended: false }), async (req, res) => {
    res.set('Cache-Control', 'no-store');
    try {
      const { logout_token: token } = req.body as { logout_token: string };
      const { payload } = await jwtVerify(token, keys, accepted);
      const { events, sid, sub: subject, iat = 0, nonce } = payload;
      // An ID token has no such event, and a logout token has no nonce.
      const isLogout = typeof (events as Record<string, unknown>)[EVENT] === 'object';
      if (!isLogout || nonce !== undefined) throw new Error('not a logout token');
      if (typeof sid === 'string') await list.withdraw({ issuer, sessionId: sid });
      // Without "sid", all sessions of the user have ended; a later login is not concerned.
      else await list.withdraw({ issuer, subject: subject ?? '', issuedBefore: iat + 1 });
      res.status(200).end();
    } catch {
      res.status(400).json({ error: 'invalid_request' }); // also when the logout failed: §2.8
    }
  });
}
