/**
 * What polls the server for the stores of a fleet.
 *
 * @module
 */
import type { RevocationLog, RevocationLogParts } from './revocation-log.js';
import { WatchedLog } from './watched-log.js';

/** Polls the server: for revocations, and for losses of data. */
export interface RevocationWatch {
  readonly log: RevocationLog;
  /** When data was lost last, in milliseconds since the epoch; `undefined` if it never was. */
  readonly lostAt: number | undefined;
  /** Grows when data may have been lost. */
  readonly doubts: number;
  /** Notes that a command has failed: the server may have lost data when it is back. */
  doubt(): void;
  /**
   * Finds out whether data was lost, if a command has failed since the last poll.
   *
   * @returns `undefined` if none has.
   * @throws StoreUnavailableError (rejects)
   */
  confirm(): Promise<void> | undefined;
  /**
   * Notes that data of another store was lost. Resolves when `lostAt` is set.
   *
   * @throws StoreUnavailableError (rejects) It will be set with the next poll.
   */
  reportLoss(): Promise<void>;
  /** Begins to poll. Repeating it has no effect. */
  start(): void;
  /** Ends polling. */
  close(): void;
}

/** Creates a watch. Nothing is sent before {@link RevocationWatch.start}. */
export function createRevocationWatch(parts: RevocationLogParts): RevocationWatch {
  const watched = new WatchedLog(parts);
  const { schedule, currency, poller } = watched;
  const log = createLog(watched);
  return {
    log,
    get lostAt() {
      return poller.lostAt;
    },
    get doubts() {
      return currency.doubts;
    },
    doubt: () => {
      currency.doubt();
    },
    confirm: () => (currency.isUncertain ? schedule.pollAfterNow() : undefined),
    reportLoss: () => {
      poller.reportLoss();
      return schedule.pollAfterNow();
    },
    start: () => {
      schedule.start();
    },
    close: () => {
      schedule.close();
    },
  };
}

function createLog(watched: WatchedLog): RevocationLog {
  const { known } = watched;
  const methods = {
    maxLifetimeSeconds: watched.maxLifetimeSeconds,
    isCurrent: (nowMs) => watched.isCurrent(nowMs),
    isRevoked: (token) => known.isRevoked(token),
    withdraw: (withdrawal) => watched.withdraw(withdrawal),
    ready: () => watched.ready(),
    onChange: (listener) => known.changes.add(listener),
    health: () => watched.health(),
  } satisfies Omit<RevocationLog, 'version'>;
  // Not enumerable: `{ ...log }` would copy a number that never grows, and cached tokens would stay accepted.
  return Object.freeze(
    Object.defineProperty(methods as RevocationLog, 'version', { get: () => known.version }),
  );
}
