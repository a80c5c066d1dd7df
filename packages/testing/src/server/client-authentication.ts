/**
 * Who sends a token request, and how the client shows it.
 *
 * @module
 */
import type { HttpRequest } from './http-answer.js';
import type { TokenRequestRecord } from './request-log.js';

/** A client that the token endpoint knows. */
export interface RegisteredClient {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Space-delimited: all that the client may hold. @defaultValue any scope */
  readonly scope?: string | undefined;
}

/** Credentials as a request presents them; nothing is checked. RFC 6749 §2.3. */
export interface PresentedCredentials {
  readonly method: TokenRequestRecord['clientAuthentication'];
  readonly clientId: string | undefined;
  readonly clientSecret: string | undefined;
}

/**
 * Reads a client's credentials from the header and the body.
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

/** Finds the client whose credentials were presented: `undefined` when they are not right. */
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
