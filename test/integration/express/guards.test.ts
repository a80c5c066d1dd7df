import type { ResourceServer } from '@scopegate/express';
import type { TestIssuer } from '@scopegate/testing';
import request from 'supertest';
import { beforeEach, describe, expect, it } from 'vitest';
import { listenToDecisions } from '../../support/decision-log.js';
import { showErrors } from '../../support/error-handlers.js';
import { EXPRESS_VERSIONS } from '../../support/express-versions.js';
import { bearer, openApi, openIssuer } from '../../support/test-issuers.js';

const SPACE = 'Bearer realm="https://api.example.com"';

describe.each(EXPRESS_VERSIONS)('guards on Express $version', ({ version, express }) => {
  let issuer: TestIssuer;
  let api: ResourceServer;
  let reader: Record<string, string>;

  beforeEach(async () => {
    issuer = await openIssuer();
    api = openApi({ ...issuer.options() });
    reader = await bearer(issuer, { scope: 'read', clientId: 'nightly' });
  });

  it('run on the intended version', () => {
    // Express 5 removed this method.
    expect('lazyrouter' in express.application).toBe(version === 4);
  });

  describe('in sequence', () => {
    it('verify a token once, even without a token cache', async () => {
      api = openApi({ ...issuer.options(), tokenCache: false });
      const events = listenToDecisions();
      const app = express();
      app.use('/v1', api.requireAccessToken());
      app.get('/v1/sales', api.requireScope('read'), api.requireAnyScope('read'), (req, res) => {
        res.json({ client: api.accessToken(req).clientId });
      });
      const response = await request(app).get('/v1/sales').set(reader);
      expect(response.body).toEqual({ client: 'nightly' });
      expect(events.map(({ outcome, source, route }) => [outcome, source, route])).toEqual([
        ['allowed', 'verification', '/v1/sales'],
      ]);
    });

    it('verify again for the next request, unless tokens are cached', async () => {
      const forgetful = openApi({ ...issuer.options(), tokenCache: false });
      const app = express();
      app.get('/cached', api.requireAccessToken(), (_req, res) => void res.end());
      app.get('/uncached', forgetful.requireAccessToken(), (_req, res) => void res.end());
      const events = listenToDecisions();
      for (const path of ['/cached', '/cached', '/uncached', '/uncached']) {
        await request(app).get(path).set(reader).expect(200);
      }
      expect(events.map(({ source }) => source)).toEqual([
        'verification',
        'cache',
        'verification',
        'verification',
      ]);
    });

    it('each require their own scopes, and the 403 names those of all', async () => {
      const app = express();
      app.get('/', api.requireScope('read'), api.requireScope('write'), (_req, res) => {
        res.end();
      });
      const response = await request(app).get('/').set(reader);
      expect(response.status).toBe(403);
      expect(response.headers['www-authenticate']).toBe(
        `${SPACE}, error="insufficient_scope", error_description="the access token lacks scope for this resource", scope="read write"`,
      );
    });
  });

  describe('and the keys', () => {
    it('decide synchronously when the keys are available', async () => {
      const outcomes: unknown[] = [];
      const guard = api.requireScope('read');
      const app = express();
      app.get('/', (req, res) => {
        const nexts: unknown[][] = [];
        guard(req, res, (...given) => nexts.push(given));
        outcomes.push({ nexts, answered: res.writableEnded });
        if (!res.writableEnded) res.end();
      });
      await api.ready();
      await request(app).get('/').set(reader).expect(200);
      await request(app).get('/').expect(401);
      expect(outcomes).toEqual([
        { nexts: [[]], answered: false },
        { nexts: [], answered: true },
      ]);
    });

    it('wait for the keys otherwise', async () => {
      const app = express();
      const guard = api.requireScope('read');
      app.get('/', (req, res) => {
        let isLater = false;
        guard(req, res, () => res.json({ isLater }));
        isLater = true;
      });
      const response = await request(app).get('/').set(reader);
      expect(response.body).toEqual({ isLater: true });
    });
  });

  describe('and accessToken()', () => {
    it('throws if no guard ran', async () => {
      const app = express();
      app.get('/', (req, res) => void res.json(api.accessToken(req)));
      app.get('/if-any', (req, res) => void res.json(api.accessTokenIfAny(req) ?? null));
      app.use(showErrors());
      for (const path of ['/', '/if-any']) {
        const response = await request(app).get(path).set(reader);
        expect([response.status, response.body]).toEqual([
          500,
          {
            name: 'TypeError',
            message:
              'no guard of this resource server ran on this request; mount one in front of the handler',
          },
        ]);
      }
    });

    it('throws if only the guard of another resource server ran', async () => {
      const other = openApi({ ...issuer.options() });
      const app = express();
      app.get('/', other.requireAccessToken(), (req, res) => void res.json(api.accessToken(req)));
      app.use(showErrors());
      const response = await request(app).get('/').set(reader);
      expect(response.body).toEqual({
        name: 'TypeError',
        message:
          'no guard of this resource server ran on this request; mount one in front of the handler',
      });
    });

    it('returns the verified claims without the token itself', async () => {
      const app = express();
      app.get('/', api.requireAccessToken(), (req, res) => {
        const { scopes, ...token } = api.accessToken(req);
        res.json({ ...token, scopes: [...scopes] });
      });
      const issuedAt = Math.floor(issuer.clock() / 1000);
      const response = await request(app)
        .get('/')
        .set(await bearer(issuer, { scope: 'read', subject: 'alice', claims: { jti: '7' } }));
      expect(response.body).toEqual({
        format: 'jwt',
        issuer: issuer.issuer,
        subject: 'alice',
        clientId: 'test-client',
        audience: ['https://api.example.com'],
        scopes: ['read'],
        issuedAt,
        expiresAt: issuedAt + 300,
        tokenId: '7',
        principal: 'user',
        authorizationDetails: [],
        claims: {
          iss: issuer.issuer,
          sub: 'alice',
          aud: 'https://api.example.com',
          client_id: 'test-client',
          scope: 'read',
          iat: issuedAt,
          exp: issuedAt + 300,
          jti: '7',
        },
        header: { typ: 'at+jwt', alg: 'ES256', kid: 'key-1' },
      });
    });
  });

  describe('mounted in different ways', () => {
    it('protect a router with parameters without changing them', async () => {
      const router = express.Router({ mergeParams: true });
      router.use(api.requireAccessToken());
      router.get('/sales/:year', api.requireScope('read'), (req, res) => {
        res.json(req.params);
      });
      const app = express();
      app.use('/tenants/:tenant', router);
      const path = '/tenants/acme/sales/2026';
      expect((await request(app).get(path)).status).toBe(401);
      const response = await request(app).get(path).set(reader);
      expect(response.body).toEqual({ tenant: 'acme', year: '2026' });
    });

    it('protect a sub-app', async () => {
      const inner = express();
      inner.get('/sales', api.requireScope('read'), (req, res) => {
        res.json({ client: api.accessToken(req).clientId });
      });
      const app = express();
      app.use('/v1', inner);
      expect((await request(app).get('/v1/sales')).status).toBe(401);
      const response = await request(app).get('/v1/sales').set(reader);
      expect(response.body).toEqual({ client: 'nightly' });
    });

    it('protect everything behind app.use, unknown paths included', async () => {
      const app = express();
      app.use(api.requireAccessToken());
      expect((await request(app).get('/nowhere')).status).toBe(401);
      expect((await request(app).get('/nowhere').set(reader)).status).toBe(404);
    });

    it('protect every method of app.route and every path of an array', async () => {
      const app = express();
      app
        .route(['/a', '/b'])
        .all(api.requireScope('read'))
        .post((_req, res) => {
          res.json({ done: true });
        });
      expect((await request(app).post('/b')).status).toBe(401);
      const response = await request(app).post('/b').set(reader);
      expect(response.body).toEqual({ done: true });
    });

    it('refuse HEAD like GET, without a body', async () => {
      const app = express();
      app.get('/', api.requireScope('read'), (_req, res) => void res.json({ handled: true }));
      const refused = await request(app).head('/');
      expect(refused.status).toBe(401);
      expect(refused.headers['www-authenticate']).toBe(`${SPACE}, scope="read"`);
      expect(refused.headers['content-type']).toBe('application/problem+json');
      expect(refused).toHaveProperty('text', undefined);
      expect((await request(app).head('/').set(reader)).status).toBe(200);
    });

    it('leave OPTIONS to Express on a route, and guard it behind app.use', async () => {
      const app = express();
      app.get('/open', api.requireScope('read'));
      app.use('/shut', api.requireAccessToken());
      const open = await request(app).options('/open');
      expect([open.status, open.headers['allow']]).toEqual([200, expect.stringContaining('GET')]);
      expect((await request(app).options('/shut')).status).toBe(401);
    });

    it('let preflights pass when CORS middleware comes first', async () => {
      const app = express();
      app.use((req, res, next) => {
        res.set('Access-Control-Allow-Origin', 'https://app.example.com');
        res.set('Access-Control-Expose-Headers', 'WWW-Authenticate');
        if (req.method === 'OPTIONS') res.sendStatus(204);
        else next();
      });
      app.use(api.requireAccessToken());
      expect((await request(app).options('/')).status).toBe(204);
      const refused = await request(app).get('/');
      expect(refused.status).toBe(401);
      expect(refused.headers['access-control-expose-headers']).toBe(
        'WWW-Authenticate, Retry-After',
      );
    });
  });

  describe('before body parsers', () => {
    it('refuse without reading the body', async () => {
      const parsed: unknown[] = [];
      const app = express();
      app.post(
        '/',
        api.requireScope('write'),
        (req, _res, next) => {
          parsed.push(req.url);
          next();
        },
        express.json(),
      );
      const response = await request(app)
        .post('/')
        .set({ ...reader, 'content-type': 'application/json' })
        .send('{ this is not JSON');
      expect(response.status).toBe(403);
      expect(parsed).toEqual([]);
    });

    it('leave the body complete for later handlers, even when keys are fetched first', async () => {
      const app = express();
      app.post('/', api.requireScope('read'), express.json(), (req, res) => {
        res.json({ received: req.body as unknown });
      });
      const response = await request(app)
        .post('/')
        .set(reader)
        .send({ rows: [1, 2] });
      expect(response.body).toEqual({ received: { rows: [1, 2] } });
    });
  });

  it('pass an error that is not a refusal on to the error handlers, once and unchanged', async () => {
    const errors: unknown[] = [];
    const failure = new Error('the schema broke');
    for (const validate of [
      () => {
        throw failure;
      },
      () => Promise.reject(failure),
    ]) {
      const failing = openApi({
        ...issuer.options(),
        claims: { '~standard': { version: 1, vendor: 'test', validate } },
      });
      const app = express();
      app.get('/', failing.requireAccessToken(), (_req, res) => void res.end());
      app.use(showErrors(errors));
      const response = await request(app).get('/').set(reader);
      expect(response.status).toBe(500);
      expect(response.headers).not.toHaveProperty('www-authenticate');
    }
    expect(errors).toEqual([failure, failure]);
    expect(errors.every((error) => error === failure)).toBe(true);
  });
});
