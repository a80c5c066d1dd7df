/**
 * Records which scopes the clients of this process hold and need.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import {
  assertKnownOptions,
  optionalClock,
  optionalNumber,
  subscribeSafely,
} from '@scopegate/protocol/internal';
import { DECISION_CHANNEL } from '@scopegate/resource-server';
import { findDecision } from '../events/channel-message.js';
import type { PrivilegeUsage } from './privilege-usage.js';
import { type UsageBounds, UsageLog } from './usage-log.js';

/** Options of {@link createPrivilegeRecorder}. */
export interface PrivilegeRecorderOptions {
  /**
   * The number of clients that are recorded, from 1 to 1,000,000; requests of further clients are counted
   * in `dropped`. A client of two resource servers counts twice.
   *
   * @defaultValue `1_000`
   */
  readonly maxClients?: number | undefined;
  /**
   * The number of routes that are recorded for each client, from 1 to 100,000; requests to further routes are
   * counted in `dropped`.
   *
   * @defaultValue `200`
   */
  readonly maxRoutesPerClient?: number | undefined;
  /**
   * Returns the current time in milliseconds since the epoch.
   *
   * @defaultValue `Date.now`
   */
  readonly clock?: (() => number) | undefined;
}

/** Records which scopes the clients of this process hold and need, until it is closed. */
export interface PrivilegeRecorder {
  /**
   * Returns everything that was recorded since the recorder was created, as JSON.
   *
   * @example
   * await writeFile('usage.json', JSON.stringify(recorder.snapshot()));
   */
  snapshot(): PrivilegeUsage;
  /**
   * Stops recording; a snapshot is still available. Calling it again has no effect.
   *
   * @example
   * server.close(() => recorder.close());
   */
  close(): void;
}

/** The bounds by default: about 16 MB with 1,000 clients on 20 routes each. */
const DEFAULT_BOUNDS: UsageBounds = Object.freeze({
  maxClients: 1_000,
  maxRoutesPerClient: 200,
});

/**
 * Creates a recorder, which subscribes to the decisions of all guards of this process. The resource server
 * must set `identifyClients: true`; otherwise the recorder knows neither clients nor their scopes.
 *
 * @throws TypeError An option is unknown or out of range.
 * @example
 * const recorder = createPrivilegeRecorder();
 * const report = reportPrivileges(recorder.snapshot());
 */
export function createPrivilegeRecorder(options: PrivilegeRecorderOptions = {}): PrivilegeRecorder {
  assertKnownOptions('createPrivilegeRecorder()', options, OPTIONS);
  const clock = optionalClock({ ...options }, 'clock');
  const log = new UsageLog(resolveBounds(options));
  const boot = randomUUID();
  const fromMs = clock();
  const close = subscribeSafely(DECISION_CHANNEL, '@scopegate/telemetry', (message) => {
    const event = findDecision(message);
    if (event !== undefined) log.record(event, clock());
  });
  return Object.freeze({
    snapshot: () => log.usage({ boot, fromMs, toMs: clock() }),
    close,
  });
}

const OPTIONS: readonly (keyof PrivilegeRecorderOptions)[] = [
  'clock',
  'maxClients',
  'maxRoutesPerClient',
];

/**
 * Checks the bounds of a recorder or a reader, and fills their defaults.
 *
 * @throws TypeError A bound is out of range.
 */
export function resolveBounds(
  options: Pick<PrivilegeRecorderOptions, 'maxClients' | 'maxRoutesPerClient'>,
): UsageBounds {
  const given = { ...options };
  const clients = { min: 1, max: 1_000_000, isInteger: true };
  const routes = { min: 1, max: 100_000, isInteger: true };
  return {
    maxClients: optionalNumber(given, 'maxClients', clients) ?? DEFAULT_BOUNDS.maxClients,
    maxRoutesPerClient:
      optionalNumber(given, 'maxRoutesPerClient', routes) ?? DEFAULT_BOUNDS.maxRoutesPerClient,
  };
}
