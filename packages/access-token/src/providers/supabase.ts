/**
 * The options for Supabase.
 *
 * @module
 */
import { invalidOption } from '@scopegate/protocol/internal';
import type { IssuerOptions } from '../options/issuer-options.js';
import { readProviderOptions } from './provider-options.js';

const REF = 'write "projectRef": the first label of the host of the project';
const NO_KEY = 'omit it: public keys are fetched; tokens that are signed with a secret are refused';

/** Names that the vendor and its libraries use, and what to write instead. */
const HINTS = {
  url: REF,
  supabaseUrl: REF,
  projectUrl: REF,
  projectId: REF,
  ref: REF,
  issuer: REF,
  domain: REF,
  audience: 'omit it: every token of a user has the audience "authenticated"',
  supabaseKey: NO_KEY,
  anonKey: NO_KEY,
  publishableKey: NO_KEY,
  jwtSecret: NO_KEY,
  secret: NO_KEY,
};

/** Options of {@link supabase}. */
export interface SupabaseOptions {
  /**
   * The reference of the project, as in its URL `https://<ref>.supabase.co`: lower-case letters and
   * digits.
   */
  readonly projectRef: string;
}

/**
 * Returns the options for a project of Supabase.
 *
 * The project must sign with an asymmetric JWT signing key; tokens that are signed with the legacy
 * secret (HS256) are refused, and so are the keys of the project that have the form of a JWT. `aud` is
 * `authenticated` in every token of a signed-in user, including an anonymous one (`is_anonymous`): the
 * tokens are not specific to an API. They have neither a client nor a scope, so `principal` is
 * `'unknown'`; only the tokens of Supabase's OAuth 2.1 server have `client_id` and `scope`. A project
 * with a custom domain needs `issuer` and `jwksUri` instead of the preset.
 *
 * Sources: supabase.com/docs/guides/auth/jwt-fields and …/signing-keys; `internal/tokens/service.go` and
 * `internal/api/jwks.go` of github.com/supabase/auth, August 2026.
 *
 * @throws TypeError An option is missing, unknown or out of range.
 * @example
 * createResourceServer({ ...supabase({ projectRef: 'abcdefghijklmnopqrst' }), realm: 'sales' })
 */
export function supabase(options: SupabaseOptions): IssuerOptions {
  const known = { names: ['projectRef'], hints: HINTS };
  const { projectRef } = readProviderOptions('supabase()', options, known);
  if (typeof projectRef !== 'string' || !/^[a-z\d]+$/.test(projectRef)) {
    throw invalidOption(
      'projectRef',
      'must be lower-case letters and digits, as in "https://<ref>.supabase.co"',
    );
  }
  const issuer = `https://${projectRef}.supabase.co/auth/v1`;
  const jwksUri = `${issuer}/.well-known/jwks.json`;
  return { issuer, jwksUri, audience: 'authenticated', typ: 'jwt' };
}
