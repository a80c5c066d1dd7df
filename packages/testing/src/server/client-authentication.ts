/**
 * Client authentication at the token endpoint. RFC 6749 §2.3.
 *
 * @module
 */
import type { HttpRequest } from './http-answer.js';
import type { TokenRequestRecord } from './request-log.js';

/** A client that is registered at the token endpoint. */
export interface RegisteredClient {
  /** The client identifier. */
  readonly clientId: string;
  /** The client secret, for `client_secret_basic` and `client_secret_post`. */
  readonly clientSecret: string;
  /**
   * The scopes that the client may request, space-delimited.
   *
   * @defaultValue any scope
   */
  readonly scope?: string | undefined;
}

/** Unverified credentials of a token request. RFC 6749 §2.3. */
export interface PresentedCredentials {
  readonly method: TokenRequestRecord['clientAuthentication'];
  readonly clientId: string | undefined;
  readonly clientSecret: string | undefined;
}

/**
 * Reads the client credentials from the `Authorization` header and the body.
 *
 * @param form - The parameters of the body.
 * @see RFC 6749 §2.3.1; RFC 7523 §2.2
 */
export function readClientCredentials(
  request: HttpRequest,
  form: URLSearchParams,
): PresentedCredentials {
  const clientId = form.get('client_id') ?? undefined;
  const clientSecret = form.get('client_secret') ?? undefined;
  const basic = readBasic(request.headers['authorization']);
  const assertion = form.has('client_assertion');
  const presented = [basic !== undefined, clientSecret !== undefined, assertion].filter(Boolean);
  if (presented.length > 1) return { method: 'several', clientId, clientSecret: undefined };
  if (basic !== undefined) return { method: 'client_secret_basic', ...basic };
  if (clientSecret !== undefined) return { method: 'client_secret_post', clientId, clientSecret };
  return { method: assertion ? 'client_assertion' : 'none', clientId, clientSecret: undefined };
}

/** Finds the client with the presented credentials; `undefined` for wrong credentials. */
export function findClient(
  clients: readonly RegisteredClient[],
  { clientId, clientSecret }: PresentedCredentials,
): RegisteredClient | undefined {
  return clients.find(
    (client) => client.clientId === clientId && client.clientSecret === clientSecret,
  );
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
