/**
 * Introspection: what holds before it is built. RFC 7662, RFC 9701.
 *
 * @module
 */
import { describe, expect } from 'vitest';
import { isDeclared } from '../support/declared-names.js';
import { forEachExpress } from '../support/express-versions.js';
import { useFixture } from '../support/fixture.js';
import { notYet, verifies } from '../support/verifies.js';

forEachExpress((express) => {
  const rs = useFixture(express);

  describe('a signed introspection answer', () => {
    verifies(['RFC9701-8.1-a', 'RFC8725-3.12-a'], 'is no access token', async () => {
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
    });
  });
});

describe('introspection', () => {
  notYet(
    [
      'RFC7662-2.1-a',
      'RFC7662-2.2-a',
      'RFC7662-2.2-b',
      'RFC7662-4-a',
      'RFC7662-4-b',
      'RFC7662-2.3-a',
      'RFC7662-2-a',
      'RFC7662-1-a',
      'RFC9449-6.2-a',
      'RFC9701-4-a',
      'RFC9701-5-a',
      'RFC9701-5-b',
    ],
    'can be switched on',
    () => {
      expect(isDeclared(/introspect/i)).toBe(true);
    },
  );
});
