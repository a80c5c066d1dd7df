import { expect, it } from 'vitest';
import { demandNonce } from '../../../../test/support/bound-client.js';
import { createGate, RESOURCE } from '../../../../test/support/stub-token-server.js';
import { resolveDpopKey } from '../dpop/dpop-key.js';
import { createProofs } from '../dpop/proofs.js';
import { sendBound } from './bound-request.js';
import { readRequest } from './resource-request.js';

/** Sends a request by a function that gets the number of the attempt. */
async function sendBy(respond: (attempt: number) => Response, init: RequestInit = {}) {
  const key = resolveDpopKey(true);
  if (key === undefined) throw new TypeError('no key');
  let attempts = 0;
  const result = await sendBound(readRequest(RESOURCE, init), 'token', {
    proofs: createProofs(key, Date.now),
    onNonceRequired: () => undefined,
    fetch() {
      attempts += 1;
      return Promise.resolve(respond(attempts));
    },
  }).catch((error: unknown) => error);
  return { result, attempts };
}

it('sendBound cancels the response that requires a nonce', async () => {
  const cancelled = createGate<undefined>();
  const body = new ReadableStream({
    cancel() {
      cancelled.open(undefined);
    },
  });
  const rows = new Response('rows');
  const { result } = await sendBy((attempt) =>
    attempt === 1 ? new Response(body, { status: 401, headers: demandNonce('n').headers }) : rows,
  );
  await cancelled.promise;
  expect(result).toBe(rows);
});

it('sendBound does not repeat a request whose caller aborts, even when fetch ignores its signal', async () => {
  const caller = new AbortController();
  const gone = new Error('gone');
  const { result, attempts } = await sendBy(
    () => {
      caller.abort(gone);
      return demandNonce('n');
    },
    { signal: caller.signal },
  );
  expect([result, attempts]).toEqual([gone, 1]);
});

it('sendBound rejects with the error of fetch', async () => {
  const down = new TypeError('fetch failed');
  const { result, attempts } = await sendBy(() => {
    throw down;
  });
  expect([result, attempts]).toEqual([down, 1]);
});
