/**
 * Response headers that scripts of other origins may read.
 *
 * @module
 */
import type { ServerResponse } from 'node:http';

const FIELD = 'Access-Control-Expose-Headers';

/** What a script needs to request a token with enough scope, or to try again later. */
const HEADERS_OF_A_REFUSAL = ['WWW-Authenticate', 'Retry-After'];

/**
 * Exposes the headers of a refusal if the response allows another origin. Adds to a list that other
 * middleware has set.
 *
 * @see Fetch Standard §3.3: without credentials, `*` exposes every header; with them, it is a name
 */
export function exposeRefusalHeaders(res: ServerResponse): void {
  if (res.headersSent || !res.hasHeader('Access-Control-Allow-Origin')) return;
  const field = [res.getHeader(FIELD) ?? []].flat().join(', ');
  const exposed = new Set(field.split(',').map((name) => name.trim().toLowerCase()));
  const withCredentials = res.getHeader('Access-Control-Allow-Credentials') === 'true';
  if (exposed.has('*') && !withCredentials) return;
  const missing = HEADERS_OF_A_REFUSAL.filter((name) => !exposed.has(name.toLowerCase()));
  if (missing.length === 0) return;
  res.setHeader(FIELD, [...(field === '' ? [] : [field]), ...missing].join(', '));
}
