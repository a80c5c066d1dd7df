/**
 * Step-up authentication, which is declined: the requirement that holds anyway. RFC 9470.
 *
 * @module
 */
import { describe, expect } from 'vitest';
import { forEachFront } from '../../support/fronts/fronts.js';
import { useFixture } from '../support/fixture.js';
import { challengeOf } from '../support/outcome.js';
import { verifies } from '../support/verifies.js';

forEachFront((front) => {
  const rs = useFixture(front);

  describe('step-up challenge', () => {
    verifies(
      'rfc9470#9/no-step-up-before-validation',
      'reveals nothing about required authentication',
      async () => {
        const tokens = ['', 'abc', await rs.issuer.forge.expired(), await rs.mint({ scope: 'x' })];
        for (const token of tokens) {
          const headers = { authorization: token === '' ? '' : `Bearer ${token}` };
          const { params } = challengeOf(await rs.send({ headers }));
          expect(Object.keys(params).filter((name) => /acr|max_age/.test(name))).toEqual([]);
        }
      },
    );
  });
});
