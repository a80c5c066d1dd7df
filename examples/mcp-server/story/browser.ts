/**
 * The browser of one person: it follows redirects and keeps cookies.
 *
 * @module
 */

const MAX_REDIRECTS = 20;

/**
 * Creates a browser without cookies. It talks to one origin, so cookies have no domain.
 *
 * @returns A function that opens a URL and follows redirects until one leads to `target`, and returns
 *   that URL without requesting it.
 */
export function createBrowser(): (url: URL, target: string) => Promise<URL> {
  const cookies = new Map<string, string>();
  return async (url, target) => {
    let next = url;
    for (let count = 0; count < MAX_REDIRECTS; count += 1) {
      if (next.href.startsWith(target)) return next;
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const response = await fetch(next, { headers: { cookie }, redirect: 'manual' });
      for (const line of response.headers.getSetCookie()) keepCookie(cookies, line);
      const location = response.headers.get('location');
      if (location === null)
        throw new Error(`no redirect: ${response.status} ${await response.text()}`);
      next = new URL(location, next);
    }
    throw new Error(`more than ${MAX_REDIRECTS} redirects`);
  };
}

function keepCookie(cookies: Map<string, string>, line: string): void {
  const [pair = ''] = line.split(';');
  const [name = '', ...value] = pair.split('=');
  if (value.join('') === '' || /expires=Thu, 01 Jan 1970/i.test(line)) cookies.delete(name);
  else cookies.set(name, value.join('='));
}
