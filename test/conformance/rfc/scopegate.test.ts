/**
 * Rules of our own, where the specifications are silent or give a choice.
 *
 * @module
 */
import { describe, expect } from 'vitest';
import { type Answer, field } from '../support/answer.js';
import { forEachExpress } from '../../support/express-versions.js';
import { openFixture, useFixture } from '../support/fixture.js';
import { outcomeOf } from '../support/outcome.js';
import { verifies } from '../support/verifies.js';

forEachExpress((express) => {
  describe('accepted request', () => {
    const cacheControl = ['public, max-age=60', 'max-age=0, must-revalidate', undefined];
    for (const value of cacheControl) {
      verifies(
        'scopegate#success/handler-answer-unchanged',
        `is answered by the handler alone: ${value}`,
        async () => {
          const rs = await openFixture(express, {
            mount: ({ app, api, handler }) => {
              app.use((_req, res, next) => {
                if (value !== undefined) res.setHeader('Cache-Control', value);
                next();
              });
              app.get('/open', handler);
              app.get('/p', api.requireScope('read'), handler);
            },
          });
          const undated = async (path: string): Promise<Answer['headers']> => {
            const headers = { authorization: `Bearer ${await rs.mint()}` };
            const answer = await rs.send({ path, headers });
            expect(outcomeOf(answer)).toBe('200');
            return answer.headers.filter(([name]) => name !== 'date');
          };
          const fields = await undated('/p');
          expect(fields).toContainEqual(['vary', 'Authorization']);
          expect(fields.filter(([name]) => name !== 'vary')).toEqual(await undated('/open'));
        },
      );
    }
  });

  describe('refusal', () => {
    verifies(
      'scopegate#caching/refusals-not-stored',
      'has Cache-Control no-store, whatever was set before',
      async () => {
        const rs = await openFixture(express, {
          server: { credentials: ['header', 'query'] },
          mount: ({ app, api, handler }) => {
            app.use((_req, res, next) => {
              res.setHeader('Cache-Control', 'public, max-age=3600');
              res.setHeader('Content-Type', 'text/html');
              next();
            });
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

  describe('optional route', () => {
    const rs = useFixture(express, {
      mount: ({ app, api, handler }) => {
        app.use((req, res, next) => {
          const vary = req.headers['x-vary'];
          if (vary !== undefined) res.setHeader('Vary', vary);
          next();
        });
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

  describe('outage of the authorization server', () => {
    verifies(
      'scopegate#outage/cached-keys-still-serve',
      'does not affect callers whose keys are cached',
      async () => {
        const rs = await openFixture(express);
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
        const rs = await openFixture(express);
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
        const rs = await openFixture(express);
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
