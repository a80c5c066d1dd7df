/**
 * oidc-provider: a certified OpenID provider with JWT access tokens and resource indicators.
 *
 * @module
 */
import type { RequestListener } from 'node:http';
import { Provider } from 'oidc-provider';
import { openBrowser } from '../contract/browser.js';
import { beginCodeFlow, REDIRECT_URI } from '../contract/code-flow.js';
import { controlServer, openPausableServer } from '../contract/pausable-server.js';
import type {
  RunningServer,
  ServerDescription,
  ServerSettings,
  UserTokens,
} from '../contract/server.js';
import {
  createConfiguration,
  createMemoryAdapters,
  type OidcProviderOptions,
  WEB_CLIENT,
} from './oidc-configuration.js';
import { createSigningJwk, type SigningJwk } from './signing-keys.js';

const USER = 'ann';

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
  idTokenCause: 'nonce_in_token',
  doctor: { exitCode: 0, findings: [] },
  needs: '`resourceIndicators` with `accessTokenFormat: "jwt"`; the client sends `resource`',
  target: (resource) => ({ resource }),
  start: (settings) => startOidcProvider(settings),
};

/** Starts the provider. Clients may also register themselves (RFC 7591). */
export async function startOidcProvider(
  settings: ServerSettings,
  options: OidcProviderOptions = {},
): Promise<RunningServer> {
  const http = await openPausableServer();
  const createAdapter = createMemoryAdapters();
  const createKey = (): SigningJwk => {
    const key = createSigningJwk(settings.alg);
    return { ...key, kid: options.kid ?? key.kid };
  };
  let key = createKey();
  const control = controlServer(http, () => {
    // A provider reads its keys only once, so a new key requires a new provider.
    const provider = new Provider(http.origin, {
      ...createConfiguration(settings, key, options),
      adapter: createAdapter,
    });
    http.serve(createListener(provider));
  });
  return {
    ...control,
    issuer: http.origin,
    rotateKey() {
      key = createKey();
      return control.start();
    },
    logIn: () => logIn(http.origin),
  };
}

/** Serves the provider, and the login and consent pages, which need no input. */
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
  const flow = beginCodeFlow({
    authorizationEndpoint: `${issuer}/auth`,
    tokenEndpoint: `${issuer}/token`,
    clientId: WEB_CLIENT,
  });
  return flow.exchange(await openBrowser().visit(flow.url, REDIRECT_URI));
}
