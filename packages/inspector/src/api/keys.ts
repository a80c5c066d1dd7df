/**
 * `GET api/keys`.
 *
 * @module
 */
import type { KeySetHealth } from '@scopegate/access-token';
import { describeError } from '../history/key-set-log.js';
import type { Sparse } from '../history/sparse.js';
import type { Keys, WireKeySet, WireRefresh } from '../wire.js';
import type { ApiContext } from './api-context.js';

/** Reads the state of the keys of every resource server. */
export function readKeys({ feed, servers }: ApiContext): Keys {
  const health = [...servers].map(([server, inspected]) => ({ server, ...inspected.health() }));
  return {
    keySets: health.flatMap(({ server, issuers }) =>
      // JSON leaves out the members that are absent.
      issuers.map(
        (keySet) => readKeySet(server, keySet, feed.keySets.read(keySet.issuer)) as WireKeySet,
      ),
    ),
    introspection: health.flatMap(({ server, introspection }) =>
      introspection.map(({ issuer, state }) => ({ server, issuer, state })),
    ),
  };
}

type History = ReturnType<ApiContext['feed']['keySets']['read']>;

function readKeySet(
  server: string,
  { issuer, state, keys, ageMs, lastError }: KeySetHealth,
  { lifetimeMs, skipped, refreshes, unknownKeys }: History,
): Sparse<WireKeySet> {
  return {
    server,
    issuer,
    state,
    keys,
    ageMs,
    lifetimeMs,
    skipped,
    lastError: describeError(lastError),
    refreshes: refreshes as readonly WireRefresh[],
    unknownKeys,
  };
}
