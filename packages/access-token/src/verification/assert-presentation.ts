/**
 * The arguments of `verifyPresented()`, checked.
 *
 * @module
 */
import { assertKnownOptions, invalidOption } from '@scopegate/protocol/internal';
import {
  provableBindings,
  type ResolvedPossession,
  resolveSenderConstraint,
} from '../options/resolve-possession.js';

/**
 * Checks the shape of a presentation, and the requirement. The token is not checked: one that is not a
 * string is malformed.
 *
 * @throws TypeError The presentation is not one, or the requirement is unknown or cannot be met.
 */
export function assertPresentation(
  presentation: unknown,
  requirement: unknown,
  possession: ResolvedPossession,
): void {
  assertKnownOptions('a presentation', presentation, [
    'scheme',
    'token',
    'proofs',
    'method',
    'target',
    'certificate',
    'missingCertificate',
    'request',
  ]);
  const { scheme, proofs } = presentation;
  if (scheme !== 'Bearer' && scheme !== 'DPoP') {
    throw invalidOption('scheme', 'must be "Bearer" or "DPoP"');
  }
  // A field can be empty, so an empty string is a proof that is malformed.
  if (!Array.isArray(proofs) || !proofs.every((proof) => typeof proof === 'string')) {
    throw invalidOption('proofs', 'must be an array of strings');
  }
  for (const name of ['method', 'target']) {
    if (typeof presentation[name] !== 'string') throw invalidOption(name, 'must be a string');
  }
  if (requirement === undefined) return;
  assertKnownOptions('a requirement', requirement, ['senderConstraint']);
  resolveSenderConstraint(requirement['senderConstraint'], provableBindings(possession));
}
