/**
 * Authorization of the Model Context Protocol, revision 2026-07-28: a server with one endpoint, whose
 * tools require further scopes.
 *
 * @module
 */
import { inspect } from 'node:util';
import { createResourceServer, formatAudit } from '@scopegate/express';
import { isBearerToken } from '@scopegate/protocol';
import type { ForgeryName, TokenOverrides } from '@scopegate/testing';
import express, { type Request, type Response } from 'express';
import { describe, expect } from 'vitest';
import { type Answer } from '../support/answer.js';
import type { Front } from '../../support/fronts/front.js';
import { forEachFront } from '../../support/fronts/fronts.js';
import { type Fixture, type Mounting, openFixture } from '../support/fixture.js';
import { challengeOf, outcomeOf } from '../support/outcome.js';
import { verifies } from '../support/verifies.js';

const RESOURCE = 'https://mcp.example/mcp';
const DOCUMENT_PATH = '/.well-known/oauth-protected-resource/mcp';
const DOCUMENT = `https://mcp.example${DOCUMENT_PATH}`;
const SCOPES = ['notes:basic', 'notes:read', 'notes:write', 'offline_access'];
const CALL = { method: 'POST', path: '/mcp' } as const;

/** The scope of each tool. */
const TOOLS: Readonly<Record<string, string>> = {
  '/mcp/read': 'notes:read',
  '/mcp/write': 'notes:write',
};

/** Mounts an MCP endpoint as a server does that decides by the tool, within the handler. */
function mountServer(metadata: object): (mounting: Mounting) => void {
  return ({ app, api, handler }) => {
    app.publish(api.metadata(metadata));
    app.guard('/mcp', api.requireScope('notes:basic'));
    app.all('/mcp', handler);
    for (const [path, scope] of Object.entries(TOOLS)) {
      const policy = api.policy({ scope });
      app.all(path, (request) => {
        api.assertAllowed(request.original, policy);
        return handler(request);
      });
    }
    app.answerRefusals(api);
  };
}

function openMcp(front: Front, metadata: object = {}): Promise<Fixture> {
  return openFixture(front, {
    issuer: { audience: RESOURCE },
    server: (issuer) => ({
      ...issuer.options({ audience: RESOURCE }),
      scopes: SCOPES,
      impliedScopes: { 'notes:write': ['notes:read'], 'notes:read': ['notes:basic'] },
    }),
    mount: mountServer(metadata),
  });
}

async function bearer(server: Fixture, overrides: TokenOverrides): Promise<object> {
  return { authorization: `Bearer ${await server.issuer.mint(overrides)}` };
}

async function call(server: Fixture, scope: string, path = '/mcp'): Promise<Answer> {
  const headers = { ...(await bearer(server, { scope })) };
  return await server.send({ ...CALL, path, headers });
}

async function documentOf(server: Fixture): Promise<Record<string, unknown>> {
  const { status, body } = await server.send({ path: DOCUMENT_PATH });
  expect(status).toBe(200);
  return JSON.parse(body) as Record<string, unknown>;
}

forEachFront((front) => {
  describe('discovery of an MCP server', () => {
    verifies(
      'mcp#discovery/metadata-names-authorization-servers',
      'publishes its identifier and the issuers of its tokens',
      async () => {
        const server = await openMcp(front);
        expect(await documentOf(server)).toMatchObject({
          resource: RESOURCE,
          authorization_servers: [server.issuer.issuer],
        });
      },
    );

    verifies(
      'mcp#discovery/metadata-in-challenge-and-at-well-known-uri',
      'names the well-known URI of the resource in every challenge',
      async () => {
        const server = await openMcp(front);
        const answers = [
          await server.send(CALL),
          await server.send({ ...CALL, headers: { authorization: 'Bearer x' } }),
          await call(server, 'notes:basic', '/mcp/write'),
        ];
        expect(answers.map(({ status }) => status)).toEqual([401, 401, 403]);
        for (const answer of answers) {
          expect(challengeOf(answer).params['resource_metadata']).toBe(DOCUMENT);
        }
        expect((await documentOf(server))['resource']).toBe(RESOURCE);
      },
    );

    verifies(
      'mcp#scope/minimal-scopes-supported',
      'publishes only the scopes that basic functions need, and accepts the others',
      async () => {
        const server = await openMcp(front, { scopes_supported: ['notes:basic'] });
        expect(await documentOf(server)).toHaveProperty('scopes_supported', ['notes:basic']);
        expect((await call(server, 'notes:basic notes:write', '/mcp/write')).status).toBe(200);
      },
    );

    verifies(
      'mcp#refresh/offline-access-not-asked-for',
      'publishes no offline_access, unless the application names it',
      async () => {
        const server = await openMcp(front);
        expect(await documentOf(server)).toHaveProperty('scopes_supported', SCOPES.slice(0, -1));
      },
    );
  });

  describe('a request to an MCP server', () => {
    for (const method of ['POST', 'GET', 'DELETE']) {
      verifies(
        ['mcp#usage/every-request-is-authorized', 'mcp#scope/401-names-scope-of-request'],
        `needs a token, whatever its session: ${method}`,
        async () => {
          const server = await openMcp(front);
          const headers = { 'mcp-session-id': '7', 'mcp-protocol-version': '2026-07-28' };
          const answer = await server.send({ method, path: '/mcp', headers });
          expect(outcomeOf(answer, { tokenScope: 'notes:basic' })).toBe('401-bare');
          const authorized = { ...headers, ...(await bearer(server, { scope: 'notes:basic' })) };
          expect((await server.send({ method, path: '/mcp', headers: authorized })).status).toBe(
            200,
          );
        },
      );
    }

    verifies(
      'mcp#usage/query-token-is-no-credential',
      'is not authorized by a token in its query',
      async () => {
        const server = await openMcp(front);
        const token = await server.issuer.mint({ scope: 'notes:basic' });
        const answer = await server.send({ ...CALL, path: `/mcp?access_token=${token}` });
        expect(outcomeOf(answer, { tokenScope: 'notes:basic' })).toBe('401-bare');
      },
    );

    const audiences: readonly (readonly [what: string, audience: string | readonly string[]])[] = [
      ['another server', 'https://other.example/mcp'],
      ['the host of the server', 'https://mcp.example'],
      ['the identifier with a slash', `${RESOURCE}/`],
      ['the metadata document', DOCUMENT],
      ['no one', []],
    ];
    for (const [what, audience] of audiences) {
      verifies(
        'mcp#handling/only-tokens-for-this-server',
        `is refused with a token for ${what}`,
        async () => {
          const server = await openMcp(front);
          const headers = { ...(await bearer(server, { scope: 'notes:basic', audience })) };
          const answer = await server.send({ ...CALL, headers });
          expect(outcomeOf(answer, { tokenScope: 'notes:basic' })).toBe('401-it');
        },
      );
    }

    verifies(
      ['mcp#handling/invalid-or-expired-is-401', 'mcp#privilege/validated-before-processing'],
      'is refused with 401 before its handler runs, for each invalid token',
      async () => {
        const server = await openMcp(front);
        const { forge } = server.issuer;
        for (const name of Object.keys(forge) as ForgeryName[]) {
          const token = await forge[name]({ scope: 'notes:basic' });
          const answer = await server.send({
            ...CALL,
            headers: { authorization: `Bearer ${token}` },
          });
          // Some forgeries are not even of the grammar of a bearer token.
          const expected = isBearerToken(token) ? '401-it' : '400-ir';
          expect(outcomeOf(answer, { tokenScope: 'notes:basic' }), name).toBe(expected);
          expect(answer.handlerRan, name).toBe(false);
        }
      },
    );

    verifies(
      'mcp#errors/malformed-request-is-400',
      'is refused with 400 for malformed credentials',
      async () => {
        const server = await openMcp(front);
        for (const authorization of ['Bearer', 'Bearer a b', 'Bearer a,b', 'Bearer "a"']) {
          const answer = await server.send({ ...CALL, headers: { authorization } });
          expect(outcomeOf(answer), authorization).toBe('400-ir');
        }
      },
    );

    verifies(
      'mcp#privilege/token-not-passed-through',
      'gives its handler a verified token that does not contain the token itself',
      async () => {
        let seen: unknown;
        const server = await openFixture(front, {
          mount: ({ app, api, handler }) => {
            app.post('/mcp', api.requireAccessToken(), (request) => {
              seen = api.accessToken(request.original);
              return handler(request);
            });
          },
        });
        const token = await server.mint();
        const headers = { authorization: `Bearer ${token}` };
        expect((await server.send({ ...CALL, headers })).status).toBe(200);
        const shown = inspect(seen, { showHidden: true, depth: Infinity });
        expect(shown).toContain(server.issuer.issuer);
        for (const part of token.split('.')) expect(shown).not.toContain(part);
      },
    );
  });

  describe('the scope challenge of an MCP server', () => {
    verifies(
      ['mcp#challenge/missing-scope-is-403', 'mcp#challenge/all-scopes-in-one-challenge'],
      'names the scopes of the guard and of the tool, so that one step-up is enough',
      async () => {
        const server = await openMcp(front);
        const answer = await call(server, 'notes:basic', '/mcp/write');
        const scope = 'notes:basic notes:write';
        expect(outcomeOf(answer, { scope })).toBe('403-is');
        const { scope: named = '', resource_metadata: url } = challengeOf(answer).params;
        expect([named, url]).toEqual([scope, DOCUMENT]);
        expect((await call(server, named, '/mcp/write')).status).toBe(200);
      },
    );

    verifies(
      'mcp#challenge/missing-scope-is-403',
      'names the scope of the endpoint where the token lacks even that',
      async () => {
        const server = await openMcp(front);
        const answer = await call(server, 'other');
        expect(outcomeOf(answer, { scope: 'notes:basic' })).toBe('403-is');
      },
    );

    verifies(
      'mcp#stepup/broad-scope-implies-narrow',
      'is not sent to a token whose broad scope implies the required one',
      async () => {
        const server = await openMcp(front);
        const statusOf = async (scope: string, path: string): Promise<number> =>
          (await call(server, scope, path)).status;
        expect(await statusOf('notes:write', '/mcp')).toBe(200);
        expect(await statusOf('notes:write', '/mcp/read')).toBe(200);
        expect(await statusOf('notes:write', '/mcp/write')).toBe(200);
        expect(await statusOf('notes:read', '/mcp/read')).toBe(200);
        expect(await statusOf('notes:read', '/mcp/write')).toBe(403);
      },
    );
  });
});

describe('the audit of an MCP server', () => {
  const api = createResourceServer({
    issuer: 'https://auth.example.com',
    audience: RESOURCE,
    scopes: SCOPES,
  });

  verifies(
    'mcp#refresh/offline-access-not-asked-for',
    'reports offline_access that a route requires or the application publishes',
    () => {
      const audit = (scope: string, published?: string[]): string => {
        const app = express();
        app.use(api.metadata({ scopes_supported: published }));
        app.post('/mcp', api.requireScope(scope), (_req: Request, res: Response) => {
          res.end();
        });
        return formatAudit(api.auditRoutes(app), 'table');
      };
      const finding = /belong to the authorization server: offline_access/;
      expect(audit('notes:basic')).not.toMatch(finding);
      expect(audit('offline_access')).toMatch(finding);
      expect(audit('notes:basic', SCOPES)).toMatch(finding);
    },
  );
});
