/**
 * Access tokens in the format of well-known authorization servers.
 *
 * The names and types of the claims are those that the vendors document; the values are invented.
 *
 * @module
 */
import { didYouMean, invalidOption } from '@scopegate/protocol/internal';
import { auth0, auth0Rfc9068 } from './auth0.js';
import { authentik } from './authentik.js';
import { cognito } from './cognito.js';
import { duende } from './duende.js';
import { entraV1, entraV2 } from './entra.js';
import { firebase, google } from './google.js';
import { keycloak, keycloak24 } from './keycloak.js';
import { okta } from './okta.js';
import { ping } from './ping.js';
import { springAuthorizationServer } from './spring-authorization-server.js';
import { supabase } from './supabase.js';
import type { TokenShape } from './token-shape.js';
import { zitadel } from './zitadel.js';

/** The authorization servers whose token formats can be imitated. */
export type TokenShapeName =
  | 'auth0'
  | 'auth0Rfc9068'
  | 'authentik'
  | 'cognito'
  | 'duende'
  | 'entraV1'
  | 'entraV2'
  | 'firebase'
  | 'google'
  | 'keycloak'
  | 'keycloak24'
  | 'okta'
  | 'ping'
  | 'springAuthorizationServer'
  | 'supabase'
  | 'zitadel';

/** A token format and how it differs from RFC 9068. */
export interface TokenShapeDescription {
  /** The value of `like`. */
  readonly name: TokenShapeName;
  /** The differences, in one line. */
  readonly explanation: string;
}

const SHAPES: Readonly<Record<TokenShapeName, TokenShape>> = {
  auth0,
  auth0Rfc9068,
  authentik,
  cognito,
  duende,
  entraV1,
  entraV2,
  firebase,
  google,
  keycloak,
  keycloak24,
  okta,
  ping,
  springAuthorizationServer,
  supabase,
  zitadel,
};

/**
 * Every token format, for tables of tests.
 *
 * @example
 * it.each(tokenShapes)('accepts tokens like $name', async ({ name }) => {
 *   await request(app).get('/').set(issuer.bearer({ like: name })).expect(200);
 * });
 */
export const tokenShapes: readonly TokenShapeDescription[] = Object.freeze(
  shapeNames().map((name) => Object.freeze({ name, explanation: SHAPES[name].explanation })),
);

/**
 * Reads the option `like`.
 *
 * @returns The format; `undefined` when the option is omitted.
 * @throws TypeError The name is unknown.
 */
export function optionalTokenShape(name: unknown): TokenShape | undefined {
  if (name === undefined) return undefined;
  const known = shapeNames();
  const found = known.find((each) => each === name);
  if (found !== undefined) return SHAPES[found];
  throw invalidOption(
    'like',
    `must be one of ${known.join(', ')}${typeof name === 'string' ? didYouMean(name, known) : ''}`,
  );
}

function shapeNames(): readonly TokenShapeName[] {
  return Object.keys(SHAPES) as TokenShapeName[]; // the table has no other names
}
