/**
 * The requests and responses that scenes expect.
 *
 * @module
 */

const METADATA = 'resource_metadata="<notes>/.well-known/oauth-protected-resource/mcp"';

/** The document that describes the authorization server. RFC 8414. */
export const ISSUER_METADATA = 'GET /.well-known/oauth-authorization-server → 200 application/json';

/** Expects that the SDK responds to a request. */
export function answered(request: string): string {
  return `POST /mcp ${request} → 200 text/event-stream`;
}

/** Expects that the guard refuses a request with 401. Without `error`, it had no token. */
export function unauthorized(request: string, error?: string): readonly string[] {
  const params = ['realm="<notes>/mcp"', 'scope="notes:read"', METADATA];
  if (error !== undefined) {
    params.splice(1, 0, 'error="invalid_token"', `error_description="${error}"`);
  }
  return [
    `POST /mcp ${request} → 401 application/problem+json`,
    `  www-authenticate: Bearer ${params.join(', ')}`,
  ];
}

/** Expects that the SDK refuses a tool call with 403, instead of starting a stream of events. */
export function forbidden(request: string, scope: string): readonly string[] {
  const error = 'error="insufficient_scope", error_description="Insufficient scope"';
  return [
    `POST /mcp ${request} → 403 application/json`,
    `  www-authenticate: Bearer ${error}, scope="${scope}", ${METADATA}`,
  ];
}

/** Expects that the guard has no keys: 503. */
export function unavailable(request: string): readonly string[] {
  return [`POST /mcp ${request} → 503 application/problem+json`, '  retry-after: 1'];
}
