/**
 * The options for token introspection.
 *
 * @module
 */
import type { RequestAuthenticator } from '@scopegate/protocol';
import type { IntrospectionCache } from './introspection-cache.js';

/** How this resource server authenticates at the introspection endpoint. */
// TypeScript reports errors against the last member of a union, so the most common form is last.
export type IntrospectionCredentials =
  | {
      /**
       * The client id of this resource server: the audience of signed responses. RFC 9701 §5.
       *
       * @defaultValue none: signed responses must name the audience of this resource server
       */
      readonly clientId?: string | undefined;
      /** Cannot be combined with `authenticate`. */
      readonly clientSecret?: never;
      /** Cannot be combined with `authenticate`. */
      readonly clientAuthenticationMethod?: never;
      /**
       * Adds the credentials of this resource server to each introspection request, such as the result of
       * `toRequestAuthenticator()` of `@scopegate/client`.
       */
      readonly authenticate: RequestAuthenticator;
    }
  | {
      /** The client id of this resource server at the authorization server. */
      readonly clientId: string;
      /** Reads the client secret; called for each introspection request, so that it can be rotated. */
      readonly clientSecret: () => string | Promise<string>;
      /**
       * Where the client id and the secret are sent, by its registered name: in the `Authorization` header, or in
       * the body. RFC 6749 §2.3.1.
       *
       * @defaultValue `'client_secret_basic'`
       */
      readonly clientAuthenticationMethod?:
        'client_secret_basic' | 'client_secret_post' | undefined;
      /** Cannot be combined with `clientSecret`. */
      readonly authenticate?: never;
    };

/** How the authorization server is asked about tokens: RFC 7662, or RFC 9701 with `signed`. */
export type IntrospectionOptions = IntrospectionCredentials & {
  /**
   * Which of the issuer's tokens are sent to it: `'opaque'`, those that are not JWTs, and JWTs are refused;
   * `'both'`, those that are not JWTs, and JWTs are verified here; `'jwt'`, none, except on routes with
   * `fresh: true`. A JWT that is refused is never sent.
   */
  readonly tokens: 'jwt' | 'opaque' | 'both';
  /**
   * How the issuer's opaque tokens begin, such as `'ory_at_'`; 1 to 64 characters of a bearer token. Only such
   * tokens are sent to it, even if they look like JWTs. Required for every issuer with opaque tokens when
   * there are several.
   *
   * @defaultValue every token that is not a JWT
   */
  readonly tokenPrefix?: string | undefined;
  /**
   * The introspection endpoint: an https URL.
   *
   * @defaultValue the `introspection_endpoint` of the issuer's metadata
   */
  readonly endpoint?: string | undefined;
  /**
   * Requests signed responses, and accepts no others. RFC 9701.
   *
   * @defaultValue `false`
   */
  readonly signed?: boolean | undefined;
  /**
   * How long a response about an active token is used, in seconds, but never past `exp`. 0 to 300; with 0, the
   * authorization server is asked for each request. A token that is revoked there is refused after that
   * time.
   *
   * @defaultValue `10`
   */
  readonly cacheSeconds?: number | undefined;
  /**
   * How long a response about an inactive token is used, in seconds. 0 to 60.
   *
   * @defaultValue `5`
   */
  readonly negativeCacheSeconds?: number | undefined;
  /**
   * How much longer a response about an active token is used while the authorization server cannot be reached, in
   * seconds, but never past `exp` and never with `fresh`. 0 to 300.
   *
   * @defaultValue `0`
   */
  readonly maxStaleSeconds?: number | undefined;
  /**
   * How long an introspection request may take, including reading the body, in milliseconds. 1 to 60,000.
   *
   * @defaultValue `3_000`
   */
  readonly timeoutMs?: number | undefined;
  /**
   * Maximum number of introspection requests at a time; further tokens get 503. An integer from 1 to 100,000.
   *
   * @defaultValue `1_000`
   */
  readonly maxPending?: number | undefined;
  /**
   * Accepts responses without `aud`, because the authorization server answers `active: true` only for tokens
   * that are meant for the resource server that asks.
   *
   * @defaultValue `false`: such a token is refused with the reason `audience`
   */
  readonly issuerChecksAudience?: boolean | undefined;
  /**
   * Where processes share responses about active tokens, such as `introspectionCache` of
   * `createRedisStores()`. Not used with `fresh`. A response is used for `cacheSeconds` after its request,
   * whichever process has sent that. When the store does not answer within 250 ms, the authorization server
   * is asked. Requires `clientId`.
   *
   * @defaultValue none: each process asks for itself
   */
  readonly cache?: IntrospectionCache | undefined;
};
