/**
 * The options for authentik.
 *
 * @module
 */
import { invalidOption } from '@scopegate/protocol/internal';
import type { IssuerOptions } from '../options/issuer-options.js';
import {
  NO_CLIENT_HINT,
  readProviderOptions,
  readSegment,
  readServerUrl,
} from './provider-options.js';

const SERVER = 'write "serverUrl" and "applicationSlug": the issuer is derived from them';

/** Names that the vendor and its libraries use, and what to write instead. */
const HINTS = {
  issuer: SERVER,
  domain: SERVER,
  url: SERVER,
  host: SERVER,
  slug: SERVER,
  application: SERVER,
  audience: 'write "clientId": it is the "aud" of the tokens of authentik',
  clientSecret: NO_CLIENT_HINT,
};

/** Options of {@link authentik}. */
export interface AuthentikOptions {
  /** The public URL of the server: `https://login.example.com`. */
  readonly serverUrl: string;
  /** The slug of the application: letters, digits and `_ . ~ -`. */
  readonly applicationSlug: string;
  /** The client id of the application's provider. */
  readonly clientId: string;
}

/**
 * Returns the options for an application of authentik.
 *
 * The provider of the application needs a signing key; without one it signs with the client secret.
 * It also needs the default issuer mode, in which each provider has its own issuer.
 *
 * - `aud` is the client id, in ID tokens as well: those are refused because they have no `azp`. Do not
 *   add `scope` or `scp` by a scope mapping, because ID tokens would then have it too.
 * - Tokens have no scope, so `requireScope()` refuses them all: use `scopeClaims: ['groups']` or
 *   `require({ check })`.
 * - An access token contains the `nonce` of its authorization request, and is then refused because it
 *   cannot be distinguished from an ID token for certain. Use clients that send no `nonce`.
 * - In the client credentials grant the client acts as a service account, so `principal` is `'user'`
 *   only for tokens that belong to a session (`sid`), and otherwise `'unknown'`.
 *
 * Sources: `id_token.py`, `models.py` and `views/token.py` in `authentik/providers/oauth2` of
 * github.com/goauthentik/authentik, 2025 and 2026.
 *
 * @throws TypeError An option is missing, unknown or out of range.
 * @example
 * const serverUrl = 'https://login.example.com';
 * createResourceServer(authentik({ serverUrl, applicationSlug: 'sales', clientId }))
 */
export function authentik(options: AuthentikOptions): IssuerOptions {
  const names = ['serverUrl', 'applicationSlug', 'clientId'];
  const { clientId, ...read } = readProviderOptions('authentik()', options, {
    names,
    hints: HINTS,
  });
  const slug = readSegment(read['applicationSlug'], 'applicationSlug');
  const issuer = `${readServerUrl(read['serverUrl'])}/application/o/${slug}/`;
  if (typeof clientId === 'string' && clientId !== '') return { issuer, audience: clientId };
  throw invalidOption('clientId', 'must be the client id of the provider, a non-empty string');
}
