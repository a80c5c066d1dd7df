/**
 * The arguments of `verifyPresented()`, which callers in JavaScript may pass with any type.
 *
 * @module
 */
import type { AuthScheme } from '@scopegate/protocol';
import { assertKnownOptions, invalidOption, isPlainObject } from '@scopegate/protocol/internal';
import type { ProvableBindings } from '../claims/confirmation.js';
import { resolveSenderConstraint } from '../options/resolve-possession.js';
import type { PresentationRequirement, Presentation } from './presentation.js';

const SCHEMES: readonly AuthScheme[] = ['Bearer', 'DPoP'];

/**
 * Reads a presentation. Each member is read once, so that what is checked here is what is verified, even
 * if the caller changes the presentation while the keys are fetched.
 *
 * @returns A copy.
 * @throws TypeError It is not an object, or a member other than `token` has another type. A `token` that is
 *   not a string is malformed, as it is for `verify()`.
 */
export function readGivenPresentation(given: unknown): Presentation {
  if (!isPlainObject(given)) {
    throw new TypeError('verifyPresented() expects a presentation; readPresentation() returns one');
  }
  const { scheme, token, proofs, method, target } = given;
  const { certificate, missingCertificate, request } = given;
  const lines: unknown = Array.isArray(proofs) ? [...(proofs as readonly unknown[])] : proofs;
  assertMember('scheme', SCHEMES.includes(scheme as AuthScheme), '"Bearer" or "DPoP"');
  assertMember('proofs', isStringList(lines), 'an array of strings');
  assertMember('method', typeof method === 'string', 'a string');
  assertMember('target', typeof target === 'string', 'a string');
  assertMember('certificate', isOptionalString(certificate), 'a string or undefined');
  assertMember('missingCertificate', isOptionalString(missingCertificate), 'a string or undefined');
  assertMember('request', isOptionalObject(request), 'an object or undefined');
  const checked = { scheme, token, proofs: lines, method, target };
  return { ...checked, certificate, missingCertificate, request } as Presentation;
}

/** What requirements depend on. */
export interface RequirementContext {
  readonly provable: ProvableBindings;
  /** Whether every issuer can be asked about its tokens. */
  readonly canAskNow: boolean;
}

/**
 * Reads a requirement.
 *
 * @throws TypeError It has an unknown member, or one that is unknown or that no token can meet.
 */
export function readRequirement(
  given: unknown,
  { provable, canAskNow }: RequirementContext,
): PresentationRequirement {
  assertKnownOptions('verifyPresented()', given, ['senderConstraint', 'fresh']);
  return {
    senderConstraint: resolveSenderConstraint(given['senderConstraint'], provable),
    fresh: resolveFresh(given['fresh'], canAskNow),
  };
}

/**
 * Checks a requirement `fresh`.
 *
 * @throws TypeError It is not a boolean, or an issuer cannot be asked about its tokens.
 */
export function resolveFresh(value: unknown, canAskNow: boolean): boolean {
  if (value === undefined || value === false) return false;
  if (value !== true) throw invalidOption('fresh', 'must be true or false');
  if (canAskNow) return true;
  throw invalidOption('fresh', 'requires the option "introspection" of every issuer');
}

function assertMember(name: keyof Presentation, isExpected: boolean, expected: string): void {
  if (isExpected) return;
  throw new TypeError(`the member "${name}" of a presentation must be ${expected}`);
}

function isStringList(value: unknown): boolean {
  return Array.isArray(value) && value.every((line) => typeof line === 'string');
}

function isOptionalString(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}

function isOptionalObject(value: unknown): boolean {
  return value === undefined || (typeof value === 'object' && value !== null);
}
