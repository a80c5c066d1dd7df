/**
 * Resource servers that introspect opaque tokens.
 *
 * @module
 */
import { RESOURCE, type ServerFactory } from './fixture.js';

/** Options of a resource server that introspects opaque tokens. */
export function introspecting(
  introspection: Readonly<Record<string, unknown>> = {},
): ServerFactory {
  return (issuer) => ({
    ...issuer.options({ audience: RESOURCE }),
    introspection: { tokens: 'opaque', ...issuer.introspectionClient, ...introspection },
  });
}
