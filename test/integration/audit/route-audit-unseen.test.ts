import {
  auditRoutes,
  createResourceServer,
  declarePublic,
  expectAllGuarded,
  formatAudit,
} from '@scopegate/express';
import type { Express, RequestHandler } from 'express';
import type express5 from 'express';
import { describe, expect, it } from 'vitest';
import { EXPRESS_VERSIONS } from '../../support/express-versions.js';
import { SECRET_OPTIONS } from '../../support/tokens.js';

const answer: RequestHandler = (_req, res) => {
  res.end();
};
const cors: RequestHandler = function cors(_req, _res, next) {
  next();
};
const limit: RequestHandler = function limit(_req, _res, next) {
  next();
};
const api = createResourceServer(SECRET_OPTIONS);
const guard = api.requireAccessToken();
const maybe = api.optionalAccessToken();

type Mount = (app: Express, express: typeof express5) => void;

describe.each(EXPRESS_VERSIONS)('unseen middleware on Express $version', ({ express }) => {
  function unseenOf(mount: Mount): readonly string[] {
    const app = express();
    app.get('/guarded', guard, answer);
    mount(app, express);
    app.get('/last', guard, answer);
    return auditRoutes(app).exposures.map(({ endpoint, cause }) => `${endpoint}: ${cause}`);
  }

  it.each<[string, Mount]>([
    [
      'in the same use()',
      (app, { Router }) => app.use('/api', cors, limit, guard, Router().get('/a', answer)),
    ],
    ['in the next use()', (app) => app.use('/api', cors).use('/api', guard)],
    ['in its router', (app, { Router }) => app.use('/in', Router().use('/api', cors, guard))],
  ])('is not an exposure where a guard follows %s', (_where, mount) => {
    expect(unseenOf(mount)).toEqual([]);
  });

  it.each<[string, Mount]>([
    ['nothing follows', (app) => app.use('/api', cors)],
    ['a guard follows without a path', (app) => app.use('/api', cors).use(guard)],
    ['an optional guard follows', (app) => app.use('/api', cors, maybe)],
    ['a mark follows', (app) => app.use('/api', cors, declarePublic('x')).use('/b', answer)],
    ['a guard follows on a narrower path', (app) => app.use('/api', cors).use('/api/v1', guard)],
    ['a guard follows on another path', (app) => app.use('/api', cors).use('/apis', guard)],
    ['a guard of a route follows', (app) => app.use('/api', cors).all('/api', guard)],
    [
      'a guard follows in another router',
      (app, { Router }) => app.use('/api', cors).use('/api', Router().use(guard)),
    ],
    ['a function between them answers', (app) => app.use('/api', cors, answer, guard)],
    [
      'a router between them may answer',
      (app, { Router }) => app.use('/api', cors, Router().get('/a', answer), guard),
    ],
  ])('is an exposure where %s', (_what, mount) => {
    expect(unseenOf(mount)).toContain('cors on /api: unseen');
  });

  it('is reported as running for every caller where a guard follows', () => {
    const app = express();
    app.use('/api', cors, guard, express.Router().get('/a', answer));
    expect(formatAudit(auditRoutes(app), 'table')).toContain(
      'middleware that the audit cannot inspect, before a guard, so it runs for every caller: cors on /api',
    );
  });

  describe('in "ignoreUnseen"', () => {
    const app = express();
    app.get('/a', guard, answer);
    app.use('/static', express.static('.'));
    app.use('/private', guard, express.static('.'));
    app.use(express.json());

    it('is ignored by its name', () => {
      expectAllGuarded(app, { ignoreUnseen: ['serveStatic on /static'] });
      expect(() => {
        expectAllGuarded(app);
      }).toThrow(
        new Error(
          [
            'the audit cannot inspect middleware on a path without a guard:',
            'serveStatic on /static',
            'put a guard before it, or mount parsers and CORS without a path; if it is harmless, ' +
              'list it in the option "ignoreUnseen" as written above, or put ' +
              "declarePublic('why') before it, which also declares everything that follows on its path",
          ].join('\n\n'),
        ),
      );
    });

    it('is ignored in a router, and without a name', () => {
      const other = express();
      other.use('/v1', express.Router().use('/files', express.static('.')));
      other.use('/feed', (_req, _res, next) => {
        next();
      });
      const names = ['serveStatic on /v1/files', 'a function on /feed'];
      const { exposures, unseen } = auditRoutes(other, { ignoreUnseen: names });
      expect(exposures).toEqual([]);
      expect(unseen.map(({ isIgnored }) => isIgnored)).toEqual([true, true]);
    });

    it('is not ignored by another name', () => {
      const names = ['/static', 'serveStatic', 'serveStatic on /private', '/', '/a'];
      for (const name of names) {
        expect(() => auditRoutes(app, { ignoreUnseen: ['serveStatic on /static', name] })).toThrow(
          /^option "ignoreUnseen" must name unguarded middleware that "unseen" lists; remove "/,
        );
      }
    });

    it('is ignored without other middleware on the same path', () => {
      const other = express();
      other.get('/a', guard, answer);
      other.use('/api', cors);
      other.use('/api', limit);
      const { exposures } = auditRoutes(other, { ignoreUnseen: ['cors on /api'] });
      expect(exposures).toEqual([
        {
          endpoint: 'limit on /api',
          cause: 'unseen',
          reason: 'no guard runs before it, and the audit cannot see what it does',
        },
      ]);
    });
  });
});
