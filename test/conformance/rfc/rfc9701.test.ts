/**
 * RFC 9701, signed introspection responses.
 *
 * @module
 */
import type { IntrospectionFault } from '@scopegate/testing';
import { describe, expect } from 'vitest';
import { forEachFront } from '../../support/fronts/fronts.js';
import { introspecting } from '../support/introspecting.js';
import { type Fixture, openFixture, useFixture } from '../support/fixture.js';
import { verifies } from '../support/verifies.js';

const TYPE = 'application/token-introspection+jwt';

forEachFront((front) => {
  const open = (): Promise<Fixture> =>
    openFixture(front, { server: introspecting({ signed: true }) });

  const outcomeWith = async (fault: IntrospectionFault): Promise<string> => {
    const rs = await open();
    rs.issuer.fault('introspection', fault);
    return rs.present(await rs.issuer.opaque({ scope: 'read' }));
  };

  describe('signed introspection response', () => {
    verifies(
      'rfc9701#4/signed-answer-by-media-type',
      'is requested by its media type, and nothing less is accepted',
      async () => {
        const rs = await open();
        expect(await rs.present(await rs.issuer.opaque({ scope: 'read' }))).toBe('200');
        expect(rs.issuer.requests.introspectionRequests).toMatchObject([{ accept: TYPE }]);
        expect(await outcomeWith({ kind: 'unsigned' })).toBe('503');
        const body = '{"active":true}';
        expect(await outcomeWith({ kind: 'body', body, mediaType: TYPE })).toBe('503');
      },
    );

    verifies('rfc9701#5/signed-answer-has-own-typ', 'has its own media type and typ', async () => {
      for (const typ of ['token-introspection+jwt', 'APPLICATION/Token-Introspection+JWT']) {
        expect(await outcomeWith({ kind: 'signed', header: { typ } }), typ).toBe('200');
      }
      for (const typ of ['JWT', 'at+jwt', undefined, 1]) {
        expect(await outcomeWith({ kind: 'signed', header: { typ } }), String(typ)).toBe('503');
      }
      for (const mediaType of ['application/jwt', 'application/json', undefined]) {
        expect(await outcomeWith({ kind: 'mediaType', mediaType }), mediaType).toBe('503');
      }
    });

    verifies(
      'rfc9701#5/signed-answer-for-this-resource',
      'names the issuer and this resource, is recent, and has its data in a separate member',
      async () => {
        for (const claims of [
          { iss: 'https://other.example' },
          { iss: undefined },
          { aud: 'https://other.example' },
          { aud: undefined },
          { iat: 1_000_000_000 },
          { iat: undefined },
          { token_introspection: undefined, active: true },
          { token_introspection: {}, active: true },
        ]) {
          const shown = JSON.stringify(claims);
          expect(await outcomeWith({ kind: 'signed', claims }), shown).toBe('503');
        }
        const inactive = { active: true, token_introspection: { active: false } };
        expect(await outcomeWith({ kind: 'signed', claims: inactive })).toBe('401-it');
        expect(await outcomeWith({ kind: 'signed', header: { alg: 'none' } })).toBe('503');
        expect(await outcomeWith({ kind: 'signed', header: { kid: 'other' } })).toBe('503');
      },
    );
  });

  const rs = useFixture(front);

  describe('signed introspection response as a token', () => {
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
