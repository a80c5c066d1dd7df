/**
 * The bodies of refusals. RFC 9457.
 *
 * @module
 */
import { describe, expect } from 'vitest';
import { type Answer, field } from '../support/answer.js';
import { forEachFront } from '../../support/fronts/fronts.js';
import { type Fixture, openFixture, useFixture } from '../support/fixture.js';
import { challengeOf, outcomeOf } from '../support/outcome.js';
import { verifies } from '../support/verifies.js';

/** One refusal of each kind, including 503. */
async function refusals(rs: Fixture): Promise<readonly Answer[]> {
  const { forge } = rs.issuer;
  const tokens = ['a b', 'abc', await forge.expired(), await forge.wrongAudience()];
  const answers = [await rs.send()];
  for (const token of [...tokens, await rs.mint({ scope: 'write' })]) {
    answers.push(await rs.send({ headers: { authorization: `Bearer ${token}` } }));
  }
  return answers;
}

async function outage(rs: Fixture): Promise<Answer> {
  rs.issuer.fault('jwks', { kind: 'down' });
  return rs.send({ headers: { authorization: `Bearer ${await rs.mint()}` } });
}

forEachFront((front) => {
  describe('problem details', () => {
    const rs = useFixture(front);

    verifies(
      [
        'rfc9457#3/refusal-body-is-problem-json',
        'rfc9457#3.1.2/status-member-is-status',
        'rfc9457#4.2.1/type-is-about-blank',
      ],
      'are complete',
      async () => {
        const problem = async (authorization?: string): Promise<unknown> => {
          const answer = await rs.send(
            authorization === undefined ? {} : { headers: { authorization } },
          );
          expect(field(answer, 'content-type')).toBe('application/problem+json');
          return JSON.parse(answer.body);
        };
        const type = 'about:blank';
        expect(await problem()).toEqual({
          type,
          title: 'Unauthorized',
          status: 401,
          scope: 'read',
        });
        expect(await problem('Bearer abc')).toEqual({
          type,
          title: 'Unauthorized',
          status: 401,
          detail: 'the access token is malformed',
          error: 'invalid_token',
          scope: 'read',
        });
        expect(await problem(`Bearer ${await rs.mint({ scope: 'write' })}`)).toEqual({
          type,
          title: 'Forbidden',
          status: 403,
          detail: 'the access token lacks scope for this resource',
          error: 'insufficient_scope',
          scope: 'read',
        });
      },
    );

    verifies(
      [
        'rfc9457#3/refusal-body-is-problem-json',
        'rfc9457#3.1.2/status-member-is-status',
        'rfc9457#4.2.1/type-is-about-blank',
      ],
      'match every refusal',
      async () => {
        for (const answer of await refusals(rs)) expect(outcomeOf(answer)).not.toBe('200');
        expect(outcomeOf(await outage(await openFixture(front)))).toBe('503');
      },
    );

    verifies('rfc9457#3/refusal-body-is-problem-json', 'match their Content-Length', async () => {
      for (const answer of await refusals(rs)) {
        expect(field(answer, 'content-length')).toBe(String(Buffer.byteLength(answer.body)));
      }
    });

    verifies('rfc9457#3.1.3/title-does-not-vary', 'have one title for each status', async () => {
      const titles = new Map<number, Set<unknown>>();
      for (const { status, body } of await refusals(rs)) {
        const { title } = JSON.parse(body) as { readonly title: unknown };
        titles.set(status, (titles.get(status) ?? new Set()).add(title));
      }
      expect([...titles]).toEqual([
        [401, new Set(['Unauthorized'])],
        [400, new Set(['Bad Request'])],
        [403, new Set(['Forbidden'])],
      ]);
    });

    verifies(
      'rfc9457#5/body-reveals-no-internals',
      'repeat the challenge and never contradict it',
      async () => {
        for (const answer of await refusals(rs)) {
          const { params } = challengeOf(answer);
          const { detail, error, scope } = JSON.parse(answer.body) as Record<string, unknown>;
          expect([detail, error, scope]).toEqual([
            params['error_description'],
            params['error'],
            params['scope'],
          ]);
        }
      },
    );

    verifies(
      'rfc9457#5/body-reveals-no-internals',
      'contain no file, host, key or stack',
      async () => {
        const fixture = await openFixture(front);
        const answers = [...(await refusals(rs)), await outage(fixture)];
        for (const { body } of answers) {
          expect(body).not.toMatch(
            /127\.0\.0\.1|localhost|key-1|\.[jt]s\b|\bat \S+:\d+|node_modules/,
          );
        }
      },
    );
  });
});
