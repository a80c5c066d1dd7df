/**
 * Whether a request comes from a page or a program of this machine.
 *
 * @module
 */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { type Answer, refusal } from '../response.js';

/** Ports differ where the address is forwarded, as by `ssh -L`. */
const LOCAL_HOST = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/i;

const FORWARDED = /^(?:forwarded|via|x-real-ip|x-forwarded(?:-.+)?)$/;

/**
 * Refuses requests that were meant for another host, or that a proxy has forwarded.
 *
 * The name in `Host` keeps out web sites whose names resolve to this machine (DNS rebinding). A proxy on the
 * same machine makes every caller look local, so what it forwards is refused.
 *
 * @returns `undefined` for a request that may pass.
 */
export function refuseForeign({ headers }: IncomingMessage): Answer | undefined {
  if (!LOCAL_HOST.test(headers.host ?? '')) {
    const rule = 'the Host of the request must be 127.0.0.1, localhost or [::1]';
    return refusal(421, `${rule}; open the address that the process printed`);
  }
  if (Object.keys(headers).some((name) => FORWARDED.test(name))) {
    const rule = 'the request must not be forwarded by a proxy';
    return refusal(403, `${rule}; mount the inspector behind a guard instead`);
  }
  return undefined;
}

/** Refuses requests that a page of another origin has caused. */
export function refuseCrossSite({
  headers,
}: {
  readonly headers: IncomingHttpHeaders;
}): Answer | undefined {
  const site = headers['sec-fetch-site'];
  // `none`: the user has entered the address. A program sends no such field.
  if (site === undefined || site === 'same-origin' || site === 'none') return undefined;
  return refusal(403, 'the request must come from the page itself; open its address directly');
}

/** Whether a browser opens the path as a page in a window or tab, by a link or a redirect. */
export function isNavigation({ headers }: { readonly headers: IncomingHttpHeaders }): boolean {
  return headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
}
