/* eslint-disable @typescript-eslint/no-unused-vars -- the number of parameters matters */
import type { Express, Request, Response } from 'express';
import {
  InsufficientScopeError,
  InvalidTokenError,
  KeySetUnavailableError,
  MissingCredentialsError,
  type Refusal,
  type ResourceServerOptions,
  sendRefusal,
} from '@scopegate/express';
import request from 'supertest';
import { beforeEach, describe, expect, it } from 'vitest';
import { answerOf, refusal } from '../../support/answers.js';
import { listenToDecisions } from '../../support/decision-log.js';
import { showErrors } from '../../support/error-handlers.js';
import { EXPRESS_VERSIONS } from '../../support/express-versions.js';
import { SECRET_OPTIONS, signToken } from '../../support/tokens.js';
import { openApi } from '../../support/test-issuers.js';

const SPACE = 'Bearer realm="https://api.example.com"';
const METADATA = 'resource_metadata="https://api.example.com/.well-known/oauth-protected-resource"';
const NOT_MET = 'the access token does not meet a condition of this resource';
const FORBIDDEN = refusal(
  403,
  `${SPACE}, error="insufficient_scope", error_description="${NOT_MET}", ${METADATA}`,
  { detail: NOT_MET, error: 'insufficient_scope' },
);

describe.each(EXPRESS_VERSIONS)('errorHandler() on Express $version', ({ express }) => {
  let errors: unknown[];

  beforeEach(() => {
    errors = [];
  });

  function appThrowing(error: unknown, options: Partial<ResourceServerOptions> = {}): Express {
    const api = openApi({ ...SECRET_OPTIONS, ...options } as ResourceServerOptions);
    const app = express();
    app.use(api.metadata());
    app.get('/x/:id', api.requireAccessToken(), () => {
      throw error;
    });
    app.use(api.errorHandler());
    app.use(showErrors(errors));
    return app;
  }

  const ask = (app: Express): request.Test =>
    request(app).get('/x/7').set('authorization', `Bearer ${signToken()}`);

  it('answers a refusal that a handler throws as a guard does', async () => {
    const response = await ask(appThrowing(new InsufficientScopeError('check')));
    expect(answerOf(response)).toEqual(FORBIDDEN);
    expect(errors).toEqual([]);
  });

  it.each<[Refusal, number, string | undefined]>([
    [new MissingCredentialsError({ realm: 'x' }), 401, `${SPACE}, ${METADATA}`],
    [
      new InvalidTokenError('expired'),
      401,
      `${SPACE}, error="invalid_token", error_description="the access token has expired", ${METADATA}`,
    ],
    [new KeySetUnavailableError(9), 503, undefined],
  ])('names its own protection space: %s', async (error, status, challenge) => {
    const { challenge: given, status: code } = answerOf(await ask(appThrowing(error)));
    expect([code, given]).toEqual([status, challenge]);
  });

  it('publishes the refusal with the issuer and client of the token', async () => {
    const events = listenToDecisions();
    await ask(appThrowing(new InsufficientScopeError('check'), { identifyClients: true }));
    expect(events).toMatchObject([
      {
        outcome: 'refused',
        reason: 'check',
        clientId: 'reports',
        route: '/x/:id',
        guard: 'handler',
        policy: undefined,
      },
    ]);
  });

  it('calls onRefusal', async () => {
    const onRefusal = (error: Refusal, _req: Request, res: Response): void => {
      res.status(418).json(error.reason);
    };
    const response = await ask(appThrowing(new InsufficientScopeError('check'), { onRefusal }));
    expect([response.status, response.body]).toEqual([418, 'check']);
  });

  it('answers a refusal that onRefusal passes on, and publishes it once', async () => {
    const events = listenToDecisions();
    const asked: string[] = [];
    const app = appThrowing(undefined, {
      onRefusal: (error, _req, _res, next) => {
        asked.push(error.reason);
        next();
      },
    });
    const response = await request(app).get('/x/7');
    expect(answerOf(response)).toEqual(refusal(401, `${SPACE}, ${METADATA}`));
    expect([asked, errors]).toEqual([['missing_credentials'], []]);
    expect(events.map(({ outcome }) => outcome)).toEqual(['refused']);
  });

  it.each([new Error('x'), Object.assign(new Error('x'), { status: 401, reason: 'expired' })])(
    'passes on any other error untouched: %s',
    async (error) => {
      const events = listenToDecisions();
      expect((await ask(appThrowing(error))).status).toBe(500);
      expect(errors).toEqual([error]);
      expect(errors[0]).toBe(error);
      expect(events.map(({ outcome }) => outcome)).toEqual(['allowed']);
    },
  );

  it('passes on a refusal that is thrown after the answer', async () => {
    const api = openApi(SECRET_OPTIONS);
    const app = express();
    app.get('/', (_req, res, next) => {
      res.json('answered');
      next(new InsufficientScopeError('check'));
    });
    app.use(api.errorHandler(), (error: unknown, _req: Request, _res: Response, _next: unknown) => {
      errors.push(error);
    });
    expect((await request(app).get('/')).status).toBe(200);
    expect(errors).toEqual([expect.any(InsufficientScopeError)]);
  });

  it('is not required for the right status and challenge', async () => {
    const app = express();
    app.set('env', 'test');
    app.get('/', () => {
      throw new InsufficientScopeError('scope', 'read');
    });
    const { status, headers } = await request(app).get('/');
    expect([status, headers['www-authenticate']]).toEqual([
      403,
      'Bearer error="insufficient_scope", error_description="the access token lacks scope for this resource", scope="read"',
    ]);
  });

  it('can be replaced by an error handler that calls sendRefusal()', async () => {
    const app = express();
    app.get('/', (_req, res) => {
      sendRefusal(new KeySetUnavailableError(9), res);
    });
    expect(answerOf(await request(app).get('/'))).toMatchObject({ status: 503, retryAfter: '9' });
  });
});
