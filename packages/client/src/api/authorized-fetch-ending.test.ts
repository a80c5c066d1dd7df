import { createScopeSet } from '@scopegate/protocol';
import { expect, it } from 'vitest';
import { createGate, RESOURCE } from '../../../../test/support/stub-token-server.js';
import { AccessToken } from '../token/access-token.js';
import { createAuthorizedFetch } from './authorized-fetch.js';

const scopes = createScopeSet([]);
const OLD = new AccessToken('old', { type: 'Bearer', expiresAt: undefined, scopes });
const REFUSED = { status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } };

it.each<[string, ResponseInit, 'before' | 'after']>([
  ['that arrives after its caller has aborted', { status: 200 }, 'before'],
  ['whose caller aborts while the token is replaced', REFUSED, 'after'],
])('cancels a response %s, even when fetch ignores its signal', async (_case, init, when) => {
  const caller = new AbortController();
  const gone = new Error('gone');
  const cancelled = createGate<undefined>();
  const stream = new ReadableStream({
    cancel() {
      cancelled.open(undefined);
    },
  });
  const response = new Response(stream, init);
  const answer = createGate<Response>();
  const fetch = createAuthorizedFetch({
    fetch: () => {
      if (when === 'before') caller.abort(gone);
      else answer.open(response);
      return answer.promise;
    },
    proofs: undefined,
    allowHttp: false,
    origins: new Set([RESOURCE]),
    maxRetryAfterMs: 0,
    clock: () => 0,
    getToken: () => Promise.resolve(OLD),
    replaceToken: () => Promise.reject(gone),
    acceptToken: () => undefined,
    onRetry: () => undefined,
  });
  await expect(fetch(RESOURCE, { signal: caller.signal })).rejects.toBe(gone);
  answer.open(response);
  await cancelled.promise;
});
