/**
 * Where a redirect leads, and what of a request goes there.
 *
 * @module
 */
import { isConfidentialUrl } from '@scopegate/protocol';
import { hasUserinfo } from './endpoint-url.js';
import { ResourceRedirectError } from './errors.js';
import { isReplayable, type ResourceRequest } from './resource-request.js';

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** What describes a body, and goes with it. */
const BODY_HEADERS = [
  'content-encoding',
  'content-language',
  'content-length',
  'content-location',
  'content-type',
];
/** What was meant for the origin that it was sent to. */
const ORIGIN_HEADERS = ['authorization', 'cookie', 'host', 'proxy-authorization'];

/**
 * Makes the request that an answer redirects to.
 *
 * @returns `undefined` when the answer redirects nowhere, or the caller follows redirects itself.
 * @throws ResourceRedirectError When it is not possible or not safe to go there.
 * @see Fetch standard §4.4, HTTP-redirect fetch; RFC 9110 §15.4
 */
export function redirectRequest(
  request: ResourceRequest,
  { status, headers }: Response,
): ResourceRequest | undefined {
  const location = headers.get('location');
  if (!REDIRECTS.has(status) || location === null) return undefined;
  if (request.redirect === 'manual') return undefined;
  if (request.redirect === 'error') throw new ResourceRedirectError('forbidden');
  const url = readLocation(location, request.url);
  const dropped = url.origin === request.url.origin ? [] : [...ORIGIN_HEADERS];
  if (!becomesGet(request.method, status)) {
    if (!isReplayable(request)) throw new ResourceRedirectError('body');
    return { ...request, url, headers: without(request.headers, dropped) };
  }
  const remaining = without(request.headers, [...dropped, ...BODY_HEADERS]);
  return { ...request, url, method: 'GET', body: null, headers: remaining };
}

function readLocation(location: string, base: URL): URL {
  const url = URL.canParse(location, base.href) ? new URL(location, base) : undefined;
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') {
    throw new ResourceRedirectError('location');
  }
  if (hasUserinfo(url)) throw new ResourceRedirectError('userinfo');
  const isDowngrade = base.protocol === 'https:' && url.protocol === 'http:';
  if (isDowngrade || !isConfidentialUrl(url)) throw new ResourceRedirectError('insecure');
  return url;
}

function becomesGet(method: string, status: number): boolean {
  if (status === 303) return method !== 'GET' && method !== 'HEAD';
  return (status === 301 || status === 302) && method === 'POST';
}

function without(headers: Headers, names: readonly string[]): Headers {
  const remaining = new Headers(headers);
  for (const name of names) remaining.delete(name);
  return remaining;
}
