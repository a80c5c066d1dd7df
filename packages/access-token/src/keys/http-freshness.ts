/**
 * How long a document is fresh, according to its response headers.
 *
 * @module
 */

/** The freshness of a document. */
export interface Freshness {
  /**
   * From now, in milliseconds, possibly zero or less; `undefined` when the headers contain none.
   */
  readonly lifetimeMs: number | undefined;
}

/**
 * Reads the freshness lifetime of a response.
 *
 * `max-age` has precedence over `Expires`; `Age` is subtracted from both. `no-store` and `no-cache`
 * count as a lifetime of zero. `must-revalidate` does not limit how long keys are used in an outage:
 * many servers send it by default, next to `no-cache`. The operator of the API sets `maxStaleMs` instead.
 *
 * @param headers - Of a 200 or 304 response.
 * @param nowMs - The time of the request, milliseconds since the epoch.
 * @see RFC 9111 §4.2, §5.1, §5.2.2, §5.3
 */
export function readFreshness(headers: Headers, nowMs: number): Freshness {
  const directives = parseCacheControl(headers.get('cache-control') ?? '');
  return { lifetimeMs: readLifetimeMs(headers, directives, nowMs) };
}

function readLifetimeMs(
  headers: Headers,
  directives: ReadonlyMap<string, string>,
  nowMs: number,
): number | undefined {
  if (directives.has('no-store') || directives.has('no-cache')) return 0;
  const ageMs = (readDeltaSeconds(headers.get('age')) ?? 0) * 1000;
  const maxAge = directives.get('max-age');
  if (maxAge !== undefined) {
    // RFC 9111 §4.2.1: a malformed value means stale.
    return (readDeltaSeconds(maxAge) ?? 0) * 1000 - ageMs;
  }
  const expires = headers.get('expires');
  if (expires === null) return undefined;
  const expiresMs = Date.parse(expires);
  // RFC 9111 §5.3: an invalid date, especially "0", is in the past.
  if (Number.isNaN(expiresMs)) return 0;
  const dateMs = Date.parse(headers.get('date') ?? '');
  return expiresMs - (Number.isNaN(dateMs) ? nowMs : dateMs) - ageMs;
}

function parseCacheControl(value: string): ReadonlyMap<string, string> {
  const directives = new Map<string, string>();
  for (const part of value.split(',')) {
    const [name = '', argument = ''] = part.split('=', 2);
    const folded = name.trim().toLowerCase();
    // RFC 9111 §4.2.1: the first occurrence of a directive is used.
    if (!directives.has(folded)) directives.set(folded, argument.trim().replace(/^"|"$/g, ''));
  }
  return directives;
}

function readDeltaSeconds(value: string | null): number | undefined {
  return value !== null && /^\d{1,15}$/.test(value) ? Number(value) : undefined;
}
