import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createResourceServer } from '@scopegate/express';
import { assertProtected, createTestIssuer } from '@scopegate/testing';
import express, { type RequestHandler } from 'express';
import { expect, it } from 'vitest';
import { root } from '../../workspace/workspace.js';

it('assertProtected rejects with the table in the README', async () => {
  const readme = readFileSync(join(root, 'packages/testing/README.md'), 'utf8');
  const [, table = ''] = /^```text\nError: (.*?)\n```$/ms.exec(readme) ?? [];
  const issuer = await createTestIssuer({ alg: 'ES256', listen: false });
  const api = createResourceServer({
    ...issuer.options({ audience: 'https://api.example.com' }),
    // Slow by more than the forged token is past its expiry.
    clock: () => issuer.clock() - 90 * 60_000,
  });
  const handler: RequestHandler = (_req, res) => void res.json({});
  const app = express();
  app.delete('/v1/sales/:id', handler);
  app.post('/v1/sales', api.requireAccessToken(), handler);
  app.post(/^\/import-\d/, api.requireAccessToken(), handler);
  app.use('/legacy', function proxy(req, res, next) {
    if (req.method === 'GET' && req.path === '/sample') res.json({});
    else next();
  });
  const error: unknown = await assertProtected(app, api, { issuer }).catch(
    (failure: unknown) => failure,
  );
  expect(String(error).split('\n\n').slice(0, 2).join('\n\n')).toBe(`Error: ${table}`);
});
