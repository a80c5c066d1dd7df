/**
 * Introspection, which is planned: requirements that hold already. RFC 7662, RFC 9701.
 *
 * @module
 */
import { describe, expect } from 'vitest';
import { isDeclared } from '../support/declared-names.js';
import { forEachFront } from '../../support/fronts/fronts.js';
import { useFixture } from '../support/fixture.js';
import { notYet, verifies } from '../support/verifies.js';

forEachFront((front) => {
  const rs = useFixture(front);

  describe('signed introspection response', () => {
    verifies(
      ['rfc9701#8.1/signed-answer-is-not-access-token', 'rfc8725#3.12/other-kinds-of-jwt-refused'],
      'is not an access token',
      async () => {
        const introspection = { active: true, scope: 'read', client_id: 'test-client' };
        for (const typ of [
          'token-introspection+jwt',
          'application/token-introspection+jwt',
          'Token-Introspection+JWT',
        ]) {
          const token = await rs.mint({
            header: { typ },
            claims: { token_introspection: introspection },
          });
          expect(await rs.present(token), typ).toBe('401-it');
        }
      },
    );
  });
});

describe('introspection', () => {
  notYet(
    [
      'rfc7662#2.1/introspection-is-authenticated-post',
      'rfc7662#2.2/only-active-true-counts',
      'rfc7662#2.2/introspected-claims-still-checked',
      'rfc7662#4/cached-answer-ends-with-exp',
      'rfc7662#4/endpoint-certificate-checked',
      'rfc7662#2.3/own-credentials-not-callers-fault',
      'rfc7662#2/endpoint-outage-is-503',
      'rfc7662#1/active-token-of-other-kind',
      'rfc9449#6.2/token-type-of-bound-token',
      'rfc9701#4/signed-answer-by-media-type',
      'rfc9701#5/signed-answer-has-own-typ',
      'rfc9701#5/signed-answer-for-this-resource',
    ],
    'has an option',
    () => {
      expect(isDeclared(/introspect/i)).toBe(true);
    },
  );
});
