/**
 * oidc-provider: a certified OpenID provider with JWT access tokens and resource indicators.
 *
 * @module
 */
import { randomBytes } from 'node:crypto';
import type { RequestListener } from 'node:http';
import {
  type Adapter,
  type AdapterPayload,
  type Configuration,
  errors,
  Provider,
} from 'oidc-provider';
import { createPkce, openBrowser } from '../contract/browser.js';
import { openPausableServer } from '../contract/pausable-server.js';
import { AUDIENCE, READ } from '../contract/sales-api.js';
import type {
  RegisteredClient,
  RunningServer,
  ServerDescription,
  ServerSettings,
  UserTokens,
} from '../contract/server.js';
import { createSigningJwk, type SigningJwk } from './signing-keys.js';

export const OPAQUE_AUDIENCE = 'https://opaque.example.com';
const LIFETIME_SECONDS = 3600;
const USER = 'ann';
const WEB_CLIENT = 'web-app';
const REDIRECT_URI = 'https://web.example.com/callback';

export const oidcProvider: ServerDescription = {
  name: 'oidc-provider',
  version: '9',
  discovery: 'RFC 8414',
  algorithms: ['ES256', 'RS256', 'PS256', 'EdDSA'],
  authentication: {
    client_secret_basic: 'checked',
    client_secret_post: 'checked',
    private_key_jwt: 'checked',
  },
  principal: 'client',
  namesClient: true,
  hasUsers: true,
  doctor: { exitCode: 0, findings: [] },
  needs: '`resourceIndicators` with `accessTokenFormat: "jwt"`; the client sends `resource`',
  target: (resource) => ({ resource }),
  start: startOidcProvider,
};

/** Starts the provider. Clients may also register themselves (RFC 7591). */
export async function startOidcProvider(settings: ServerSettings): Promise<RunningServer> {
  const http = await openPausableServer();
  const createAdapter = createMemoryAdapters();
  let key = createSigningJwk(settings.alg);
  const start = (): Promise<void> => {
    // A provider reads its keys only once, so a new key requires a new provider.
    const provider = new Provider(http.origin, {
      ...createConfiguration(settings, key),
      adapter: createAdapter,
    });
    http.serve(createListener(provider));
    return Promise.resolve();
  };
  await start();
  return {
    issuer: http.origin,
    start,
    stop() {
      http.pause();
      return Promise.resolve();
    },
    rotateKey() {
      key = createSigningJwk(settings.alg);
      return start();
    },
    close: () => http.close(),
    logIn: () => logIn(http.origin),
  };
}

function createConfiguration(
  { audiences, scopes, clients, alg }: ServerSettings,
  key: SigningJwk,
): Configuration {
  return {
    jwks: { keys: [key] },
    scopes: ['openid', ...scopes],
    cookies: { keys: ['cookie-key-of-this-test'] },
    ttl: {
      AccessToken: LIFETIME_SECONDS,
      ClientCredentials: LIFETIME_SECONDS,
      Grant: LIFETIME_SECONDS,
      IdToken: LIFETIME_SECONDS,
      Interaction: LIFETIME_SECONDS,
      Session: LIFETIME_SECONDS,
    },
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'],
    clientDefaults: { id_token_signed_response_alg: alg },
    clients: [
      ...clients.map((client) => createServiceClient(client, scopes)),
      {
        client_id: WEB_CLIENT,
        token_endpoint_auth_method: 'none',
        redirect_uris: [REDIRECT_URI],
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
    ],
    findAccount: (_context, accountId) => ({
      accountId,
      claims: () => ({ sub: accountId }),
    }),
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    features: {
      clientCredentials: { enabled: true },
      registration: { enabled: true },
      devInteractions: { enabled: false },
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
            jwt: isOpaque ? undefined : { sign: { alg } },
          };
        },
      },
    },
  };
}

function createServiceClient(
  { clientId, clientSecret, method, publicJwk }: RegisteredClient,
  scopes: readonly string[],
): NonNullable<Configuration['clients']>[number] {
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

/** Serves the provider, and the pages where a user logs in and consents, which answer at once. */
function createListener(provider: Provider): RequestListener {
  const handle = provider.callback();
  return (request, response) => {
    if (request.url?.startsWith('/interaction/') !== true) {
      void handle(request, response);
      return;
    }
    finishInteraction(provider, request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  };
}

/** The user logs in, and grants what the client asks for. */
async function finishInteraction(
  provider: Provider,
  ...[request, response]: Parameters<RequestListener>
): Promise<void> {
  const { prompt, params, session, grantId } = await provider.interactionDetails(request, response);
  if (prompt.name === 'login') {
    await provider.interactionFinished(request, response, { login: { accountId: USER } });
    return;
  }
  const known = grantId === undefined ? undefined : await provider.Grant.find(grantId);
  const grant =
    known ??
    new provider.Grant({ accountId: session?.accountId, clientId: String(params['client_id']) });
  const { missingOIDCScope, missingResourceScopes } = prompt.details as {
    readonly missingOIDCScope?: readonly string[];
    readonly missingResourceScopes?: Readonly<Record<string, readonly string[]>>;
  };
  grant.addOIDCScope((missingOIDCScope ?? []).join(' '));
  for (const [resource, scopes] of Object.entries(missingResourceScopes ?? {})) {
    grant.addResourceScope(resource, scopes.join(' '));
  }
  const consent = { grantId: await grant.save() };
  await provider.interactionFinished(
    request,
    response,
    { consent },
    { mergeWithLastSubmission: true },
  );
}

async function logIn(issuer: string): Promise<UserTokens> {
  const { verifier, challenge } = createPkce();
  const authorization = new URL('/auth', issuer);
  authorization.search = new URLSearchParams({
    client_id: WEB_CLIENT,
    response_type: 'code',
    redirect_uri: REDIRECT_URI,
    scope: `openid ${READ}`,
    resource: AUDIENCE,
    code_challenge: challenge,
    code_challenge_method: 'S256',
    nonce: randomBytes(16).toString('base64url'),
  }).toString();
  const callback = await openBrowser().visit(authorization, REDIRECT_URI);
  const response = await fetch(`${issuer}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: WEB_CLIENT,
      redirect_uri: REDIRECT_URI,
      code: callback.searchParams.get('code') ?? '',
      code_verifier: verifier,
    }),
  });
  const { access_token, id_token } = (await response.json()) as Record<string, unknown>;
  return {
    clientId: WEB_CLIENT,
    subject: USER,
    accessToken: String(access_token),
    idToken: String(id_token),
  };
}

/** Adapters that outlive a provider: a restarted server still knows its grants and clients. */
function createMemoryAdapters(): (name: string) => Adapter {
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
