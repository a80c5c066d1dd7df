/**
 * Events of the client for operators, on `diagnostics_channel`.
 *
 * @module
 */
import { channel } from 'node:diagnostics_channel';
import type { TokenClientErrorCode } from './errors.js';

/**
 * The name of the channel of {@link TokenEvent}s.
 *
 * @example
 * subscribe(TOKEN_CHANNEL, (event) => metrics.count(event as TokenEvent));
 */
export const TOKEN_CHANNEL = 'scopegate:token';

/** How a process got a token that processes share. */
export type TokenSharing = 'won' | 'adopted' | 'alone';

/** The token that an event is about. */
export interface TokenSubject {
  /** The issuer identifier, from the option `issuer`. */
  readonly issuer: string;
  /** The client id, from the option `clientId`. */
  readonly clientId: string;
  /** The resource indicator of the token source; `undefined` when it has none. */
  readonly resource: string | undefined;
  /** The requested scopes, separated by spaces; `''` for the server's default. */
  readonly scope: string;
}

/** A message on `scopegate:token`. It contains no token, secret, key or nonce. */
export type TokenEvent = TokenSubject &
  (
    | {
        /** `requested`: the first token was granted. `renewed`: a token was granted that replaces another. */
        readonly event: 'requested' | 'renewed';
        /** How long it took to get the token, in milliseconds. */
        readonly durationMs: number;
        /** In seconds since the epoch; `undefined` without a valid `expires_in`. */
        readonly expiresAt: number | undefined;
        /** The requested scopes that were not granted; empty when all were. */
        readonly missingScopes: readonly string[];
        /**
         * With the option `tokenStore`: `won`: this process requested the token for all. `adopted`:
         * another process had stored it. `alone`: this process requested the token for itself, because
         * the store failed, another process took too long, or the token cannot be shared. `undefined`
         * without that option.
         */
        readonly shared: TokenSharing | undefined;
      }
    | {
        /** A token request failed. */
        readonly event: 'failed';
        /** How long it took to fail, in milliseconds. */
        readonly durationMs: number;
        /** The `code` of the error; `undefined` for an error of another package. */
        readonly code: TokenClientErrorCode | undefined;
        /** The `reason` of the error; `unexpected` for an error of another package. */
        readonly reason: string;
        /** The status of the response, where the error has one. */
        readonly status: number | undefined;
        /** Whether a valid token is still available, so that calls do not fail. */
        readonly held: boolean;
        /** The time until another token request may be sent, in milliseconds. */
        readonly retryInMs: number;
      }
    | {
        /** A request is repeated. */
        readonly event: 'retried';
        /**
         * `invalid_client`: the token request, because the secret was rejected and has changed since.
         * `invalid_token`: the call, because the API refused the token. `unavailable`: the call,
         * because the API responded with a 503 and `Retry-After`. `use_dpop_nonce`: the token request
         * or the call, because the server requires a nonce, or a newer one, in the proof.
         */
        readonly reason: 'invalid_client' | 'invalid_token' | 'unavailable' | 'use_dpop_nonce';
      }
  );

const tokenChannel = channel(TOKEN_CHANNEL);

/** Publishes on `scopegate:token`. The message is created only when the channel has subscribers. */
export function publishTokenEvent(makeEvent: () => TokenEvent): void {
  if (tokenChannel.hasSubscribers) tokenChannel.publish(makeEvent());
}
