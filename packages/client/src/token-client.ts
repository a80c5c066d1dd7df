/**
 * The token client: connects options, tokens and token sources.
 *
 * @module
 */
import { AsyncResource } from 'node:async_hooks';
import { LRUCache } from 'lru-cache';
import { createProofs, type Proofs } from './dpop/proofs.js';
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
import {
  requestToken,
  type TokenRequestOptions,
  type TokenRequestRetry,
} from './token/token-request.js';
import { SharedRequest } from './token/shared-request.js';
import { formatTokenId } from './token/token-id.js';
import { createTokenSource, type TokenSource } from './token-source.js';
import type { TokenGrant } from './token/token-response.js';
import {
  resolveTokenTarget,
  type TokenSourceOptions,
  type TokenTarget,
} from './token/token-target.js';

/** Gets tokens as one OAuth 2.0 client. Its methods do not use `this`. */
export interface TokenClient {
  /**
   * Creates a token source for one resource and one scope. Nothing is fetched before it is used.
   *
   * Sources with the same resource, scopes and parameters share their token.
   *
   * @param options - What the tokens are for, and where they may be sent.
   * @returns The source; frozen.
   * @throws TypeError An option is missing, unknown or out of range.
   * @example
   * const analytics = client.for({ resource: 'https://api.example.com', scope: 'read:analytics' });
   */
  for(options: TokenSourceOptions): TokenSource;
  /**
   * Deletes all tokens and aborts token requests. Every later use of a source rejects with a
   * {@link TokenRequestError} `closed`. Calls to an API that already have their token continue.
   *
   * @example
   * process.once('SIGTERM', () => client.close());
   */
  close(): void;
}

/**
 * Creates a client for the client credentials grant.
 *
 * A token is requested when it is first needed, once for all callers that wait. From 80 % of its
 * lifetime on, its next use renews it in the background. There are no timers between uses, so nothing
 * keeps the process alive. Token requests run in the async context in which the client was created,
 * never in that of a caller; `fetch` to the API runs in the context of its caller.
 *
 * @param options - Who the client is, and where it gets its tokens.
 * @returns The client; frozen.
 * @throws TypeError An option is missing, unknown or out of range.
 * @see RFC 6749 §4.4; RFC 8707 §2
 * @example
 * const client = createTokenClient({ issuer, clientId, clientAuthentication });
 * const analytics = client.for({ resource: 'https://api.example.com', scope: 'read:analytics' });
 * const response = await analytics.fetch('https://api.example.com/v1/sales/analytics');
 */
export function createTokenClient(options: TokenClientOptions): TokenClient {
  const resolved = resolveTokenClientOptions(options);
  const { clock, dpopKey } = resolved;
  const proofs = dpopKey === undefined ? undefined : createProofs(dpopKey, clock);
  const closing = new AbortController();
  const request = prepareTokenRequest(resolved, { proofs, signal: closing.signal });
  const context = new AsyncResource('ScopegateTokenClient');
  const tokens = new LRUCache<string, RenewableToken>({ max: resolved.maxTokens });

  function useToken(target: TokenTarget): RenewableToken {
    closing.signal.throwIfAborted();
    const existing = tokens.get(target.key);
    if (existing !== undefined) return existing;
    const token = createRenewableToken(target, resolved, { request, context });
    tokens.set(target.key, token);
    return token;
  }

  return Object.freeze({
    for(sourceOptions: TokenSourceOptions): TokenSource {
      const target = resolveTokenTarget(sourceOptions, resolved);
      return createTokenSource({
        target,
        subject: subjectOf(target, resolved),
        fetch: resolved.fetch,
        dpopKey,
        proofs,
        clock,
        useToken: () => useToken(target),
        findToken: () => tokens.peek(target.key),
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
  { proofs, signal }: { readonly proofs: Proofs | undefined; readonly signal: AbortSignal },
): TokenRequestOptions {
  const fetch = createBoundedFetch({ fetch: resolved.fetch, timeoutMs, signal });
  const { issuer, tokenEndpoint, useMtlsAliases, allowHttp } = resolved;
  const metadata = { issuer, tokenEndpoint, useMtlsAliases, allowHttp, fetch, clock };
  const readMetadata = createMetadataSource(metadata);
  return { clientId, readMetadata, readCredential, proofs, timeoutMs, fetch, clock, signal };
}

/** What all tokens of a client share. */
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
  const { tokenStore, clock } = resolved;
  const onRetry = (reason: TokenRequestRetry): void => {
    publishTokenEvent(() => ({ ...subject, event: 'retried', reason }));
  };
  const requestOwn = (): Promise<TokenGrant> => requestToken(target, request, onRetry);
  const shared =
    tokenStore &&
    new SharedRequest({
      store: tokenStore,
      readId: () => readTokenId(target, resolved, request.proofs),
      type: request.proofs === undefined ? 'Bearer' : 'DPoP',
      request: requestOwn,
      timeoutMs: resolved.timeoutMs,
      clock,
      signal: request.signal,
    });
  return new RenewableToken({
    subject,
    scopes: target.scopes,
    request: shared === undefined ? requestOwn : (unwanted) => shared.get(unwanted),
    unknownLifetimeSeconds: resolved.unknownLifetimeSeconds,
    clock,
    context,
  });
}

async function readTokenId(
  target: TokenTarget,
  { issuer, tokenEndpoint, clientId, authenticationMethod: method }: ResolvedTokenClientOptions,
  proofs: Proofs | undefined,
): Promise<string> {
  const keyThumbprint = await (await proofs?.forIssuer())?.calculateThumbprint();
  return formatTokenId({ issuer, tokenEndpoint, clientId, method, keyThumbprint }, target);
}

function subjectOf(target: TokenTarget, resolved: ResolvedTokenClientOptions): TokenSubject {
  const { resource, scope } = target;
  return { issuer: resolved.issuer, clientId: resolved.clientId, resource, scope };
}
