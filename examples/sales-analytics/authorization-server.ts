/**
 * The authorization server: `oidc-provider`, a certified implementation, for machines only.
 *
 * It knows the client credentials grant (RFC 6749 §4.4), resource indicators (RFC 8707) and JWT
 * access tokens (RFC 9068). Nothing here is special to Scopegate: any server that publishes its
 * metadata and its keys will do.
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
  /** Space-delimited: all that it may ever ask for. */
  readonly scope: string;
  /** How long its tokens are good for; 300 when not given. */
  readonly tokenSeconds?: number;
}

/** What an authorization server is started with. */
export interface AuthorizationServerOptions {
  readonly clients: readonly RegisteredClient[];
  /** The identifiers of the APIs that tokens may be requested for. RFC 8707 §2. */
  readonly resources: readonly string[];
  /** Space-delimited: the scopes that these APIs know. */
  readonly scope: string;
}

/** A running authorization server. */
export interface AuthorizationServer {
  /** Its identifier, which is also its URL. */
  readonly issuer: string;
  /** The key that signs now. Real servers keep it to themselves; the forger of this story has it. */
  readonly signingKey: SigningKey;
  /** Signs with a new key from now on, and goes on publishing the older ones. */
  rotateKeys(): void;
  /** Stops answering, as in an outage. Safe to call twice. */
  stop(): Promise<void>;
}

const ACCESS_TOKEN_SECONDS = 300;

/** Starts an authorization server on a free port of this machine, with a key made for this run. */
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
      // The first key that fits signs; the others are published for the tokens still in use.
      keys.unshift(signingKey);
      serveWithKeys(server, keys, options);
    },
    stop: () => server.close(),
  };
}

/** A provider reads its keys once, so new keys mean a new provider behind the same address. */
function serveWithKeys(
  server: LoopbackServer,
  keys: readonly SigningKey[],
  options: AuthorizationServerOptions,
): void {
  const provider = new Provider(server.url, createConfiguration(keys, options));
  const handle = provider.callback();
  server.answerWith((req, res) => void handle(req, res));
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
      // The rest is for people who sign in; this server has none.
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      userinfo: { enabled: false },
    },
  };
}

/** Stores nothing: JWT access tokens carry their own state, and the clients are configured above. */
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
