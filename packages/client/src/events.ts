/**
 * What the client tells whoever operates it, on `diagnostics_channel`.
 *
 * @module
 */
import { channel } from 'node:diagnostics_channel';
import type { TokenClientErrorCode } from './errors.js';

/** The channel of {@link TokenEvent}s. */
export const TOKEN_CHANNEL = 'scopegate:token';

/** Which token an event is about. */
export interface TokenSubject {
  readonly issuer: string;
  readonly clientId: string;
  readonly resource: string | undefined;
  /** Space-delimited scope-tokens that are asked for; `''` for the server's default. */
  readonly scope: string;
}

/** A message on `scopegate:token`; it holds no token and no secret. */
export type TokenEvent = TokenSubject &
  (
    | {
        /** `requested`: a token was granted, with none held before. `renewed`: it replaces one. */
        readonly event: 'requested' | 'renewed';
        readonly durationMs: number;
        /** In seconds since the epoch; `undefined` when the server did not say. */
        readonly expiresAt: number | undefined;
        /** What was asked for and not granted; empty when all was. */
        readonly missingScopes: readonly string[];
      }
    | {
        /** A token request failed. */
        readonly event: 'failed';
        readonly durationMs: number;
        readonly code: TokenClientErrorCode | undefined;
        /** The `reason` of the error; `unexpected` for an error that is none of this package. */
        readonly reason: string;
        readonly status: number | undefined;
        /** Whether a valid token is still held, so that no call fails. */
        readonly held: boolean;
        /** No further token request is made before that. */
        readonly retryInMs: number;
      }
    | {
        /**
         * A request is made once more: the token request, because a secret was rejected and has
         * changed since (`invalid_client`); the call, because the API refused the token
         * (`invalid_token`) or was unavailable (`unavailable`).
         */
        readonly event: 'retried';
        readonly reason: 'invalid_client' | 'invalid_token' | 'unavailable';
      }
  );

const tokenChannel = channel(TOKEN_CHANNEL);

/** Publishes on `scopegate:token`; makes no message when nobody listens. */
export function publishTokenEvent(makeEvent: () => TokenEvent): void {
  if (tokenChannel.hasSubscribers) tokenChannel.publish(makeEvent());
}
