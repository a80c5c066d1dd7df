/* eslint-disable @typescript-eslint/no-unused-vars -- the number of parameters matters */
import type { ServerResponse } from 'node:http';
import type { Express, Request, RequestHandler, Response } from 'express';
import {
  createResourceServer,
  type Guard,
  InsufficientScopeError,
  InvalidTokenError,
  type RefusalHandler,
  type ResourceServer,
  type ResourceServerOptions,
  sendRefusal,
} from '@scopegate/express';
import { describe, expect, it } from 'vitest';
import { listenToDecisions } from '../../support/decision-log.js';
import { EXPRESS_VERSIONS } from '../../support/express-versions.js';
import { askPatiently, watchProcess } from '../../support/patient-request.js';
import { SECRET_OPTIONS, signToken } from '../../support/tokens.js';

const PROBLEM = 'application/problem+json';
const GOOD = { authorization: `Bearer ${signToken({ scope: 'read' })}` };

/** Acts like a package based on `on-headers` whose listener fails once. */
const failOnce: RequestHandler = (_req, res, next) => {
  const writeHead = res.writeHead.bind(res);
  res.writeHead = () => {
    res.writeHead = writeHead;
    throw new Error('a listener for headers broke');
  };
  next();
};

/** Acts like session middleware, which stores the session before the response ends. */
const deferEnd: RequestHandler = (_req, res, next) => {
  const end = res.end.bind(res) as (chunk?: unknown) => Response;
  res.end = (chunk?: unknown) => {
    setTimeout(end, 50, chunk);
    return res;
  };
  next();
};

const setting =
  (set: (res: ServerResponse) => unknown): RequestHandler =>
  (_req, res, next) => {
    set(res);
    next();
  };

const WAYS: Readonly<Record<string, (api: ResourceServer) => Guard>> = {
  'in the same tick': (api) => api.require({ check: { name: 'no', test: () => false } }),
  'in a later tick': (api) =>
    api.require({ check: { name: 'no', test: () => Promise.resolve(false) } }),
};

describe.each(EXPRESS_VERSIONS)('an answer that fails on Express $version', ({ express }) => {
  interface Parts {
    readonly before?: RequestHandler;
    readonly guard?: ((api: ResourceServer) => Guard) | undefined;
    readonly onRefusal?: RefusalHandler;
    readonly handler?: RequestHandler;
  }

  let reached = 0;

  function appOf({ before, guard, onRefusal, handler }: Parts): Express {
    reached = 0;
    const api = createResourceServer({ ...SECRET_OPTIONS, onRefusal });
    const app = express();
    app.set('env', 'test');
    app.engine('text', (_path, _options, done) => {
      done(new Error('a view broke'));
    });
    if (before) app.use(before);
    app.use(guard?.(api) ?? api.requireAccessToken());
    app.use((req, res, next) => {
      reached += 1;
      if (handler) handler(req, res, next);
      else res.json('reached');
    });
    app.use(api.errorHandler());
    return app;
  }

  describe.each(Object.keys(WAYS))('refused %s', (way) => {
    const guard = WAYS[way];

    it('reaches the error handlers if writing the headers throws', async () => {
      const stray = watchProcess();
      const { status } = await askPatiently(appOf({ before: failOnce, guard }), GOOD);
      expect(status).toBeGreaterThanOrEqual(400);
      expect([reached, stray]).toEqual([0, []]);
    });

    it.each<[string, RequestHandler]>([
      ['Trailer', setting((res) => res.setHeader('Trailer', 'Server-Timing'))],
      ['Transfer-Encoding', setting((res) => res.setHeader('Transfer-Encoding', 'chunked'))],
      ['a statusMessage that cannot be sent', setting((res) => (res.statusMessage = 'Nein –'))],
    ])('is complete although middleware has set %s', async (_what, before) => {
      const stray = watchProcess();
      const { status, headers, body } = await askPatiently(appOf({ before, guard }), GOOD);
      expect([status, headers['content-type'], stray]).toEqual([403, PROBLEM, []]);
      expect(JSON.parse(body)).toMatchObject({ error: 'insufficient_scope' });
      expect([headers.trailer, headers['transfer-encoding']]).toEqual([undefined, undefined]);
    });
  });

  it.each<[string, RefusalHandler]>([
    ['settles', async (_error, _req, res) => { res.statusMessage = 'Zutritt –'; await Promise.resolve(); }], // prettier-ignore
    ['times out', (_error, _req, res) => { res.statusMessage = 'Zutritt –'; }], // prettier-ignore
  ])(
    'is complete although onRefusal sets an invalid statusMessage and %s',
    async (_how, onRefusal) => {
      const stray = watchProcess();
      const { status, headers } = await askPatiently(appOf({ onRefusal }));
      expect([status, headers['content-type'], stray]).toEqual([401, PROBLEM, []]);
    },
  );

  it.each<[string, RefusalHandler]>([
    ['settles', async () => Promise.resolve()],
    ['times out', (_error, _req, _res) => undefined],
  ])(
    'reaches the error handlers if writing the headers throws after onRefusal %s',
    async (_how, onRefusal) => {
      const stray = watchProcess();
      const { status } = await askPatiently(appOf({ before: failOnce, onRefusal }));
      expect(status).toBeGreaterThanOrEqual(400);
      expect([reached, stray]).toEqual([0, []]);
    },
  );

  const late =
    (write: (res: Response, error: Error) => unknown, ms?: number): RefusalHandler =>
    (...given: [Error, Request, Response]) => {
      const answer = (): unknown => write(given[2], given[0]);
      if (ms === undefined) setImmediate(answer);
      else setTimeout(answer, ms);
    };

  it.each<[string, RefusalHandler]>([
    ['json from a function without declared parameters', late((res) => res.status(418).json({}))],
    ['redirect', late((res) => { res.redirect('/login'); })], // prettier-ignore
    ['a cookie and a chunk', late((res) => res.cookie('a', 'b').write('x'))],
    ['writeHead and flushHeaders', late((res) => { res.writeHead(418); res.flushHeaders(); })], // prettier-ignore
    ['setHeaders', late((res) => { res.setHeaders(new Headers({ a: 'b' })); res.appendHeader('a', 'b'); res.removeHeader('a'); })], // prettier-ignore
    ['early hints', late((res) => { res.writeEarlyHints({ link: '</a>; rel=preload' }); res.writeContinue(); res.writeProcessing(); res.end('late'); })], // prettier-ignore
    ['a file', late((res) => { res.sendFile(import.meta.filename); })], // prettier-ignore
    ['a missing view', late((res) => { res.render('missing.text'); })], // prettier-ignore
    ['the default answer', late((res) => { sendRefusal(new InvalidTokenError('expired'), res); })], // prettier-ignore
    ['json after 15 seconds', ((...given) => { late((res) => res.json({}), 15_000)(...given); return new Promise(() => undefined); })], // prettier-ignore
  ])('is the default one, and onRefusal cannot change it later: %s', async (_what, onRefusal) => {
    for (const before of [undefined, deferEnd]) {
      const stray = watchProcess();
      const given = before === undefined ? { onRefusal } : { onRefusal, before };
      const { status, headers, body } = await askPatiently(appOf(given));
      expect(stray).toEqual([]);
      if (before === undefined) expect([status, headers['content-type']]).toEqual([401, PROBLEM]);
      if (before === undefined) expect(JSON.parse(body)).toMatchObject({ status: 401 });
      expect([reached, headers['www-authenticate']?.includes(',') ?? false]).toEqual([0, false]);
    }
  });

  it('waits for onRefusal to respond if the handler had set the same status', async () => {
    const stray = watchProcess();
    const app = appOf({
      handler: (_req, res) => {
        res.status(403);
        throw new InsufficientScopeError('check');
      },
      onRefusal: async (error, _req, res) => {
        res.statusCode = error.status;
        setTimeout(() => res.end('own'), 20);
        await Promise.resolve();
      },
    });
    const { status, body } = await askPatiently(app, GOOD);
    expect([status, body, stray]).toEqual([403, 'own', []]);
  });

  it('is complete under middleware that defers it', async () => {
    const stray = watchProcess();
    const app = appOf({ before: deferEnd, onRefusal: () => undefined });
    const { status, headers, body } = await askPatiently(app);
    expect([status, headers['content-type'], stray]).toEqual([401, PROBLEM, []]);
    expect(JSON.parse(body)).toMatchObject({ status: 401 });
  });

  it('is sent once under middleware that defers it', async () => {
    const stray = watchProcess();
    const app = appOf({
      before: deferEnd,
      handler: (_req, res) => {
        res.status(403);
        throw new InsufficientScopeError('check');
      },
      onRefusal: async (error, _req, res) => {
        sendRefusal(error, res);
        await Promise.resolve();
        sendRefusal(error, res);
      },
    });
    const { status, headers } = await askPatiently(app, GOOD);
    expect([status, headers['www-authenticate']?.match(/Bearer/g), stray]).toEqual([
      403,
      ['Bearer'],
      [],
    ]);
  });

  it.each<[string, RefusalHandler]>([
    ['passes it to next', (error, _req, _res, next) => { next(error); }], // prettier-ignore
    ['passes another one to next', (_error, _req, _res, next) => { next(new InvalidTokenError('expired')); }], // prettier-ignore
    ['throws it', (error) => { throw error; }], // prettier-ignore
    ['rejects with it', (error) => Promise.reject(error)],
  ])(
    'comes from errorHandler(), and is published once, if onRefusal %s',
    async (_how, onRefusal) => {
      const stray = watchProcess();
      const events = listenToDecisions();
      let asked = 0;
      const app = appOf({
        onRefusal: (...given) => {
          asked += 1;
          return onRefusal(...given);
        },
      });
      const { status, headers } = await askPatiently(app);
      expect([asked, events.length, reached, stray]).toEqual([1, 1, 0, []]);
      expect([status, headers['content-type'], headers['cache-control']]).toEqual([
        401,
        PROBLEM,
        'no-store',
      ]);
      expect(headers['www-authenticate']).toMatch(/^Bearer realm="https:\/\/api\.example\.com"/);
    },
  );

  it('calls onRefusal for an error that was passed on for another request', async () => {
    watchProcess();
    const one = new InsufficientScopeError('check');
    const asked: string[] = [];
    const api = createResourceServer({
      ...SECRET_OPTIONS,
      onRefusal: (_error, req, res, next) => {
        asked.push(req.headers['x-way'] as string);
        if (req.headers['x-way'] === 'next') next();
        else res.writeHead(418).end();
      },
    });
    const app = express();
    app.use(api.requireAccessToken(), () => {
      throw one;
    });
    app.use(api.errorHandler());
    const statuses: unknown[] = [];
    for (const way of ['own', 'next', 'own']) {
      statuses.push((await askPatiently(app, { ...GOOD, 'x-way': way })).status);
    }
    expect([statuses, asked]).toEqual([
      [418, 403, 418],
      ['own', 'next', 'own'],
    ]);
  });

  it.each<[string, RefusalHandler]>([
    ['begins', (_error, _req, res) => { res.writeHead(401); }], // prettier-ignore
    ['begins through req.res', (_error, req) => { (req as Request).res?.writeHead(401); }], // prettier-ignore
    ['flushes headers', (_error, _req, res) => { res.statusCode = 401; res.flushHeaders(); }], // prettier-ignore
    ['begins later', async (_error, _req, res) => { await Promise.resolve(); res.writeHead(401); }], // prettier-ignore
    ['begins and throws', (_error, _req, res) => { res.writeHead(401); throw new Error('x'); }], // prettier-ignore
  ])('is ended if onRefusal %s and never ends it', async (_how, onRefusal) => {
    const stray = watchProcess();
    const { status, isBroken } = await askPatiently(appOf({ onRefusal }));
    expect([status, isBroken, stray]).toEqual([401, false, []]);
  });

  it('may be a stream that lasts longer than ten seconds while it is written', async () => {
    const stray = watchProcess();
    const onRefusal: RefusalHandler = (_error, _req, res) => {
      res.writeHead(401);
      for (const second of [4, 8, 12, 16, 20]) setTimeout(() => res.write('x'), second * 1000);
      setTimeout(() => res.end('.'), 24_000);
    };
    const { body, isBroken } = await askPatiently(appOf({ onRefusal }));
    expect([body, isBroken, stray]).toEqual(['xxxxx.', false, []]);
  });

  it.each<[string, RefusalHandler]>([
    ['a folder instead of a file', (_error, _req, res) => { (res as Response).sendFile(import.meta.dirname); }], // prettier-ignore
    ['a file that is missing', (_error, _req, res) => { (res as Response).sendFile('/missing/file'); }], // prettier-ignore
    ['a folder, and settles', async (_error, _req, res) => { (res as Response).status(401).sendFile(import.meta.dirname); await Promise.resolve(); }], // prettier-ignore
  ])('reaches no route if onRefusal sends %s', async (_what, onRefusal) => {
    const stray = watchProcess();
    const { status } = await askPatiently(appOf({ onRefusal }));
    expect(status).toBeGreaterThanOrEqual(400);
    expect([reached, stray]).toEqual([0, []]);
  });

  it('closes the connection when a handler throws after a guard that had to wait', async () => {
    const stray = watchProcess();
    const warnings: unknown[] = [];
    const note = (warning: unknown): void => void warnings.push(warning);
    process.on('warning', note);
    const api = createResourceServer(SECRET_OPTIONS);
    const guard = api.require({ check: { name: 'yes', test: () => Promise.resolve(true) } });
    const broken = new Error('the listener broke');
    const { isBroken } = await askPatiently((req, res) => {
      guard(req, res, () => {
        throw broken;
      });
    }, GOOD);
    process.off('warning', note);
    expect([isBroken, stray]).toEqual([true, []]);
    expect(warnings).toEqual([expect.objectContaining({ code: 'SCOPEGATE_ANSWER_FAILED', cause: broken })]); // prettier-ignore
  });
});
