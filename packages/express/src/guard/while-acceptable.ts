/**
 * Signals that abort when the token of a request is no longer acceptable.
 *
 * @module
 */
import { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type {
  AccessTokenVerifier,
  VerifiedAccessToken,
  WhileAcceptableOptions,
} from '@scopegate/access-token';
import { onAbort, onClose } from '@scopegate/protocol/internal';
import type { VerifiedRequests } from '../request/verified-request.js';

/** What is needed to find and watch a token. */
interface WatchContext<Claims> {
  readonly verifier: AccessTokenVerifier<Claims>;
  readonly verifiedRequests: VerifiedRequests<Claims>;
}

/** Watches a token, or the token of a request until the request has been answered. */
export function watchToken<Claims>(
  subject: IncomingMessage | VerifiedAccessToken<unknown>,
  { verifier, verifiedRequests }: WatchContext<Claims>,
  options: WhileAcceptableOptions = {},
): AbortSignal {
  if ('expiresAt' in subject) return verifier.whileAcceptable(subject, options);
  const token = verifiedRequests.getToken(subject);
  const exchange = exchangeOf(subject, verifiedRequests.findResponse(subject));
  const ended = new AbortController();
  const end = (): void => {
    ended.abort();
  };
  if (options.signal?.aborted === true || exchange.some(isOver)) end();
  // `AbortSignal.any` would leave a listener on a signal that outlives the request.
  const watched = verifier.whileAcceptable(token, { ...options, signal: ended.signal });
  if (watched.aborted || ended.signal.aborted) return watched;
  const unlisten = exchange.map((part) => onClose(part, end));
  if (options.signal) unlisten.push(onAbort(options.signal, end));
  ended.signal.addEventListener('abort', () => {
    for (const remove of unlisten) remove();
  });
  watched.addEventListener('abort', end);
  return watched;
}

/** A response or a socket. */
type Closing = EventEmitter & { readonly closed?: boolean; readonly destroyed?: boolean };

/** The response and the socket; after an upgrade only the socket closes. */
function exchangeOf({ socket }: IncomingMessage, response: unknown): readonly Closing[] {
  return response instanceof EventEmitter ? [response, socket] : [socket];
}

function isOver({ closed, destroyed }: Closing): boolean {
  return closed === true || destroyed === true;
}
