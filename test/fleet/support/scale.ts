/**
 * How large the tests of fleets are.
 *
 * @module
 */
import { REDIS_ENGINES, type RedisEngine } from '../../support/redis-engines.js';
import type { RedisClientName } from '../../support/redis-clients.js';

const given = process.env['SCOPEGATE_FLEET'];

/** Whether each engine and client has every fault at full size and length, which takes many minutes. */
const isLong = given === 'long';

/** Whether the tests run as large as the faults require: `npm run test:fleet`. */
export const isFullScale: boolean = given === 'full' || isLong;

/** Two sizes of a test. */
export interface Scale {
  /** For `npm run test:fleet`. */
  readonly full: number;
  /** For `npm test`, which runs many other files at once. */
  readonly brief: number;
}

/** With what a test runs. */
export interface Combination {
  readonly engine: RedisEngine;
  readonly client: RedisClientName;
}

/** The clients with which a test that takes long runs: one, or both where `SCOPEGATE_FLEET` is `long`. */
export const SLOW_CLIENTS: readonly RedisClientName[] = isLong
  ? ['redis 6', 'ioredis 6']
  : ['redis 6'];

/** Selects a number. */
export function scale({ full, brief }: Scale): number {
  return isFullScale ? full : brief;
}

/**
 * Selects how long or how large a test is: `full` with one engine and one client, and with the others only
 * where `SCOPEGATE_FLEET` is `long`.
 */
export function scaleOnce({ full, brief }: Scale, { engine, client }: Combination): number {
  const isFirst = engine.name === REDIS_ENGINES[0]?.name && client === 'redis 6';
  return isLong || (isFullScale && isFirst) ? full : brief;
}
