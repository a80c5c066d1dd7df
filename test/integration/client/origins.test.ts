import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { clientSecretBasic, createTokenClient, type TokenSource } from '@scopegate/client';
import { createTestIssuer, type TestIssuer } from '@scopegate/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

/** Every octet that a host was sent. */
class Host {
  received = '';
  #replies = new Map<string, string>();
  readonly #sockets = new Set<Socket>();
  readonly #server: Server = createServer((socket) => {
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (octets) => {
      const text = octets.toString('latin1');
      this.received += text;
      const path = /^[A-Z]+ (\S+) HTTP\/1\.1\r\n/.exec(text)?.[1];
      if (path !== undefined) socket.end(this.#replies.get(path) ?? OK);
    });
  });

  async open(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Forgets what was received, and answers 200 everywhere. */
  reset(): void {
    this.received = '';
    this.#replies = new Map();
  }

  redirect(path: string, location: string, status = 302): void {
    this.#replies.set(
      path,
      `HTTP/1.1 ${status} X\r\nlocation: ${location}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`,
    );
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok';
const API = 'https://api.example.com';

describe('token of a token client', () => {
  const hosts: Readonly<Record<string, Host>> = {
    'api.example.com': new Host(),
    'api.example.com:8443': new Host(),
    'eu.example.com': new Host(),
    'www.example.org': new Host(),
    'api.example.com.evil.example': new Host(),
    'evil.example': new Host(),
  };
  const resolved: string[] = [];
  let issuer: TestIssuer;
  let source: TokenSource;
  let token = '';

  function host(name: string): Host {
    const found = hosts[name];
    if (found === undefined) throw new Error(`no host ${name}`);
    return found;
  }

  /** Resolves each host to its own socket, without TLS. */
  function fetchFromSockets(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    const url = new URL(input instanceof Request ? input.url : input);
    if (url.origin === new URL(issuer.issuer).origin) return fetch(input, init);
    resolved.push(url.href);
    const { port } = host(url.host);
    return fetch(`http://127.0.0.1:${port}${url.pathname}`, init);
  }

  /** The hosts whose sockets saw the token. */
  function hostsThatSawTheToken(): string[] {
    return Object.entries(hosts)
      .filter(([, { received }]) => received.includes(token))
      .map(([name]) => name);
  }

  beforeAll(async () => {
    const clientSecret = 'secret';
    issuer = await createTestIssuer({
      alg: 'ES256',
      clients: [{ clientId: 'nightly-report', clientSecret }],
    });
    await Promise.all(Object.values(hosts).map((each) => each.open()));
    source = createTokenClient({
      issuer: issuer.issuer,
      clientId: 'nightly-report',
      clientAuthentication: clientSecretBasic(() => clientSecret),
      clock: issuer.clock,
      fetch: fetchFromSockets,
    }).for({ resource: API, origins: ['https://eu.example.com'] });
    token = (await source.token()).value;
  });

  beforeEach(() => {
    resolved.length = 0;
    for (const each of Object.values(hosts)) each.reset();
  });

  afterAll(async () => {
    for (const each of Object.values(hosts)) each.close();
    await issuer.close();
  });

  it.each([
    ['api.example.com', `${API}/rows`],
    ['api.example.com', 'HTTPS://API.EXAMPLE.COM:443/rows'],
    ['eu.example.com', 'https://eu.example.com/rows'],
  ])('goes to %s for %s', async (name, url) => {
    const response = await source.fetch(url);
    expect(await response.text()).toBe('ok');
    expect(hostsThatSawTheToken()).toEqual([name]);
    expect(host(name).received).toContain(`authorization: Bearer ${token}\r\n`);
    expect(host(name).received.split(token)).toHaveLength(2);
  });

  it.each([
    ['another host', 'https://www.example.org/rows'],
    ['another port', 'https://api.example.com:8443/rows'],
    ['a similar host', 'https://api.example.com.evil.example/rows'],
    ['a host behind userinfo', 'https://api.example.com@evil.example/rows'],
    ['a host behind a backslash', 'https://evil.example\\@api.example.com/rows'],
    ['userinfo', 'https://user:password@api.example.com/rows'],
    ['http', 'http://api.example.com/rows'],
    ['http on the port of https', 'http://api.example.com:443/rows'],
  ])('goes nowhere for %s, and no socket is opened', async (_case, url) => {
    await expect(source.fetch(url)).rejects.toBeInstanceOf(TypeError);
    expect(resolved).toEqual([]);
    expect(hostsThatSawTheToken()).toEqual([]);
  });

  it.each([
    ['www.example.org', 'https://www.example.org/rows'],
    ['www.example.org', '//www.example.org/rows'],
    ['api.example.com:8443', 'https://api.example.com:8443/rows'],
    ['api.example.com.evil.example', 'https://api.example.com.evil.example/rows'],
    ['eu.example.com', 'https://eu.example.com/rows'],
  ])('does not go to %s after a redirect to %s', async (name, location) => {
    for (const status of [301, 302, 303, 307, 308]) {
      host('api.example.com').redirect('/old', location, status);
      const response = await source.fetch(`${API}/old`, { headers: { cookie: 'session=1' } });
      expect(await response.text()).toBe('ok');
    }
    expect(hostsThatSawTheToken()).toEqual(['api.example.com']);
    expect(host(name).received).toMatch(/^GET \/rows HTTP\/1\.1\r\n/);
    expect(host(name).received).not.toMatch(/^(authorization|cookie):/im);
  });

  it.each([307, 308])(
    'stays where it is with the body and the keys of a request that %i leads elsewhere',
    async (status) => {
      host('api.example.com').redirect('/old', 'https://www.example.org/rows', status);
      host('api.example.com').redirect('/eu', 'https://eu.example.com/rows', status);
      const post = { method: 'POST', body: 'canary-body', headers: { 'x-api-key': 'canary-key' } };
      await expect(source.fetch(`${API}/old`, post)).rejects.toMatchObject({ reason: 'origin' });
      expect(resolved).toEqual([`${API}/old`]);

      const get = { headers: { 'x-api-key': 'canary-key', accept: 'text/csv' } };
      expect((await source.fetch(`${API}/old`, get)).status).toBe(200);
      expect(host('www.example.org').received).toMatch(/^accept: text\/csv\r$/m);
      expect(host('www.example.org').received).not.toContain('canary');

      expect((await source.fetch(`${API}/eu`, post)).status).toBe(200);
      expect(host('eu.example.com').received).toMatch(/^x-api-key: canary-key\r$/m);
      expect(host('eu.example.com').received).toMatch(/canary-body$/);
      expect(hostsThatSawTheToken()).toEqual(['api.example.com']);
    },
  );

  it('does not go to a host after a redirect through another one', async () => {
    host('api.example.com').redirect('/old', 'https://evil.example/hop');
    host('evil.example').redirect('/hop', `${API}/rows`);
    expect((await source.fetch(`${API}/old`)).status).toBe(200);
    expect(hostsThatSawTheToken()).toEqual(['api.example.com']);
    expect(host('api.example.com').received.split(token)).toHaveLength(2);
    expect(resolved).toEqual([`${API}/old`, 'https://evil.example/hop', `${API}/rows`]);
  });

  it.each([
    ['http', 'http://api.example.com/rows', 'insecure'],
    ['http elsewhere', 'http://evil.example/rows', 'insecure'],
    ['http on this machine', 'http://127.0.0.1/rows', 'insecure'],
    ['userinfo', 'https://user:password@api.example.com/rows', 'userinfo'],
    ['a host behind userinfo', 'https://api.example.com@evil.example/rows', 'userinfo'],
    ['another scheme', 'ftp://api.example.com/rows', 'location'],
  ])('goes nowhere after a redirect to %s', async (_case, location, reason) => {
    host('api.example.com').redirect('/old', location);
    await expect(source.fetch(`${API}/old`)).rejects.toMatchObject({
      code: 'ERR_TOKEN_CLIENT_REDIRECT',
      reason,
    });
    expect(resolved).toEqual([`${API}/old`]);
    expect(hostsThatSawTheToken()).toEqual(['api.example.com']);
  });

  it('goes to api.example.com again after a redirect within it', async () => {
    host('api.example.com').redirect('/old', '/rows', 308);
    const response = await source.fetch(`${API}/old`, { method: 'POST', body: 'a=b' });
    expect(await response.text()).toBe('ok');
    expect(host('api.example.com').received.split(token)).toHaveLength(3);
    expect(host('api.example.com').received).toMatch(/POST \/old [^]*a=bPOST \/rows [^]*a=b$/);
  });
});
