/**
 * The summary of lines that were withheld.
 *
 * @module
 */
import type { LogLine } from './log-line.js';

/** What a summary repeats of the lines: what they have in common, nothing of a single one. */
const COMMON: ReadonlySet<string> = new Set([
  'dependency',
  'incident',
  'issuer',
  'outcome',
  'reason',
  'route',
  'server',
  'trial',
]);

/**
 * Formats the summary of lines of one kind.
 *
 * @param last - The last of them; `undefined` for lines of several kinds.
 */
export function summaryLine(last: LogLine | undefined, count: number): LogLine {
  if (last === undefined) return severalKinds(count);
  const common = Object.entries(last.members).filter(([name]) => COMMON.has(name));
  return {
    ...last,
    members: {
      event: `${String(last.members['event'])}.summary`,
      ...Object.fromEntries(common),
      count,
    },
    message: `${last.message} (${count} more within a minute)`,
  };
}

function severalKinds(count: number): LogLine {
  return {
    level: 'warn',
    kind: 'summary',
    members: { event: 'scopegate.summary', count },
    message: `${count} more lines of other kinds within a minute`,
  };
}
