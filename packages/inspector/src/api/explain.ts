/**
 * `POST api/explain`.
 *
 * @module
 */
import { isPlainObject } from '@scopegate/protocol/internal';
import { type Answer, jsonAnswer, refusal } from '../response.js';
import type { ExplainRequest } from '../wire.js';
import type { ApiContext, ApiExchange } from './api-context.js';
import { readJsonBody } from './request-body.js';

/** Explains a token. Nothing of the request or of the response is kept. */
export async function explain(
  { req, isExplainOn }: ApiExchange,
  { servers }: ApiContext,
): Promise<Answer> {
  if (!isExplainOn) {
    return refusal(
      404,
      'tokens are not explained here; set the option "explain", or use scopegate explain',
    );
  }
  const body = await readJsonBody(req);
  if (body.refused !== undefined) return body.refused;
  if (!isExplainRequest(body.value)) {
    const members = '"token" and "server", and at most a "scope", as strings';
    return refusal(400, `the body must have ${members}`);
  }
  const { token, server, scope } = body.value;
  const inspected = servers.get(server);
  if (inspected === undefined)
    return refusal(400, 'the server must be one of those in api/overview');
  try {
    const options = scope === undefined || scope === '' ? {} : { scope };
    return jsonAnswer(await inspected.explain(token.trim(), options));
  } catch (error) {
    // A TypeError is about the scope; other messages may quote what servers have sent.
    if (error instanceof TypeError)
      return refusal(400, 'the scope must be scope-tokens separated by spaces');
    throw error;
  }
}

function isExplainRequest(value: unknown): value is ExplainRequest {
  if (!isPlainObject(value)) return false;
  const { token, server, scope } = value;
  return (
    typeof token === 'string' &&
    typeof server === 'string' &&
    (scope === undefined || typeof scope === 'string')
  );
}
