/**
 * A browser without a page: it follows redirects and keeps cookies, as a user's browser does.
 *
 * @module
 */
import { createHash, randomBytes } from 'node:crypto';

/** The browser of one user. */
export interface Browser {
  /** Sends a request with the cookies so far, without following redirects. */
  request(url: string | URL, init?: RequestInit): Promise<Response>;
  /**
   * Follows redirects until one leads to `target`.
   *
   * @returns The URL to which the browser would be redirected.
   */
  visit(url: string | URL, target: string): Promise<URL>;
}

const MAX_REDIRECTS = 20;

/** Opens a browser without cookies. It talks to one origin, so cookies have no domain. */
export function openBrowser(): Browser {
  const cookies = new Map<string, string>();
  const request: Browser['request'] = async (url, init = {}) => {
    const headers = new Headers(init.headers);
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    if (cookie !== '') headers.set('cookie', cookie);
    const response = await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) keepCookie(cookies, line);
    return response;
  };
  return {
    request,
    async visit(url, target) {
      let next = new URL(url);
      for (let count = 0; count < MAX_REDIRECTS; count += 1) {
        if (next.href.startsWith(target)) return next;
        const response = await request(next);
        const location = response.headers.get('location');
        if (location === null) {
          const text = await response.text();
          throw new Error(`${next.pathname} answered ${response.status}: ${text.slice(0, 300)}`);
        }
        next = new URL(location, next);
      }
      throw new Error(`more than ${MAX_REDIRECTS} redirects`);
    },
  };
}

function keepCookie(cookies: Map<string, string>, line: string): void {
  const [pair = ''] = line.split(';');
  const [name = '', ...value] = pair.split('=');
  if (value.join('') === '' || /expires=Thu, 01 Jan 1970/i.test(line)) cookies.delete(name);
  else cookies.set(name, value.join('='));
}

/** A code verifier and its challenge. RFC 7636 §4. */
export function createPkce(): { readonly verifier: string; readonly challenge: string } {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}
