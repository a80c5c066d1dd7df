/**
 * A token under inspection: what it contains and what it is checked against.
 *
 * @module
 */
import { InvalidTokenError, type RequiredAuthentication } from '@scopegate/protocol';
import { type Confirmation, readConfirmation } from '../claims/confirmation.js';
import type { UnverifiedJws } from '../jws/compact-jws.js';
import { type JsonObject, member } from '../jws/json-object.js';
import type { FreshRecord, IntrospectionRecord } from './introspection-record.js';
import type { KeySearch } from './key-search.js';
import { formatValue } from './printable.js';
import type { ProofInspection } from './proof-inspection.js';
import type { VerifierPossession } from '../possession/possession-policy.js';
import type { PresentationRequirement, Presentation } from '../possession/presentation.js';
import type { RevocationRecord } from './revocation-record.js';
import { isOpaqueFormat, type UnverifiedToken } from './unverified-token.js';
import type { OpaqueIssuer } from '../verification/token-formats.js';
import type { VerificationPolicy } from '../verification/verify-token.js';

/** The result of the verifier's claims schema. */
export type SchemaResult =
  /** There is no schema, or an earlier check failed. */
  | { readonly kind: 'not_asked' }
  | { readonly kind: 'passed' }
  /** `issues` is safe to print and may quote claims. */
  | { readonly kind: 'failed'; readonly issues: string };

/** What a token is bound to. */
export interface TokenBinding {
  /** Whether the claim `cnf` is absent, or acceptable. */
  readonly isKnown: boolean;
  /** `undefined` for a bearer token, and if the binding is not known. */
  readonly confirmation: Confirmation | undefined;
}

/** A token under inspection: what it contains and what it is checked against. */
export interface Inspection extends UnverifiedToken {
  /** The verifier's policy, with a fixed time. */
  readonly policy: VerificationPolicy;
  /** Space-delimited scope-tokens that the route requires; `undefined` for none. */
  readonly scope: string | undefined;
  /** Returns scopes together with those that they imply; `undefined` when no scope implies another. */
  readonly addImplied?: ((scopes: ReadonlySet<string>) => ReadonlySet<string>) | undefined;
  /** What the token is bound to. */
  readonly binding: TokenBinding;
  /** How the token is presented. */
  readonly presentation: Presentation;
  /** What the route requires of the binding. */
  readonly requirement: PresentationRequirement;
  /** The proof; `undefined` if none was given and none is due, or if proofs are not accepted. */
  readonly proof: ProofInspection | undefined;
  /** How possession is proven. */
  readonly possession: VerifierPossession;
  /** The result of the claims schema. */
  readonly schema: SchemaResult;
  /** What the search for the signing key found. */
  readonly keySearch: KeySearch;
  /** What the authorization server answered about an opaque token. */
  readonly introspection: IntrospectionRecord;
  /** What the authorization server answered about a verified JWT, as the requirement `fresh` demands. */
  readonly fresh: FreshRecord;
  /** Whether the token was revoked. */
  readonly revocation: RevocationRecord;
  /** How the user must be authenticated; `undefined` when the route does not require it. */
  readonly authentication: RequiredAuthentication | undefined;
}

/** An inspection of a token whose claims can be read. */
export interface ClaimsInspection extends Inspection {
  readonly claims: JsonObject;
}

/** An inspection of a well-formed JWS. */
export interface JwsInspection extends ClaimsInspection {
  readonly jws: UnverifiedJws;
}

/** An inspection of a token that is decrypted. */
export interface EncryptedInspection extends Inspection {
  readonly format: 'jwe';
}

/** An inspection of a token that is introspected. */
export interface OpaqueInspection extends Inspection {
  readonly format: OpaqueIssuer;
}

/** Reads what a token is bound to. */
export function readBinding(
  { claims = {}, expected }: UnverifiedToken,
  { provable }: VerificationPolicy,
): TokenBinding {
  try {
    return { isKnown: true, confirmation: readConfirmation(claims, expected, provable) };
  } catch (error) {
    if (!(error instanceof InvalidTokenError)) throw error;
    return { isKnown: false, confirmation: undefined };
  }
}

/** Whether the claims are those of a well-formed JWS, or of an answer about an opaque token. */
export function hasClaims(inspection: Inspection): inspection is ClaimsInspection {
  const isRead = isJws(inspection) || isOpaque(inspection);
  return isRead && inspection.claims !== undefined;
}

/** Whether the token is encrypted, and keys for its decryption are configured. */
export function isJwe(inspection: Inspection): inspection is EncryptedInspection {
  return inspection.format === 'jwe';
}

/** Whether the token is introspected. */
export function isOpaque(inspection: Inspection): inspection is OpaqueInspection {
  return isOpaqueFormat(inspection.format);
}

/** Whether the token is a well-formed JWS. */
export function isJws(inspection: Inspection): inspection is JwsInspection {
  return inspection.jws !== undefined;
}

/** Reads the time of the inspection, in seconds since the epoch. */
export function readNow({ policy }: Inspection): number {
  return policy.clock() / 1000;
}

/** Reads a claim; `undefined` when it is absent. */
export function readClaim({ claims }: Inspection, name: string): unknown {
  return claims && member(claims, name);
}

/** Reads a claim if it is a string. */
export function readStringClaim(inspection: Inspection, name: string): string | undefined {
  const value = readClaim(inspection, name);
  return typeof value === 'string' ? value : undefined;
}

/** Reads a header parameter; `undefined` when it is absent. */
export function readParameter({ header }: Inspection, name: string): unknown {
  return member(header, name);
}

/** Formats claims with their names, such as `"exp" 1700000000, "iat" absent`. */
export function formatClaims(inspection: Inspection, names: readonly string[]): string {
  return names.map((name) => `"${name}" ${formatValue(readClaim(inspection, name))}`).join(', ');
}
