import type { Express } from 'express';
import type { CredentialLocation } from '@scopegate/express';
import type { TestIssuer } from '@scopegate/testing';
import request from 'supertest';
import { beforeEach, describe, expect, it } from 'vitest';
import { answerOf, invalidRequest, invalidToken, refusal } from '../../support/answers.js';
import { EXPRESS_VERSIONS } from '../../support/express-versions.js';
import { openApi, openIssuer } from '../../support/test-issuers.js';

const SPACE = 'Bearer realm="https://api.example.com"';

const SEVERAL = invalidRequest('several_locations');
const MALFORMED = invalidRequest('malformed_parameter');

describe.each(EXPRESS_VERSIONS)('option credentials on Express $version', ({ express }) => {
  let issuer: TestIssuer;
  let token: string;

  beforeEach(async () => {
    issuer = await openIssuer();
    token = await issuer.mint({ scope: 'read' });
  });

  function appWith(...credentials: CredentialLocation[]): Express {
    const api = openApi({ ...issuer.options(), credentials });
    const app = express();
    for (const extended of [true, false]) {
      const path = extended ? '/' : '/simple';
      app.use(path, express.urlencoded({ extended }), express.json());
      app.all(path, api.requireScope('read'), (req, res) => {
        res.set('X-Client', api.accessToken(req).clientId).json({ handled: true });
      });
    }
    return app;
  }

  it.each(['Bearer', 'bearer', 'BEARER', 'bEaReR'])(
    'reads the token after the scheme %s',
    async (scheme) => {
      const response = await request(appWith('header'))
        .get('/')
        .set({ authorization: `${scheme}   ${token}` });
      expect(response.body).toEqual({ handled: true });
      expect(response.headers).not.toHaveProperty('cache-control');
    },
  );

  describe('with the header alone', () => {
    it('ignores the query', async () => {
      const response = await request(appWith('header')).get('/').query({ access_token: token });
      expect(answerOf(response)).toEqual(refusal(401, SPACE));
    });

    it('ignores the body', async () => {
      const response = await request(appWith('header'))
        .post('/')
        .type('form')
        .send({ access_token: token });
      expect(answerOf(response)).toEqual(refusal(401, SPACE));
    });

    it('refuses tokens in both header and query', async () => {
      const response = await request(appWith('header'))
        .get('/')
        .query({ access_token: token })
        .set({ authorization: `Bearer ${token}` });
      expect(answerOf(response)).toEqual(SEVERAL);
    });

    it('leaves the body to the application', async () => {
      const response = await request(appWith('header'))
        .post('/')
        .type('form')
        .send({ access_token: 'whatever' })
        .set({ authorization: `Bearer ${token}` });
      expect(response.body).toEqual({ handled: true });
    });
  });

  describe('with the query', () => {
    it.each(['/', '/simple'])('accepts the token and disables shared caches: %s', async (path) => {
      const response = await request(appWith('header', 'query'))
        .get(path)
        .query({ access_token: token });
      expect(response.body).toEqual({ handled: true });
      expect(response.headers['cache-control']).toBe('private, no-store');
    });

    it('still accepts the header, and leaves caching to the application', async () => {
      const response = await request(appWith('header', 'query'))
        .get('/')
        .set({ authorization: `Bearer ${token}` });
      expect(response.body).toEqual({ handled: true });
      expect(response.headers).not.toHaveProperty('cache-control');
    });

    it.each([
      'access_token=T&access_token=U',
      'access_token[]=T',
      'access_token%5B%5D=T',
      'access_token[x]=T',
      'access_token=',
      'access_token=%E9',
      'access_token=a%20b',
    ])('refuses %s', async (query) => {
      const response = await request(appWith('header', 'query')).get(`/?${query}`);
      expect(answerOf(response)).toEqual(MALFORMED);
    });

    it('refuses a bad token there without quoting it', async () => {
      const response = await request(appWith('header', 'query')).get('/?access_token=abc');
      expect(answerOf(response)).toEqual(invalidToken('malformed'));
    });

    it('reads the query in a mounted router', async () => {
      const app = express();
      app.use('/v1', appWith('header', 'query'));
      const response = await request(app).get('/v1/').query({ access_token: token });
      expect(response.body).toEqual({ handled: true });
    });

    it('refuses tokens in both header and query', async () => {
      const response = await request(appWith('header', 'query'))
        .get('/')
        .query({ access_token: token })
        .set({ authorization: `Bearer ${token}` });
      expect(answerOf(response)).toEqual(SEVERAL);
    });
  });

  describe('with the body', () => {
    it.each(['post', 'put', 'patch'] as const)('accepts a form by %s', async (method) => {
      for (const path of ['/', '/simple']) {
        const sent = request(appWith('header', 'body'))[method](path);
        const response = await sent.type('form').send({ access_token: token });
        expect(response.body).toEqual({ handled: true });
        expect(response.headers['cache-control']).toBe('private, no-store');
      }
    });

    it.each(['get', 'delete'] as const)('ignores a form by %s', async (method) => {
      const sent = request(appWith('header', 'body'))[method]('/');
      const response = await sent.type('form').send({ access_token: token });
      expect(answerOf(response)).toEqual(refusal(401, SPACE));
    });

    it('ignores JSON', async () => {
      const response = await request(appWith('header', 'body'))
        .post('/')
        .send({ access_token: token });
      expect(answerOf(response)).toEqual(refusal(401, SPACE));
    });

    it.each([
      'access_token=T&access_token=T',
      'access_token[]=T',
      'access_token[x]=T',
      'access_token=',
      'access_token=%E9',
    ])('refuses %s', async (form) => {
      for (const path of ['/', '/simple']) {
        const response = await request(appWith('header', 'body'))
          .post(path)
          .type('form')
          .send(form);
        expect(answerOf(response)).toEqual(MALFORMED);
      }
    });

    it('refuses tokens in both header and body, even if they are equal', async () => {
      const response = await request(appWith('header', 'body'))
        .post('/')
        .type('form')
        .send({ access_token: token })
        .set({ authorization: `Bearer ${token}` });
      expect(answerOf(response)).toEqual(SEVERAL);
    });
  });
});
