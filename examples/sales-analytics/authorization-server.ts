/**
 * The authorization server: `oidc-provider`, a certified implementation, without users.
 *
 * It supports the client credentials grant (RFC 6749 §4.4), resource indicators (RFC 8707), JWT access
 * tokens (RFC 9068) and DPoP (RFC 9449). Nothing here is specific to Scopegate, which works with any server that
 * publishes its metadata and keys.
 *
 * @module
 */
import { type Adapter, type Configuration, errors, Provider } from 'oidc-provider';
import { type LoopbackServer, listenOnLoopback } from './show/loopback-server.js';
import { formatPrivateJwk, generateSigningKey, type SigningKey } from './show/signing-key.js';

/** A client that is registered at the authorization server. */
export interface RegisteredClient {
  readonly clientId: string;
  readonly clientSecret: string;
  /** The scopes that it may request, space-delimited. */
  readonly scope: string;
  /** The lifetime of its tokens in seconds. @defaultValue `300` */
  readonly tokenSeconds?: number;
}

/** Options of the authorization server. */
export interface AuthorizationServerOptions {
  readonly clients: readonly RegisteredClient[];
  /** The identifiers of the APIs for which tokens may be requested. RFC 8707 §2. */
  readonly resources: readonly string[];
  /** The scopes of these APIs, space-delimited. */
  readonly scope: string;
}

/** A running authorization server. */
export interface AuthorizationServer {
  /** The issuer identifier, which is also its URL. */
  readonly issuer: string;
  /** The current signing key. A real server never shares it; here it is used to forge tokens. */
  readonly signingKey: SigningKey;
  /** Signs with a new key from now on. The older keys stay published. */
  rotateKeys(): void;
  /** Stops the server, as in an outage. May be called twice. */
  stop(): Promise<void>;
}

const ACCESS_TOKEN_SECONDS = 300;

/** Starts an authorization server on a free port of 127.0.0.1, with a new key. */
export async function startAuthorizationServer(
  options: AuthorizationServerOptions,
): Promise<AuthorizationServer> {
  const server = await listenOnLoopback();
  let signingKey = generateSigningKey('key-1');
  const keys = [signingKey];
  serveWithKeys(server, keys, options);
  return {
    issuer: server.url,
    get signingKey() {
      return signingKey;
    },
    rotateKeys() {
      signingKey = generateSigningKey(`key-${keys.length + 1}`);
      // The first suitable key signs; the others stay published for tokens that are still valid.
      keys.unshift(signingKey);
      serveWithKeys(server, keys, options);
    },
    stop: () => server.close(),
  };
}

/** A provider reads its keys only once, so new keys require a new provider at the same URL. */
function serveWithKeys(
  server: LoopbackServer,
  keys: readonly SigningKey[],
  options: AuthorizationServerOptions,
): void {
  const provider = new Provider(server.url, createConfiguration(keys, options));
  const handle = provider.callback();
  server.serve((req, res) => void handle(req, res));
}

function createConfiguration(
  keys: readonly SigningKey[],
  { clients, resources, scope }: AuthorizationServerOptions,
): Configuration {
  return {
    adapter: createStatelessAdapter,
    jwks: { keys: keys.map(formatPrivateJwk) },
    scopes: scope.split(' '),
    ttl: {
      ClientCredentials: (_ctx, _token, { clientId }) =>
        clients.find((client) => client.clientId === clientId)?.tokenSeconds ??
        ACCESS_TOKEN_SECONDS,
    },
    responseTypes: [],
    clientAuthMethods: ['client_secret_basic'],
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    clients: clients.map(({ clientId, clientSecret, scope }) => ({
      client_id: clientId,
      client_secret: clientSecret,
      scope,
      grant_types: ['client_credentials'],
      response_types: [],
      redirect_uris: [],
    })),
    features: {
      clientCredentials: { enabled: true },
      dPoP: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo(_ctx, resource) {
          if (!resources.includes(resource)) throw new errors.InvalidTarget();
          return {
            scope,
            audience: resource,
            accessTokenFormat: 'jwt',
            jwt: { sign: { alg: 'ES256' } },
          };
        },
      },
      // These features are only needed when users sign in.
      devInteractions: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      userinfo: { enabled: false },
    },
  };
}

/** Creates an adapter that stores nothing: tokens are self-contained, and clients are configured above. */
function createStatelessAdapter(): Adapter {
  const nothing = (): Promise<undefined> => Promise.resolve(undefined);
  return {
    upsert: nothing,
    find: nothing,
    findByUserCode: nothing,
    findByUid: nothing,
    consume: nothing,
    destroy: nothing,
    revokeByGrantId: nothing,
  };
}
