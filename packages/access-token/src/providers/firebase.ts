/**
 * The options for Firebase Authentication.
 *
 * @module
 */
import { invalidOption } from '@scopegate/protocol/internal';
import type { IssuerOptions } from '../options/issuer-options.js';
import { readProviderOptions } from './provider-options.js';

const PROJECT = 'write "projectId": the issuer and the audience are derived from it';
const NO_CREDENTIALS = 'omit it: public keys are fetched from Google';

/** Names that the vendor and its libraries use, and what to write instead. */
const HINTS = {
  issuer: PROJECT,
  audience: PROJECT,
  project: PROJECT,
  authDomain: PROJECT,
  apiKey: NO_CREDENTIALS,
  appId: NO_CREDENTIALS,
  credential: NO_CREDENTIALS,
  serviceAccount: NO_CREDENTIALS,
};

/** Where Google publishes the keys of all projects as a JWKS. */
const JWKS_URI =
  'https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com';

/** Options of {@link firebase}. */
export interface FirebaseOptions {
  /**
   * The id of the project, not its number: 6 to 30 lower-case letters, digits and hyphens, beginning
   * with a letter.
   */
  readonly projectId: string;
}

/**
 * Returns the options for a project of Firebase Authentication.
 *
 * The tokens are ID tokens, which Firebase's own libraries send to APIs: they identify a user to every
 * API of the project. They have neither a client nor a scope, so `principal` is `'unknown'`; check
 * custom claims by `scopeClaims` or the option `claims`. Users who signed in anonymously have tokens
 * as well (`firebase.sign_in_provider` is `anonymous`). Whether a user was disabled is not checked.
 * Session cookies and custom tokens are refused: they have another issuer.
 *
 * Sources: firebase.google.com/docs/auth/admin/verify-id-tokens; `src/auth/token-verifier.ts` of
 * github.com/firebase/firebase-admin-node, August 2026; for the JWKS,
 * cloud.google.com/api-gateway/docs/authenticating-users-firebase.
 *
 * @throws TypeError An option is missing, unknown or out of range.
 * @example
 * createResourceServer({ ...firebase({ projectId: 'sales-12345' }), realm: 'sales' })
 */
export function firebase(options: FirebaseOptions): IssuerOptions {
  const known = { names: ['projectId'], hints: HINTS };
  const { projectId } = readProviderOptions('firebase()', options, known);
  if (typeof projectId !== 'string' || !/^[a-z][a-z\d-]{4,28}[a-z\d]$/.test(projectId)) {
    throw invalidOption(
      'projectId',
      'must be the id of the project: 6 to 30 lower-case letters, digits and hyphens',
    );
  }
  return {
    issuer: `https://securetoken.google.com/${projectId}`,
    jwksUri: JWKS_URI,
    audience: projectId,
    algorithms: ['RS256'],
    typ: 'jwt',
  };
}
