import type { Express } from 'express';
import type { ResourceServer } from '@scopegate/express';
import type { TestIssuer } from '@scopegate/testing';
import request from 'supertest';
import { beforeEach, describe, expect, it } from 'vitest';
import { EXPRESS_VERSIONS } from '../../support/express-versions.js';
import { bearer, openApi, openIssuer } from '../../support/test-issuers.js';
import { invalidToken } from '../../support/answers.js';

const AUDIENCE = 'https://api.example.com';

const { challenge: BAD_SIGNATURE } = invalidToken('signature');

describe.each(EXPRESS_VERSIONS)('option issuers on Express $version', ({ express }) => {
  let a: TestIssuer;
  let b: TestIssuer;

  beforeEach(async () => {
    // Both use the kid `key-1` for their first key.
    [a, b] = await Promise.all([openIssuer(), openIssuer()]);
  });

  function appWith(api: ResourceServer): Express {
    const app = express();
    app.get('/', api.requireScope('read'), (req, res) => {
      const { issuer, clientId } = api.accessToken(req);
      res.json({ issuer, clientId });
    });
    return app;
  }

  describe('several issuers', () => {
    let app: Express;

    beforeEach(() => {
      const { clock } = a;
      const issuers = [{ issuer: a.issuer }, { issuer: b.issuer, jwksUri: b.jwksUri }];
      app = appWith(openApi({ issuers, audience: AUDIENCE, clock }));
    });

    it('each verify their own tokens', async () => {
      for (const issuer of [a, b]) {
        const headers = await bearer(issuer, { scope: 'read', clientId: 'nightly' });
        const response = await request(app).get('/').set(headers);
        expect(response.body).toEqual({ issuer: issuer.issuer, clientId: 'nightly' });
      }
    });

    it("never verify each other's tokens, even if their keys share a kid", async () => {
      const impersonations = [
        await bearer(a, { scope: 'read', claims: { iss: b.issuer } }),
        await bearer(b, { scope: 'read', claims: { iss: a.issuer } }),
      ];
      for (const headers of impersonations) {
        const response = await request(app).get('/').set(headers);
        expect([response.status, response.headers['www-authenticate']]).toEqual([
          401,
          BAD_SIGNATURE,
        ]);
      }
    });

    it("never verify each other's tokens after a good token was cached", async () => {
      const good = await bearer(a, { scope: 'read' });
      await request(app).get('/').set(good).expect(200);
      const forged = await bearer(b, { scope: 'read', claims: { iss: a.issuer } });
      const response = await request(app).get('/').set(forged);
      expect(response.headers['www-authenticate']).toBe(BAD_SIGNATURE);
    });

    it('are asked for keys only for their own tokens', async () => {
      await request(app)
        .get('/')
        .set(await bearer(b, { scope: 'read' }))
        .expect(200);
      expect([a.requests.metadata, a.requests.jwks]).toEqual([0, 0]);
      // With `jwksUri`, no discovery is needed.
      expect([b.requests.metadata, b.requests.openid, b.requests.jwks]).toEqual([0, 0, 1]);
    });

    it('fail independently', async () => {
      await a.stop();
      const down = await request(app)
        .get('/')
        .set(await bearer(a, { scope: 'read' }));
      const up = await request(app)
        .get('/')
        .set(await bearer(b, { scope: 'read' }));
      expect([down.status, up.status]).toEqual([503, 200]);
    });

    it('are limited to the configured ones', async () => {
      const stranger = await openIssuer();
      const headers = await bearer(stranger, { scope: 'read' });
      const response = await request(app).get('/').set(headers);
      expect([response.status, response.headers['www-authenticate']]).toEqual([
        401,
        invalidToken('issuer').challenge,
      ]);
      const { metadata, openid, jwks } = stranger.requests;
      expect([metadata, openid, jwks]).toEqual([0, 0, 0]);
    });

    it('may each have their own audience', async () => {
      const issuers = [{ issuer: a.issuer }, { issuer: b.issuer, audience: 'sales-api' }];
      app = appWith(openApi({ issuers, audience: AUDIENCE, clock: a.clock }));
      const statusOf = async (issuer: TestIssuer, audience: string): Promise<number> => {
        const headers = await bearer(issuer, { scope: 'read', audience });
        return (await request(app).get('/').set(headers)).status;
      };
      expect(await statusOf(a, AUDIENCE)).toBe(200);
      expect(await statusOf(b, 'sales-api')).toBe(200);
      expect(await statusOf(a, 'sales-api')).toBe(401);
      expect(await statusOf(b, AUDIENCE)).toBe(401);
    });
  });

  describe('two resource servers in one process', () => {
    const OTHER = 'https://other-api.example.com';

    it('never share a decision about a token', async () => {
      const ours = openApi({ ...a.options() });
      const theirs = openApi({ ...a.options(), audience: OTHER });
      const app = express();
      app.get('/ours', ours.requireAccessToken(), (_req, res) => void res.json({}));
      app.get('/theirs', theirs.requireAccessToken(), (_req, res) => void res.json({}));
      const forUs = await bearer(a);
      const forThem = await bearer(a, { audience: OTHER });
      const challengeAt = async (path: string, headers: Record<string, string>): Promise<unknown> =>
        (await request(app).get(path).set(headers)).headers['www-authenticate'];
      const judgements = {
        ours: undefined,
        theirs: undefined,
        wrong: invalidToken('audience', { realm: OTHER, scope: undefined }).challenge,
        alsoWrong: invalidToken('audience', { scope: undefined }).challenge,
      };
      const judge = async (): Promise<unknown> => ({
        ours: await challengeAt('/ours', forUs),
        theirs: await challengeAt('/theirs', forThem),
        wrong: await challengeAt('/theirs', forUs),
        alsoWrong: await challengeAt('/ours', forThem),
      });
      expect(await judge()).toEqual(judgements);
      // A token that one of them has cached would be accepted.
      expect(await judge()).toEqual(judgements);
    });

    it('never share a decision about a request', async () => {
      const ours = openApi({ ...a.options() });
      const theirs = openApi({ ...a.options(), audience: OTHER, realm: 'theirs' });
      const app = express();
      app.get('/', ours.requireAccessToken(), theirs.requireAccessToken(), (_req, res) => {
        res.json({});
      });
      const response = await request(app)
        .get('/')
        .set(await bearer(a));
      expect([response.status, response.headers['www-authenticate']]).toEqual([
        401,
        invalidToken('audience', { realm: 'theirs', scope: undefined }).challenge,
      ]);
    });

    it('each check a request that the other has allowed', async () => {
      const ours = openApi({ ...a.options() });
      const theirs = openApi({ issuer: b.issuer, audience: AUDIENCE, clock: b.clock });
      const app = express();
      app.get('/', ours.requireAccessToken(), theirs.optionalAccessToken(), (_req, res) => {
        res.json({});
      });
      const response = await request(app)
        .get('/')
        .set(await bearer(a));
      expect(response.headers['www-authenticate']).toBe(
        invalidToken('issuer', { scope: undefined }).challenge,
      );
    });
  });
});
