/**
 * The clients that every server of the contract registers.
 *
 * @module
 */
import { randomBytes } from 'node:crypto';
import {
  type ClientAuthentication,
  clientSecretBasic,
  clientSecretPost,
  privateKeyJwt,
} from '@scopegate/client';
import { createKeyPair } from '../../support/key-pairs.js';
import { AUDIENCE, OTHER_AUDIENCE } from './sales-api.js';
import type { AuthenticationMethod, RegisteredClient, ServerDescription } from './server.js';

/**
 * Ids with a hyphen and secrets in base64url, because servers that do not decode Basic credentials
 * refuse both when a client percent-encodes more than RFC 6749 §2.3.1 needs.
 */
const CLIENT_IDS: Readonly<Record<AuthenticationMethod, string>> = {
  client_secret_basic: 'nightly-report',
  client_secret_post: 'nightly-report-post',
  private_key_jwt: 'nightly-report-key',
};

/** The client whose tokens have another audience, where that depends on the client. */
const OTHER_CLIENT_ID = 'nightly-inventory';

const key = createKeyPair('P-256');

/** The client for each method that the server offers. */
export function createClients(description: ServerDescription): readonly RegisteredClient[] {
  const methods = Object.keys(CLIENT_IDS) as AuthenticationMethod[]; // the table has no other keys
  const clients = methods
    .filter((method) => description.authentication[method] !== 'not offered')
    .map((method) => ({
      method,
      clientId: CLIENT_IDS[method],
      clientSecret: createSecret(),
      publicJwk: { ...key.publicJwk, kid: 'assertion', alg: 'ES256', use: 'sig' },
    }));
  const [first] = clients;
  if (description.audiencePerClient !== true || first === undefined) return clients;
  const other = { ...first, clientId: OTHER_CLIENT_ID, audience: OTHER_AUDIENCE };
  return [...clients.map((client) => ({ ...client, audience: AUDIENCE })), other];
}

/** 43 characters of base64url, at least one of them `-` and one `_`. */
function createSecret(): string {
  const secret = randomBytes(32).toString('base64url');
  return `-_${secret.slice(2)}`;
}

/** Authenticates a registered client. */
export function authenticate(
  { method, clientSecret }: RegisteredClient,
  { assertion = {} }: ServerDescription,
): ClientAuthentication {
  if (method === 'client_secret_basic') return clientSecretBasic(() => clientSecret);
  if (method === 'client_secret_post') return clientSecretPost(() => clientSecret);
  return privateKeyJwt(() => key.privateKey, { alg: 'ES256', kid: 'assertion', ...assertion });
}
