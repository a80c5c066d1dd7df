/**
 * Protected resource metadata. RFC 9728.
 *
 * @module
 */
import { createResourceServer, type Middleware } from '@scopegate/express';
import { createTestIssuer } from '@scopegate/testing';
import { describe, expect, onTestFinished } from 'vitest';
import { type Answer, field, fieldLines } from '../support/answer.js';
import type { Front } from '../../support/fronts/front.js';
import { forEachExpressFront, forEachFront } from '../../support/fronts/fronts.js';
import { type Fixture, openFixture, RESOURCE } from '../support/fixture.js';
import { challengeOf, outcomeOf } from '../support/outcome.js';
import { verifies } from '../support/verifies.js';

const WELL_KNOWN = '/.well-known/oauth-protected-resource';

/** A resource server that serves its metadata before its routes. */
function openServing(front: Front, server: object = {}, metadata: object = {}): Promise<Fixture> {
  return openFixture(front, {
    server,
    mount: ({ app, api, handler }) => {
      app.publish(api.metadata(metadata));
      const { scopes } = server as { readonly scopes?: readonly string[] };
      app.get(
        '/p',
        scopes?.length === 0 ? api.requireAccessToken() : api.requireScope('read'),
        handler,
      );
    },
  });
}

function documentOf(answer: Answer): Record<string, unknown> {
  expect(answer.status).toBe(200);
  expect(field(answer, 'content-type')).toBe('application/json');
  return JSON.parse(answer.body) as Record<string, unknown>;
}

forEachFront((front) => {
  describe('metadata document', () => {
    const places: readonly (readonly [resource: string, path: string])[] = [
      ['https://rs.example', WELL_KNOWN],
      ['https://rs.example/', WELL_KNOWN],
      ['https://rs.example/api', `${WELL_KNOWN}/api`],
      ['https://rs.example/api/', `${WELL_KNOWN}/api/`],
      ['https://rs.example/a/b', `${WELL_KNOWN}/a/b`],
      ['https://rs.example/api?t=1', `${WELL_KNOWN}/api?t=1`],
      ['https://rs.example?t=1', `${WELL_KNOWN}?t=1`],
      ['https://rs.example/?t=1', `${WELL_KNOWN}?t=1`],
      ['https://rs.example:8443/api', `${WELL_KNOWN}/api`],
    ];
    for (const [resource, path] of places) {
      verifies(
        [
          'rfc9728#3/document-at-well-known-url',
          'rfc9728#3.1/slash-after-host-dropped',
          'rfc9728#2/resource-is-configured-identifier',
          'rfc9728#5.1/challenge-points-at-document',
        ],
        `of ${resource} is served at ${path}, which challenges name`,
        async () => {
          const rs = await openServing(front, { resource });
          expect(documentOf(await rs.send({ path }))['resource']).toBe(resource);
          const { resource_metadata: url = '' } = challengeOf(await rs.send()).params;
          const { origin } = new URL(resource);
          expect(url).toBe(`${origin}${path}`);
        },
      );
    }

    verifies('rfc9728#3/document-at-well-known-url', 'is served at no other path', async () => {
      const rs = await openServing(front, { resource: 'https://rs.example/api' });
      const elsewhere = [
        WELL_KNOWN,
        `/api${WELL_KNOWN}`,
        `${WELL_KNOWN}/api/`,
        `${WELL_KNOWN}/API`,
        `${WELL_KNOWN}/api/x`,
        `${WELL_KNOWN}/../api`,
        '/.well-known/oauth-authorization-server/api',
      ];
      for (const path of elsewhere) expect((await rs.send({ path })).status, path).toBe(404);
    });

    verifies(
      'rfc9728#3/document-at-well-known-url',
      'of a resource with a query requires that query',
      async () => {
        const rs = await openServing(front, { resource: 'https://rs.example/api?t=1' });
        for (const query of ['', '?t=2', '?t=1&u=2', '?']) {
          expect((await rs.send({ path: `${WELL_KNOWN}/api${query}` })).status, query).toBe(404);
        }
      },
    );

    verifies(
      'rfc9728#3/document-at-well-known-url',
      'is served for a request target in absolute form',
      async () => {
        const rs = await openServing(front);
        const line = `GET ${RESOURCE}${WELL_KNOWN} HTTP/1.1`;
        expect(documentOf(await rs.sendLines([line]))['resource']).toBe(RESOURCE);
      },
    );

    verifies(
      'rfc9728#3.2/document-is-public-json',
      'is served without a token for GET and HEAD only',
      async () => {
        const rs = await openServing(front);
        const get = await rs.send({ path: WELL_KNOWN });
        const head = await rs.send({ path: WELL_KNOWN, method: 'HEAD' });
        expect(head.body).toBe('');
        expect(head.status).toBe(200);
        expect(field(head, 'content-length')).toBe(field(get, 'content-length'));
        for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
          const answer = await rs.send({ path: WELL_KNOWN, method });
          expect(answer.status, method).toBe(405);
          expect(field(answer, 'allow')).toBe('GET, HEAD, OPTIONS');
        }
        expect(documentOf(get)).toEqual(expect.any(Object));
      },
    );

    verifies('rfc9728#3.2/document-is-public-json', 'is served with any credentials', async () => {
      const rs = await openServing(front);
      for (const authorization of ['Bearer abc', 'Bearer', 'Basic eDp5', await rs.mint()]) {
        const answer = await rs.send({ path: WELL_KNOWN, headers: { authorization } });
        expect(documentOf(answer)['resource']).toBe(RESOURCE);
      }
    });

    verifies(
      'rfc9728#2/resource-is-configured-identifier',
      'contains the configured resource, whatever hosts a request names',
      async () => {
        const rs = await openServing(front);
        const hostile = [
          ['Host: evil.example'],
          ['Host: rs.example', 'X-Forwarded-Host: evil.example', 'X-Forwarded-Proto: http'],
          ['Host: rs.example', 'Forwarded: host=evil.example;proto=http'],
        ];
        for (const headers of hostile) {
          const fields = Object.fromEntries(
            headers.map((line) => line.split(': ', 2) as [string, string]),
          );
          const document = documentOf(await rs.send({ path: WELL_KNOWN, headers: fields }));
          expect(document['resource']).toBe(RESOURCE);
          const challenge = challengeOf(await rs.send({ headers: fields }));
          expect(challenge.params['resource_metadata']).toBe(`${RESOURCE}${WELL_KNOWN}`);
        }
      },
    );

    verifies(
      'rfc9728#7.10/document-cacheable-and-cors',
      'may be cached, and read by scripts',
      async () => {
        const rs = await openServing(front);
        const answer = await rs.send({ path: WELL_KNOWN });
        expect(field(answer, 'cache-control')).toBe('public, max-age=3600');
        expect(field(answer, 'access-control-allow-origin')).toBe('*');
      },
    );
  });

  describe('members of the metadata document', () => {
    verifies(
      [
        'rfc9728#2/scopes-and-servers-published',
        'rfc9728#2/resource-is-configured-identifier',
        'rfc9728#3.2/empty-parameters-omitted',
      ],
      'are these',
      async () => {
        const server = { scopes: ['read', 'write'] };
        const rs = await openServing(front, server, { resource_name: 'Sales' });
        expect(documentOf(await rs.send({ path: WELL_KNOWN }))).toEqual({
          resource: RESOURCE,
          authorization_servers: [rs.issuer.issuer],
          scopes_supported: ['read', 'write'],
          bearer_methods_supported: ['header'],
          resource_name: 'Sales',
        });
      },
    );

    verifies('rfc9728#3.2/empty-parameters-omitted', 'are omitted without a value', async () => {
      for (const scopes of [undefined, []]) {
        const rs = await openServing(front, { scopes });
        const document = documentOf(await rs.send({ path: WELL_KNOWN }));
        expect(Object.keys(document)).toEqual([
          'resource',
          'authorization_servers',
          'bearer_methods_supported',
        ]);
      }
    });

    verifies(
      'rfc9728#2/scopes-and-servers-published',
      'include every issuer as configured',
      async () => {
        const others = await Promise.all(['/t1', '/t2/'].map((path) => createTestIssuer({ path })));
        for (const other of others) onTestFinished(() => other.close());
        const issuers = others.map(({ issuer, jwksUri }) => ({ issuer, jwksUri }));
        const rs = await openFixture(front, {
          server: () => ({ issuers, audience: RESOURCE }),
          mount: ({ app, api }) => {
            app.publish(api.metadata());
          },
        });
        const document = documentOf(await rs.send({ path: WELL_KNOWN }));
        expect(document['authorization_servers']).toEqual(issuers.map(({ issuer }) => issuer));
      },
    );

    verifies('rfc9728#2/document-matches-guards', 'include the locations of tokens', async () => {
      const body = front.parsesBodiesFirst ? ['body'] : [];
      for (const credentials of [['header'], ['header', ...body], ['header', ...body, 'query']]) {
        const rs = await openServing(front, { credentials });
        const document = documentOf(await rs.send({ path: WELL_KNOWN }));
        expect(document['bearer_methods_supported']).toEqual(credentials);
        const token = await rs.mint();
        const outcome = await rs.outcome({ path: `/p?access_token=${token}` });
        expect(outcome).toBe(credentials.includes('query') ? '200' : '401-bare');
      }
    });

    verifies(
      'rfc9728#2/document-matches-guards',
      'include no binding that is not enforced',
      async () => {
        const rs = await openServing(front);
        const names = Object.keys(documentOf(await rs.send({ path: WELL_KNOWN })));
        expect(names.filter((name) => /dpop|tls/.test(name))).toEqual([]);
      },
    );

    verifies(
      'rfc9728#2/document-matches-guards',
      'include the binding that is enforced',
      async () => {
        const algorithms = ['ES256', 'Ed25519'];
        for (const senderConstraint of [undefined, 'any', 'dpop'] as const) {
          const rs = await openServing(front, { dpop: { algorithms }, senderConstraint });
          expect(documentOf(await rs.send({ path: WELL_KNOWN }))).toMatchObject({
            dpop_signing_alg_values_supported: algorithms,
            ...(senderConstraint === 'dpop' && { dpop_bound_access_tokens_required: true }),
          });
        }
      },
    );
  });

  describe('resource_metadata of a challenge', () => {
    verifies(
      'rfc9728#5.1/challenge-points-at-document',
      'is present once the document is served',
      async () => {
        const rs = await openServing(front);
        const url = `${RESOURCE}${WELL_KNOWN}`;
        const tokens = ['', 'a b', 'abc', await rs.mint({ scope: 'write' })];
        for (const token of tokens) {
          const headers = { authorization: token === '' ? '' : `Bearer ${token}` };
          const answer = await rs.send({ headers });
          outcomeOf(answer);
          expect(challengeOf(answer).params['resource_metadata']).toBe(url);
        }
      },
    );

    verifies('rfc9728#5.1/challenge-points-at-document', 'is absent until then', async () => {
      const rs = await openFixture(front);
      expect(challengeOf(await rs.send()).params).not.toHaveProperty('resource_metadata');
    });
  });

  describe('metadata of several resources', () => {
    verifies(
      'rfc9728#3.3/one-document-per-resource',
      'has one identifier and document each',
      async () => {
        const rs = await openFixture(front, {
          server: { audience: 'https://rs.example/t1' },
          mount: ({ app, api, handler }) => {
            const issuer = 'https://as.example';
            const other = front.createResourceServer({ issuer, audience: 'https://rs.example/t2' });
            app.publish(api.metadata());
            app.publish(other.metadata());
            app.get('/t1', api.requireAccessToken(), handler);
            app.get('/t2', other.requireAccessToken(), handler);
          },
        });
        for (const path of ['/t1', '/t2']) {
          const { realm, resource_metadata: url = '' } = challengeOf(
            await rs.send({ path }),
          ).params;
          expect(realm).toBe(`https://rs.example${path}`);
          const { pathname } = new URL(url);
          expect(documentOf(await rs.send({ path: pathname }))['resource']).toBe(realm);
        }
      },
    );
  });
});

forEachExpressFront((front) => {
  describe('metadata of several resources in a router', () => {
    verifies(
      'rfc9728#3/document-at-well-known-url',
      'distinguishes them by the whole path, wherever they are mounted',
      async () => {
        const rs = await openFixture(front, {
          server: { audience: 'https://rs.example/api' },
          mount: ({ app, api }) => {
            app.express((native, { Router }) => {
              native.use('/api', Router().use(api.metadata() as Middleware));
            });
          },
        });
        const inside = await rs.send({ path: `/api${WELL_KNOWN}/api` });
        expect(inside.status).toBe(404);
        expect(fieldLines(inside, 'access-control-allow-origin')).toEqual([]);
      },
    );
  });
});

describe('metadata()', () => {
  const api = createResourceServer({ issuer: 'https://as.example', audience: RESOURCE });

  verifies(
    'rfc9728#2/document-urls-are-https',
    'cannot publish a key set or signing algorithms of the resource',
    () => {
      const members = {
        jwks_uri: 'http://rs.example/jwks',
        resource_signing_alg_values_supported: ['none'],
        resource: 'https://other.example',
        authorization_servers: [],
      };
      for (const [name, value] of Object.entries(members)) {
        expect(() => api.metadata({ [name]: value }), name).toThrow(TypeError);
      }
    },
  );

  verifies(
    'rfc9728#2/document-urls-are-https',
    'rejects a URL that is not https, and an empty string',
    () => {
      const names = ['resource_documentation', 'resource_policy_uri', 'resource_tos_uri'];
      for (const name of names) {
        for (const value of ['http://rs.example', '/docs', 'javascript:alert(1)', '', 'docs', 5]) {
          expect(() => api.metadata({ [name]: value }), `${name} ${value}`).toThrow(TypeError);
        }
      }
      expect(() => api.metadata({ resource_name: '' })).toThrow(TypeError);
    },
  );

  verifies('rfc9728#2/resource-is-configured-identifier', 'requires a resource identifier', () => {
    const nameless = createResourceServer({
      issuer: 'https://as.example',
      audience: 'sales-api',
    });
    expect(() => nameless.metadata()).toThrow(TypeError);
  });
});
