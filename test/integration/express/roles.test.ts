import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { auditRoutes } from '@scopegate/express';
import type { Express } from 'express';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { EXPRESS_VERSIONS } from '../../support/express-versions.js';
import { openApi } from '../../support/test-issuers.js';
import { SECRET_OPTIONS, signToken } from '../../support/tokens.js';
import { root } from '../../workspace/workspace.js';
import { listSections } from '../../workspace/pages.js';
import { mount } from './roles.js';

const page = readFileSync(join(root, 'docs/providers.md'), 'utf8');
const section = listSections(page).find(({ anchor }) => anchor === 'roles-and-permissions');

/** The paths of the option `scopeClaims` in the table, in order. */
const options = [...(section?.text ?? '').matchAll(/`scopeClaims: (\[[^\]]+\])`/g)].map(
  ([, list = '']) => JSON.parse(list.replaceAll("'", '"')) as string[],
);

describe('the option scopeClaims of the guide', () => {
  const role = 'read:analytics';
  it.each([
    [{ realm_access: { roles: [role] } }],
    [{ resource_access: { 'sales-api': { roles: [role] } } }],
    [{ permissions: [role] }],
    [{ roles: [role] }],
    [{ 'cognito:groups': [role] }],
    [{ groups: [role] }],
    [{ app_metadata: { permissions: [role] } }],
  ])('reads the roles in %j', async (claims) => {
    expect(options).toHaveLength(7);
    const index = options.filter((scopeClaims) => {
      return scopeClaims.some((path) => path.split('.')[0] === Object.keys(claims)[0]);
    });
    expect(index).toHaveLength(1);
    const [scopeClaims = []] = index;
    for (const { express } of EXPRESS_VERSIONS) {
      const api = openApi({ ...SECRET_OPTIONS, scopeClaims });
      const app = express();
      app.get('/', api.requireScope(role), (_req, res) => void res.json({}));
      const send = (token: string) => request(app).get('/').auth(token, { type: 'bearer' });
      await send(signToken({ scope: 'openid', ...claims })).expect(200);
      await send(signToken({ scope: 'openid' })).expect(403);
    }
  });
});

describe.each(EXPRESS_VERSIONS)('a role as a condition on Express $version', ({ express }) => {
  function createApp(): Express {
    const app = express();
    mount(app, openApi(SECRET_OPTIONS));
    return app;
  }

  it.each([
    [{ roles: ['sales-admin', 'viewer'] }, 204],
    [{ roles: ['viewer'] }, 403],
    [{ roles: 'sales-admin' }, 403],
    [{ groups: ['sales-admin'] }, 403],
    [null, 403],
    ['sales-admin', 403],
    [undefined, 403],
  ])('decides about realm_access %j with %i', async (realm_access, status) => {
    const token = signToken({ scope: 'write:sales', realm_access });
    await request(createApp()).delete('/v1/sales/7').auth(token, { type: 'bearer' }).expect(status);
  });

  it('requires the scope as well, and is in the audit', async () => {
    const token = signToken({ scope: 'read:sales', realm_access: { roles: ['sales-admin'] } });
    await request(createApp()).delete('/v1/sales/7').auth(token, { type: 'bearer' }).expect(403);
    expect(JSON.stringify(auditRoutes(createApp()))).toContain('role sales-admin');
  });
});
