/**
 * Signals that abort when the token of a request is not acceptable any more.
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
import type { RequestTokens } from '../request/verified-request.js';

/** What a token is looked up and watched with. */
interface WatchContext<Claims> {
  readonly verifier: AccessTokenVerifier<Claims>;
  readonly tokens: RequestTokens<Claims>;
}

/** Watches a token, or that of a request for as long as the request is being answered. */
export function watchToken<Claims>(
  subject: IncomingMessage | VerifiedAccessToken<unknown>,
  { verifier, tokens }: WatchContext<Claims>,
  options: WhileAcceptableOptions = {},
): AbortSignal {
  if ('expiresAt' in subject) return verifier.whileAcceptable(subject, options);
  const token = tokens.get(subject);
  const exchange = exchangeOf(subject, tokens.responseTo(subject));
  const ended = new AbortController();
  const end = (): void => {
    ended.abort();
  };
  if (options.signal?.aborted === true || exchange.some(isOver)) end();
  // `AbortSignal.any` would do, but leaves something on a signal that outlives the request.
  const watched = verifier.whileAcceptable(token, { ...options, signal: ended.signal });
  if (watched.aborted || ended.signal.aborted) return watched;
  const unlisten = exchange.map((part) => onClose(part, end));
  if (options.signal) unlisten.push(onAbort(options.signal, end));
  ended.signal.addEventListener('abort', () => {
    for (const takeOff of unlisten) takeOff();
  });
  watched.addEventListener('abort', end);
  return watched;
}

/** What may close, and is over then. */
type Closing = EventEmitter & { readonly closed?: boolean; readonly destroyed?: boolean };

/** The response and the socket, which alone closes after an upgrade: no response is on it. */
function exchangeOf({ socket }: IncomingMessage, response: unknown): readonly Closing[] {
  return response instanceof EventEmitter ? [response, socket] : [socket];
}

function isOver({ closed, destroyed }: Closing): boolean {
  return closed === true || destroyed === true;
}
