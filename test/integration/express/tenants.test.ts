import { once } from 'node:events';
import type { Express } from 'express';
import type { IssuerResolver } from '@scopegate/access-token';
import type { ResourceServer } from '@scopegate/express';
import { createTestClock, type TestClock, type TestIssuer } from '@scopegate/testing';
import request from 'supertest';
import { beforeEach, describe, expect, it } from 'vitest';
import { answerOf, invalidToken } from '../../support/answers.js';
import { EXPRESS_VERSIONS } from '../../support/express-versions.js';
import { bearer, openApi, openIssuer } from '../../support/test-issuers.js';

const AUDIENCE = 'https://api.example.com';
const MINUTE = 60_000;

describe.each(EXPRESS_VERSIONS)('issuers found at run time on Express $version', ({ express }) => {
  let clock: TestClock;
  let acme: TestIssuer;
  let globex: TestIssuer;
  let stranger: TestIssuer;
  /** The tenants by issuer: what the application's database contains. */
  let tenants: Map<string, ReturnType<IssuerResolver['resolve']>>;
  let lookups: string[];
  let isDown: boolean;
  let api: ResourceServer;
  let app: Express;

  beforeEach(async () => {
    clock = createTestClock();
    [acme, globex, stranger] = await Promise.all([
      openIssuer({ clock }),
      openIssuer({ clock }),
      openIssuer({ clock }),
    ]);
    tenants = new Map([acme, globex].map(({ issuer }) => [issuer, { issuer }]));
    lookups = [];
    isDown = false;
    api = openApi({ audience: AUDIENCE, clock, issuers: { resolve } });
    app = appWith(api);
  });

  const resolve: IssuerResolver['resolve'] = async (issuer) => {
    lookups.push(issuer);
    if (isDown) throw new Error('the database is down');
    return await tenants.get(issuer);
  };

  function appWith(server: ResourceServer): Express {
    const created = express();
    created.get('/', server.requireScope('read'), (req, res) => {
      const { issuer, clientId } = server.accessToken(req);
      res.json({ issuer, clientId });
    });
    return created;
  }

  const ask = async (headers: Record<string, string>): Promise<request.Response> =>
    request(app).get('/').set(headers);

  it('accept the tokens of each tenant, and look each tenant up once', async () => {
    for (const { issuer, mint } of [acme, globex, acme]) {
      const { body } = await ask(await bearer({ mint }, { scope: 'read', clientId: 'nightly' }));
      expect(body).toEqual({ issuer, clientId: 'nightly' });
    }
    expect(lookups).toEqual([acme.issuer, globex.issuer]);
  });

  it('refuse a token of an unknown issuer with 401, and send that issuer no request', async () => {
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const response = await ask(await bearer(stranger, { scope: 'read' }));
      expect(answerOf(response)).toEqual(invalidToken('issuer'));
    }
    expect(lookups).toEqual([stranger.issuer]);
    expect(stranger.requests).toMatchObject({ metadata: 0, openid: 0, jwks: 0 });
  });

  it('refuse a token that one tenant signed in the name of another', async () => {
    const forged = await bearer(acme, { scope: 'read', claims: { iss: globex.issuer } });
    expect(answerOf(await ask(forged))).toEqual(invalidToken('signature'));
  });

  it('accept a tenant that is onboarded a minute later', async () => {
    const headers = await bearer(stranger, { scope: 'read' });
    expect((await ask(headers)).status).toBe(401);
    tenants.set(stranger.issuer, { issuer: stranger.issuer });
    clock.advance(MINUTE);
    expect((await ask(headers)).status).toBe(200);
  });

  it('refuse the cached tokens of a tenant that is offboarded, and end its connections', async () => {
    acme.setHeaders('jwks', { 'cache-control': 'max-age=86400' });
    const headers = await bearer(acme, { scope: 'read', expiresInSeconds: 86_400 });
    let signal: AbortSignal | undefined;
    app.get('/watch', api.requireAccessToken(), (req, res) => {
      signal = api.whileAcceptable(api.accessToken(req));
      res.sendStatus(204);
    });
    await request(app).get('/watch').set(headers);
    tenants.delete(acme.issuer);
    expect((await ask(headers)).status).toBe(200);
    clock.advance(10 * MINUTE);
    // The lookup runs in the background while the cached token is accepted.
    expect((await ask(headers)).status).toBe(200);
    if (signal?.aborted === false) await once(signal, 'abort');
    expect(signal?.reason).toMatchObject({ code: 'ERR_BEARER_INVALID_TOKEN', reason: 'issuer' });
    expect(answerOf(await ask(headers))).toEqual(invalidToken('issuer'));
    expect(api.health().issuers).toEqual([]);
  });

  it('refuse an offboarded tenant as soon as refresh() has resolved', async () => {
    const headers = await bearer(acme, { scope: 'read' });
    expect((await ask(headers)).status).toBe(200);
    tenants.delete(acme.issuer);
    await api.refresh();
    expect(answerOf(await ask(headers))).toEqual(invalidToken('issuer'));
  });

  it('answer 503 with Retry-After when the lookup fails, without the issuer in the body', async () => {
    expect((await ask(await bearer(acme, { scope: 'read' }))).status).toBe(200);
    isDown = true;
    const response = await ask(await bearer(stranger, { scope: 'read' }));
    expect(answerOf(response)).toMatchObject({ status: 503, retryAfter: '1' });
    expect(response.text).not.toContain(stranger.issuer);
    // Tenants that are held are not affected.
    expect((await ask(await bearer(acme, { scope: 'read' }))).status).toBe(200);
  });

  it('serve held tenants through an outage of the lookup', async () => {
    const headers = await bearer(acme, { scope: 'read', expiresInSeconds: 86_400 });
    expect((await ask(headers)).status).toBe(200);
    isDown = true;
    clock.advance(60 * MINUTE);
    expect((await ask(headers)).status).toBe(200);
    await expect.poll(() => api.health().issuers[0]?.lastError?.message).toContain(acme.issuer);
    expect((await ask(headers)).status).toBe(200);
  });

  it('are known to health(), explain() and the audit', async () => {
    expect(api.health()).toMatchObject({ issuers: [], introspection: [], reportOnly: [] });
    await api.ready();
    const token = await acme.mint({ scope: 'read' });
    expect(await api.explain(token, { scope: 'read' })).toMatchObject({ verdict: 'accepted' });
    expect(await api.explain(await stranger.mint())).toMatchObject({
      verdict: 'refused',
      reason: 'issuer',
      checks: expect.arrayContaining([
        expect.objectContaining({
          name: 'issuer',
          expected: 'an issuer that "issuers.resolve" returns',
        }),
      ]) as unknown,
    });
    expect(api.health().issuers).toMatchObject([{ issuer: acme.issuer, state: 'fresh' }]);
    expect(api.auditRoutes(app).routes[0]).toMatchObject({ access: 'guarded', scopes: ['read'] });
  });

  it('leave explain() undecided when the lookup fails', async () => {
    isDown = true;
    const explained = await api.explain(await stranger.mint());
    expect(explained).toMatchObject({ verdict: 'undecided', reason: 'unavailable' });
  });

  it('leave the audience unchecked in explain() while the issuer is unknown', async () => {
    api = openApi({ realm: 'sales', clock, issuers: { resolve } });
    const { reason, checks } = await api.explain(await stranger.mint());
    expect(reason).toBe('issuer');
    expect(checks.find(({ name }) => name === 'audience')?.outcome).toBe('skipped');
  });

  it('have an explanation that names an option of theirs that is not valid', async () => {
    api = openApi({ realm: 'sales', clock, issuers: { resolve } });
    const { reason, checks } = await api.explain(await acme.mint());
    expect(reason).toBe('unavailable');
    expect(checks.find(({ name }) => name === 'issuer')?.found).toContain(
      'option "issuers.resolve().audience" is missing',
    );
  });

  it('have their own audience and scope claims', async () => {
    tenants.set(acme.issuer, { issuer: acme.issuer, audience: 'acme', scopeClaims: ['roles'] });
    const claims = { aud: 'acme', roles: 'read' };
    expect((await ask(await bearer(acme, { claims }))).status).toBe(200);
    expect((await ask(await bearer(acme, { scope: 'read' }))).status).toBe(401);
    expect((await ask(await bearer(globex, { claims }))).status).toBe(401);
  });

  it('verify tokens again when the options of their issuer have changed', async () => {
    const headers = await bearer(acme, { scope: 'read' });
    expect((await ask(headers)).status).toBe(200);
    tenants.set(acme.issuer, { issuer: acme.issuer, audience: 'https://other.example' });
    await api.refresh();
    expect(answerOf(await ask(headers))).toEqual(invalidToken('audience'));
  });

  it('keep their keys when a lookup returns the same options', async () => {
    await ask(await bearer(acme, { scope: 'read' }));
    const { jwks } = acme.requests;
    clock.advance(11 * MINUTE);
    await ask(await bearer(acme, { scope: 'read' }));
    await expect.poll(() => lookups.length).toBe(2);
    await ask(await bearer(acme, { scope: 'read' }));
    expect([api.health().issuers.length, lookups.length]).toEqual([1, 2]);
    expect(acme.requests.jwks).toBeLessThanOrEqual(jwks + 1);
  });

  it('are evicted beyond the maximum, and their tokens are verified again', async () => {
    api = openApi({ audience: AUDIENCE, clock, issuers: { resolve, max: 1 } });
    app = appWith(api);
    const headers = await bearer(acme, { scope: 'read' });
    expect((await ask(headers)).status).toBe(200);
    expect((await ask(await bearer(globex, { scope: 'read' }))).status).toBe(200);
    expect(api.health().issuers).toMatchObject([{ issuer: globex.issuer }]);
    expect((await ask(headers)).status).toBe(200);
    expect(lookups).toEqual([acme.issuer, globex.issuer, acme.issuer]);
  });

  it('are not named in the metadata document unless they are given', async () => {
    const path = '/.well-known/oauth-protected-resource';
    const created = express();
    created.use(api.metadata());
    const { body } = await request(created).get(path);
    expect(body).toMatchObject({ resource: AUDIENCE });
    expect(body).not.toHaveProperty('authorization_servers');
    const named = express();
    const servers = ['https://login.example.com'];
    named.use(api.metadata({ authorization_servers: servers }));
    expect((await request(named).get(path)).body).toMatchObject({ authorization_servers: servers });
  });

  it('require a realm when they share no audience', () => {
    expect(() => openApi({ issuers: { resolve } })).toThrow(
      new TypeError(
        'option "realm" is missing; set it, or set "audience" next to "issuers", because the audiences of issuers that are found at run time are not known at start-up',
      ),
    );
    expect(() => openApi({ issuers: { resolve }, realm: 'sales' })).not.toThrow();
  });

  it('are looked up once each when many concurrent requests name them', async () => {
    const headers = await bearer(acme, { scope: 'read' });
    const others = await bearer(stranger, { scope: 'read' });
    const responses = await Promise.all(
      Array.from({ length: 20 }, (_, index) => ask(index % 2 === 0 ? headers : others)),
    );
    expect(responses.map(({ status }) => status)).toEqual(
      responses.map((_, index) => (index % 2 === 0 ? 200 : 401)),
    );
    expect(lookups.sort()).toEqual([acme.issuer, stranger.issuer].sort());
  });
});
