import type { Express } from 'express';
import type { TestIssuer } from '@scopegate/testing';
import request from 'supertest';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  answerOf,
  invalidRequest,
  invalidToken,
  missingCredentials,
} from '../../support/answers.js';
import { listenToDecisions } from '../../support/decision-log.js';
import { showErrors } from '../../support/error-handlers.js';
import { EXPRESS_VERSIONS } from '../../support/express-versions.js';
import { bearer, openApi, openIssuer } from '../../support/test-issuers.js';

describe.each(EXPRESS_VERSIONS)('an optional route on Express $version', ({ express }) => {
  let issuer: TestIssuer;
  let app: Express;

  beforeEach(async () => {
    issuer = await openIssuer();
    const api = openApi({ ...issuer.options() });
    app = express();
    app.get('/', api.optionalAccessToken(), (req, res) => {
      const token = api.accessTokenIfAny(req);
      res.json({ caller: token?.clientId ?? 'anonymous' });
    });
    app.get('/vary', (_req, res, next) => {
      res.vary('Origin');
      next();
    });
    app.get('/vary', api.optionalAccessToken(), (_req, res) => {
      res.vary('Accept').json({});
    });
    app.get('/then', api.optionalAccessToken(), api.requireScope('read'), (req, res) => {
      res.json({ caller: api.accessToken(req).clientId });
    });
    app.get('/before', api.requireScope('read'), api.optionalAccessToken(), (req, res) => {
      res.json({ caller: api.accessTokenIfAny(req)?.clientId });
    });
    app.get('/careless', api.optionalAccessToken(), (req) => {
      api.accessToken(req);
    });
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ['no header', {}],
    ['an empty header', { authorization: '' }],
    ['another scheme', { authorization: 'Basic eDp5' }],
  ])('treats %s as an anonymous caller', async (_what, headers) => {
    const events = listenToDecisions();
    const response = await request(app).get('/').set(headers);
    expect([response.status, response.body]).toEqual([200, { caller: 'anonymous' }]);
    expect(response.headers['vary']).toBe('Authorization');
    expect(response.headers).not.toHaveProperty('www-authenticate');
    expect(events).toEqual([
      expect.objectContaining({ outcome: 'anonymous', reason: undefined, issuer: undefined }),
    ]);
  });

  it('returns the token of a caller with a good token', async () => {
    const response = await request(app)
      .get('/')
      .set(await bearer(issuer, { clientId: 'nightly' }));
    expect([response.status, response.body]).toEqual([200, { caller: 'nightly' }]);
    expect(response.headers['vary']).toBe('Authorization');
  });

  it('still refuses a malformed header', async () => {
    const response = await request(app).get('/').set({ authorization: 'Bearer' });
    expect(answerOf(response)).toEqual(invalidRequest('malformed_authorization'));
    expect(response.headers['vary']).toBe('Authorization');
  });

  it.each([
    ['expired', 'expired'],
    ['opaque', 'malformed'],
    ['tampered', 'signature'],
  ] as const)('still refuses a bad token: %s', async (name, reason) => {
    const authorization = `Bearer ${await issuer.forge[name]()}`;
    const response = await request(app).get('/').set({ authorization });
    expect(answerOf(response)).toEqual(invalidToken(reason, { scope: undefined }));
  });

  it('answers 503 while the keys are unavailable', async () => {
    const headers = await bearer(issuer);
    await issuer.stop();
    const anonymous = await request(app).get('/');
    expect([anonymous.status, anonymous.body]).toEqual([200, { caller: 'anonymous' }]);
    const response = await request(app).get('/').set(headers);
    expect([response.status, response.headers['retry-after']]).toEqual([503, '1']);
  });

  it('adds to an existing Vary header, and leaves it to later middleware', async () => {
    const response = await request(app).get('/vary');
    expect(response.headers['vary']).toBe('Origin, Authorization, Accept');
  });

  it('leaves the decision to a guard that follows', async () => {
    const anonymous = await request(app).get('/then');
    expect(answerOf(anonymous)).toEqual(missingCredentials());
    const lacking = await request(app)
      .get('/then')
      .set(await bearer(issuer));
    expect(lacking.status).toBe(403);
    const enough = await request(app)
      .get('/then')
      .set(await bearer(issuer, { scope: 'read', clientId: 'nightly' }));
    expect(enough.body).toEqual({ caller: 'nightly' });
  });

  it('behind a guard returns the token of that guard', async () => {
    const response = await request(app)
      .get('/before')
      .set(await bearer(issuer, { scope: 'read', clientId: 'nightly' }));
    expect(response.body).toEqual({ caller: 'nightly' });
  });

  it('throws for a handler that calls accessToken() for an anonymous caller', async () => {
    app.use(showErrors());
    const response = await request(app).get('/careless');
    expect([response.status, response.body]).toEqual([
      500,
      {
        name: 'TypeError',
        message: 'this request is anonymous; use accessTokenIfAny() behind optionalAccessToken()',
      },
    ]);
  });
});
