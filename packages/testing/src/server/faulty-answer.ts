/**
 * Changes responses as a fault requires.
 *
 * @module
 */
import { formatScope, parseScope } from '@scopegate/protocol';
import { isPlainObject } from '@scopegate/protocol/internal';
import type { AnyFault } from '../fault.js';
import { type HttpAnswer, jsonAnswer, withoutHeader } from './http-answer.js';

const PAGE = '<!doctype html><title>Sign in</title><p>Please sign in.</p>';
const HUGE_BYTES = 2 * 1024 * 1024;

/**
 * Applies a fault to a response. Connection faults leave it unchanged.
 *
 * @param answer - The response of the endpoint without the fault.
 */
export function alterAnswer(answer: HttpAnswer, fault: AnyFault): HttpAnswer {
  switch (fault.kind) {
    case 'status':
      return bareAnswer(fault.status, fault.headers, fault.body);
    case 'html':
      return { status: 200, headers: { 'content-type': 'text/html' }, body: PAGE };
    case 'invalidJson':
      return { ...answer, body: '{"keys":[{' };
    case 'huge':
      return { ...answer, body: ' '.repeat(fault.bytes ?? HUGE_BYTES) + answer.body };
    case 'redirect':
      return bareAnswer(fault.status ?? 302, { location: fault.location });
    case 'mediaType':
      return withMediaType(answer, fault.mediaType);
    case 'document':
      return jsonAnswer(200, fault.document);
    case 'body':
      return withBody(answer, fault);
    default:
      return withMembers(answer, fault);
  }
}

function bareAnswer(
  status: number,
  headers: Readonly<Record<string, string>> = {},
  body?: unknown,
): HttpAnswer {
  return body === undefined ? { status, headers, body: '' } : jsonAnswer(status, body, headers);
}

function withMediaType(answer: HttpAnswer, mediaType: string | undefined): HttpAnswer {
  const headers = withoutHeader(answer.headers, 'content-type');
  return {
    ...answer,
    headers: mediaType === undefined ? headers : { ...headers, 'content-type': mediaType },
  };
}

function withBody(
  { headers }: HttpAnswer,
  { body, mediaType = headers['content-type'] }: Extract<AnyFault, { readonly kind: 'body' }>,
): HttpAnswer {
  return withMediaType({ status: 200, headers, body }, mediaType);
}

function withMembers(answer: HttpAnswer, fault: AnyFault): HttpAnswer {
  // A signed response, which is not JSON, was changed before it was signed.
  if (!answer.body.startsWith('{')) return answer;
  const document: unknown = JSON.parse(answer.body);
  // An error response, or a document that is not an object, has no members to change.
  if (answer.status !== 200 || !isPlainObject(document)) return answer;
  return { ...answer, body: JSON.stringify({ ...document, ...changedMembers(fault, document) }) };
}

function changedMembers(
  fault: AnyFault,
  document: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  switch (fault.kind) {
    case 'members':
      return fault.members;
    case 'wrongIssuer':
      return { issuer: fault.issuer ?? 'https://other-issuer.example' };
    case 'noExpiresIn':
      return { expires_in: undefined };
    case 'stringExpiresIn':
      return { expires_in: String(document['expires_in']) };
    case 'wrongTokenType':
      return { token_type: 'mac' };
    case 'smallerScope':
      return { scope: withoutLastScope(document['scope']) };
    default:
      // The other faults concern the connection, not the response.
      return {};
  }
}

function withoutLastScope(scope: unknown): string {
  return typeof scope === 'string' ? formatScope([...parseScope(scope)].slice(0, -1)) : '';
}
