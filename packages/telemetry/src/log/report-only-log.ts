/**
 * One line a day about the requests that guards that only report have passed on.
 *
 * @module
 */
import { formatCount } from '@scopegate/protocol/internal';
import type { DecisionEvent } from '@scopegate/resource-server';
import type { LogLine } from './log-line.js';

const DAY_MS = 86_400_000;

/** What one resource server let through. */
interface Unenforced {
  count: number;
  readonly reasons: Map<string, number>;
  /** The first instant at which a guard begins to enforce, in ISO 8601. */
  until: string | undefined;
}

/** Counts requests by resource server. */
export class ReportOnlyCounts {
  readonly #servers = new Map<string, Unenforced>();
  readonly #clock: () => number;

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** Counts one request. */
  note({ server, reason, policy }: DecisionEvent): void {
    const counts = this.#servers.get(server) ?? {
      count: 0,
      reasons: new Map<string, number>(),
      until: undefined,
    };
    counts.count += 1;
    const name = reason ?? 'unknown';
    counts.reasons.set(name, (counts.reasons.get(name) ?? 0) + 1);
    counts.until = earlierOf(counts.until, policy?.reportOnlyUntil);
    this.#servers.set(server, counts);
  }

  /** Formats what was counted since the last time; `undefined` if nothing was. */
  collect(server: string): LogLine | undefined {
    const counts = this.#servers.get(server);
    if (counts === undefined) return undefined;
    this.#servers.delete(server);
    const { count, reasons, until } = counts;
    const requests = formatCount(count, 'request');
    const leftMs = until === undefined ? undefined : Date.parse(until) - this.#clock();
    const daysLeft = leftMs === undefined ? undefined : Math.max(0, Math.floor(leftMs / DAY_MS));
    const end =
      daysLeft === undefined ? '' : `; they begin to enforce in ${formatCount(daysLeft, 'day')}`;
    const limits = daysLeft === undefined ? {} : { until, daysLeft };
    return {
      level: 'warn',
      kind: 'unenforced',
      members: {
        event: 'scopegate.report-only',
        server,
        count,
        reasons: Object.fromEntries(reasons),
        ...limits,
      },
      message: `guards that only report passed on ${requests} that they would have refused${end}`,
    };
  }
}

function earlierOf(one: string | undefined, other: string | undefined): string | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return Date.parse(one) <= Date.parse(other) ? one : other;
}
