/**
 * Signals that abort when the token of a request is no longer acceptable.
 *
 * @module
 */
import type {
  AccessTokenVerifier,
  VerifiedAccessToken,
  WhileAcceptableOptions,
} from '@scopegate/access-token';
import { onAbort } from '@scopegate/protocol/internal';
import type { RequestAdapter } from '../request/request-adapter.js';
import type { VerifiedRequests } from '../request/verified-request.js';

/** What is needed to find and watch a token. */
interface WatchContext<Request extends object, Claims> {
  readonly verifier: AccessTokenVerifier<Claims>;
  readonly verifiedRequests: VerifiedRequests<Claims>;
  readonly adapter: RequestAdapter<Request>;
}

/** Watches a token, or the token of a request until the request has been answered. */
export function watchToken<Request extends object, Claims>(
  subject: Request | VerifiedAccessToken<unknown>,
  { verifier, verifiedRequests, adapter }: WatchContext<Request, Claims>,
  options: WhileAcceptableOptions = {},
): AbortSignal {
  if (isToken(subject)) return verifier.whileAcceptable(subject, options);
  const token = verifiedRequests.getToken(subject);
  const ended = new AbortController();
  const end = (): void => {
    ended.abort();
  };
  // `AbortSignal.any` would leave a listener on a signal that outlives the request.
  const watched = verifier.whileAcceptable(token, { ...options, signal: ended.signal });
  if (watched.aborted) return watched;
  if (options.signal?.aborted === true) end();
  const unlisten = ended.signal.aborted ? [] : [adapter.onEnd(subject, end)];
  if (options.signal !== undefined) unlisten.push(onAbort(options.signal, end));
  const stop = (): void => {
    for (const remove of unlisten) remove();
  };
  if (ended.signal.aborted) stop();
  else ended.signal.addEventListener('abort', stop);
  watched.addEventListener('abort', end);
  return watched;
}

function isToken(subject: object): subject is VerifiedAccessToken<unknown> {
  return 'expiresAt' in subject;
}
