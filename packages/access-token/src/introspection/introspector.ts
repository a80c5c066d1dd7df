/**
 * Asks an authorization server about a token.
 *
 * @module
 */
import type { InvalidTokenError } from '@scopegate/protocol';
import type { JsonObject } from '../jws/json-object.js';

/** What an authorization server says about an active token. */
export interface IntrospectionAnswer {
  /**
   * The claims of the response, deeply frozen. `iss` is added if it is absent, and `exp` too: the end of this
   * knowledge. `aud` is added only if the issuer checks the audience.
   */
  readonly claims: JsonObject;
  /** Whether the response has its own `exp`. */
  readonly hasExpiry: boolean;
  /** When the request was sent, in seconds since the epoch. */
  readonly knownFrom: number;
  /** Until when the response may be used without asking again, in seconds since the epoch. */
  readonly knownUntil: number;
  /** The memory of the claims, in bytes: an upper estimate. */
  readonly heapBytes: number;
}

/** The health of the introspection of one issuer's tokens. Contains nothing from any token. */
export interface IntrospectionHealth {
  /** The issuer identifier. */
  readonly issuer: string;
  /** How the issuer's opaque tokens begin: `introspection.tokenPrefix`; `undefined` when it is not set. */
  readonly tokenPrefix: string | undefined;
  /**
   * `unused`: no request was made yet. `available`: the last request was answered. `unavailable`: the last
   * request failed, or the credentials of this resource server were refused.
   */
  readonly state: 'unused' | 'available' | 'unavailable';
  /** Why the last request failed, with the URL and the system's cause; `undefined` if it did not. */
  readonly lastError: Error | undefined;
  /** When the next request may be made, in milliseconds since the epoch; `undefined` for now. */
  readonly nextAttemptAt: number | undefined;
  /**
   * Whether the first 20 responses all said that the token is not active, and none has said otherwise since
   * then. The authorization server may not let this resource server introspect the tokens of others.
   */
  readonly alwaysInactive: boolean;
}

/** What a caller learns about its question besides the answer. */
export interface Inquiry {
  /** Whether a request was made for this question, so that the answer is as fresh as it can be. */
  isFresh: boolean;
}

/** A token to ask about. */
export interface AskedToken {
  /** The token as it was sent. */
  readonly token: string;
  /** Its digest, by which callers with the same token find each other. */
  readonly digest: string;
  /**
   * Whether it was accepted before, so that an error response is not about this token only.
   *
   * @defaultValue `false`
   */
  readonly isKnown?: boolean | undefined;
}

/** Asks one authorization server about tokens. */
export interface Introspector {
  /** The issuer identifier. */
  readonly issuer: string;
  /**
   * Asks about a token; callers with the same token share one request. A response about an inactive token may be
   * older; see `negativeCacheSeconds`.
   *
   * @param inquiry - Is marked as fresh if this call begins a request.
   * @throws InvalidTokenError (rejects) `inactive`; `typ`: it is not an access token; `issuer`: the response
   *   names another one. Also the refusal of {@link Introspector.noteRefusal}.
   * @throws IntrospectionUnavailableError (rejects) The authorization server gives no usable answer.
   */
  ask(asked: AskedToken, inquiry?: Inquiry): Promise<IntrospectionAnswer>;
  /**
   * Asks about a token by a request that begins now and is not shared.
   *
   * @throws As {@link Introspector.ask}.
   */
  askNow(asked: AskedToken): Promise<IntrospectionAnswer>;
  /** Notes that a response contradicts an older one about the token, so that no process uses that any more. */
  noteContradiction(asked: AskedToken): void;
  /** Notes that the claims of the last response about a token were refused, so that it is not asked again soon. */
  noteRefusal(asked: AskedToken, refusal: InvalidTokenError): void;
  /** Reports that an older response is used, because the authorization server cannot be reached. */
  noteStaleUse(): void;
  /**
   * Resolves when the endpoint is known.
   *
   * @throws IntrospectionUnavailableError (rejects) It cannot be discovered.
   */
  whenReady(): Promise<void>;
  /** Reports whether the last request was answered. */
  health(): IntrospectionHealth;
  /** Aborts the requests that are under way. */
  close(): void;
}
