/**
 * Signals that abort when the token of a request is not acceptable any more.
 *
 * @module
 */
import { type IncomingMessage, ServerResponse } from 'node:http';
import type {
  AccessTokenVerifier,
  VerifiedAccessToken,
  WhileAcceptableOptions,
} from '@scopegate/access-token';
import type { RequestTokens } from './request-token.js';

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
  const ended = endOf(subject);
  const signal = options.signal ? AbortSignal.any([options.signal, ended]) : ended;
  return verifier.whileAcceptable(token, { ...options, signal });
}

/** Aborts when a request is over: with its response where Express shows it, or else its socket. */
function endOf(req: IncomingMessage): AbortSignal {
  const { res } = req as IncomingMessage & { readonly res?: unknown };
  const exchange = res instanceof ServerResponse ? res : req.socket;
  if (exchange.destroyed || exchange.closed) return AbortSignal.abort();
  const ended = new AbortController();
  exchange.once('close', () => {
    ended.abort();
  });
  return ended.signal;
}
