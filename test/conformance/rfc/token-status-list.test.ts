/**
 * Status lists: what is watched for until they are read. draft-ietf-oauth-status-list.
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

  describe('a status claim', () => {
    verifies('RFC7519-4-b', 'is ignored like any that is not understood', async () => {
      const status = { status_list: { idx: 0, uri: 'https://as.example/statuslists/1' } };
      expect(await rs.present(await rs.mint({ claims: { status } }))).toBe('200');
    });

    verifies('RFC8725-3.12-a', 'makes no access token of the list itself', async () => {
      const claims = { status_list: { bits: 1, lst: 'eNrbuRgAAhcBXQ' }, ttl: 43_200 };
      const token = await rs.mint({ header: { typ: 'statuslist+jwt' }, claims });
      expect(await rs.present(token)).toBe('401-it');
    });

    notYet(
      [
        'TSL-8.3-a',
        'TSL-6.2-a',
        'TSL-8.2-a',
        'TSL-5.1-a',
        'TSL-8.3-b',
        'TSL-4-a',
        'TSL-8.3-c',
        'TSL-7.1-a',
      ],
      'has an index and a URI, or the token is refused',
      async () => {
        const status = { status_list: { idx: -1, uri: 'https://as.example/statuslists/1' } };
        const outcome = await rs.present(await rs.mint({ claims: { status } }));
        expect(outcome === '401-it' || isDeclared(/statusList/i)).toBe(true);
      },
    );
  });
});
