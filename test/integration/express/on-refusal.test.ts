import type { Express, Request, Response } from 'express';
import type { Refusal, ResourceServerOptions } from '@scopegate/express';
import type { TestIssuer } from '@scopegate/testing';
import request from 'supertest';
import { beforeEach, describe, expect, it } from 'vitest';
import { listenToDecisions } from '../../support/decision-log.js';
import { showErrors } from '../../support/error-handlers.js';
import { EXPRESS_VERSIONS } from '../../support/express-versions.js';
import { bearer, openApi, openIssuer } from '../../support/test-issuers.js';

const SPACE = 'Bearer realm="https://api.example.com"';
const MISSING = `${SPACE}, scope="read"`;

describe.each(EXPRESS_VERSIONS)('onRefusal on Express $version', ({ express }) => {
  let issuer: TestIssuer;
  let handled: number;
  let errors: unknown[];

  beforeEach(async () => {
    issuer = await openIssuer();
    handled = 0;
    errors = [];
  });

  function appWith(onRefusal: ResourceServerOptions['onRefusal']): Express {
    const api = openApi({ ...issuer.options(), onRefusal });
    const app = express();
    app.get('/', api.requireScope('read'), (req, res) => {
      handled += 1;
      res.json({ client: api.accessToken(req).clientId });
    });
    app.use(showErrors(errors));
    return app;
  }

  it('answers instead of the guard, with status, headers and reason', async () => {
    const app = appWith((error: Refusal, req: Request, res: Response) => {
      res.status(error.status).set(error.headers);
      res.json({ code: error.code, reason: error.reason, path: req.path });
    });
    const none = await request(app).get('/');
    expect([none.status, none.headers['www-authenticate'], none.body]).toEqual([
      401,
      MISSING,
      { code: 'ERR_BEARER_MISSING_CREDENTIALS', reason: 'missing_credentials', path: '/' },
    ]);
    const lacking = await request(app)
      .get('/')
      .set(await bearer(issuer));
    expect([lacking.status, lacking.headers['www-authenticate'], lacking.body]).toEqual([
      403,
      `${SPACE}, error="insufficient_scope", error_description="the access token lacks scope for this resource", scope="read"`,
      { code: 'ERR_BEARER_INSUFFICIENT_SCOPE', reason: 'scope', path: '/' },
    ]);
    expect(handled).toBe(0);
  });

  it('is called for unavailable keys', async () => {
    const app = appWith((error, _req, res: Response) => {
      res.status(error.status).set(error.headers).json({ code: error.code });
    });
    const headers = await bearer(issuer, { scope: 'read' });
    await issuer.stop();
    const response = await request(app).get('/').set(headers);
    expect([response.status, response.headers['retry-after'], response.body]).toEqual([
      503,
      '1',
      { code: 'ERR_KEY_SET_UNAVAILABLE' },
    ]);
    expect(response.headers).not.toHaveProperty('www-authenticate');
  });

  it('is not called for good tokens', async () => {
    const refusals: unknown[] = [];
    const app = appWith((error) => refusals.push(error));
    await request(app)
      .get('/')
      .set(await bearer(issuer, { scope: 'read' }))
      .expect(200);
    expect(refusals).toEqual([]);
  });

  it('may answer later', async () => {
    const app = appWith(async (error, _req, res: Response) => {
      await new Promise(setImmediate);
      res.status(error.status).end('late');
    });
    const response = await request(app).get('/');
    expect([response.status, response.text]).toEqual([401, 'late']);
  });

  const failure = new Error('the handler broke');

  it.each([
    [
      'throws',
      () => {
        throw failure;
      },
    ],
    ['rejects with', () => Promise.reject(failure)],
  ])('that %s an error passes it on to the error handlers', async (_how, onRefusal) => {
    const response = await request(appWith(onRefusal)).get('/');
    expect([response.status, response.body]).toEqual([
      500,
      { name: 'Error', message: 'the handler broke' },
    ]);
    expect(errors).toEqual([failure]);
    expect(handled).toBe(0);
  });

  it('may pass the refusal on to the error handlers', async () => {
    const app = appWith((error, _req, _res, next) => {
      next(error);
    });
    const response = await request(app).get('/');
    expect(response.status).toBe(500);
    expect(errors).toEqual([
      expect.objectContaining({
        name: 'MissingCredentialsError',
        status: 401,
        statusCode: 401,
        expose: true,
        headers: { 'WWW-Authenticate': MISSING },
      }),
    ]);
    expect(handled).toBe(0);
  });

  it('passes refusals on to Express, which answers them with their headers', async () => {
    const api = openApi({
      ...issuer.options(),
      onRefusal: (error, _req, _res, next) => {
        next(error);
      },
    });
    const app = express();
    app.set('env', 'test');
    app.get('/', api.requireScope('read'));
    const response = await request(app).get('/');
    expect([response.status, response.headers['www-authenticate']]).toEqual([401, MISSING]);
  });

  it.each([undefined, null, false, '', 0, 'route', 'router', true, {}])(
    'that calls next(%j) passes the refusal on, and the route is never reached',
    async (nothing) => {
      const app = appWith((_error, _req, _res, next) => {
        next(nothing);
      });
      const response = await request(app).get('/');
      expect(response.status).toBe(500);
      expect(errors).toEqual([expect.objectContaining({ name: 'MissingCredentialsError' })]);
      expect(handled).toBe(0);
    },
  );

  it('does not prevent decision events', async () => {
    const events = listenToDecisions();
    const app = appWith((_error, _req, res: Response) => res.status(404).end());
    expect((await request(app).get('/')).status).toBe(404);
    expect(events.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['refused', 'missing_credentials'],
    ]);
  });
});
