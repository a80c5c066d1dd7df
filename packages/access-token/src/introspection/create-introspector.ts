/**
 * Creates the introspector that the options of an issuer describe.
 *
 * @module
 */
import type { KeySet } from '../keys/key-set.js';
import type { IntrospectionPolicy } from './resolve-introspection.js';
import type { Introspector } from './introspector.js';

/** What an introspector needs besides its own options. */
export interface IntrospectorContext {
  readonly issuer: string;
  readonly audience: readonly string[];
  /** The issuer's keys, for signed responses. */
  readonly keySet: KeySet;
  readonly fetch: typeof globalThis.fetch;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly clockToleranceSeconds: number;
  readonly allowHttp: boolean;
}

/** Creates an introspector. Nothing is sent yet. */
export function createIntrospector(
  _policy: IntrospectionPolicy,
  _context: IntrospectorContext,
): Introspector {
  throw new TypeError('introspection is not supported');
}
