/**
 * The configuration of oidc-provider.
 *
 * @module
 */
import type { KeyObject } from 'node:crypto';
import {
  type Adapter,
  type AdapterPayload,
  type ClientMetadata,
  type Configuration,
  errors,
} from 'oidc-provider';
import { REDIRECT_URI } from '../contract/code-flow.js';
import type { RegisteredClient, ServerSettings } from '../contract/server.js';
import type { SigningJwk } from './signing-keys.js';

/** An API whose tokens are opaque. */
export const OPAQUE_AUDIENCE = 'https://opaque.example.com';
/** A public client of the code flow. */
export const WEB_CLIENT = 'web-app';
const LIFETIME_SECONDS = 3600;

/** Options that only the tests of this server use. */
export interface OidcProviderOptions {
  /** More clients, read at each start. */
  readonly moreClients?: () => readonly ClientMetadata[];
  /** The `kid` of every signing key. @defaultValue a new one for each key */
  readonly kid?: string;
  /** The lifetime of the tokens of the client credentials grant. @defaultValue an hour */
  readonly clientTokenSeconds?: number;
  /** The secret of nonces, 32 octets. DPoP proofs need one then. @defaultValue no nonces */
  readonly nonceSecret?: Buffer;
  /** How JWT access tokens are encrypted. @defaultValue they are only signed */
  readonly encryption?: TokenEncryption;
}

/** The key that tokens are encrypted to, and the algorithms. */
export interface TokenEncryption {
  readonly alg: 'RSA-OAEP-256' | 'ECDH-ES' | 'ECDH-ES+A128KW' | 'ECDH-ES+A256KW';
  readonly enc: 'A128GCM' | 'A256GCM' | 'A128CBC-HS256' | 'A256CBC-HS512';
  readonly key: KeyObject;
  readonly kid: string | undefined;
}

/** Creates the configuration of a provider that signs with `key`. */
export function createConfiguration(
  { audiences, scopes, clients, alg }: ServerSettings,
  key: SigningJwk,
  {
    moreClients,
    clientTokenSeconds = LIFETIME_SECONDS,
    nonceSecret,
    encryption,
  }: OidcProviderOptions,
): Configuration {
  return {
    jwks: { keys: [key] },
    scopes: ['openid', ...scopes],
    cookies: { keys: ['cookie-key-of-this-test'] },
    ttl: {
      AccessToken: LIFETIME_SECONDS,
      ClientCredentials: clientTokenSeconds,
      Grant: LIFETIME_SECONDS,
      IdToken: LIFETIME_SECONDS,
      Interaction: LIFETIME_SECONDS,
      Session: LIFETIME_SECONDS,
    },
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'],
    clientDefaults: {
      id_token_signed_response_alg: alg,
      introspection_signed_response_alg: alg,
    },
    clients: [
      ...clients.map((client) => createServiceClient(client, scopes)),
      {
        client_id: WEB_CLIENT,
        token_endpoint_auth_method: 'none',
        redirect_uris: [REDIRECT_URI],
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
      ...(moreClients?.() ?? []),
    ],
    findAccount: (_context, accountId) => ({
      accountId,
      claims: () => ({ sub: accountId }),
    }),
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    features: {
      clientCredentials: { enabled: true },
      dPoP: { enabled: true, nonceSecret, requireNonce: () => nonceSecret !== undefined },
      registration: { enabled: true },
      devInteractions: { enabled: false },
      introspection: { enabled: true, allowedPolicy: () => true },
      jwtIntrospection: { enabled: true },
      revocation: { enabled: true },
      rpInitiatedLogout: { enabled: false },
      resourceIndicators: {
        enabled: true,
        useGrantedResource: () => true,
        getResourceServerInfo(_context, resource) {
          if (resource !== OPAQUE_AUDIENCE && !audiences.includes(resource)) {
            throw new errors.InvalidTarget();
          }
          const isOpaque = resource === OPAQUE_AUDIENCE;
          return {
            scope: scopes.join(' '),
            audience: resource,
            accessTokenFormat: isOpaque ? 'opaque' : 'jwt',
            jwt: isOpaque ? undefined : { sign: { alg }, encrypt: encryption },
          };
        },
      },
    },
  };
}

function createServiceClient(
  { clientId, clientSecret, method, publicJwk }: RegisteredClient,
  scopes: readonly string[],
): ClientMetadata {
  const isKey = method === 'private_key_jwt';
  return {
    client_id: clientId,
    client_secret: isKey ? undefined : clientSecret,
    jwks: isKey ? { keys: [publicJwk] } : undefined,
    token_endpoint_auth_method: method,
    scope: scopes.join(' '),
    grant_types: ['client_credentials'],
    response_types: [],
    redirect_uris: [],
  };
}

/** Adapters that outlive a provider: a restarted server still knows its grants and clients. */
export function createMemoryAdapters(): (name: string) => Adapter {
  const rows = new Map<string, AdapterPayload>();
  const find = (test: (row: AdapterPayload) => boolean): Promise<AdapterPayload | undefined> =>
    Promise.resolve([...rows.values()].find(test));
  return (name) => ({
    upsert(id, payload) {
      rows.set(`${name}:${id}`, payload);
      return Promise.resolve();
    },
    find: (id) => Promise.resolve(rows.get(`${name}:${id}`)),
    findByUid: (uid) => find((row) => row.kind === name && row.uid === uid),
    findByUserCode: (userCode) => find((row) => row.kind === name && row.userCode === userCode),
    consume(id) {
      const row = rows.get(`${name}:${id}`);
      if (row !== undefined) row.consumed = Math.floor(Date.now() / 1000);
      return Promise.resolve();
    },
    destroy(id) {
      rows.delete(`${name}:${id}`);
      return Promise.resolve();
    },
    revokeByGrantId(grantId) {
      for (const [id, row] of rows) if (row.grantId === grantId) rows.delete(id);
      return Promise.resolve();
    },
  });
}
