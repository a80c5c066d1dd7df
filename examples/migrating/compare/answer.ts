/**
 * Sends a request to an app over HTTP, and reads what callers see of its response.
 *
 * @module
 */
import { createServer, type RequestListener } from 'node:http';
import { closeServer, listen } from '../../../test/support/listen.js';
import { type ComparedRequest, type RequestName, REQUESTS } from './requests.js';
import type { Setting } from './setting.js';

/** What callers see of a response. */
export interface Answer {
  readonly status: number;
  /** The media type of the body without parameters; `undefined` without a body. */
  readonly mediaType: string | undefined;
  /** All values of `WWW-Authenticate`. */
  readonly challenge: string | undefined;
  readonly retryAfter: boolean;
  /** The body of a successful response. */
  readonly body: unknown;
}

/** Sends one request to a new app, which has fetched no keys yet, and closes the app. */
export async function answerOf(
  app: RequestListener,
  name: RequestName,
  setting: Setting,
): Promise<Answer> {
  const request: ComparedRequest = REQUESTS[name];
  const server = createServer(app);
  try {
    const url = await listen(server);
    await runIncident(request, setting, () =>
      send({ headers: REQUESTS['a valid token'].headers }, setting, url),
    );
    return await send(request, setting, url);
  } finally {
    await setting.issuer.start();
    await closeServer(server);
  }
}

async function runIncident(
  { incident }: ComparedRequest,
  { issuer }: Setting,
  fetchKeys: () => Promise<unknown>,
): Promise<void> {
  if (incident === 'down later' || incident === 'new key') await fetchKeys();
  if (incident === 'down later' || incident === 'down') await issuer.stop();
  if (incident === 'new key') await issuer.rotateKey();
}

async function send(request: ComparedRequest, setting: Setting, origin: URL): Promise<Answer> {
  const { method = 'GET', path = '/v1/orders', isTokenInQuery = false } = request;
  const url = new URL(path, origin);
  const headers = request.headers?.(setting, url) ?? {};
  if (isTokenInQuery) {
    url.searchParams.set('access_token', headers['authorization']?.replace('Bearer ', '') ?? '');
  }
  return readAnswer(await fetch(url, { method, ...(!isTokenInQuery && { headers }) }));
}

async function readAnswer(response: Response): Promise<Answer> {
  const { status, ok, headers } = response;
  const text = await response.text();
  const [mediaType] = headers.get('content-type')?.split(';') ?? [];
  const isResult = ok && mediaType === 'application/json';
  return {
    status,
    mediaType,
    challenge: headers.get('www-authenticate') ?? undefined,
    retryAfter: headers.has('retry-after'),
    body: isResult ? (JSON.parse(text) as unknown) : undefined,
  };
}
