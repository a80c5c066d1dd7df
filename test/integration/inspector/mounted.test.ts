import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { declarePublic, expectAllGuarded, type ResourceServer } from '@scopegate/express';
import type { ProtectingMiddleware } from '@scopegate/inspector';
import type { TestIssuer } from '@scopegate/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { showErrors } from '../../support/error-handlers.js';
import { forEachExpress } from '../../support/express-versions.js';
import { ask, openInspector, openStream } from '../../support/inspectors.js';
import { openServer } from '../../support/listen.js';
import { bearer, openApi, openIssuer } from '../../support/test-issuers.js';
import { typeErrorMessageOf } from '../../support/type-error-message.js';

type Next = (error?: unknown) => void;

const GET_PATHS = ['stream', 'overview', 'routes', 'keys', 'privileges', 'reasons', 'unknown'];

forEachExpress((express) => {
  describe('a mounted inspector', () => {
    let issuer: TestIssuer;
    let ops: ResourceServer;
    let reader: Record<string, string>;

    beforeEach(async () => {
      issuer = await openIssuer();
      ops = openApi({ ...issuer.options(), name: 'ops' });
      reader = await bearer(issuer, { scope: 'inspect:api' });
    });

    async function mount(protectedBy: ProtectingMiddleware, explain?: boolean): Promise<URL> {
      const app = express();
      const inspector = openInspector({ servers: { ops }, app, explain });
      app.use('/_scopegate', inspector.middleware({ protectedBy }));
      app.get('/v1/sales', ops.requireScope('read'), (_req, res) => void res.end());
      app.use(showErrors());
      return new URL('_scopegate/', await openServer(createServer(app)));
    }

    describe('behind a guard', () => {
      it.each(GET_PATHS)('requires an access token for api/%s', async (path) => {
        const base = await mount(ops.requireScope('inspect:api'));
        const url = new URL(`api/${path}`, base);
        expect((await ask(url)).status).toBe(401);
        const headers = await bearer(issuer, { scope: 'read' });
        expect((await ask(url, { headers })).status).toBe(403);
        expect(
          (await ask(url, { headers: { ...reader, 'sec-fetch-site': 'cross-site' } })).status,
        ).toBe(403);
      });

      it('answers with the overview, and explains no tokens by default', async () => {
        const base = await mount(ops.requireScope('inspect:api'));
        const { status, body } = await ask(new URL('api/overview', base), { headers: reader });
        expect([status, JSON.parse(body)]).toEqual([
          200,
          { servers: ['ops'], reportOnly: [], openRoutes: 0, trials: [], isExplainOn: false },
        ]);
        const explained = await ask(new URL('api/explain', base), {
          method: 'POST',
          headers: { ...reader, 'content-type': 'application/json' },
          body: '{}',
        });
        expect(explained.status).toBe(404);
      });

      it('explains a token that a body parser has read, with the option "explain"', async () => {
        const app = express();
        const inspector = openInspector({ servers: { ops }, explain: true });
        const protectedBy = ops.requireScope('inspect:api');
        app.use(express.json());
        app.use('/_scopegate', inspector.middleware({ protectedBy }));
        const url = new URL('_scopegate/api/explain', await openServer(createServer(app)));
        const token = await issuer.mint({ audience: 'https://other.example' });
        const { status, body } = await ask(url, {
          method: 'POST',
          headers: { ...reader, 'content-type': 'application/json' },
          body: JSON.stringify({ token, server: 'ops' }),
        });
        expect([status, JSON.parse(body)]).toMatchObject([
          200,
          { verdict: 'refused', reason: 'audience' },
        ]);
      });

      it('does not show on the page what its guard allows, and shows what it refuses', async () => {
        const base = await mount(ops.requireScope('inspect:api'));
        await ask(new URL('api/keys', base), { headers: reader });
        await ask(new URL('api/keys', base));
        const stream = await openStream(base, reader);
        await ask(new URL('../v1/sales', base));
        const { data } = await stream.waitFor(
          ({ data: decisions }) =>
            Array.isArray(decisions) && JSON.stringify(decisions).includes('/v1'),
        );
        expect(data).toMatchObject([{ outcome: 'refused', route: '/v1/sales' }]);
        const outcomes = stream.messages
          .filter(({ event }) => event === 'decisions')
          .flatMap(({ data: decisions }) => decisions as { outcome: string }[])
          .map(({ outcome }) => outcome);
        expect(outcomes).toEqual(['refused', 'refused']);
      });

      it('passes an error of the guard on to the application', async () => {
        const guard = ops.require({
          scope: 'inspect:api',
          check: {
            name: 'broken',
            test: () => {
              throw new Error('broken');
            },
          },
        });
        const base = await mount(guard);
        const { status, body } = await ask(new URL('api/overview', base), { headers: reader });
        expect(status).toBe(500);
        expect(body).not.toContain('servers');
      });
    });

    describe('behind other middleware', () => {
      const requireSession = (
        { headers }: IncomingMessage,
        res: ServerResponse,
        next: Next,
      ): void => {
        if (headers.cookie === 'session=ops') next();
        else res.writeHead(302, { location: '/login' }).end();
      };

      it.each(['', 'page/page.js', ...GET_PATHS.map((path) => `api/${path}`)])(
        'runs it for /%s',
        async (path) => {
          const base = await mount(requireSession);
          const { status, headers } = await ask(new URL(path, base));
          expect([status, headers.location]).toEqual([302, '/login']);
        },
      );

      it('answers the requests that it passes on', async () => {
        const base = await mount(requireSession);
        const headers = { cookie: 'session=ops' };
        expect((await ask(new URL('api/overview', base), { headers })).status).toBe(200);
      });

      it.each<[string, ProtectingMiddleware]>([
        [
          'throws',
          () => {
            throw new Error('no session');
          },
        ],
        ['rejects', () => Promise.reject(new Error('no session'))],
        [
          'passes an error on',
          (_req: unknown, _res: unknown, next: Next) => {
            next(new Error('no session'));
          },
        ],
        [
          'leaves the router',
          (_req: unknown, _res: unknown, next: Next) => {
            next('router');
          },
        ],
        [
          'leaves the route',
          (_req: unknown, _res: unknown, next: Next) => {
            next('route');
          },
        ],
      ])('does not answer when it %s', async (_case, protectedBy) => {
        const base = await mount(protectedBy);
        const { status, body } = await ask(new URL('api/overview', base));
        expect(status).toBeGreaterThanOrEqual(400);
        expect(body).not.toContain('isExplainOn');
      });
    });

    it('redirects an address without its last slash, relative to itself', async () => {
      const base = await mount(ops.requireScope('inspect:api'));
      for (const query of ['', '?a=b']) {
        const { status, headers } = await ask(new URL(`/_scopegate${query}`, base));
        expect([status, headers.location]).toEqual([308, './_scopegate/']);
      }
    });

    it('is declared for the audit of routes', () => {
      const app = express();
      const inspector = openInspector({ servers: { ops } });
      const protectedBy = ops.requireScope('inspect:api');
      app.use('/_scopegate', inspector.middleware({ protectedBy }));
      app.get('/v1/sales', protectedBy, (_req, res) => void res.end());
      expect(() => {
        expectAllGuarded(app);
      }).not.toThrow();
    });

    it('answers 503 once the inspector is closed', async () => {
      const app = express();
      const inspector = openInspector({ servers: { ops } });
      const protectedBy = ops.requireScope('inspect:api');
      app.use('/_scopegate', inspector.middleware({ protectedBy }));
      const base = new URL('_scopegate/', await openServer(createServer(app)));
      await inspector.close();
      expect((await ask(new URL('api/overview', base), { headers: reader })).status).toBe(503);
    });
  });
});

describe('middleware() of an inspector', () => {
  it.each<[string, unknown, string]>([
    ['no options', undefined, '"protectedBy" must be a guard or other middleware'],
    ['no protection', {}, '"protectedBy" must be a guard or other middleware'],
    ['a string', { protectedBy: 'ops' }, '"protectedBy" must be a guard or other middleware'],
    ['an error handler', { protectedBy: showErrors() }, 'must be a guard'],
    [
      'a mark',
      { protectedBy: declarePublic('it is not used yet') },
      'must refuse requests without a token',
    ],
    ['an unknown option', { protectBy: () => 1 }, 'has no option "protectBy"'],
  ])('refuses %s', (_case, options, message) => {
    const api = openApi({ issuer: 'https://issuer.example', audience: 'https://api.example.com' });
    const inspector = openInspector({ servers: { api } });
    expect(typeErrorMessageOf(() => inspector.middleware(options as never))).toContain(message);
  });

  it('refuses a guard that lets requests without a token pass', () => {
    const api = openApi({ issuer: 'https://issuer.example', audience: 'https://api.example.com' });
    const inspector = openInspector({ servers: { api } });
    const protectedBy = api.optionalAccessToken();
    expect(typeErrorMessageOf(() => inspector.middleware({ protectedBy }))).toContain(
      'option "protectedBy" must refuse requests without a token',
    );
  });
});
