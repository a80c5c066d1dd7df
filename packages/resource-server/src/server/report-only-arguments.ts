/**
 * The arguments of `dangerouslyReportOnly()`.
 *
 * @module
 */
import { assertKnownOptions } from '@scopegate/protocol/internal';
import type { CompiledPolicy } from '../policy/guard-policy.js';
import { resolveInstant } from '../policy/report-only-instant.js';

/** The options of {@link ResourceServer.dangerouslyReportOnly}. */
export interface ReportOnlyOptions {
  /**
   * Until when the guard only reports: an instant with its offset from UTC, as in `'2026-12-15T08:00:00Z'`, at
   * most 90 days ahead.
   */
  readonly until: string;
}

/** A guard that was created here. */
export interface CreatedGuard {
  readonly name: string;
  readonly policy: CompiledPolicy;
}

/**
 * Returns the guard that shall only report.
 *
 * @param found - `undefined` for what is not a guard of this resource server.
 * @throws TypeError It is not one, does not require a token, or already only reports.
 */
export function requireEnforcing(found: CreatedGuard | undefined): CreatedGuard {
  if (found === undefined) {
    throw new TypeError(
      'the first argument of dangerouslyReportOnly() must be a guard of this resource server; write ' +
        "dangerouslyReportOnly(api.requireScope('…'), { until }); for upgrades, use the option " +
        '"dangerouslyReportOnlyUntil"',
    );
  }
  const { authentication, reportOnlyUntil } = found.policy.declared;
  if (authentication === 'optional') {
    throw new TypeError(
      'dangerouslyReportOnly() requires a guard that requires a token; optionalAccessToken() already lets ' +
        'requests without one pass',
    );
  }
  if (reportOnlyUntil === undefined) return found;
  throw new TypeError(
    `this guard already only reports until ${reportOnlyUntil}; remove dangerouslyReportOnly() or the option ` +
      '"dangerouslyReportOnlyUntil"',
  );
}

/**
 * Reads until when a guard only reports.
 *
 * @param nowMs - Milliseconds since the epoch.
 * @throws TypeError The instant is missing or out of range, or an option is unknown.
 */
export function readUntil(options: unknown, nowMs: number): string {
  assertKnownOptions('dangerouslyReportOnly()', options, ['until']);
  return resolveInstant(options['until'], 'until', nowMs);
}
