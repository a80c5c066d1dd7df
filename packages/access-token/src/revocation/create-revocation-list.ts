/**
 * Creates lists of revocations.
 *
 * @module
 */
import { MemoryRevocations } from './memory-revocations.js';
import { resolveListOptions } from './resolve-list-options.js';
import type { RevocationList, RevocationListOptions } from './revocation-list.js';

/**
 * Creates a list of revocations in the memory of this process.
 *
 * It is empty at the start: the application feeds it with the revocations whose tokens have not expired, and
 * then with each new one, in each process.
 *
 * @throws TypeError An option is missing, unknown or out of range.
 * @example
 * const revocation = createRevocationList({ maxLifetimeSeconds: 3_600 });
 * const verifier = createAccessTokenVerifier({
 *   issuer,
 *   audience,
 *   maxLifetimeSeconds: 3_600,
 *   revocation,
 * });
 * await revocation.withdraw({ issuer, sessionId });
 */
export function createRevocationList(options: RevocationListOptions): RevocationList {
  const resolved = resolveListOptions(options);
  const list = new MemoryRevocations(resolved);
  const methods = {
    maxLifetimeSeconds: resolved.maxLifetimeSeconds,
    isCurrent: (nowMs) => list.isCurrent(nowMs),
    isRevoked: (token) => list.isRevoked(token),
    withdraw: (withdrawal) =>
      new Promise((resolve) => {
        list.withdraw(withdrawal);
        resolve();
      }),
    heard: () => {
      list.heard();
    },
    ready: () => list.whenCurrent(),
    onChange: (listener) => list.onChange(listener),
    health: () => list.health(),
  } satisfies Omit<RevocationList, 'version'>;
  // Not enumerable: `{ ...list }` would copy a number that never grows, and cached tokens would stay accepted.
  return Object.freeze(
    Object.defineProperty(methods as RevocationList, 'version', { get: () => list.version }),
  );
}
