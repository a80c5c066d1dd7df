/**
 * Verifiers with revocations, and sources of revocations whose members a test changes.
 *
 * @module
 */
import {
  type AccessTokenVerifier,
  type AccessTokenVerifierOptions,
  createAccessTokenVerifier,
  createRevocationList,
  type Presentation,
  REVOCATION_CHANNEL,
  type RevocationEvent,
  type RevocationHook,
  type RevocationList,
  type RevocationSource,
  type RevocationSubject,
} from '@scopegate/access-token';
import { listenTo } from './listen-to.js';
import { SECRET_OPTIONS } from './tokens.js';

/** The longest lifetime of tokens, in seconds. */
export const MAX_LIFETIME = 3_600;

/** What an `InvalidTokenError` for a revoked token has. */
export const REVOKED = { code: 'ERR_BEARER_INVALID_TOKEN', status: 401, reason: 'revoked' };

/** What a `RevocationUnavailableError` has. */
export function revocationUnavailable(failure: string): object {
  return { code: 'ERR_REVOCATION_UNAVAILABLE', status: 503, retryAfterSeconds: 1, failure };
}

/** Creates a list for the verifiers of {@link createRevocationVerifier}. */
export function createShortList(): RevocationList {
  return createRevocationList({ maxLifetimeSeconds: MAX_LIFETIME });
}

/** Creates a verifier that accepts the tokens of `signToken` unless they are revoked. */
export function createRevocationVerifier(
  revocation: RevocationSource | RevocationHook,
  options: Partial<AccessTokenVerifierOptions> = {},
): AccessTokenVerifier {
  const defaults = { ...SECRET_OPTIONS, maxLifetimeSeconds: MAX_LIFETIME, revocation };
  return createAccessTokenVerifier({ ...defaults, ...options } as AccessTokenVerifierOptions);
}

/** A source without events, as one that polls. */
export class PolledSource implements RevocationSource {
  version = 0;
  current = true;
  revoked = false;
  /** What {@link isRevoked} was called with. */
  readonly asked: RevocationSubject[] = [];

  isCurrent(): boolean {
    return this.current;
  }

  isRevoked(token: RevocationSubject): boolean {
    this.asked.push(token);
    return this.revoked;
  }
}

/** Subscribes to the events on `scopegate:revocation` until the running test is over. */
export function listenToRevocations(): readonly RevocationEvent[] {
  return listenTo(REVOCATION_CHANNEL) as readonly RevocationEvent[]; // the channel has no other messages
}

/** Presents a bearer token. */
export function presentationOf(token: string): Presentation {
  return { scheme: 'Bearer', token, proofs: [], method: 'GET', target: '/' };
}
