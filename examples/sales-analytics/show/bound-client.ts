/**
 * The client of the back office whose tokens are bound to a key.
 *
 * @module
 */
import { clientSecretBasic, createTokenClient, type TokenClient } from '@scopegate/client';
import type { Demo } from './demo.js';

/** What a request presents: the token, and the proof that its sender has the key. */
export interface Credentials {
  readonly token: string;
  readonly proof: string;
}

/**
 * Creates the client.
 *
 * @param onSent - Gets what each request presents, as someone who reads the requests would.
 */
export function createBoundClient(
  { authorizationServer, backOfficeClient }: Demo,
  onSent: (credentials: Credentials) => void,
): TokenClient {
  const { clientId, clientSecret } = backOfficeClient;
  return createTokenClient({
    issuer: authorizationServer.issuer,
    clientId,
    clientAuthentication: clientSecretBasic(() => clientSecret),
    dpop: true,
    fetch(input, init) {
      const request = new Request(input, init);
      const token = /^DPoP (.+)$/.exec(request.headers.get('authorization') ?? '')?.[1];
      const proof = request.headers.get('dpop');
      if (token !== undefined && proof !== null) onSent({ token, proof });
      return fetch(input, init);
    },
  });
}
