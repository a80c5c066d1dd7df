/**
 * A browser without a page: it follows redirects and keeps cookies, as a user's browser does.
 *
 * @module
 */

/** The browser of one user. */
export interface Browser {
  /** Sends a request with the cookies so far, without following redirects. */
  request(url: string | URL, init?: RequestInit): Promise<Response>;
  /**
   * Follows redirects within the origin until one leads to `target`.
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
      const { origin } = next;
      for (let count = 0; count < MAX_REDIRECTS; count += 1) {
        if (next.href.startsWith(target)) return next;
        if (next.origin !== origin) throw new Error(`an unexpected redirect to ${next.origin}`);
        const response = await request(next);
        next = new URL(await readRedirect(response), next);
      }
      throw new Error(`more than ${MAX_REDIRECTS} redirects`);
    },
  };
}

/** Reads a redirect, or the `url` of a JSON answer, which some servers send to `fetch` instead. */
async function readRedirect(response: Response): Promise<string> {
  const location = response.headers.get('location');
  if (location !== null) return location;
  const text = await response.text();
  if (response.headers.get('content-type')?.startsWith('application/json') === true) {
    const { url } = JSON.parse(text) as { readonly url?: unknown };
    if (typeof url === 'string') return url;
  }
  throw new Error(
    `no redirect: ${response.url} answered ${response.status}: ${text.slice(0, 300)}`,
  );
}

function keepCookie(cookies: Map<string, string>, line: string): void {
  const [pair = ''] = line.split(';');
  const [name = '', ...value] = pair.split('=');
  if (value.join('') === '' || /expires=Thu, 01 Jan 1970/i.test(line)) cookies.delete(name);
  else cookies.set(name, value.join('='));
}
