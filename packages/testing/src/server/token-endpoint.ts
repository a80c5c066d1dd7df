/**
 * A token endpoint for the client credentials grant.
 *
 * @module
 */
import { isScopeToken, parseScope } from '@scopegate/protocol';
import {
  errorAnswer,
  findClient,
  type FormRequest,
  invalidClient,
  isFormRequest,
  NO_STORE,
  readFormRequest,
  type RegisteredClient,
} from './client-authentication.js';
import { type HttpAnswer, type HttpRequest, jsonAnswer } from './http-answer.js';
import type { TokenRequestRecord } from './request-log.js';
import type { BoundKey } from '../tokens/token-binding.js';
import type { TokenMint } from '../tokens/token-mint.js';
import { findProofKey, type TokenProofs } from './token-proof.js';

/** Options of the token endpoint. */
export interface TokenEndpointOptions {
  readonly issuer: string;
  readonly tokenEndpoint: string;
  readonly clients: readonly RegisteredClient[];
  readonly mint: TokenMint;
  readonly proofs: TokenProofs;
  readonly accessTokenLifetimeSeconds: number;
  /** Called for every request, including refused ones. */
  readonly record: (request: TokenRequestRecord) => void;
}

/**
 * Creates a token endpoint.
 *
 * A request for scopes that the client may not have is refused; a request without `scope` is granted
 * all scopes of the client. The token of a request with a DPoP proof is bound to the key of the proof.
 *
 * @see RFC 6749 §4.4, §5.2; RFC 8707 §2; RFC 9449 §5
 */
export function createTokenEndpoint(
  options: TokenEndpointOptions,
): (request: HttpRequest) => HttpAnswer {
  const { issuer, tokenEndpoint } = options;
  return (http) => {
    const request = readFormRequest(http);
    options.record(recordOf(request));
    const malformed = findRequestError(request);
    if (malformed !== undefined) return errorAnswer(400, malformed);
    const client = findClient(options.clients, request.credentials, [issuer, tokenEndpoint]);
    if (client === undefined) return invalidClient(request.credentials);
    return grantWithProof(options, client, request);
  };
}

/** Binds the token to the key of the proof, if the request has one. RFC 9449 §5, §8. */
function grantWithProof(
  options: TokenEndpointOptions,
  client: RegisteredClient,
  { http, form }: FormRequest,
): HttpAnswer {
  const { proofs } = options;
  const field = http.headers['dpop'];
  const { key, error } = proofs.check(field);
  const answer =
    error === undefined ? grant(options, client, { form, key }) : errorAnswer(400, error);
  if (key !== undefined && answer.status === 200) proofs.renewNonce();
  const nonce = field === undefined ? undefined : proofs.nonce();
  if (nonce === undefined) return answer;
  return { ...answer, headers: { ...answer.headers, 'dpop-nonce': nonce } };
}

function grant(
  { mint, accessTokenLifetimeSeconds }: TokenEndpointOptions,
  client: RegisteredClient,
  { form, key }: { readonly form: URLSearchParams; readonly key: BoundKey | undefined },
): HttpAnswer {
  if (form.get('grant_type') !== 'client_credentials') {
    return errorAnswer(400, 'unsupported_grant_type');
  }
  const scope = form.get('scope') ?? client.scope ?? '';
  if (!isWithin(scope, client.scope)) return errorAnswer(400, 'invalid_scope');
  const resource = form.getAll('resource');
  if (!resource.every(isResource)) return errorAnswer(400, 'invalid_target');
  const granted = scope === '' ? undefined : scope;
  const accessToken = mint.mint({
    clientId: client.clientId,
    scope: granted,
    audience: resource.length > 1 ? resource : resource[0],
    boundTo: key,
  });
  const document = {
    access_token: accessToken,
    token_type: key === undefined ? 'Bearer' : 'DPoP',
    expires_in: accessTokenLifetimeSeconds,
    scope: granted,
  };
  return jsonAnswer(200, document, NO_STORE);
}

function findRequestError(request: FormRequest): string | undefined {
  const { form } = request;
  if (!isFormRequest(request) || !form.has('grant_type')) return 'invalid_request';
  // RFC 6749 §3.2: parameters must not be repeated, except `resource` (RFC 8707 §2).
  const names = [...form.keys()].filter((name) => name !== 'resource');
  return new Set(names).size === names.length ? undefined : 'invalid_request';
}

function isWithin(scope: string, allowed: string | undefined): boolean {
  if (scope === '') return true;
  if (!scope.split(' ').every(isScopeToken)) return false;
  if (allowed === undefined) return true;
  const allowedScopes = parseScope(allowed);
  return [...parseScope(scope)].every((wanted) => allowedScopes.has(wanted));
}

function isResource(resource: string): boolean {
  return URL.canParse(resource) && !resource.includes('#');
}

function recordOf({ http, form, credentials }: FormRequest): TokenRequestRecord {
  return Object.freeze({
    method: http.method,
    contentType: http.headers['content-type'],
    hasQuery: http.hasQuery,
    clientAuthentication: credentials.method,
    clientId: credentials.clientId,
    grantType: form.get('grant_type') ?? undefined,
    scope: form.get('scope') ?? undefined,
    proofKey: findProofKey(http.headers['dpop'])?.thumbprint,
    resource: Object.freeze(form.getAll('resource')),
  });
}
