/**
 * Scenes with a token that is bound to a key: with its proof, stolen, and with a proof that was used.
 *
 * @module
 */
import { accepted, invalidProof, invalidToken } from './answer.js';
import { createBoundClient, type Credentials } from './bound-client.js';
import type { Demo } from './demo.js';
import { call, READ, REPORT } from './requests.js';
import type { Scene } from './scene.js';

/** The request that closes the books. */
export const CLOSING = 'POST /v1/sales/closing';
/** The scope that it requires. */
export const WRITE = 'write:analytics';

/** Creates the scenes. The last two present what an attacker has read from the request of the first. */
export function createBoundTokenScenes(): readonly Scene[] {
  const seen: Credentials[] = [];
  const steal = (): Credentials => {
    const [stolen] = seen;
    if (stolen === undefined) throw new Error('the back office has sent no request');
    return stolen;
  };
  return [
    {
      title: 'a token that is bound to a key is accepted with a proof',
      caller: 'back office',
      request: CLOSING,
      token: 'its own, bound to its key',
      expected: accepted(200),
      run: (demo) => closeBooks(demo, seen),
    },
    {
      title: 'a stolen token that is bound to a key is refused without a proof',
      caller: 'attacker',
      request: REPORT,
      token: 'bound, as a bearer token',
      expected: invalidToken(
        'sender_constraint',
        'the access token is bound to a key whose possession was not proven',
        READ,
      ),
      run: ({ resource }) => call(resource, REPORT, steal().token),
    },
    {
      title: 'a stolen proof is refused, because each proof is accepted once',
      caller: 'attacker',
      request: CLOSING,
      token: 'bound, with its used proof',
      expected: invalidProof('proof_replayed', 'the DPoP proof was used before', WRITE),
      run: ({ resource }) => sendAgain(resource, steal()),
    },
  ];
}

/** Calls the API as the back office does, and shows its request to `seen`. */
async function closeBooks(demo: Demo, seen: Credentials[]): Promise<Response> {
  const { resource } = demo;
  const client = createBoundClient(demo, (credentials) => seen.push(credentials));
  const books = client.for({ resource, scope: WRITE });
  return books.fetch(`${resource}/v1/sales/closing`, { method: 'POST' });
}

/** Sends a token with a proof that was used. */
export function sendAgain(resource: string, { token, proof }: Credentials): Promise<Response> {
  const headers = { authorization: `DPoP ${token}`, dpop: proof };
  return fetch(`${resource}/v1/sales/closing`, { method: 'POST', headers });
}
