/**
 * better-auth with its oauth-provider plugin, in memory.
 *
 * @module
 */
import { randomBytes } from 'node:crypto';
import { toNodeHandler } from 'better-auth/node';
import { type Browser, openBrowser } from '../contract/browser.js';
import { beginCodeFlow, REDIRECT_URI } from '../contract/code-flow.js';
import { controlServer, openPausableServer } from '../contract/pausable-server.js';
import { READ } from '../contract/sales-api.js';
import type {
  RunningServer,
  ServerDescription,
  ServerSettings,
  UserTokens,
} from '../contract/server.js';
import { type AuthParts, createAuth, createDatabase } from './better-auth-instance.js';

const USER = { name: 'Ann', email: 'ann@example.com', password: 'password-of-this-test' };
const WEB_CLIENT = { clientId: 'web-app', clientSecret: 'secret-of-the-web-app' };

export const betterAuthServer: ServerDescription = {
  name: 'better-auth',
  version: '1.7.5',
  discovery: 'RFC 8414',
  algorithms: ['EdDSA', 'ES256'],
  authentication: {
    client_secret_basic: 'checked',
    client_secret_post: 'checked',
    private_key_jwt: 'checked',
  },
  principal: 'client',
  namesClient: true,
  hasUsers: true,
  doctor: { exitCode: 0, findings: [] },
  needs:
    '`@better-auth/oauth-provider`; the issuer is `baseURL` + `/api/auth`; `resources` lists the API; the client sends `resource`',
  target: (resource) => ({ resource }),
  start: startBetterAuth,
};

async function startBetterAuth(settings: ServerSettings): Promise<RunningServer> {
  const http = await openPausableServer();
  const parts = {
    settings,
    origin: http.origin,
    secret: randomBytes(32).toString('hex'),
    database: createDatabase(),
  };
  await registerClients(parts);
  const control = controlServer(http, () => {
    const handle = toNodeHandler(createAuth(parts));
    http.serve((request, response) => void handle(request, response));
  });
  const issuer = `${http.origin}/api/auth`;
  return {
    ...control,
    issuer,
    rotateKey() {
      // It creates the next key when it needs one.
      parts.database['jwks'] = [];
      return Promise.resolve();
    },
    logIn: () => logIn(issuer),
  };
}

/** Signs the user up, who then registers every client. */
async function registerClients(parts: AuthParts): Promise<void> {
  const { clients, scopes } = parts.settings;
  const credentials = { clientId: '', clientSecret: '' };
  const { api } = createAuth({ ...parts, credentials });
  const createClient: unknown = Reflect.get(api, 'adminCreateOAuthClient');
  if (!isEndpoint(createClient)) throw new Error('better-auth has no adminCreateOAuthClient()');
  const { headers } = await api.signUpEmail({ body: USER, returnHeaders: true });
  const cookie = headers.getSetCookie().map((line) => line.split(';', 1).join());
  const session = new Headers({ cookie: cookie.join('; ') });
  for (const { clientId, clientSecret, method, publicJwk } of clients) {
    Object.assign(credentials, { clientId, clientSecret });
    await createClient({
      headers: session,
      body: {
        token_endpoint_auth_method: method,
        jwks: method === 'private_key_jwt' ? { keys: [{ ...publicJwk }] } : undefined,
        grant_types: ['client_credentials'],
        client_credentials_scopes: [...scopes],
        redirect_uris: [REDIRECT_URI],
      },
    });
  }
  Object.assign(credentials, WEB_CLIENT);
  await createClient({
    headers: session,
    body: {
      token_endpoint_auth_method: 'client_secret_post',
      grant_types: ['authorization_code'],
      scope: `openid ${READ}`,
      redirect_uris: [REDIRECT_URI],
    },
  });
}

type Endpoint = (input: { readonly headers: Headers; readonly body: object }) => Promise<unknown>;

function isEndpoint(value: unknown): value is Endpoint {
  return typeof value === 'function';
}

async function logIn(issuer: string): Promise<UserTokens> {
  const browser = openBrowser();
  const flow = beginCodeFlow({
    authorizationEndpoint: `${issuer}/oauth2/authorize`,
    tokenEndpoint: `${issuer}/oauth2/token`,
    ...WEB_CLIENT,
  });
  const login = await browser.visit(flow.url, `${flow.url.origin}/login`);
  const { email, password } = USER;
  const signedIn = await postJson(browser, `${issuer}/sign-in/email`, {
    email,
    password,
    oauth_query: login.search.slice(1),
  });
  return flow.exchange(await consent(browser, new URL(String(signedIn['url']), issuer)));
}

/** Consents, unless the user has consented before. */
async function consent(browser: Browser, next: URL): Promise<URL> {
  if (next.pathname !== '/consent') return next;
  const { url } = await postJson(browser, `${next.origin}/api/auth/oauth2/consent`, {
    accept: true,
    oauth_query: next.search.slice(1),
  });
  return new URL(String(url));
}

async function postJson(
  browser: Browser,
  url: string,
  body: object,
): Promise<Readonly<Record<string, unknown>>> {
  const response = await browser.request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: new URL(url).origin },
    body: JSON.stringify(body),
  });
  return (await response.json()) as Record<string, unknown>;
}
