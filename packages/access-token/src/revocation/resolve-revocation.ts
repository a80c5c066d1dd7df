/**
 * The option `revocation`, checked at start-up and completed with defaults.
 *
 * @module
 */
import {
  assertKnownOptions,
  invalidOption,
  isPlainObject,
  optionalNumber,
} from '@scopegate/protocol/internal';
import type { RevocationHook, RevocationSource } from './revocation-source.js';

/** Where revocations are known. */
export type RevocationPolicy =
  { readonly source: RevocationSource } | { readonly hook: ResolvedHook };

/** A function of the application, with its deadline. */
export interface ResolvedHook {
  readonly isRevoked: RevocationHook['isRevoked'];
  readonly timeoutMs: number;
}

const DEFAULT_TIMEOUT_MS = 1_000;

const EXPECTED = 'must be what createRevocationList() returns, another source, or { isRevoked }';

/**
 * Checks the option `revocation`.
 *
 * @param maxLifetimeSeconds - The longest lifetime of tokens that the verifier accepts.
 * @returns `undefined` when it is not given.
 * @throws TypeError It is neither a source nor a hook, an option is unknown or out of range, or tokens may
 *   outlive the revocations of the source.
 */
export function resolveRevocation(
  given: unknown,
  maxLifetimeSeconds: number,
): RevocationPolicy | undefined {
  if (given === undefined) return undefined;
  if (typeof given === 'function') {
    throw invalidOption('revocation', `${EXPECTED}; write { isRevoked } with the function`);
  }
  if (!isPlainObject(given)) throw invalidOption('revocation', EXPECTED);
  if (!('version' in given || 'isCurrent' in given)) return resolveHook(given);
  assertSource(given);
  assertOutlivesTokens(given, maxLifetimeSeconds);
  return Object.freeze({ source: given });
}

function resolveHook(given: Readonly<Record<string, unknown>>): RevocationPolicy {
  assertKnownOptions('option "revocation"', given, ['isRevoked', 'timeoutMs']);
  if (typeof given['isRevoked'] !== 'function') {
    throw invalidOption('revocation.isRevoked', 'must be a function');
  }
  const range = { min: 1, max: 60_000, path: 'revocation.', isInteger: true };
  const timeoutMs = optionalNumber(given, 'timeoutMs', range) ?? DEFAULT_TIMEOUT_MS;
  // It may be a method that uses `this`. What it returns is checked on each call.
  const isRevoked = given['isRevoked'].bind(given) as RevocationHook['isRevoked'];
  return Object.freeze({ hook: Object.freeze({ isRevoked, timeoutMs }) });
}

/** What its methods return is checked on each call. */
function assertSource(given: object): asserts given is RevocationSource {
  const { version, isCurrent, isRevoked }: Partial<Record<keyof RevocationSource, unknown>> = given;
  const isSource =
    typeof version === 'number' &&
    typeof isCurrent === 'function' &&
    typeof isRevoked === 'function';
  if (!isSource) {
    throw invalidOption(
      'revocation',
      'must have a number "version" and the methods isCurrent() and isRevoked()',
    );
  }
  const { ready, onChange }: Partial<Record<keyof RevocationSource, unknown>> = given;
  for (const [name, method] of Object.entries({ ready, onChange })) {
    if (method === undefined || typeof method === 'function') continue;
    throw invalidOption(`revocation.${name}`, 'must be a function');
  }
}

/** A token that outlived its revocation would be accepted again. */
function assertOutlivesTokens(source: RevocationSource, maxLifetimeSeconds: number): void {
  const { maxLifetimeSeconds: kept }: { readonly maxLifetimeSeconds?: unknown } = source;
  if (kept === undefined) return;
  if (typeof kept !== 'number') {
    throw invalidOption('revocation.maxLifetimeSeconds', 'must be a number');
  }
  if (maxLifetimeSeconds <= kept) return;
  throw invalidOption(
    'maxLifetimeSeconds',
    `must be set to at most ${kept}, the longest lifetime of tokens for which "revocation" keeps revocations`,
  );
}
