/**
 * The URL of a request as its caller knows it, and its comparison with `htu`.
 *
 * @module
 */

// RFC 3986 §3, for http and https alone, without userinfo and percent-encoding in the host. The path may
// also contain `[`, `]`, `^` and `|`, which clients of the URL Standard do not encode. Everything else is
// refused, because parsers repair it: they read a backslash as a slash and skip tabs and line feeds.
const URL_PATTERN =
  /^(https?):\/\/([-.\w]+|\[[.:\da-f]+\])(?::(\d*))?(\/[!$-;=@-[\]-_a-z|~]*)?(?:[?#][!-~]*)?$/i;
const PATH_PATTERN = /^\/[!$-;=@-[\]-_a-z|~]*$/;
/** A path that is normalized: without percent-encoding, no segment begins with a dot. */
const NORMAL_PATH = /^(?:\/(?!\.)[-\w.~!$&'()*+,;=:@]*)+$/;
const DOT_SEGMENT = /\/\.{1,2}(?:\/|$)/;
const MALFORMED_ENCODING = /%(?![\da-f]{2})/i;
/** RFC 3986 §2.3. */
const UNRESERVED = /[-\w.~]/;
const DEFAULT_PORTS: Readonly<Record<string, string>> = { http: '80', https: '443' };

/** A request, and the URLs of the API that it was sent to. */
export interface RequestUrl {
  /** The request target as it was sent. RFC 9112 §3.2. */
  readonly target: string;
  /** Normalized, without a slash at the end. */
  readonly publicUrls: readonly string[];
}

/**
 * Whether a URL is that of a request. What the sender says about the host does not count: neither
 * `Host` nor the authority of an absolute target.
 *
 * @see RFC 9449 §4.3; RFC 3986 §6.2.2, §6.2.3
 */
export function isUrlOf(htu: string, request: RequestUrl): boolean {
  const { target, publicUrls } = request;
  const query = target.indexOf('?');
  const path = query === -1 ? target : target.slice(0, query);
  const hasFragment = query !== -1 && target.includes('#', query);
  // Clients send what they prove, so this saves both normalizations in almost every request.
  const isNormal = !hasFragment && NORMAL_PATH.test(path);
  if (isNormal && publicUrls.some((url) => htu === url + path)) return true;
  const normalized = normalizeUrl(htu);
  return normalized !== undefined && listUrls(request).includes(normalized);
}

/**
 * Lists the URLs that a proof for a request may be made for, normalized.
 *
 * @returns Empty when the target has no path, or one with dot segments: servers do not remove them, so
 *   that the request might be routed to another resource than the one that the proof is for. Also empty
 *   when the target has a fragment, or is absolute and has a query but no path: no client sends such
 *   targets, and parsers differ in what the paths of `//a:b?@c#` and `http://a?/b` are.
 */
export function listUrls({ target, publicUrls }: RequestUrl): readonly string[] {
  const path = findPath(target);
  if (path === undefined || DOT_SEGMENT.test(path)) return [];
  // Concatenated: `new URL('//host/path', base)` has another host.
  return publicUrls.map((url) => url + path);
}

/**
 * Normalizes an http or https URL, without its query and fragment.
 *
 * @returns `undefined` for anything else, such as a URL with user information.
 * @see RFC 3986 §6.2.2, §6.2.3
 */
export function normalizeUrl(url: string): string | undefined {
  const [matched, scheme = '', host = '', port = '', path = '/'] = URL_PATTERN.exec(url) ?? [];
  const normalPath = normalizeEncoding(path);
  if (matched === undefined || normalPath === undefined) return undefined;
  const protocol = scheme.toLowerCase();
  const isDefault = port === '' || port === DEFAULT_PORTS[protocol];
  const authority = `${host.toLowerCase()}${isDefault ? '' : `:${port}`}`;
  return `${protocol}://${authority}${removeDotSegments(normalPath)}`;
}

/** Finds the path of a target in origin-form or absolute-form. RFC 9112 §3.2.1, §3.2.2. */
function findPath(target: string): string | undefined {
  if (target.includes('#')) return undefined;
  if (!target.startsWith('/')) {
    const [matched, , , , path] = URL_PATTERN.exec(target) ?? [];
    // Some routers search for the path behind the query: `/b` in `http://a?/b`.
    if (matched === undefined || (path === undefined && target.includes('?'))) return undefined;
    return normalizeEncoding(path ?? '/');
  }
  const [path = ''] = target.split('?', 1);
  return PATH_PATTERN.test(path) ? normalizeEncoding(path) : undefined;
}

/** Decodes what need not be encoded, and writes the rest in upper case. RFC 3986 §6.2.2. */
function normalizeEncoding(path: string): string | undefined {
  if (!path.includes('%')) return path;
  if (MALFORMED_ENCODING.test(path)) return undefined;
  return path.replace(/%[\da-f]{2}/gi, (encoded) => {
    const character = String.fromCharCode(Number.parseInt(encoded.slice(1), 16));
    return UNRESERVED.test(character) ? character : encoded.toUpperCase();
  });
}

/** RFC 3986 §5.2.4. */
function removeDotSegments(path: string): string {
  if (!DOT_SEGMENT.test(path)) return path;
  const kept: string[] = [];
  const segments = path.split('/').slice(1);
  for (const segment of segments) {
    if (segment === '..') kept.pop();
    if (segment !== '.' && segment !== '..') kept.push(segment);
  }
  // A dot segment at the end is the directory itself.
  if (/^\.{1,2}$/.test(segments.at(-1) ?? '')) kept.push('');
  return `/${kept.join('/')}`;
}
