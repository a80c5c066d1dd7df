/**
 * What each path below `api/` answers.
 *
 * @module
 */
import { listReasonTexts } from '@scopegate/access-token/internal';
import { type Answer, jsonAnswer, refusal, send, writeHeader } from '../response.js';
import type { ApiContext, ApiExchange } from './api-context.js';
import { explain } from './explain.js';
import { readKeys } from './keys.js';
import { readOverview } from './overview.js';
import { readRoutes } from './routes.js';

type Responder = (
  exchange: ApiExchange,
  context: ApiContext,
) => Answer | Promise<Answer> | undefined;

interface Endpoint {
  readonly method: 'GET' | 'POST';
  /** Returns the response; `undefined` if it has sent one. */
  readonly respond: Responder;
}

const ENDPOINTS: Readonly<Record<string, Endpoint>> = {
  stream: { method: 'GET', respond: openStream },
  overview: {
    method: 'GET',
    respond: ({ isExplainOn }, context) => jsonAnswer(readOverview(context, isExplainOn)),
  },
  routes: { method: 'GET', respond: (_exchange, context) => jsonAnswer(readRoutes(context)) },
  keys: { method: 'GET', respond: (_exchange, context) => jsonAnswer(readKeys(context)) },
  privileges: {
    method: 'GET',
    respond: (_exchange, { privilegeReport }) => jsonAnswer(privilegeReport.read()),
  },
  reasons: { method: 'GET', respond: () => jsonAnswer(listReasonTexts()) },
  explain: { method: 'POST', respond: explain },
};

/** A page that finds all streams in use tries again so much later. */
const RETRY_AFTER_SECONDS = '5';

/**
 * Responds to an authorized request.
 *
 * @param path - The path below `api/`.
 */
export async function respondToApi(
  path: string,
  exchange: ApiExchange,
  context: ApiContext,
): Promise<void> {
  const { req, res } = exchange;
  const endpoint = Object.hasOwn(ENDPOINTS, path) ? ENDPOINTS[path] : undefined;
  if (endpoint === undefined) {
    send(res, refusal(404, 'the path is unknown'));
    return;
  }
  if (req.method !== endpoint.method) {
    send(res, refusal(405, `the method must be ${endpoint.method}`, { Allow: endpoint.method }));
    return;
  }
  const answer = await respondSafely(endpoint.respond, exchange, context);
  if (answer !== undefined) send(res, answer);
}

/** What a resource server or an application throws must not end the process. */
async function respondSafely(
  respond: Responder,
  exchange: ApiExchange,
  context: ApiContext,
): Promise<Answer | undefined> {
  try {
    return await respond(exchange, context);
  } catch {
    return refusal(500, 'the inspector has failed to answer');
  }
}

function openStream(
  { req, res, streamEndsAfterMs }: ApiExchange,
  { feed }: ApiContext,
): Answer | undefined {
  // The page may have gone before its protection let it in; its place would never become free.
  if (res.headersSent || res.destroyed) return undefined;
  if (!feed.streams.hasRoom) {
    const headers = { 'Retry-After': RETRY_AFTER_SECONDS };
    return refusal(503, 'at most 8 pages can be open; close one of them', headers);
  }
  const lastEventId = [req.headers['last-event-id']].flat()[0];
  // Nginx buffers responses without this field.
  const headers = { 'X-Accel-Buffering': 'no' };
  writeHeader(res, { status: 200, type: 'text/event-stream; charset=utf-8', headers });
  res.flushHeaders();
  feed.streams.open(res, { lastEventId, endsAfterMs: streamEndsAfterMs });
  return undefined;
}
