/**
 * Requests with a bound token: each has a new proof, made with oauth4webapi.
 *
 * @module
 */
import {
  allowInsecureRequests,
  customFetch,
  isDPoPNonceError,
  protectedResourceRequest,
} from 'oauth4webapi';
import type { Proofs } from '../dpop/proofs.js';
import { discardResponse } from './discard-response.js';
import { isReplayable, type ResourceRequest, send } from './resource-request.js';

/** What requests with a bound token need. */
export interface BoundRequestOptions {
  readonly fetch: typeof globalThis.fetch;
  readonly proofs: Proofs;
  /** Called before a request is repeated with a nonce. */
  readonly onNonceRequired: () => void;
}

/**
 * Sends a request with a bound token and a proof.
 *
 * When the API requires a nonce, or a newer one, the request is repeated once with it. A stream cannot
 * be sent again, so the 401 is returned; the next request has the nonce.
 *
 * @see RFC 9449 §7.1, §8.2, §9
 */
export async function sendBound(
  request: ResourceRequest,
  token: string,
  options: BoundRequestOptions,
): Promise<Response> {
  const first = await sendOnce(request, token, options);
  if (!first.isNonceRequired || !isReplayable(request)) return first.response;
  discardResponse(first.response);
  options.onNonceRequired();
  const { response } = await sendOnce(request, token, options);
  return response;
}

interface BoundAnswer {
  readonly response: Response;
  readonly isNonceRequired: boolean;
}

async function sendOnce(
  request: ResourceRequest,
  token: string,
  { fetch, proofs }: BoundRequestOptions,
): Promise<BoundAnswer> {
  const { method, url, signal } = request;
  const received: Response[] = [];
  let refusal: unknown;
  const DPoP = await proofs.forOrigin(url.origin);
  try {
    await protectedResourceRequest(token, method, url, undefined, null, {
      DPoP,
      // Sends the request of the application; oauth4webapi gets only its method and URL.
      async [customFetch](_url, { headers: { authorization = '', dpop = '' } }) {
        signal?.throwIfAborted();
        const response = await send(fetch, request, { authorization, dpop });
        received.push(response);
        return response;
      },
      // Safe: the URL was checked before, so http is allowed for it.
      [allowInsecureRequests]: url.protocol === 'http:',
    });
  } catch (error) {
    refusal = error;
  }
  const [response] = received;
  if (response === undefined) throw refusal;
  // oauth4webapi throws every challenge. Without a nonce, the API would respond in the same way.
  const isNonceRequired =
    response.status === 401 && response.headers.has('dpop-nonce') && isDPoPNonceError(refusal);
  return { response, isNonceRequired };
}
