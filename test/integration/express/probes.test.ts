import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { auditRoutes, expectAllGuarded, type ResourceServer } from '@scopegate/express';
import type { TestIssuer } from '@scopegate/testing';
import type { Express } from 'express';
import request from 'supertest';
import { beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { EXPRESS_VERSIONS } from '../../support/express-versions.js';
import { bearer, openApi, openIssuer } from '../../support/test-issuers.js';
import { readFences } from '../../workspace/readmes.js';
import { root } from '../../workspace/workspace.js';
import { showHealth } from './health.js';
import { addProbes } from './probes.js';

const PAGE = 'docs/deployment.md';

interface Probe {
  readonly httpGet: { readonly path: string };
}

/** The probes of the manifest on the page. */
function readManifestProbes(): Record<'livenessProbe' | 'readinessProbe', Probe> {
  const fences = readFences(PAGE, readFileSync(join(root, PAGE), 'utf8'));
  const manifest: unknown = parse(fences.find(({ language }) => language === 'yaml')?.text ?? '');
  const { spec } = manifest as {
    spec: {
      template: { spec: { containers: [Record<'livenessProbe' | 'readinessProbe', Probe>] } };
    };
  };
  return spec.template.spec.containers[0];
}

describe.each(EXPRESS_VERSIONS)('the probes of the guide on Express $version', ({ express }) => {
  let issuer: TestIssuer;
  let api: ResourceServer;
  let app: Express;

  beforeEach(async () => {
    issuer = await openIssuer();
    api = openApi(issuer.options());
    app = express();
    addProbes(app, api);
    app.use(api.requireAccessToken());
    showHealth(app, api);
  });

  const statusOf = async (path: string): Promise<number> => (await request(app).get(path)).status;

  it('are ready once the keys are available, and stay ready during an outage', async () => {
    issuer.fault('jwks', { kind: 'status', status: 500, times: 1 });
    expect(await statusOf('/readyz')).toBe(503);
    expect(await statusOf('/livez')).toBe(200);
    issuer.clock.advance(60_000);
    expect(await statusOf('/readyz')).toBe(200);
    issuer.fault('jwks', { kind: 'status', status: 500 });
    issuer.clock.advance(3_600_000);
    expect(await statusOf('/readyz')).toBe(200);
  });

  it('do not ask the issuer more often than requests do', async () => {
    issuer.fault('jwks', { kind: 'status', status: 500 });
    for (let probe = 0; probe < 10; probe += 1) expect(await statusOf('/readyz')).toBe(503);
    expect(issuer.requests.jwks).toBe(1);
  });

  it('are declared public, and nothing else is open', () => {
    expect(() => {
      expectAllGuarded(app);
    }).not.toThrow();
    const { routes } = auditRoutes(app);
    const found = routes.filter(({ method }) => method === 'GET');
    expect(found.map(({ path, access }) => [path, access])).toEqual([
      ['/livez', 'public'],
      ['/readyz', 'public'],
      ['/healthz', 'guarded'],
    ]);
  });

  it('are those of the manifest', async () => {
    const { livenessProbe, readinessProbe } = readManifestProbes();
    expect(await statusOf(livenessProbe.httpGet.path)).toBe(200);
    expect(await statusOf(readinessProbe.httpGet.path)).toBe(200);
  });

  it('leave the cause to operators', async () => {
    const url = issuer.jwksUri;
    await api.ready();
    issuer.fault('jwks', { kind: 'status', status: 500 });
    await expect(api.refresh()).rejects.toThrow(url);
    const headers = await bearer(issuer, { scope: 'operate' });
    const { body } = await request(app).get('/healthz').set(headers).expect(200);
    expect(body).toMatchObject([{ issuer: issuer.issuer, state: 'fresh', keys: 1 }]);
    expect(JSON.stringify(body)).toContain('500');
    await request(app).get('/healthz').expect(401);
  });
});
