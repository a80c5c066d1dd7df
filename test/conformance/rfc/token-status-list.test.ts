/**
 * Status lists, which are not supported. draft-ietf-oauth-status-list.
 *
 * @module
 */
import { describe, expect } from 'vitest';
import { forEachFront } from '../../support/fronts/fronts.js';
import { useFixture } from '../support/fixture.js';
import { verifies } from '../support/verifies.js';

forEachFront((front) => {
  const rs = useFixture(front);

  describe('status claim', () => {
    verifies('rfc7519#4/unknown-claims-ignored', 'is ignored like any unknown claim', async () => {
      const status = { status_list: { idx: 0, uri: 'https://as.example/statuslists/1' } };
      expect(await rs.present(await rs.mint({ claims: { status } }))).toBe('200');
    });

    verifies(
      'rfc8725#3.12/other-kinds-of-jwt-refused',
      'does not make the list itself an access token',
      async () => {
        const claims = { status_list: { bits: 1, lst: 'eNrbuRgAAhcBXQ' }, ttl: 43_200 };
        const token = await rs.mint({ header: { typ: 'statuslist+jwt' }, claims });
        expect(await rs.present(token)).toBe('401-it');
      },
    );
  });
});
