import type { Express, Request } from 'express';
import {
  InsufficientScopeError,
  InvalidTokenError,
  KeySetUnavailableError,
  type ResourceServer,
  type RouteCheck,
  type RoutePolicy,
} from '@scopegate/express';
import request from 'supertest';
import { beforeEach, describe, expect, it } from 'vitest';
import { answerOf, refusal } from '../../support/answers.js';
import { listenToDecisions } from '../../support/decision-log.js';
import { showErrors } from '../../support/error-handlers.js';
import { EXPRESS_VERSIONS } from '../../support/express-versions.js';
import { SECRET_OPTIONS, signToken } from '../../support/tokens.js';
import { openApi } from '../../support/test-issuers.js';

const NOT_MET = 'the access token does not meet a condition of this resource';
const FORBIDDEN = refusal(
  403,
  `Bearer realm="https://api.example.com", error="insufficient_scope", error_description="${NOT_MET}"`,
  { detail: NOT_MET, error: 'insufficient_scope' },
);

describe.each(EXPRESS_VERSIONS)('a check on Express $version', ({ express }) => {
  let api: ResourceServer;
  let errors: unknown[];
  let asked: string[];

  beforeEach(() => {
    api = openApi(SECRET_OPTIONS);
    errors = [];
    asked = [];
  });

  function appWith(policy: RoutePolicy): Express {
    const app = express();
    app.get('/tenants/:tenant', api.require(policy), (_req, res) => {
      res.json('reached');
    });
    app.use(showErrors(errors));
    return app;
  }

  const tenant: RouteCheck = {
    name: 'tenant',
    test: ({ clientId = '' }, req: Request<{ tenant: string }>) => {
      asked.push(clientId);
      return req.params.tenant === clientId;
    },
  };

  const ask = (app: Express, path = '/tenants/reports', scope = 'read'): request.Test =>
    request(app)
      .get(path)
      .set('authorization', `Bearer ${signToken({ scope })}`);

  it('gets the token and the request, and allows the request by returning true', async () => {
    const app = appWith({ scope: 'read', check: tenant });
    expect((await ask(app)).body).toBe('reached');
    expect(answerOf(await ask(app, '/tenants/other'))).toEqual(FORBIDDEN);
    expect([asked, errors]).toEqual([['reports', 'reports'], []]);
  });

  it('is called after the scopes were checked, on every request, and never for a caller without a token', async () => {
    const app = appWith({ scope: 'read', check: tenant });
    expect((await ask(app, '/tenants/reports', 'write')).status).toBe(403);
    expect((await request(app).get('/tenants/reports')).status).toBe(401);
    expect(asked).toEqual([]);
    const headers = { authorization: `Bearer ${signToken({ scope: 'read' })}` };
    await request(app).get('/tenants/reports').set(headers).expect(200);
    await request(app).get('/tenants/reports').set(headers).expect(200);
    expect(asked).toEqual(['reports', 'reports']);
  });

  it.each([true, false])('may resolve later to %s', async (answer) => {
    const test = async (): Promise<boolean> => {
      await new Promise(setImmediate);
      return answer;
    };
    const response = await ask(appWith({ check: { name: 'late', test } }));
    expect(response.status).toBe(answer ? 200 : 403);
  });

  it.each([undefined, null, 1, 'true', {}, []])(
    'that returns %j instead of true or false is an error of the application',
    async (answer) => {
      const events = listenToDecisions();
      for (const given of [answer, Promise.resolve(answer)]) {
        const test = (): boolean => given as boolean;
        expect((await ask(appWith({ check: { name: 'odd', test } }))).status).toBe(500);
      }
      const mistake = new TypeError(
        'the check "odd" must return true or false, or a promise of one of them',
      );
      expect(errors).toEqual([mistake, mistake]);
      expect(events.map(({ outcome }) => outcome)).toEqual(['error', 'error']);
    },
  );

  it('causes an error if it throws, and is named in it if it throws a value that is not an Error', async () => {
    const failure = new Error('the database is down');
    for (const thrown of [failure, undefined]) {
      const test = (): boolean => {
        throw thrown; // eslint-disable-line @typescript-eslint/only-throw-error -- what is tested
      };
      expect((await ask(appWith({ check: { name: 'odd', test } }))).status).toBe(500);
    }
    expect(errors).toEqual([
      failure,
      new Error('the check "odd" threw, or rejected with, a value that is not an Error'),
    ]);
  });

  it.each([
    new InsufficientScopeError('check'),
    new InvalidTokenError('expired'),
    new KeySetUnavailableError(3),
  ])('that throws a refusal causes an error of the application: %s', async (refused) => {
    const events = listenToDecisions();
    const ways = [
      (): boolean => {
        throw refused;
      },
      () => Promise.reject(refused),
    ];
    for (const test of ways) {
      const app = express();
      app.get('/tenants/:tenant', api.require({ check: { name: 'odd', test } }));
      app.use(api.errorHandler());
      app.use(showErrors(errors));
      expect((await ask(app)).status).toBe(500);
    }
    const mistake = new Error(
      'the check "odd" threw a refusal; return false to refuse the request',
      {
        cause: refused,
      },
    );
    expect(errors).toEqual([mistake, mistake]);
    expect(events.map(({ outcome }) => outcome)).toEqual(['error', 'error']);
  });

  it('may be an object with private state', async () => {
    class Weekday {
      readonly name = 'weekday';
      readonly #isOpen = true;

      test(): boolean {
        return this.#isOpen;
      }
    }
    expect((await ask(appWith({ check: new Weekday() }))).body).toBe('reached');
  });

  it('refuses a token that lapses while it is pending', async () => {
    const events = listenToDecisions();
    let now = Date.now();
    const lapsing = openApi({ ...SECRET_OPTIONS, clock: () => now });
    const test = async (): Promise<boolean> => {
      await new Promise(setImmediate);
      now += 3_600_000;
      return true;
    };
    const app = express();
    // The second guard gets a token that the first one has verified.
    for (const guard of [lapsing.requireAccessToken(), lapsing.require({ check: { name: 'slow', test } })]) app.use(guard); // prettier-ignore
    app.use((_req, res) => {
      res.json('reached');
    });
    const { status, challenge } = answerOf(await ask(app));
    expect([status, challenge]).toEqual([401, expect.stringContaining('has expired')]);
    expect(events.at(-1)).toMatchObject({ outcome: 'refused', reason: 'expired' });
  });

  it('is published as the reason "check", and listed by its name', async () => {
    const events = listenToDecisions();
    await ask(appWith({ check: { name: 'never', test: () => false } }));
    expect(events).toMatchObject([
      { outcome: 'refused', reason: 'check', issuer: SECRET_OPTIONS.issuer },
    ]);
    expect(api.require({ check: tenant }).policy.check).toBe('tenant');
  });
});

describe('hasScope()', () => {
  it.each(EXPRESS_VERSIONS)(
    'returns whether the token has the scope on Express $version',
    async ({ express }) => {
      const api = openApi({ ...SECRET_OPTIONS, scopes: ['read', 'write'] });
      const app = express();
      app.get('/', api.optionalAccessToken(), (req, res) => {
        res.json([api.hasScope(req, 'read'), api.hasScope(req, 'write')]);
      });
      app.get('/open', (req, res) => {
        res.json(api.hasScope(req, 'read'));
      });
      app.use(showErrors());
      const authorization = `Bearer ${signToken({ scope: 'read other' })}`;
      expect((await request(app).get('/').set({ authorization })).body).toEqual([true, false]);
      expect((await request(app).get('/')).body).toEqual([false, false]);
      expect((await request(app).get('/open')).body).toEqual({
        name: 'TypeError',
        message:
          'no guard of this resource server ran on this request; mount one in front of the handler',
      });
    },
  );

  it('throws for an undeclared scope, with the nearest declared one', () => {
    const api = openApi({ ...SECRET_OPTIONS, scopes: ['read', 'write'] });
    const ask = (scope: string): boolean => api.hasScope(undefined as never, scope as 'read'); // possible in plain JavaScript
    expect(() => ask('raed')).toThrow(
      new TypeError(
        'scope "raed" is not among the "scopes" of this resource server; did you mean "read"?',
      ),
    );
  });
});
