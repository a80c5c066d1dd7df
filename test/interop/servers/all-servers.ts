/**
 * Every server from npm that the contract tests.
 *
 * @module
 */
import type { ServerDescription } from '../contract/server.js';
import { betterAuthServer } from './better-auth.js';
import { nodeOAuth2Server } from './node-oauth2-server.js';
import { oauth2MockServer } from './oauth2-mock-server.js';
import { oidcProvider } from './oidc-provider.js';

/** In the order of docs/interop.md. */
export const ALL_SERVERS: readonly ServerDescription[] = [
  oidcProvider,
  betterAuthServer,
  nodeOAuth2Server,
  oauth2MockServer,
];
