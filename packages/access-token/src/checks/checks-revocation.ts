/**
 * The check whether a token was revoked.
 *
 * @module
 */
import type { Check } from './check.js';
import { describeFailure } from '../inspection/failure.js';
import { createFixes } from '../inspection/fix.js';
import type { ClaimsInspection } from '../inspection/inspection.js';
import type { RevokedBy } from '../inspection/revocation-record.js';

/** The name of the check of {@link REVOCATION_CHECKS}. */
export type RevocationCheckName = 'revocation';

const KINDS: Readonly<Record<RevokedBy, string>> = {
  token: 'the token itself ("jti")',
  session: 'its session ("sid")',
  subject: 'its subject ("sub")',
  client: 'its client',
};

/** Follows the proof of possession, and precedes what the route requires. */
export const REVOCATION_CHECKS: Readonly<Record<RevocationCheckName, Check>> = Object.freeze({
  revocation: {
    rfc: 'RFC 7009 §1',
    appliesTo: ({ revocation: { kind } }) => kind !== 'unused' && kind !== 'not_asked',
    expected: () => 'no revocation of the token, its session, its subject or its client',
    found: describeRevocation,
    run: ({ revocation }) => {
      if ('error' in revocation) throw revocation.error;
    },
    fixes: createFixes(
      ['client', 'let the user sign in again, and request a new token'],
      [
        'resource server',
        'if the token should be accepted, find what feeds the option "revocation"',
      ],
    ),
  },
});

function describeRevocation({ revocation }: ClaimsInspection): string {
  switch (revocation.kind) {
    case 'unused':
      return 'the option "revocation" is not set';
    case 'not_asked':
      return 'not checked, because an earlier check failed';
    case 'not_revoked':
      return 'not revoked';
    case 'unavailable':
      return describeFailure(revocation.error);
    case 'revoked': {
      if (revocation.isHook) return 'the function "revocation.isRevoked" returned true';
      const kinds = revocation.by.map((kind) => KINDS[kind]).join(', ');
      return kinds === '' ? 'revoked' : `revoked, by an entry for ${kinds}`;
    }
  }
}
