/**
 * Withdraws tokens by CAEP `session-revoked` events, which are pushed as Security Event Tokens (RFC 8935).
 *
 * @module
 */
import type { RevocationList, Withdrawal } from '@scopegate/express';
import express, { type Router } from 'express';
import { errors, jwtVerify } from 'jose';
import type { EventSender } from './event-sender.js';
import type { SecurityEvent } from './security-event.js';

const EVENT = 'https://schemas.openid.net/secevent/caep/event-type/session-revoked';

/** Receives events about users, and about sessions at `issuer`. */
export function receiveEvents(list: RevocationList, issuer: string, sender: EventSender): Router {
  const accepted = { issuer: sender.issuer, audience: sender.audience, typ: 'secevent+jwt' };
  const body = express.text({ type: 'application/secevent+jwt' });
  return express.Router().post('/', body, async (req, res) => {
    try {
      const { payload } = await jwtVerify<SecurityEvent>(String(req.body), sender.keys, accepted);
      if (payload.events[EVENT]) await list.withdraw(toWithdrawal(payload, issuer));
      list.heard(); // verification events of the stream count as well
      res.status(202).end();
    } catch (error) {
      if (!(error instanceof errors.JOSEError)) throw error; // 500: the sender tries again
      res.status(400).json({ err: 'invalid_request', description: error.code });
    }
  });
}

/** For a subject in another format, the result has empty members, which `withdraw()` refuses. */
function toWithdrawal(
  { sub_id: subject = {}, events, iat = 0 }: SecurityEvent,
  issuer: string,
): Withdrawal {
  const { session, user: { iss = '', sub = '' } = subject } = subject;
  if (session?.id !== undefined) return { issuer, sessionId: session.id };
  return { issuer: iss, subject: sub, issuedBefore: (events[EVENT]?.event_timestamp ?? iat) + 1 };
}
