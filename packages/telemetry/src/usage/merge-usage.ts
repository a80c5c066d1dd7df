/**
 * Merges what several processes have recorded.
 *
 * @module
 */
import { isPlainObject } from '@scopegate/protocol/internal';
import { type PrivilegeUsage, type ProcessUsage, USAGE_FORMAT } from './privilege-usage.js';

/**
 * Merges snapshots. Of several snapshots of one process, the latest counts, because each contains the earlier
 * ones. The order does not matter, and merging a snapshot twice changes nothing.
 *
 * @returns A new object; that of no snapshots has no processes.
 * @throws TypeError A value is not a snapshot, or has the format of another version.
 * @example
 * const report = reportPrivileges(mergeUsage(...snapshots));
 */
export function mergeUsage(...snapshots: readonly PrivilegeUsage[]): PrivilegeUsage {
  snapshots.forEach(assertSnapshot);
  const byBoot = new Map<string, ProcessUsage>();
  for (const process of snapshots.flatMap(({ processes }) => processes)) {
    const known = byBoot.get(process.boot);
    if (known === undefined || isLater(process, known)) byBoot.set(process.boot, process);
  }
  const processes = [...byBoot.values()].sort((one, other) => (one.boot < other.boot ? -1 : 1));
  return { scopegate: USAGE_FORMAT, processes };
}

/** Snapshots are read from files, which may contain anything. */
function assertSnapshot(value: unknown): void {
  if (isPlainObject(value) && value['scopegate'] === USAGE_FORMAT) {
    if (Array.isArray(value['processes'])) return;
  }
  throw new TypeError(
    `mergeUsage() expects snapshots of the format "${USAGE_FORMAT}"; read files with createUsageReader()`,
  );
}

/** Compares first what only grows: a clock can be set back. */
function isLater(one: ProcessUsage, other: ProcessUsage): boolean {
  if (one.decisions !== other.decisions) return one.decisions > other.decisions;
  if (one.toMs !== other.toMs) return one.toMs > other.toMs;
  return JSON.stringify(one) > JSON.stringify(other);
}
