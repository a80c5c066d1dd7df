/**
 * Requests with a form, and client authentication. RFC 6749 §2.3.
 *
 * @module
 */
import { findSubject, isAssertionOf } from './client-assertion.js';
import { type HttpAnswer, type HttpRequest, jsonAnswer } from './http-answer.js';
import type { TokenRequestRecord } from './request-log.js';

/** A client that may request tokens and introspect them. */
export interface RegisteredClient {
  /** The client identifier. */
  readonly clientId: string;
  /**
   * The client secret, for `client_secret_basic` and `client_secret_post`. A client needs a secret or a key.
   *
   * @defaultValue none
   */
  readonly clientSecret?: string | undefined;
  /**
   * The public key as a JWK, for `private_key_jwt`. RFC 7523 §2.2.
   *
   * @defaultValue none
   */
  readonly publicJwk?: object | undefined;
  /**
   * The scopes that the client may request, space-delimited.
   *
   * @defaultValue any scope
   */
  readonly scope?: string | undefined;
}

/** Unverified credentials of a request. RFC 6749 §2.3. */
export interface PresentedCredentials {
  readonly method: TokenRequestRecord['clientAuthentication'];
  readonly clientId: string | undefined;
  readonly clientSecret: string | undefined;
  /** A JWT that the client has signed, with the type of RFC 7523 §2.2. */
  readonly assertion?: string | undefined;
}

/** A request with a form as its body. */
export interface FormRequest {
  readonly http: HttpRequest;
  /** The parameters of the body. */
  readonly form: URLSearchParams;
  readonly credentials: PresentedCredentials;
}

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

// RFC 6749 §5.1, §5.2
export const NO_STORE = { 'cache-control': 'no-store', pragma: 'no-cache' };

/** Reads the parameters and the credentials of a request. */
export function readFormRequest(http: HttpRequest): FormRequest {
  const form = new URLSearchParams(http.body);
  return { http, form, credentials: readClientCredentials(http, form) };
}

/** Whether a request has a form as its body, no query, and one kind of credentials. RFC 6749 §2.3, §3.2. */
export function isFormRequest({ http, credentials }: FormRequest): boolean {
  const mediaType = http.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  if (mediaType !== 'application/x-www-form-urlencoded') return false;
  return !http.hasQuery && credentials.method !== 'several';
}

/** Creates an error response. RFC 6749 §5.2. */
export function errorAnswer(status: number, error: string): HttpAnswer {
  return jsonAnswer(status, { error }, NO_STORE);
}

/** Creates the response to wrong or missing credentials. RFC 6749 §5.2. */
export function invalidClient({ method }: PresentedCredentials): HttpAnswer {
  const challenge =
    method === 'client_secret_basic' ? { 'www-authenticate': 'Basic realm="test issuer"' } : {};
  return jsonAnswer(401, { error: 'invalid_client' }, { ...NO_STORE, ...challenge });
}

/**
 * Reads the client credentials from the `Authorization` header and the body.
 *
 * @param form - The parameters of the body.
 * @see RFC 6749 §2.3.1; RFC 7523 §2.2
 */
function readClientCredentials(request: HttpRequest, form: URLSearchParams): PresentedCredentials {
  const clientId = form.get('client_id') ?? undefined;
  const clientSecret = form.get('client_secret') ?? undefined;
  const basic = readBasic(request.headers['authorization']);
  const assertion = form.has('client_assertion');
  const presented = [basic !== undefined, clientSecret !== undefined, assertion].filter(Boolean);
  if (presented.length > 1) return { method: 'several', clientId, clientSecret: undefined };
  if (basic !== undefined) return { method: 'client_secret_basic', ...basic };
  if (clientSecret !== undefined) return { method: 'client_secret_post', clientId, clientSecret };
  if (!assertion) return { method: 'none', clientId, clientSecret: undefined };
  return { method: 'client_assertion', clientSecret: undefined, ...readAssertion(form) };
}

/**
 * Finds the client with the presented credentials; `undefined` for wrong credentials.
 *
 * @param audiences - The audiences of assertions that are accepted.
 */
export function findClient(
  clients: readonly RegisteredClient[],
  { clientId, clientSecret, assertion }: PresentedCredentials,
  audiences: readonly string[],
): RegisteredClient | undefined {
  return clients
    .filter((client) => client.clientId === clientId)
    .find(({ clientSecret: secret, publicJwk }) => {
      if (clientSecret !== undefined) return clientSecret === secret;
      if (assertion === undefined || publicJwk === undefined) return false;
      return isAssertionOf(assertion, { clientId, publicJwk, audiences });
    });
}

function readAssertion(
  form: URLSearchParams,
): Pick<PresentedCredentials, 'clientId' | 'assertion'> {
  const assertion = form.get('client_assertion') ?? undefined;
  // RFC 7521 §4.2: the parameter is unnecessary, because the assertion names the client.
  const clientId = form.get('client_id') ?? findSubject(assertion);
  const isTyped = form.get('client_assertion_type') === ASSERTION_TYPE;
  return { clientId, assertion: isTyped ? assertion : undefined };
}

function readBasic(
  authorization: string | undefined,
): Pick<PresentedCredentials, 'clientId' | 'clientSecret'> | undefined {
  const encoded = /^basic +(\S+)$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const [, clientId, clientSecret] =
    /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, 'base64').toString()) ?? [];
  return { clientId: decodeForm(clientId), clientSecret: decodeForm(clientSecret) };
}

// RFC 6749 §2.3.1: each half is form-urlencoded before they are joined.
function decodeForm(encoded: string | undefined): string | undefined {
  if (encoded === undefined) return undefined;
  try {
    return decodeURIComponent(encoded.replace(/\+/g, ' '));
  } catch {
    return undefined;
  }
}
