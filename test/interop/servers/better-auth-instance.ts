/**
 * An instance of better-auth that is an authorization server, in memory.
 *
 * @module
 */
import { createHash, randomUUID } from 'node:crypto';
import { oauthProvider } from '@better-auth/oauth-provider';
import { type Auth, betterAuth, type BetterAuthOptions, type BetterAuthPlugin } from 'better-auth';
import { type MemoryDB, memoryAdapter } from 'better-auth/adapters/memory';
import { jwt } from 'better-auth/plugins';
import type { ServerSettings } from '../contract/server.js';

/** The memory adapter does not create tables. */
const TABLES =
  'user session account verification jwks oauthClient oauthResource oauthClientResource ' +
  'oauthAccessToken oauthRefreshToken oauthConsent oauthClientAssertion';

/** Creates an empty database. */
export function createDatabase(): MemoryDB {
  return Object.fromEntries(TABLES.split(' ').map((name) => [name, []]));
}

/** What an instance depends on. */
export interface AuthParts {
  readonly settings: ServerSettings;
  readonly origin: string;
  readonly secret: string;
  readonly database: MemoryDB;
  /** What the next client gets. */
  readonly credentials?: { clientId: string; clientSecret: string };
}

/** Creates an instance. It prints nothing and sends nothing. */
export function createAuth({ settings, origin, secret, database, credentials }: AuthParts): Auth {
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
