/**
 * The attribute `http.request.method`.
 *
 * @module
 */
import { OTHER } from './other-name.js';

/** RFC 9110, RFC 5789 (PATCH) and QUERY, as the semantic conventions of OpenTelemetry list them. */
const METHODS: ReadonlySet<string> = new Set([
  'CONNECT',
  'DELETE',
  'GET',
  'HEAD',
  'OPTIONS',
  'PATCH',
  'POST',
  'PUT',
  'QUERY',
  'TRACE',
]);

/** Resolves a request method to a well-known one or to `_OTHER`, because callers choose methods freely. */
export function resolveMethod(method: string | undefined): string | undefined {
  return method === undefined || METHODS.has(method) ? method : OTHER;
}
