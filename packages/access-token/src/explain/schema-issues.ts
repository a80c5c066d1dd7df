/**
 * Formats the issues that a claims schema reports. They may quote claims, so they are for operators
 * only.
 *
 * @module
 */
import { formatValue } from '../inspection/printable.js';

const MAX_ISSUES = 10;
const MAX_PATH = 10;

/**
 * Formats the issues that a schema reports, each with its path and its message.
 *
 * @param issues - The value that the schema returned; it may violate the Standard Schema interface.
 * @returns At most ten issues, safe to print.
 */
export function formatIssues(issues: unknown): string {
  if (!Array.isArray(issues) || issues.length === 0) return 'issues without a description';
  const listed = issues.slice(0, MAX_ISSUES).map(formatIssue);
  const omitted = issues.length - listed.length;
  if (omitted > 0) listed.push(`and ${omitted} more`);
  return listed.join('; ');
}

function formatIssue(issue: unknown): string {
  const { message, path } = isObject(issue) ? issue : {};
  const text = typeof message === 'string' ? formatValue(message) : 'an issue without a message';
  if (!Array.isArray(path) || path.length === 0) return text;
  const keys = path.slice(0, MAX_PATH).map((segment: unknown) => {
    const key = isObject(segment) ? segment['key'] : segment;
    return formatValue(typeof key === 'number' ? key : String(key));
  });
  return `at ${keys.join(' › ')}: ${text}`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
