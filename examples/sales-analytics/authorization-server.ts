/**
 * The authorization server: `oidc-provider`, a certified implementation, without users.
 *
 * It supports the client credentials grant (RFC 6749 §4.4), resource indicators (RFC 8707), JWT access
 * tokens (RFC 9068), opaque tokens with introspection and revocation (RFC 7662, RFC 7009), and DPoP
 * (RFC 9449). Nothing here is specific to Scopegate, which works with any server that
 * publishes its metadata and keys.
 *
 * @module
 */
import { type ClientMetadata, type Configuration, errors, Provider } from 'oidc-provider';
import { listenOnLoopback } from './show/loopback-server.js';
import { createTokenStore } from './show/token-store.js';
import { formatPrivateJwk, generateSigningKey, type SigningKey } from './show/signing-key.js';

/** A client that is registered at the authorization server. */
export interface RegisteredClient {
  readonly clientId: string;
  readonly clientSecret: string;
  /** The scopes that it may request, space-delimited. */
  readonly scope: string;
  /** The lifetime of its tokens in seconds. @defaultValue `300` */
  readonly tokenSeconds?: number;
  /** Whether its tokens are opaque: only the authorization server can read them. @defaultValue `false` */
  readonly hasOpaqueTokens?: boolean;
}

/** Options of the authorization server. */
export interface AuthorizationServerOptions {
  readonly clients: readonly RegisteredClient[];
  /** The API itself, which asks about opaque tokens. RFC 7662 §2.1. */
  readonly introspectingApi: Pick<RegisteredClient, 'clientId' | 'clientSecret'>;
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
  /** Signs with a new key from now on. The last eight keys stay published. */
  rotateKeys(): void;
  /** Stops the server, as in an outage. May be called twice. */
  stop(): Promise<void>;
}

const ACCESS_TOKEN_SECONDS = 300;
const PUBLISHED_KEYS = 8;

/** Starts an authorization server on a free port of 127.0.0.1, with a new key. */
export async function startAuthorizationServer(
  options: AuthorizationServerOptions,
): Promise<AuthorizationServer> {
  const server = await listenOnLoopback();
  let signingKey = generateSigningKey('key-1');
  let generated = 1;
  const keys = [signingKey];
  const adapter = createTokenStore();
  const serve = (): void => {
    // A provider reads its keys only once, so new keys require a new provider at the same URL.
    const provider = new Provider(server.url, createConfiguration({ ...options, keys, adapter }));
    const handle = provider.callback();
    server.serve((req, res) => void handle(req, res));
  };
  serve();
  return {
    issuer: server.url,
    get signingKey() {
      return signingKey;
    },
    rotateKeys() {
      generated += 1;
      signingKey = generateSigningKey(`key-${generated}`);
      // The first suitable key signs; the others stay published for tokens that are still valid.
      keys.unshift(signingKey);
      keys.splice(PUBLISHED_KEYS);
      serve();
    },
    stop: () => server.close(),
  };
}

interface ProviderSettings extends AuthorizationServerOptions {
  readonly keys: readonly SigningKey[];
  readonly adapter: Configuration['adapter'];
}

function createConfiguration({
  clients,
  introspectingApi,
  resources,
  scope,
  keys,
  adapter,
}: ProviderSettings): Configuration {
  return {
    adapter,
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
    clients: [
      ...clients.map(({ scope, ...client }) => ({
        ...formatClient(client),
        scope,
        grant_types: ['client_credentials'],
      })),
      formatClient(introspectingApi),
    ],
    features: {
      clientCredentials: { enabled: true },
      dPoP: { enabled: true },
      introspection: {
        enabled: true,
        allowedPolicy: (_ctx, { clientId }) => clientId === introspectingApi.clientId,
      },
      revocation: {
        enabled: true,
        allowedPolicy: (_ctx, { clientId }, token) => clientId === token.clientId,
      },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo(_ctx, resource, { clientId }) {
          if (!resources.includes(resource)) throw new errors.InvalidTarget();
          const client = clients.find((each) => each.clientId === clientId);
          return {
            scope,
            audience: resource,
            accessTokenFormat: client?.hasOpaqueTokens === true ? 'opaque' : 'jwt',
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

function formatClient({
  clientId,
  clientSecret,
}: Pick<RegisteredClient, 'clientId' | 'clientSecret'>): ClientMetadata {
  const nothing = { grant_types: [], response_types: [], redirect_uris: [] };
  return { client_id: clientId, client_secret: clientSecret, ...nothing };
}
