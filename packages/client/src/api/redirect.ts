/**
 * Redirects of the API: where they lead, and which parts of the request may follow.
 *
 * @module
 */
import { hasUserinfo, isTransportAllowed } from '@scopegate/protocol/internal';
import { ResourceRedirectError } from '../errors.js';
import { isReplayable, type ResourceRequest, type ResourceRules } from './resource-request.js';

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** The fields that describe a body and are removed with it. */
const BODY_HEADERS = [
  'content-encoding',
  'content-language',
  'content-length',
  'content-location',
  'content-type',
];
/** The fields that no other origin receives, whether the application has named it or not. */
const ORIGIN_HEADERS = ['authorization', 'cookie', 'host', 'proxy-authorization'];
/**
 * The fields that any origin may receive: content negotiation, conditions and tracing. Any other field
 * may be a credential, such as `x-api-key`, which cannot be recognised by its name.
 */
const HARMLESS_HEADERS: ReadonlySet<string> = new Set([
  'accept',
  'accept-charset',
  'accept-encoding',
  'accept-language',
  'range',
  'user-agent',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'cache-control',
  'pragma',
  'prefer',
  'traceparent',
  'tracestate',
]);

/**
 * Creates the request that a response redirects to.
 *
 * Unlike `fetch`, it sends neither a body nor the application's own header fields to an origin that
 * the application has not named: RFC 9110 §15.4 asks clients to consider removing fields with security
 * implications, and these cannot be recognised by their names.
 *
 * @param rules - Where the application lets requests go.
 * @returns The request; `undefined` when the response is not a redirect, or the caller follows
 *   redirects itself.
 * @throws ResourceRedirectError The redirect cannot be followed, or is not safe to follow.
 * @see Fetch Standard §4.4, HTTP-redirect fetch; RFC 9110 §15.4
 */
export function redirectRequest(
  request: ResourceRequest,
  { status, headers }: Response,
  rules: ResourceRules,
): ResourceRequest | undefined {
  const { origins } = rules;
  const location = headers.get('location');
  if (!REDIRECTS.has(status) || location === null) return undefined;
  if (request.redirect === 'manual') return undefined;
  if (request.redirect === 'error') throw new ResourceRedirectError('forbidden');
  const url = readLocation(location, request.url, rules);
  const remaining = headersFor(url, request, origins);
  if (becomesGet(request.method, status)) {
    const bodiless = without(remaining, BODY_HEADERS);
    return { ...request, url, method: 'GET', body: null, headers: bodiless };
  }
  if (!isReplayable(request)) throw new ResourceRedirectError('body');
  const isNamed = url.origin === request.url.origin || origins.has(url.origin);
  if (request.body !== null && !isNamed) throw new ResourceRedirectError('origin');
  return { ...request, url, headers: remaining };
}

/** Whether a request that was redirected may carry the access token, which never leaves its origin. */
export function keepsToken(from: ResourceRequest, redirected: ResourceRequest): boolean {
  return redirected.url.origin === from.url.origin;
}

function readLocation(location: string, base: URL, rules: ResourceRules): URL {
  const url = URL.canParse(location, base.href) ? new URL(location, base) : undefined;
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') {
    throw new ResourceRedirectError('location');
  }
  if (hasUserinfo(url)) throw new ResourceRedirectError('userinfo');
  const isDowngrade = base.protocol === 'https:' && url.protocol === 'http:';
  // A downgrade is refused even where http is accepted, because the server supports https.
  if (isDowngrade || !isTransportAllowed(url, rules)) throw new ResourceRedirectError('insecure');
  return url;
}

function becomesGet(method: string, status: number): boolean {
  if (status === 303) return method !== 'GET' && method !== 'HEAD';
  return (status === 301 || status === 302) && method === 'POST';
}

function headersFor(
  url: URL,
  { url: from, headers }: ResourceRequest,
  origins: ReadonlySet<string>,
): Headers {
  if (url.origin === from.origin) return headers;
  if (origins.has(url.origin)) return without(headers, ORIGIN_HEADERS);
  return without(
    headers,
    [...headers.keys()].filter((name) => !HARMLESS_HEADERS.has(name)),
  );
}

function without(headers: Headers, names: readonly string[]): Headers {
  const remaining = new Headers(headers);
  for (const name of names) remaining.delete(name);
  return remaining;
}
