/**
 * One introspection request.
 *
 * @module
 */
import type { RequestAuthenticator } from '@scopegate/protocol';
import { exchange, withDeadline } from '@scopegate/protocol/internal';
import { faultOfExchange, IntrospectionFault } from './introspection-fault.js';

/** The media type of signed responses. RFC 9701 §5. */
export const SIGNED_MEDIA_TYPE = 'application/token-introspection+jwt';

// No claim is larger than the request that a token has to fit in.
const MAX_BYTES = 64 * 1024;

/** How introspection requests are made. */
export interface RequestPolicy {
  readonly authenticate: RequestAuthenticator;
  readonly signed: boolean;
  readonly fetch: typeof globalThis.fetch;
  /** For the whole request, including the credentials. */
  readonly timeoutMs: number;
  /** Aborts the request. */
  readonly signal: AbortSignal;
}

/** A response with status 200, not read yet. */
export interface RawResponse {
  readonly bytes: Buffer;
  /** In lower case, without parameters. */
  readonly mediaType: string;
}

/**
 * Sends an introspection request.
 *
 * @throws IntrospectionFault (rejects)
 * @see RFC 7662 §2.1; RFC 9701 §4
 */
export async function requestIntrospection(
  token: string,
  endpoint: URL,
  policy: RequestPolicy,
): Promise<RawResponse> {
  const endsAt = performance.now() + policy.timeoutMs;
  const form = new URLSearchParams({ token, token_type_hint: 'access_token' });
  const mediaTypes = [policy.signed ? SIGNED_MEDIA_TYPE : 'application/json'];
  const headers = new Headers({ accept: mediaTypes.join(', ') });
  await authenticate(form, headers, policy);
  const { fetch, signal } = policy;
  const timeoutMs = Math.max(1, Math.ceil(endsAt - performance.now()));
  const limits = { timeoutMs, maxBytes: MAX_BYTES };
  try {
    const answer = await exchange(endpoint, {
      ...limits,
      fetch,
      signal,
      mediaTypes,
      headers,
      form,
    });
    if (answer.status === 200) return answer;
  } catch (error) {
    throw faultOfExchange(error);
  }
  throw new IntrospectionFault('status', { status: 304 });
}

async function authenticate(
  form: URLSearchParams,
  headers: Headers,
  policy: RequestPolicy,
): Promise<void> {
  const { timeoutMs, signal } = policy;
  const createTimeoutError = (): Error =>
    new Error(`the credentials were not read within ${timeoutMs} ms`);
  try {
    await withDeadline({ timeoutMs, signal, createTimeoutError }, async () => {
      await policy.authenticate(form, headers);
    });
  } catch (cause) {
    throw new IntrospectionFault('credentials_unreadable', { cause });
  }
}
