/**
 * A token as the client holds it.
 *
 * @module
 */
import { inspect, type InspectOptions } from 'node:util';

/**
 * An access token: opaque, whatever it looks like. RFC 9068 §6: a client does not look inside.
 *
 * `value` is a getter, so that no copy, no `inspect` and no JSON of this object holds the token.
 */
export class AccessToken {
  readonly #value: string;
  /** When it expires, in seconds since the epoch; `undefined` when the server did not say. */
  readonly expiresAt: number | undefined;
  /** What was granted. RFC 6749 §3.3: what was asked for, when the server does not say. */
  readonly scopes: ReadonlySet<string>;

  constructor(value: string, expiresAt: number | undefined, scopes: ReadonlySet<string>) {
    this.#value = value;
    this.expiresAt = expiresAt;
    this.scopes = scopes;
    Object.freeze(this);
  }

  /** The token itself, for an `Authorization: Bearer` header and nothing else. */
  get value(): string {
    return this.#value;
  }

  /** All but the token. */
  toJSON(): { readonly expiresAt: number | undefined; readonly scopes: readonly string[] } {
    return { expiresAt: this.expiresAt, scopes: [...this.scopes] };
  }

  static {
    Object.defineProperty(this.prototype, inspect.custom, { value: inspectAccessToken });
  }
}

function inspectAccessToken(this: AccessToken, _depth: number, options: InspectOptions): string {
  return `AccessToken ${inspect({ value: '[redacted]', ...this.toJSON() }, options)}`;
}
