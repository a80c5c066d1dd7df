/**
 * The issues of a schema, as text that is safe to print. For operators: they may quote claims.
 *
 * @module
 */
import { showValue } from './printable.js';

const MAX_ISSUES = 10;
const MAX_PATH = 10;

/**
 * Writes the issues that a schema found: where, and its message.
 *
 * @param issues - What the schema answered: of another shape than Standard Schema says, perhaps.
 */
export function showIssues(issues: unknown): string {
  if (!Array.isArray(issues) || issues.length === 0) return 'issues that the schema does not name';
  const shown = issues.slice(0, MAX_ISSUES).map(showIssue);
  const more = issues.length - shown.length;
  return [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}

function showIssue(issue: unknown): string {
  const { message, path } = isObject(issue) ? issue : {};
  const text = typeof message === 'string' ? showValue(message) : 'an issue without a message';
  if (!Array.isArray(path) || path.length === 0) return text;
  const keys = path.slice(0, MAX_PATH).map((segment: unknown) => {
    const key = isObject(segment) ? segment['key'] : segment;
    return showValue(typeof key === 'number' ? key : String(key));
  });
  return `at ${keys.join(' › ')}: ${text}`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
