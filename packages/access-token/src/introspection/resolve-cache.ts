/**
 * The option `introspection.cache`, checked at start-up.
 *
 * @module
 */
import { invalidOption, isPlainObject } from '@scopegate/protocol/internal';
import type { OptionContext } from '../option-context.js';
import type { IntrospectionCache } from './introspection-cache.js';

/** The options that decide whether a response can be shared. */
interface Sharing {
  readonly tokens: 'jwt' | 'opaque' | 'both';
  readonly clientId: string | undefined;
  readonly cacheSeconds: number;
}

/**
 * Checks the option `introspection.cache`.
 *
 * @returns `undefined` when it is not given.
 * @throws TypeError It is not a store, or no response could be shared.
 */
export function resolveCache(
  given: unknown,
  { tokens, clientId, cacheSeconds }: Sharing,
  { path }: OptionContext,
): IntrospectionCache | undefined {
  if (given === undefined) return undefined;
  const name = `${path}cache`;
  if (!isCache(given)) {
    throw invalidOption(
      name,
      'must be an object with the methods read(), write() and remove(), such as "introspectionCache" ' +
        'of createRedisStores(); for a time write "cacheSeconds"',
    );
  }
  if (tokens === 'jwt') {
    throw invalidOption(name, 'requires "tokens" to be "opaque" or "both"');
  }
  if (cacheSeconds === 0) throw invalidOption(name, 'cannot be combined with "cacheSeconds": 0');
  if (clientId !== undefined) return given;
  throw invalidOption(
    name,
    'requires "clientId" because the authorization server may answer each client differently',
  );
}

/** What its methods return is checked on each call. */
function isCache(value: unknown): value is IntrospectionCache {
  if (!isPlainObject(value)) return false;
  return (['read', 'write', 'remove'] as const).every((name) => typeof value[name] === 'function');
}
