/**
 * The token client: wiring only.
 *
 * @module
 */
import { AsyncResource } from 'node:async_hooks';
import { LRUCache } from 'lru-cache';
import { createBoundedFetch } from './server/bounded-fetch.js';
import { TokenRequestError } from './errors.js';
import { publishTokenEvent, type TokenSubject } from './events.js';
import { createMetadataSource } from './server/discovery.js';
import {
  type ResolvedTokenClientOptions,
  resolveTokenClientOptions,
  type TokenClientOptions,
} from './options.js';
import { RenewableToken } from './token/renewable-token.js';
import { requestToken, type TokenRequestOptions } from './token/token-request.js';
import { createTokenSource, type TokenSource } from './token-source.js';
import {
  resolveTokenTarget,
  type TokenSourceOptions,
  type TokenTarget,
} from './token/token-target.js';

/** Gets tokens for the client that it was made for. */
export interface TokenClient {
  /**
   * Makes a source of tokens for one resource and one scope. Sources for the same share their token.
   *
   * Nothing is fetched before the source is used.
   *
   * @throws TypeError When an option is unusable or unknown; names it.
   */
  for(options: TokenSourceOptions): TokenSource;
  /** Forgets all tokens and ends the token requests under way; what is asked for later fails. */
  close(): void;
}

/**
 * Makes a client for the client credentials grant.
 *
 * Tokens are fetched when they are first needed, once for all who wait, and renewed in the
 * background from 80 % of their lifetime on, when they are used then. Nothing runs in between, and
 * nothing keeps the process alive. Token requests run in the async context in which the client was
 * made, never in that of a caller; `fetch` to the API keeps the context of its caller.
 *
 * @throws TypeError When an option is unusable or unknown; names it.
 * @see RFC 6749 §4.4; RFC 8707
 * @example
 * const client = createTokenClient({ issuer, clientId, clientAuthentication });
 * const analytics = client.for({ resource: 'https://api.example.com', scope: 'read:analytics' });
 * const response = await analytics.fetch('https://api.example.com/v1/sales/analytics');
 */
export function createTokenClient(options: TokenClientOptions): TokenClient {
  const resolved = resolveTokenClientOptions(options);
  const closing = new AbortController();
  const request = prepareTokenRequest(resolved, closing.signal);
  const context = new AsyncResource('ScopegateTokenClient');
  const tokens = new LRUCache<string, RenewableToken>({ max: resolved.maxTokens });

  function useToken(target: TokenTarget): RenewableToken {
    closing.signal.throwIfAborted();
    const known = tokens.get(target.key);
    if (known !== undefined) return known;
    const token = createRenewableToken(target, resolved, { request, context });
    tokens.set(target.key, token);
    return token;
  }

  return Object.freeze({
    for(sourceOptions: TokenSourceOptions): TokenSource {
      const target = resolveTokenTarget(sourceOptions);
      return createTokenSource({
        target,
        subject: subjectOf(target, resolved),
        fetch: resolved.fetch,
        clock: resolved.clock,
        useToken: () => useToken(target),
        peekToken: () => tokens.peek(target.key),
      });
    },
    close() {
      closing.abort(new TokenRequestError('closed'));
      tokens.clear();
    },
  });
}

function prepareTokenRequest(
  { timeoutMs, clock, clientId, readCredential, ...resolved }: ResolvedTokenClientOptions,
  signal: AbortSignal,
): TokenRequestOptions {
  const fetch = createBoundedFetch({ fetch: resolved.fetch, timeoutMs, signal });
  const { issuer, tokenEndpoint, useMtlsAliases } = resolved;
  const metadata = { issuer, tokenEndpoint, useMtlsAliases, fetch, clock };
  const readMetadata = createMetadataSource(metadata);
  return { clientId, readMetadata, readCredential, timeoutMs, fetch, clock, signal };
}

/** What all tokens of a client have in common. */
interface SharedParts {
  readonly request: TokenRequestOptions;
  readonly context: AsyncResource;
}

function createRenewableToken(
  target: TokenTarget,
  resolved: ResolvedTokenClientOptions,
  { request, context }: SharedParts,
): RenewableToken {
  const subject = subjectOf(target, resolved);
  const onRetry = (): void => {
    publishTokenEvent(() => ({ ...subject, event: 'retried', reason: 'invalid_client' }));
  };
  return new RenewableToken({
    subject,
    scopes: target.scopes,
    request: () => requestToken(target, request, onRetry),
    unknownLifetimeSeconds: resolved.unknownLifetimeSeconds,
    clock: resolved.clock,
    context,
  });
}

function subjectOf(target: TokenTarget, resolved: ResolvedTokenClientOptions): TokenSubject {
  const { resource, scope } = target;
  return { issuer: resolved.issuer, clientId: resolved.clientId, resource, scope };
}
