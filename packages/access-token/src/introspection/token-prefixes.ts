/**
 * Which issuer a token is sent to, checked at start-up across all issuers.
 *
 * @module
 */
import { invalidOption } from '@scopegate/protocol/internal';
import type { IntrospectionPolicy } from './resolve-introspection.js';

/** An issuer that may have opaque tokens. */
export interface PrefixedIssuer {
  /** The name in messages, such as `issuers[1]`. */
  readonly name: string;
  readonly introspection: IntrospectionPolicy | undefined;
}

/**
 * Asserts that each opaque token can be sent to one issuer only.
 *
 * @throws TypeError Several issuers have opaque tokens, and one of them has no prefix, or one whose tokens may be
 *   those of another.
 */
export function assertDistinctPrefixes(issuers: readonly PrefixedIssuer[]): void {
  const opaque = issuers.filter(
    ({ introspection }) => introspection !== undefined && introspection.tokens !== 'jwt',
  );
  if (opaque.length < 2) return;
  const earlier: { readonly name: string; readonly prefix: string }[] = [];
  for (const { name, introspection } of opaque) {
    const option = `${name}.introspection.tokenPrefix`;
    const prefix = introspection?.tokenPrefix;
    if (prefix === undefined) {
      throw invalidOption(
        option,
        'is missing; it is required because several issuers have opaque tokens, so that none of ' +
          'them receives the tokens of another',
      );
    }
    const other = earlier.find(
      (each) => each.prefix.startsWith(prefix) || prefix.startsWith(each.prefix),
    );
    if (other !== undefined) {
      throw invalidOption(option, `must not begin like that of ${other.name}`);
    }
    earlier.push({ name, prefix });
  }
}
