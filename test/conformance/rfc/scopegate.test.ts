/**
 * Rules of our own, where the specifications are silent or give a choice.
 *
 * @module
 */
import { describe, expect } from 'vitest';
import { type Answer, field } from '../support/answer.js';
import type { FrontHandler } from '../../support/fronts/front.js';
import { forEachFront, SHARED_RESPONSE_FRONTS } from '../../support/fronts/fronts.js';
import { type Fixture, openFixture, useFixture } from '../support/fixture.js';
import { outcomeOf } from '../support/outcome.js';
import { verifies } from '../support/verifies.js';

const CACHE_CONTROL = ['public, max-age=60', 'max-age=0, must-revalidate', undefined];

function cachingFields(value: string | undefined): Record<string, string> {
  return value === undefined ? {} : { 'Cache-Control': value };
}

/** Expects of a guarded route the response of the open route, and `Vary`. */
async function expectHandlerAlone(rs: Fixture): Promise<void> {
  const undated = async (path: string): Promise<Answer['headers']> => {
    const headers = { authorization: `Bearer ${await rs.mint()}` };
    const answer = await rs.send({ path, headers });
    expect(outcomeOf(answer)).toBe('200');
    return answer.headers.filter(([name]) => name !== 'date').sort();
  };
  const fields = await undated('/p');
  expect(fields).toContainEqual(['vary', 'Authorization']);
  expect(fields.filter(([name]) => name !== 'vary')).toEqual(await undated('/open'));
}

forEachFront((front) => {
  describe('accepted request', () => {
    for (const value of CACHE_CONTROL) {
      verifies(
        'scopegate#success/handler-answer-unchanged',
        `is answered by the handler alone: ${value}`,
        async () => {
          const rs = await openFixture(front, {
            mount: ({ app, api, handler }) => {
              const handlerWith: FrontHandler = (request) => {
                const { headers, ...answer } = handler(request);
                return { ...answer, headers: { ...headers, ...cachingFields(value) } };
              };
              app.get('/open', handlerWith);
              app.get('/p', api.requireScope('read'), handlerWith);
            },
          });
          await expectHandlerAlone(rs);
        },
      );
    }
  });

  describe('optional route', () => {
    const rs = useFixture(front, {
      mount: ({ app, api, handler }) => {
        app.get('/p', api.optionalAccessToken(), handler);
      },
    });

    verifies(
      'scopegate#optional/bad-credentials-refused',
      'accepts callers without credentials',
      async () => {
        expect(await rs.outcome()).toBe('200');
        expect(await rs.outcome({ headers: { authorization: '' } })).toBe('200');
        expect(await rs.outcome({ headers: { authorization: 'Basic eDp5' } })).toBe('200');
        expect(await rs.present(await rs.mint({ scope: undefined }))).toBe('200');
      },
    );

    verifies('scopegate#optional/bad-credentials-refused', 'refuses bad credentials', async () => {
      for (const token of ['a b', '']) expect(await rs.present(token)).toBe('400-ir');
      for (const { name } of rs.issuer.forgeries) {
        const token = await rs.issuer.forge[name]({ scope: 'read' });
        const outcome = await rs.present(token, { tokenScope: undefined });
        expect(outcome, name).toBe(name === 'paddedSegment' ? '400-ir' : '401-it');
      }
    });
  });

  describe('outage of the authorization server', () => {
    verifies(
      'scopegate#outage/cached-keys-still-serve',
      'does not affect callers whose keys are cached',
      async () => {
        const rs = await openFixture(front);
        expect(await rs.present(await rs.mint())).toBe('200');
        await rs.issuer.stop();
        for (let hour = 0; hour < 23; hour += 1) {
          expect(await rs.present(await rs.mint()), `hour ${hour}`).toBe('200');
          rs.issuer.clock.advance(3_600_000);
        }
      },
    );

    verifies(
      'scopegate#outage/cached-keys-still-serve',
      'is over for new callers at the first good response',
      async () => {
        const rs = await openFixture(front);
        await rs.issuer.stop();
        expect(await rs.present(await rs.mint())).toBe('503');
        await rs.issuer.start();
        rs.issuer.clock.advance(61_000);
        expect(await rs.present(await rs.mint())).toBe('200');
      },
    );

    verifies(
      'scopegate#outage/decided-without-keys',
      'does not hide refusals that need no keys',
      async () => {
        const rs = await openFixture(front);
        await rs.issuer.stop();
        expect(await rs.outcome()).toBe('401-bare');
        expect(await rs.present('a b')).toBe('400-ir');
        expect(await rs.present(await rs.issuer.forge.algNone())).toBe('401-it');
        expect(await rs.present(await rs.issuer.forge.wrongIssuer())).toBe('401-it');
        expect(await rs.present(await rs.mint())).toBe('503');
      },
    );
  });
});

forEachFront((front) => {
  describe('accepted request behind a layer', () => {
    for (const value of CACHE_CONTROL) {
      verifies(
        'scopegate#success/handler-answer-unchanged',
        `keeps the fields of the layer: ${value}`,
        async () => {
          const rs = await openFixture(front, {
            mount: ({ app, api, handler }) => {
              app.layer(() => ({ fields: cachingFields(value) }));
              app.get('/open', handler);
              app.get('/p', api.requireScope('read'), handler);
            },
          });
          await expectHandlerAlone(rs);
        },
      );
    }
  });

  describe('refusal', () => {
    verifies(
      'scopegate#caching/refusals-not-stored',
      'has Cache-Control no-store, whatever was set before',
      async () => {
        const rs = await openFixture(front, {
          server: { credentials: ['header', 'query'] },
          mount: ({ app, api, handler }) => {
            const fields = { 'Cache-Control': 'public, max-age=3600', 'Content-Type': 'text/html' };
            app.layer(() => ({ fields }));
            app.get('/p', api.requireScope('read'), handler);
          },
        });
        const underScoped = await rs.mint({ scope: 'write' });
        const outcomes: Record<string, string> = {};
        for (const query of ['', 'access_token=a%20b', 'access_token=abc']) {
          outcomes[query] = await rs.outcome({ path: `/p?${query}` });
        }
        outcomes['underScoped'] = await rs.outcome({ path: `/p?access_token=${underScoped}` });
        expect(Object.values(outcomes)).toEqual(['401-bare', '400-ir', '401-it', '403-is']);
        rs.issuer.fault('jwks', { kind: 'down' });
        await rs.issuer.rotateKey();
        expect(await rs.present(await rs.mint())).toBe('503');
      },
    );
  });

  describe('optional route behind a layer', () => {
    const rs = useFixture(front, {
      mount: ({ app, api, handler }) => {
        app.layer((request) => {
          const vary = request.header('x-vary');
          return { fields: vary === undefined ? {} : { Vary: vary } };
        });
        app.get('/p', api.optionalAccessToken(), handler);
      },
    });

    const earlier: readonly (readonly [before: string | undefined, vary: string])[] = [
      [undefined, 'Authorization'],
      ['Origin', 'Origin, Authorization'],
      ['Accept-Encoding, Origin', 'Accept-Encoding, Origin, Authorization'],
      ['authorization', 'authorization'],
      ['*', '*'],
    ];
    for (const [before, vary] of earlier) {
      verifies(
        'scopegate#caching/guarded-routes-vary',
        `varies by "${vary}" after "${before}"`,
        async () => {
          const headers: Record<string, string> = before === undefined ? {} : { 'x-vary': before };
          const authorization = `Bearer ${await rs.mint()}`;
          const anonymous = await rs.send({ headers });
          const known = await rs.send({ headers: { ...headers, authorization } });
          const refused = await rs.send({ headers: { ...headers, authorization: 'Bearer abc' } });
          expect([anonymous, known, refused].map(({ status }) => status)).toEqual([200, 200, 401]);
          for (const answer of [anonymous, known, refused])
            expect(field(answer, 'vary')).toBe(vary);
        },
      );
    }
  });
}, SHARED_RESPONSE_FRONTS);
