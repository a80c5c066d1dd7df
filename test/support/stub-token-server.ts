/**
 * An authorization server and an API behind an injected `fetch`, for tests of the token client.
 *
 * @module
 */

/** A request as the stub saw it. */
export interface SeenRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly body: string;
}

/** Answers a request. */
export type Reply = (request: SeenRequest) => Response | Promise<Response>;

/** The stub; its replies can be replaced at any time. */
export interface StubTokenServer {
  readonly fetch: typeof globalThis.fetch;
  readonly seen: SeenRequest[];
  /** Token requests so far. */
  readonly tokenRequests: SeenRequest[];
  /** Requests to the API so far. */
  readonly apiRequests: SeenRequest[];
  /** @defaultValue `token-1`, `token-2` and so on, for 100 s */
  onToken: Reply;
  /** @defaultValue the metadata of RFC 8414, at its own place only */
  onMetadata: Reply;
  /** @defaultValue 200 */
  onApi: Reply;
}

export const ISSUER = 'https://auth.example.com';
export const RESOURCE = 'https://api.example.com';
export const TOKEN_ENDPOINT = `${ISSUER}/token`;
const METADATA_URL = `${ISSUER}/.well-known/oauth-authorization-server`;

/** Creates a stub. */
export function createStubTokenServer(): StubTokenServer {
  const seen: SeenRequest[] = [];
  const tokenRequests: SeenRequest[] = [];
  const apiRequests: SeenRequest[] = [];
  const stub: StubTokenServer = {
    seen,
    tokenRequests,
    apiRequests,
    onToken: () => grantToken({ access_token: `token-${tokenRequests.length}` }),
    onMetadata: ({ url }) =>
      url === METADATA_URL ? Response.json(metadata()) : new Response(null, { status: 404 }),
    onApi: () => new Response('rows'),
    async fetch(input, init) {
      const request = new Request(input, init);
      const { url, method, headers } = request;
      const entry = { url, method, headers, body: await request.text() };
      seen.push(entry);
      if (url.includes('/.well-known/')) return await stub.onMetadata(entry);
      if (url.startsWith(ISSUER)) {
        tokenRequests.push(entry);
        return await stub.onToken(entry);
      }
      apiRequests.push(entry);
      return await stub.onApi(entry);
    },
  };
  return stub;
}

/** The stub's metadata, with overrides. */
export function metadata(members: Readonly<Record<string, unknown>> = {}): unknown {
  return { issuer: ISSUER, token_endpoint: TOKEN_ENDPOINT, ...members };
}

/** A token response for 100 s, with overrides; `undefined` omits a member. */
export function grantToken(members: Readonly<Record<string, unknown>> = {}): Response {
  return Response.json({
    access_token: 'token',
    token_type: 'Bearer',
    expires_in: 100,
    ...members,
  });
}

/** An error response. RFC 6749 §5.2. */
export function refuseToken(
  error: string,
  members: Readonly<Record<string, unknown>> = {},
): Response {
  return Response.json({ error, ...members }, { status: error === 'invalid_client' ? 401 : 400 });
}

/** A clock that changes only when it is set. */
export interface StubClock {
  (): number;
  advance(ms: number): void;
}

/** Creates a clock, in milliseconds since the epoch. */
export function createStubClock(startMs = 1_700_000_000_000): StubClock {
  let now = startMs;
  return Object.assign(() => now, {
    advance(ms: number) {
      now += ms;
    },
  });
}

/** A promise that the test resolves. */
export interface Gate<T> {
  readonly promise: Promise<T>;
  readonly open: (value: T) => void;
  readonly fail: (error: Error) => void;
}

/** Creates a gate. */
export function createGate<T>(): Gate<T> {
  let open: Gate<T>['open'] = () => undefined;
  let fail: Gate<T>['fail'] = () => undefined;
  const promise = new Promise<T>((resolve, reject) => {
    open = resolve;
    fail = reject;
  });
  return { promise, open, fail };
}
