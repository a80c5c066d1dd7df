/**
 * Access tokens as the client handles them.
 *
 * @module
 */
import { inspect, type InspectOptions } from 'node:util';

/**
 * The type of a token: `Bearer`, or `DPoP` when it is bound to a key. It is the scheme of the
 * `Authorization` header.
 *
 * @see RFC 6749 §7.1; RFC 9449 §5
 */
export type TokenType = 'Bearer' | 'DPoP';

/**
 * An access token. It is opaque to the client, even when it is a JWT.
 *
 * `value` is a getter on the prototype, so copies, `inspect` and JSON of this object do not contain
 * the token.
 *
 * @see RFC 9068 §6
 */
export class AccessToken {
  readonly #value: string;
  /** `DPoP` with the option `dpop` of the client, otherwise `Bearer`. */
  readonly type: TokenType;
  /** When it expires, in seconds since the epoch; `undefined` without a valid `expires_in`. */
  readonly expiresAt: number | undefined;
  /**
   * The granted scopes: those of the token response, or the requested ones if it has no `scope`.
   * RFC 6749 §3.3.
   */
  readonly scopes: ReadonlySet<string>;

  /** Only the client creates access tokens; users get them from {@link TokenSource.token}. */
  constructor(
    value: string,
    { type, expiresAt, scopes }: Pick<AccessToken, 'type' | 'expiresAt' | 'scopes'>,
  ) {
    this.#value = value;
    this.type = type;
    this.expiresAt = expiresAt;
    this.scopes = scopes;
    Object.freeze(this);
  }

  /**
   * The token itself. Send it only in an `Authorization` header, with the scheme `type`, and never
   * log it. With the scheme `DPoP`, each request also requires a proof (RFC 9449 §7.1).
   */
  get value(): string {
    return this.#value;
  }

  /** The members without the token. */
  toJSON(): {
    /** The same as `type` of the token. */
    readonly type: TokenType;
    /** The same as `expiresAt` of the token, in seconds since the epoch. */
    readonly expiresAt: number | undefined;
    /** The same as `scopes` of the token, as an array. */
    readonly scopes: readonly string[];
  } {
    return { type: this.type, expiresAt: this.expiresAt, scopes: [...this.scopes] };
  }

  static {
    Object.defineProperty(this.prototype, inspect.custom, { value: inspectAccessToken });
  }
}

function inspectAccessToken(this: AccessToken, _depth: number, options: InspectOptions): string {
  return `AccessToken ${inspect({ value: '[redacted]', ...this.toJSON() }, options)}`;
}
