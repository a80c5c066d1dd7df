/**
 * The options for ZITADEL.
 *
 * @module
 */
import { invalidOption } from '@scopegate/protocol/internal';
import type { IssuerOptions } from '../options/issuer-options.js';
import { DOMAIN_HINT, NO_CLIENT_HINT, readHost, readProviderOptions } from './provider-options.js';

const PROJECT = 'write "projectId": tokens for the API name its project in "aud"';

/** Names that the vendor and its libraries use, and what to write instead. */
const HINTS = {
  issuer: DOMAIN_HINT,
  authority: DOMAIN_HINT,
  instanceUrl: DOMAIN_HINT,
  audience: PROJECT,
  project: PROJECT,
  clientId: PROJECT,
  clientSecret: NO_CLIENT_HINT,
  keyPath: NO_CLIENT_HINT,
};

/** Options of {@link zitadel}. */
export interface ZitadelOptions {
  /** The host of the instance, or its custom domain: `example.us1.zitadel.cloud`, without scheme. */
  readonly domain: string;
  /** The id of the project of the API, a decimal number. */
  readonly projectId: string;
}

/**
 * Returns the options for an instance of ZITADEL.
 *
 * Access tokens are opaque by default: set the token type of applications and of service users to JWT.
 * Clients request `urn:zitadel:iam:org:project:id:<project id>:aud`, which adds the project to `aud`.
 * The tokens have no scope, so `requireScope()` refuses them all: check the roles, which are members of
 * the claim `urn:zitadel:iam:org:project:roles`, by `require({ check })`. A client is a service user,
 * and its token looks like that of any user: `principal` is `'unknown'`. Versions whose tokens have no
 * `client_id` (github.com/zitadel/oidc before September 2024) need `typ: 'jwt'` as well.
 *
 * Sources: "Claims in ZITADEL" and "Scopes in ZITADEL" at zitadel.com/docs; `token.go` and
 * `token_client_credentials.go` in `internal/api/oidc` of github.com/zitadel/zitadel, 2026.
 *
 * @throws TypeError An option is missing, unknown or out of range.
 * @example
 * createResourceServer(zitadel({ domain: 'login.example.com', projectId: '69234237810729019' }))
 */
export function zitadel(options: ZitadelOptions): IssuerOptions {
  const known = { names: ['domain', 'projectId'], hints: HINTS };
  const { domain, projectId } = readProviderOptions('zitadel()', options, known);
  const issuer = `https://${readHost(domain)}`;
  if (typeof projectId === 'string' && /^\d+$/.test(projectId)) {
    return { issuer, audience: projectId };
  }
  throw invalidOption('projectId', 'must be the id of the project: a string of digits');
}
