/**
 * better-auth with its oauth-provider plugin, in memory.
 *
 * @module
 */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { oauthProvider } from '@better-auth/oauth-provider';
import { type Auth, betterAuth, type BetterAuthOptions, type BetterAuthPlugin } from 'better-auth';
import { type MemoryDB, memoryAdapter } from 'better-auth/adapters/memory';
import { toNodeHandler } from 'better-auth/node';
import { jwt } from 'better-auth/plugins';
import { type Browser, openBrowser } from '../contract/browser.js';
import { beginCodeFlow, REDIRECT_URI } from '../contract/code-flow.js';
import { openPausableServer } from '../contract/pausable-server.js';
import { READ } from '../contract/sales-api.js';
import type {
  RunningServer,
  ServerDescription,
  ServerSettings,
  UserTokens,
} from '../contract/server.js';

const USER = { name: 'Ann', email: 'ann@example.com', password: 'password-of-this-test' };
const WEB_CLIENT = { clientId: 'web-app', clientSecret: 'secret-of-the-web-app' };
/** The memory adapter does not create tables. */
const TABLES =
  'user session account verification jwks oauthClient oauthResource oauthClientResource ' +
  'oauthAccessToken oauthRefreshToken oauthConsent oauthClientAssertion';

export const betterAuthServer: ServerDescription = {
  name: 'better-auth',
  version: '1.7.5 with @better-auth/oauth-provider 1.7.5',
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
    'the issuer is `baseURL` + `/api/auth`; the API is one of `resources`; the client sends `resource`',
  target: (resource) => ({ resource }),
  start: startBetterAuth,
};

async function startBetterAuth(settings: ServerSettings): Promise<RunningServer> {
  const http = await openPausableServer();
  const parts = {
    settings,
    origin: http.origin,
    secret: randomBytes(32).toString('hex'),
    database: Object.fromEntries(TABLES.split(' ').map((name): [string, object[]] => [name, []])),
  };
  const start = (): Promise<void> => {
    const handle = toNodeHandler(createAuth(parts));
    http.serve((request, response) => void handle(request, response));
    return Promise.resolve();
  };
  await registerClients(parts);
  await start();
  const issuer = `${http.origin}/api/auth`;
  return {
    issuer,
    start,
    stop() {
      http.pause();
      return Promise.resolve();
    },
    rotateKey() {
      // It creates the next key when it needs one.
      parts.database['jwks'] = [];
      return Promise.resolve();
    },
    close: () => http.close(),
    logIn: () => logIn(issuer),
  };
}

interface AuthParts {
  readonly settings: ServerSettings;
  readonly origin: string;
  readonly secret: string;
  readonly database: MemoryDB;
  /** What the next client gets. */
  readonly credentials?: { clientId: string; clientSecret: string };
}

function createAuth({ settings, origin, secret, database, credentials }: AuthParts): Auth {
  const { alg, scopes, audiences } = settings;
  const provider = oauthProvider({
    loginPage: '/login',
    consentPage: '/consent',
    scopes: ['openid', ...scopes],
    resources: [...audiences],
    enforcePerClientResources: false,
    clientPrivileges: () => true,
    generateClientId: () => credentials?.clientId ?? randomUUID(),
    generateClientSecret: () => credentials?.clientSecret ?? randomUUID(),
  });
  const options: BetterAuthOptions = {
    baseURL: origin,
    secret,
    database: memoryAdapter(database),
    emailAndPassword: {
      enabled: true,
      // Its own hash takes a quarter of a second.
      password: {
        hash: (password) => Promise.resolve(digest(password)),
        verify: ({ hash, password }) => Promise.resolve(hash === digest(password)),
      },
    },
    logger: { disabled: true },
    telemetry: { enabled: false },
    rateLimit: { enabled: false },
    plugins: [
      jwt({
        disableSettingJwtHeader: true,
        jwks: { keyPairConfig: { alg: alg === 'ES256' ? alg : 'EdDSA' } },
      }),
      // Its types do not compile with exactOptionalPropertyTypes.
      provider as BetterAuthPlugin,
    ],
  };
  return betterAuth(options);
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
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
