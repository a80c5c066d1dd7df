/**
 * What the contract knows about an authorization server.
 *
 * @module
 */
import type { JsonWebKey } from 'node:crypto';
import type { PrivateKeyJwtOptions, TokenSourceOptions } from '@scopegate/client';
import type { FindingCause } from '@scopegate/express';

/** Algorithms with which the contract configures servers to sign. */
export type Algorithm = 'RS256' | 'PS256' | 'ES256' | 'EdDSA';

/** Client authentication methods. OpenID Connect Core 1.0 §9. */
export type AuthenticationMethod = 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt';

/**
 * How a server handles an authentication method: it checks the credentials, accepts any, or does not
 * offer the method.
 */
export type MethodSupport = 'checked' | 'unchecked' | 'not offered';

/** A client that the server must know. */
export interface RegisteredClient {
  readonly clientId: string;
  readonly method: AuthenticationMethod;
  /** For the two methods with a secret. */
  readonly clientSecret: string;
  /** The audience of its tokens, where `audiencePerClient` is set. */
  readonly audience?: string;
  /** For `private_key_jwt`: a P-256 key for ES256, with `kid` and `alg`. */
  readonly publicJwk: JsonWebKey;
}

/** How the contract wants a server to be set up. */
export interface ServerSettings {
  /** The algorithm of its signing key. */
  readonly alg: Algorithm;
  /** The audiences for which it issues tokens. */
  readonly audiences: readonly string[];
  /** The scopes that its clients may request. */
  readonly scopes: readonly string[];
  /** The clients, one for each authentication method that it offers. */
  readonly clients: readonly RegisteredClient[];
}

/** What a user gets after login, with the client of the code flow. */
export interface UserTokens {
  readonly clientId: string;
  readonly subject: string;
  readonly accessToken: string;
  readonly idToken: string;
}

/** A server that runs. */
export interface RunningServer {
  /** The issuer identifier. */
  readonly issuer: string;
  /** The token endpoint, of a server that does not publish metadata. */
  readonly tokenEndpoint?: string;
  /** The URL of the keys, of a server that does not publish metadata. */
  readonly jwksUri?: string;
  /** Signs with a new key from now on, and withdraws the old one. */
  rotateKey(): Promise<void>;
  /** Stops serving, as in an outage. */
  stop(): Promise<void>;
  /** Serves again after `stop()`: at the same URL, with the same keys and clients. */
  start(): Promise<void>;
  /** Ends the server. It may be stopped already. */
  close(): Promise<void>;
  /**
   * Logs a user in by the code flow with PKCE. The access token is for the first audience and the
   * scopes `openid` and `read:analytics`. Servers without an authorization endpoint omit it.
   */
  logIn?(): Promise<UserTokens>;
}

/** What `scopegate doctor` reports about a server. */
export interface DoctorVerdict {
  readonly exitCode: number;
  /** The codes of its errors and warnings, sorted. */
  readonly findings: readonly string[];
}

/** A kind of server, as the contract tests it and as docs/interop.md lists it. */
export interface ServerDescription {
  /** The name in titles and in the matrix. */
  readonly name: string;
  /** The versions that are tested. */
  readonly version: string;
  /** Where it publishes its metadata. */
  readonly discovery: 'RFC 8414' | 'OpenID Connect' | 'none';
  /** The algorithms that are tested, the one of most tests first. */
  readonly algorithms: readonly [Algorithm, ...Algorithm[]];
  readonly authentication: Readonly<Record<AuthenticationMethod, MethodSupport>>;
  /** `principal` of a token from the client credentials grant. */
  readonly principal: 'client' | 'unknown';
  /** Whether that token names its client. */
  readonly namesClient: boolean;
  /** Whether users can log in: then their `principal` is `user`, and ID tokens must be refused. */
  readonly hasUsers: boolean;
  /** The cause that `explain()` finds in an ID token with a `nonce`. @defaultValue `'id_token'` */
  readonly idTokenCause?: FindingCause;
  readonly doctor: DoctorVerdict;
  /** What its operator, or the users of Scopegate, must configure. */
  readonly needs: string;
  /** Whether the audience of a token depends on its client alone. @defaultValue `false` */
  readonly audiencePerClient?: boolean;
  /** The options of a token source. */
  readonly target: (audience: string) => Pick<TokenSourceOptions, 'resource' | 'parameters'>;
  /** The options of `privateKeyJwt()`. @defaultValue `{}` */
  readonly assertion?: PrivateKeyJwtOptions;
  readonly start: (settings: ServerSettings) => Promise<RunningServer>;
}
