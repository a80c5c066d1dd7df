import { createResourceServer } from '@scopegate/express';
import { assertProtected, createTestIssuer } from '@scopegate/testing';
import { describe, expect, it } from 'vitest';
import { EXPRESS_VERSIONS } from '../../support/express-versions.js';

describe.each(EXPRESS_VERSIONS)('assertProtected on Express $version', ({ express }) => {
  it.each<[object, string]>([
    [
      { issuer: undefined },
      'option "issuer" must be a test issuer; create one with createTestIssuer()',
    ],
    [{ exept: [] }, 'assertProtected has no option "exept"; did you mean "except"?'],
    [
      { ignoreUnseen: ['/static'] },
      'option "ignoreUnseen" must name unguarded middleware of the audit; remove "/static"',
    ],
    [
      { except: ['GET /b'] },
      'option "except" must name routes of the application, not "GET /b"; did you mean "GET /a"?',
    ],
    [
      { paths: { '/b': '/' } },
      'option "paths" must name routes of the application, not "/b"; did you mean "/a"?',
    ],
    [
      { forgeries: ['expird'] },
      'option "forgeries" must list known forgeries, not "expird"; did you mean "expired"?',
    ],
    [{ token: { scopes: 'a' } }, 'a token has no option "scopes"; did you mean "scope"?'],
  ])('rejects the options %j', async (options, message) => {
    const issuer = await createTestIssuer({ alg: 'ES256', listen: false });
    const api = createResourceServer(issuer.options({ audience: 'https://sales.example' }));
    const app = express().get('/a', api.requireScope('read'), (_req, res) => void res.send());
    await expect(assertProtected(app, api, { issuer, ...options })).rejects.toThrow(
      new TypeError(message),
    );
  });
});
