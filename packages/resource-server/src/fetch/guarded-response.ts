/**
 * The header fields of a `Response` of the Fetch Standard to a guarded request.
 *
 * @module
 */
import { type ResponseHeaders, varyOnAuthorization } from '../refusal/response-headers.js';

type Fields = Pick<ResponseHeaders, 'getHeader' | 'setHeader'>;

/**
 * Adds `Authorization` to `Vary`, and the fields that `setFields` sets.
 *
 * @returns The same response, or a copy with the same body if its header fields are immutable, such as
 *   those of `Response.redirect()` and of fetched responses. Returns unchanged what no cache stores: the
 *   response to an upgrade, and `Response.error()`.
 */
export function completeResponse(
  response: Response,
  setFields: (fields: Fields) => void,
): Response {
  if (response.status < 200) return response;
  try {
    addFields(response.headers, setFields);
    return response;
  } catch {
    const copy = new Response(response.body, response);
    addFields(copy.headers, setFields);
    return copy;
  }
}

/**
 * Whether a value is a response, of any realm or implementation. Errors of API clients have the `status`
 * and the `headers` of the response that they report, but not its methods.
 */
export function isResponse(value: unknown): value is Response {
  if (typeof value !== 'object' || value === null || !('status' in value)) return false;
  if (typeof Reflect.get(value, 'clone') !== 'function') return false;
  const headers: unknown = Reflect.get(value, 'headers');
  return typeof headers === 'object' && headers !== null && 'get' in headers;
}

function addFields(headers: Headers, setFields: (fields: Fields) => void): void {
  const fields: Fields = {
    getHeader: (name) => headers.get(name) ?? undefined,
    setHeader: (name, value) => {
      headers.set(name, String(value));
    },
  };
  varyOnAuthorization(fields);
  setFields(fields);
}
