/**
 * Status lists, which are planned. draft-ietf-oauth-status-list.
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

    notYet(
      [
        'token-status-list#8.3/no-fetch-for-failing-token',
        'token-status-list#6.2/reference-has-index-and-uri',
        'token-status-list#8.2/list-fetched-from-allowed-place',
        'token-status-list#5.1/list-is-signed-jwt',
        'token-status-list#8.3/list-ends-with-its-exp',
        'token-status-list#4/list-unpacked-within-bound',
        'token-status-list#8.3/index-outside-list-refused',
        'token-status-list#7.1/only-status-valid-passes',
      ],
      'must have an index and a URI',
      async () => {
        const status = { status_list: { idx: -1, uri: 'https://as.example/statuslists/1' } };
        const outcome = await rs.present(await rs.mint({ claims: { status } }));
        expect(outcome === '401-it' || isDeclared(/statusList/i)).toBe(true);
      },
    );
  });
});
