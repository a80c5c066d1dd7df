/** The commands of the plan, and the step in which two libraries run side by side. */
import { logEvents } from '@scopegate/telemetry/logs';
import type { TestIssuer } from '@scopegate/testing';
import type { Express as Application, RequestHandler } from 'express';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import pino from 'pino';
import request from 'supertest';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { listenToDecisions } from '../../../test/support/decision-log.js';
import { type Express, forEachExpress } from '../../../test/support/express-versions.js';
import { runInMemory } from '../../../test/support/memory-terminal.js';
import { bearer, openApi, openIssuer } from '../../../test/support/test-issuers.js';
import { guardTwice } from './side-by-side.js';

const audience = 'https://api.example.com';
const until = new Date(Date.now() + 86_400_000).toISOString();

let issuer: TestIssuer;

beforeEach(async () => {
  issuer = await openIssuer();
});

/** What people write with jose. It accepts ID tokens, and tokens without a scope. */
function createOld(): RequestHandler {
  const jwks = createRemoteJWKSet(new URL(issuer.jwksUri));
  return (req, res, next) => {
    const token = req.headers.authorization?.split(' ')[1] ?? '';
    jwtVerify(token, jwks, { issuer: issuer.issuer, audience }).then(
      () => {
        next();
      },
      () => res.status(401).json({ error: 'Invalid token' }),
    );
  };
}

/** The lines that `logEvents` writes until the running test is over. */
function logDecisions(): readonly string[] {
  const lines: string[] = [];
  const log = logEvents(pino({}, { write: (line: string) => lines.push(line) }), { allowed: true });
  onTestFinished(() => {
    log.close();
  });
  return lines;
}

forEachExpress((express: Express) => {
  describe('guardTwice', () => {
    async function createApp(): Promise<Application> {
      const api = openApi({
        ...issuer.options({ audience }),
        scopes: ['write:orders'],
        identifyClients: true,
      });
      await api.ready(); // otherwise the first decisions come after the responses
      const app = express();
      const v1 = express.Router();
      guardTwice(v1, createOld(), { api, until });
      v1.all('/orders', (_req, res) => void res.json({ orders: [] }));
      app.use('/v1', v1);
      return app;
    }

    it('changes no response, and reports whom the guards would refuse', async () => {
      const decisions = listenToDecisions();
      const lines = logDecisions();
      const app = await createApp();
      const write = await bearer(issuer, { audience, scope: 'write:orders' });
      const read = await bearer(issuer, { audience, clientId: 'reports' });
      const id = { authorization: issuer.bearer.idToken({ audience }).authorization };
      await request(app).get('/v1/orders').set(write).expect(200);
      await request(app).post('/v1/orders').set(write).expect(200);
      await request(app).post('/v1/orders').set(read).expect(200);
      await request(app).post('/v1/orders').set(id).expect(200);
      await request(app).get('/v1/orders').expect(401, { error: 'Invalid token' });
      const described = decisions.map(({ method, outcome, reason, clientId }) => [
        method,
        outcome,
        reason,
        clientId,
      ]);
      expect(described).toEqual([
        ['GET', 'allowed', undefined, 'test-client'],
        ['POST', 'allowed', undefined, 'test-client'],
        ['POST', 'unenforced', 'scope', 'reports'],
        ['POST', 'unenforced', 'typ', undefined],
      ]);
      const { code, stdout } = await runInMemory(['trials', '-'], { input: lines.join('') });
      expect(code).toBe(0);
      expect(stdout).toContain('report-only: an access token and write:orders  1        1');
      expect(stdout).toMatch(/reports .* POST \/v1\/orders +scope \(1\)/);
    });
  });
});

describe('the commands of the plan', () => {
  it('check the issuer, and one token', async () => {
    const doctor = await runInMemory(['doctor', issuer.issuer]);
    expect([doctor.code, doctor.stdout]).toEqual([0, expect.stringContaining('READY')]);
    const trust = ['--issuer', issuer.issuer, '--audience', audience];
    const good = await runInMemory(['explain', ...trust], {
      input: await issuer.mint({ audience }),
    });
    expect([good.code, good.stdout]).toEqual([0, expect.stringContaining('ACCEPTED')]);
    const idToken = issuer.bearer.idToken({ audience }).authorization.slice('Bearer '.length);
    const bad = await runInMemory(['explain', ...trust], { input: idToken });
    expect([bad.code, bad.stdout]).toEqual([1, expect.stringContaining('REFUSED: typ')]);
  });
});
