/**
 * The authorization server: `oidc-provider`, a certified implementation, with one user and two clients.
 *
 * It supports the code flow with PKCE and refresh tokens (RFC 6749 §4.1, RFC 7636), the client
 * credentials grant (§4.4), resource indicators (RFC 8707) and JWT access tokens (RFC 9068). Nothing
 * here is specific to Scopegate or to MCP.
 *
 * @module
 */
import type { JsonWebKey } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { type Configuration, errors, Provider } from 'oidc-provider';
import { createMemoryAdapter } from './story/memory-adapter.js';

/** A public client, which is registered in advance: it has no secret. */
export interface PublicClient {
  readonly clientId: string;
  readonly redirectUri: string;
}

/** A confidential client, which acts on its own behalf. */
export interface ServiceClient {
  readonly clientId: string;
  readonly clientSecret: string;
  /** The scopes that it may request, space-delimited. */
  readonly scope: string;
}

/** Options of the authorization server. */
export interface AuthorizationServerOptions {
  /** The issuer identifier, which is also the URL at which the listener is served. */
  readonly issuer: string;
  /** The private key that signs access tokens, as a JWK with `kid` and `alg`. */
  readonly signingKey: JsonWebKey;
  /** The identifiers of the MCP servers for which tokens may be requested. RFC 8707 §2. */
  readonly resources: readonly string[];
  /** The scopes of these servers. */
  readonly scopes: readonly string[];
  readonly publicClient: PublicClient;
  readonly serviceClient: ServiceClient;
  /** Receives a line for each authorization and each token that is granted. */
  readonly onGrant: (line: string) => void;
}

/** The user who logs in, without a password. */
const USER = 'ann';

/** The access token of a login lasts five minutes; the story sets a clock forward to let it expire. */
const LOGIN_SECONDS = 300;
const HOUR_SECONDS = 3600;

/** Creates the request listener of the authorization server. */
export function createAuthorizationServer(options: AuthorizationServerOptions): RequestListener {
  const provider = new Provider(options.issuer, createConfiguration(options));
  provider.on('authorization.success', ({ oidc: { params } }) => {
    options.onGrant(`authorization of ${USER} scope="${String(params?.['scope'])}"`);
  });
  provider.on('grant.success', ({ oidc: { params } }) => {
    options.onGrant(`token by ${String(params?.['grant_type'])}`);
  });
  const handle = provider.callback();
  return (req, res) => {
    if (req.url?.startsWith('/interaction/') !== true) {
      void handle(req, res);
      return;
    }
    finishInteraction(provider, req, res).catch((error: unknown) => {
      res.writeHead(500).end(String(error));
    });
  };
}

function createConfiguration(options: AuthorizationServerOptions): Configuration {
  const { signingKey, resources, scopes, publicClient, serviceClient } = options;
  return {
    adapter: createMemoryAdapter,
    jwks: { keys: [signingKey] },
    scopes: ['openid', 'offline_access', ...scopes],
    cookies: { keys: ['the cookies of this story are worthless'] },
    ttl: {
      AccessToken: (ctx) =>
        ctx.oidc.params?.['grant_type'] === 'refresh_token' ? HOUR_SECONDS : LOGIN_SECONDS,
      ClientCredentials: HOUR_SECONDS,
      Grant: HOUR_SECONDS,
      Interaction: HOUR_SECONDS,
      RefreshToken: HOUR_SECONDS,
      Session: HOUR_SECONDS,
    },
    clientAuthMethods: ['client_secret_basic', 'none'],
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    clients: [
      {
        client_id: publicClient.clientId,
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        redirect_uris: [publicClient.redirectUri],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
      },
      {
        client_id: serviceClient.clientId,
        client_secret: serviceClient.clientSecret,
        scope: serviceClient.scope,
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
      },
    ],
    pkce: { required: () => true },
    findAccount: (_ctx, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      resourceIndicators: {
        enabled: true,
        useGrantedResource: () => true,
        getResourceServerInfo(_ctx, resource) {
          if (!resources.includes(resource)) throw new errors.InvalidTarget();
          return {
            scope: scopes.join(' '),
            audience: resource,
            accessTokenFormat: 'jwt',
            jwt: { sign: { alg: 'ES256' } },
          };
        },
      },
    },
  };
}

/** The pages for login and consent: the user logs in and grants what the client requests. */
async function finishInteraction(
  provider: Provider,
  ...[req, res]: Parameters<RequestListener>
): Promise<void> {
  const { prompt, params, session, grantId } = await provider.interactionDetails(req, res);
  if (prompt.name === 'login') {
    await provider.interactionFinished(req, res, { login: { accountId: USER } });
    return;
  }
  const existing = grantId === undefined ? undefined : await provider.Grant.find(grantId);
  const grant =
    existing ??
    new provider.Grant({ accountId: session?.accountId, clientId: String(params['client_id']) });
  // oidc-provider documents these members of a consent prompt.
  const { missingOIDCScope = [], missingResourceScopes = {} } = prompt.details as {
    readonly missingOIDCScope?: readonly string[];
    readonly missingResourceScopes?: Readonly<Record<string, readonly string[]>>;
  };
  grant.addOIDCScope(missingOIDCScope.join(' '));
  for (const [resource, scopes] of Object.entries(missingResourceScopes)) {
    grant.addResourceScope(resource, scopes.join(' '));
  }
  const consent = { grantId: await grant.save() };
  await provider.interactionFinished(req, res, { consent }, { mergeWithLastSubmission: true });
}
