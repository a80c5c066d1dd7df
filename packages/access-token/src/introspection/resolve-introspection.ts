/**
 * The option `introspection` of an issuer, checked at start-up and completed with defaults.
 *
 * @module
 */
import type { RequestAuthenticator } from '@scopegate/protocol';
import { invalidOption } from '@scopegate/protocol/internal';
import type { OptionContext } from '../option-context.js';

/** The option `introspection`, complete. */
export interface IntrospectionPolicy {
  readonly tokens: 'jwt' | 'opaque' | 'both';
  /** `undefined` when every token that is not a JWT is sent. */
  readonly tokenPrefix: string | undefined;
  /** `undefined` means discovery. */
  readonly endpoint: URL | undefined;
  /** Of this resource server; `undefined` if the application authenticates otherwise. */
  readonly clientId: string | undefined;
  readonly authenticate: RequestAuthenticator;
  readonly signed: boolean;
  readonly cacheSeconds: number;
  readonly negativeCacheSeconds: number;
  readonly maxStaleSeconds: number;
  readonly timeoutMs: number;
  readonly maxPending: number;
  readonly issuerChecksAudience: boolean;
}

/**
 * Checks the option `introspection` of an issuer.
 *
 * @returns `undefined` when it is not given.
 * @throws TypeError An option is missing, unknown or out of range.
 */
export function resolveIntrospection(
  given: unknown,
  { path }: OptionContext,
): IntrospectionPolicy | undefined {
  if (given === undefined) return undefined;
  throw invalidOption(`${path}introspection`, 'is not supported');
}
