/**
 * The header fields that the response to a guarded request needs.
 *
 * @module
 */
import type { GuardContext } from '../guard/guarded-request.js';
import { exposeNonce, type ResponseHeaders, varyOn } from '../refusal/response-headers.js';

/** The header fields of a response that has not begun. */
export type ResponseFields = Pick<ResponseHeaders, 'getHeader' | 'setHeader'>;

/** Sets header fields of the response to a request on which a guard has decided. */
export type SetResponseFields<Request extends object> = (
  request: Request,
  fields: ResponseFields,
) => void;

const NO_STORE = /(?:^|,)\s*no-store\s*(?:,|$)/i;

/**
 * Creates the function that sets these fields, besides `Vary: Authorization`:
 *
 * - `Cache-Control` if the token was not in the header, because shared caches store such responses
 *   otherwise. RFC 6750 §2.3.
 * - `Vary: DPoP` if the token is bound to a key. A cache that ignores RFC 9111 §3.5 would otherwise send a
 *   stored response to a caller who has stolen the token but not the key.
 * - `Vary` with the header of the certificate if the token is bound to one that a proxy has forwarded. RFC
 *   9440 §2.4.
 * - `DPoP-Nonce` if the caller needs a new one, and then `Cache-Control`. RFC 9449 §8.2.
 */
export function createResponseFields<Request extends object, Claims>({
  locations,
  exposedTokens,
  verifier,
  verifiedRequests,
}: GuardContext<Request, Claims>): SetResponseFields<Request> {
  const hasHeaderOnly = locations.size === 1;
  const { dpop, mtls } = verifier.possession;
  const certificateHeader = typeof mtls === 'object' ? mtls.header : undefined;
  const acceptsProofs = dpop !== undefined;
  return (request, fields) => {
    if (!hasHeaderOnly && exposedTokens.has(request)) {
      fields.setHeader('Cache-Control', 'private, no-store');
    }
    if (!acceptsProofs && certificateHeader === undefined) return;
    const admission = verifiedRequests.find(request);
    if (admission?.token?.confirmation === undefined) return;
    const { x5tS256 } = admission.token.confirmation;
    if (certificateHeader !== undefined && x5tS256 !== undefined) varyOn(fields, certificateHeader);
    if (admission.scheme !== 'DPoP') return;
    varyOn(fields, 'DPoP');
    if (admission.nonce !== undefined) provideNonce(fields, admission.nonce);
  };
}

/** RFC 9449 §8.2: one field line at most, and the response is not cached. */
function provideNonce(fields: ResponseFields, nonce: string): void {
  fields.setHeader('DPoP-Nonce', nonce);
  exposeNonce(fields);
  const stored = [fields.getHeader('Cache-Control') ?? []].flat().join(', ');
  if (!NO_STORE.test(stored)) fields.setHeader('Cache-Control', 'no-store');
}
