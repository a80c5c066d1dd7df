import express from 'express';
import { describe, expect, it } from 'vitest';
import { SECRET_OPTIONS } from '../../../../test/support/tokens.js';
import { formatAudit } from './audit-format.js';
import { declarePublic } from '../guard/declare-public.js';
import { createResourceServer } from '../resource-server.js';
import type { RouteAudit } from '../audit/route-audit.js';
import { allOf, anyOf } from '@scopegate/resource-server';
import type { AuditFormat } from '@scopegate/resource-server/internal';

const answer: express.RequestHandler = (_req, res) => {
  res.end();
};

const pass: express.RequestHandler = (_req, _res, next) => {
  next();
};

function auditExample(): RouteAudit {
  const api = createResourceServer(SECRET_OPTIONS);
  const app = express();
  app.get('/health', declarePublic('a probe'), answer);
  app.get('/v1{/:id}', api.require({ scope: allOf('a', anyOf('b', 'c')) }), answer);
  app.get('/maybe/*path', api.optionalAccessToken(), answer);
  app.get('/declared', declarePublic('previews'), api.optionalAccessToken(), answer);
  app.post('/late', pass, api.requireAccessToken(), answer);
  app.post('/token', api.requireAccessToken(), answer);
  app.put('/open', answer);
  app.all('/v1', api.requireScope('a'), answer);
  app.propfind('/dav', api.requireScope('a'), answer);
  app.get(/^\/r$/, api.requireScope('a'), answer);
  return api.auditRoutes(app);
}

describe('formatAudit', () => {
  it('writes the audit itself as JSON', () => {
    const audit = auditExample();
    expect(JSON.parse(formatAudit(audit, 'json'))).toEqual(JSON.parse(JSON.stringify(audit)));
  });

  it('writes the table and the findings as Markdown', () => {
    expect(formatAudit(auditExample(), 'markdown').split('\n')).toEqual([
      '| METHOD | PATH | ACCESS | SCOPES | BY |',
      '| --- | --- | --- | --- | --- |',
      '| GET, HEAD | /health | public |  | a probe |',
      '| GET, HEAD | /v1{/:id} | guarded | a and (b or c) | requirePolicy |',
      '| GET, HEAD | /maybe/\\*path | OPTIONAL |  | optionalAccessToken |',
      '| GET, HEAD | /declared | optional |  | optionalAccessToken, previews |',
      '| POST | /late | GUARDED LATE |  | requireAccessToken |',
      '| POST | /token | guarded |  | requireAccessToken |',
      '| PUT | /open | OPEN |  |  |',
      '| ALL | /v1 | guarded | a | requireScope |',
      '| PROPFIND | /dav | guarded | a | requireScope |',
      '| GET, HEAD | (/^\\\\/r$/) | guarded | a | requireScope |',
      '',
      '- 1 of 10 routes is open',
      "- requests without a token pass; guard these routes, or declare them with declarePublic('why'): GET /maybe/*path",
      '- POST /late: pass runs before the guard; put the guard first',
      '- no sample path was found, so guards that are mounted on a path may not be counted: GET (/^\\/r$/)',
    ]);
  });

  it('writes the security of OpenAPI operations', () => {
    const guarded = (...sets: string[][]): object => ({
      security: sets.map((accessToken) => ({ accessToken })),
      'x-scopegate-access': 'guarded',
    });
    const all = ['put', 'post', 'delete', 'options', 'patch'];
    expect(JSON.parse(formatAudit(auditExample(), 'openapi'))).toEqual({
      paths: {
        '/health': { get: { security: [], 'x-scopegate-access': 'public' } },
        '/v1/{id}': { get: guarded(['a', 'b'], ['a', 'c']) },
        '/v1': {
          ...Object.fromEntries(all.map((operation) => [operation, guarded(['a'])])),
          get: guarded(['a', 'b'], ['a', 'c']),
        },
        '/maybe/{path}': {
          get: { security: [{}, { accessToken: [] }], 'x-scopegate-access': 'optional' },
        },
        '/declared': {
          get: { security: [{}, { accessToken: [] }], 'x-scopegate-access': 'optional' },
        },
        '/late': { post: guarded([]) },
        '/token': { post: guarded([]) },
        '/open': { put: { security: [], 'x-scopegate-access': 'open' } },
      },
      'x-scopegate-unlisted': ['PROPFIND /dav', 'GET (/^\\/r$/)'],
    });
  });

  it('omits the OpenAPI list of unlisted routes when it is empty', () => {
    const fragment = formatAudit({ ...auditExample(), routes: [] }, 'openapi');
    expect(JSON.parse(fragment)).toEqual({ paths: {} });
  });

  it.each(['markdwon', 'toString'])('refuses the format %s', (format) => {
    expect(() => formatAudit(auditExample(), format as AuditFormat)).toThrow(
      /^the format of an audit must be one of table, json, markdown, openapi/,
    );
  });
});
