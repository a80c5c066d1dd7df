/**
 * Registries of issuers for unit tests, with a clock of the test and a record of the lookups.
 *
 * @module
 */
import { createSecretKey, randomBytes } from 'node:crypto';
import { beforeEach, onTestFinished, vi } from 'vitest';
import { IssuerRegistry } from '../../packages/access-token/src/issuers/issuer-registry.js';
import { IssuerResolutionError } from '../../packages/access-token/src/issuers/issuer-resolution-error.js';
import type { TrustedIssuer } from '../../packages/access-token/src/issuers/trusted-issuers.js';
import { KeySetUnavailableError } from '../../packages/access-token/src/keys/key-set-errors.js';
import type { IssuerResolver } from '../../packages/access-token/src/options/issuer-options.js';
import { resolveOptions } from '../../packages/access-token/src/options/resolve-options.js';

export const A = 'https://a.example';
export const B = 'https://b.example';
export const C = 'https://c.example';
export const START = Date.UTC(2030, 0, 1);
export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const DAY = 86_400_000;
/** The secret of every issuer, unless `resolve` says otherwise. */
export const secret = createSecretKey(randomBytes(32));

/** The time, in milliseconds since the epoch; timers are faked as well, but not tied to it. */
export const clock = { now: START };
/** The issuers that were looked up, in order. */
export const lookups: string[] = [];

/** Resets clock, timers and record before each test of the file. */
export function useFakeTime(): void {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    clock.now = START;
    lookups.length = 0;
    onTestFinished(() => {
      vi.useRealTimers();
    });
  });
}

interface Changes extends Partial<Omit<IssuerResolver, 'resolve'>> {
  readonly maxStaleMs?: number;
  readonly clock?: () => number;
  readonly fetch?: typeof fetch;
}

/** Creates a registry that answers with the options of every issuer, unless `resolve` says otherwise. */
export function openRegistry(
  resolve: (issuer: string) => unknown = (issuer) => ({ issuer, secret }),
  { maxStaleMs = DAY, clock: read = () => clock.now, fetch, ...changes }: Changes = {},
): IssuerRegistry {
  const issuers = {
    resolve: (issuer: string) => {
      lookups.push(issuer);
      return resolve(issuer);
    },
    ...changes,
  } as IssuerResolver; // `resolve` may return anything
  const keySet = { maxStaleMs };
  const options = resolveOptions({ audience: 'api', issuers, clock: read, fetch, keySet });
  if (options.resolver === undefined) throw new Error('no resolver');
  const registry = new IssuerRegistry(options.resolver, options);
  onTestFinished(() => {
    registry.close();
  });
  return registry;
}

/** The error of a lookup that must fail. */
export async function failureOf(found: () => unknown): Promise<KeySetUnavailableError> {
  try {
    await found();
  } catch (error) {
    if (error instanceof KeySetUnavailableError) return error;
    throw error;
  }
  throw new Error('the lookup did not fail');
}

/** Why a lookup fails. */
export async function reasonOf(found: () => unknown): Promise<unknown> {
  const { cause } = await failureOf(found);
  return cause instanceof IssuerResolutionError ? cause.reason : cause;
}

/** Finds an issuer that must be known. */
export async function hold(registry: IssuerRegistry, issuer: string): Promise<TrustedIssuer> {
  const found = await registry.find(issuer);
  if (found === undefined) throw new Error(`${issuer} is unknown`);
  return found;
}
