/**
 * The administration API of Glewlwyd.
 *
 * @module
 */

/** The API, as the administrator. */
export interface AdminApi {
  /** Sends a JSON document; rejects unless the status is 200. */
  send(method: 'POST' | 'PUT', path: string, document: object): Promise<void>;
}

/** The account that every new database has. */
const ADMIN = { username: 'admin', password: 'password' };

/** Logs in as the administrator of a new database. */
export async function logInToGlewlwyd(base: string): Promise<AdminApi> {
  const headers = { 'content-type': 'application/json' };
  const login = await fetch(`${base}/auth/`, {
    method: 'POST',
    headers,
    body: JSON.stringify(ADMIN),
  });
  const cookie = login.headers
    .getSetCookie()
    .map((field) => field.split(';')[0])
    .join('; ');
  return {
    async send(method, path, document) {
      const response = await fetch(`${base}${path}`, {
        method,
        headers: { ...headers, cookie },
        body: JSON.stringify(document),
      });
      if (response.status === 200) return;
      throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    },
  };
}
