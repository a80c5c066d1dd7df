/**
 * Clients that get a bound token and call an API with it.
 *
 * @module
 */
import { webcrypto } from 'node:crypto';
import { clientSecretBasic, createTokenClient } from '@scopegate/client';
import * as oauth from 'oauth4webapi';
import { createKeyPair } from '../../support/key-pairs.js';

/** Who calls, and what for. */
export interface CallerOptions {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly resource: string;
  readonly scope: string;
  /** The origin of the API. */
  readonly origin: string;
  readonly fetch: typeof globalThis.fetch;
}

/** Calls an API. The token is requested once, and nonces are kept. */
export type BoundCaller = (url: string, init?: RequestInit) => Promise<Response>;

/** `@scopegate/client`. */
export async function createScopegateCaller(options: CallerOptions): Promise<BoundCaller> {
  const { issuer, clientId, clientSecret, resource, scope, origin, fetch } = options;
  const client = createTokenClient({
    issuer,
    clientId,
    clientAuthentication: clientSecretBasic(() => clientSecret),
    dpop: { keyPair: await createCryptoKeyPair() },
    fetch,
  });
  return client.for({ resource, scope, origins: [origin] }).fetch;
}

/** oauth4webapi, with the retries that its documentation shows. */
export async function createOauth4webapiCaller(options: CallerOptions): Promise<BoundCaller> {
  const { clientId, clientSecret, resource, scope, fetch } = options;
  const http = {
    // Deprecated as a warning only. The servers of this test use http, on a loopback address.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    [oauth.allowInsecureRequests]: true,
    [oauth.customFetch]: (url: string, init: object) => fetch(url, init),
  };
  const issuer = new URL(options.issuer);
  const discovery = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...http });
  const server = await oauth.processDiscoveryResponse(issuer, discovery);
  const client: oauth.Client = { client_id: clientId };
  const DPoP = oauth.DPoP(client, await createCryptoKeyPair());
  const { access_token } = await retryWithNonce(async () => {
    const response = await oauth.clientCredentialsGrantRequest(
      server,
      client,
      oauth.ClientSecretBasic(clientSecret),
      new URLSearchParams({ resource, scope }),
      { DPoP, ...http },
    );
    return await oauth.processClientCredentialsResponse(server, client, response);
  });
  return async (url, { method = 'GET' } = {}) => {
    try {
      return await retryWithNonce(() =>
        oauth.protectedResourceRequest(access_token, method, new URL(url), undefined, null, {
          DPoP,
          ...http,
        }),
      );
    } catch (error) {
      if (error instanceof oauth.WWWAuthenticateChallengeError) return error.response;
      throw error;
    }
  };
}

async function retryWithNonce<T>(attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    if (!oauth.isDPoPNonceError(error)) throw error;
    return await attempt();
  }
}

async function createCryptoKeyPair(): Promise<webcrypto.CryptoKeyPair> {
  const { subtle } = webcrypto;
  const { privateKey, publicKey } = createKeyPair('P-256');
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  const pkcs8 = privateKey.export({ type: 'pkcs8', format: 'der' });
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  return {
    privateKey: await subtle.importKey('pkcs8', pkcs8, algorithm, false, ['sign']),
    publicKey: await subtle.importKey('spki', spki, algorithm, true, ['verify']),
  };
}
