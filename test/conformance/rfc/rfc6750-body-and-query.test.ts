/**
 * Bearer tokens in the form body and in the query. RFC 6750 §2, §2.2, §2.3.
 *
 * @module
 */
import type { Guard } from '@scopegate/express';
import { describe, expect } from 'vitest';
import { field } from '../support/answer.js';
import { forEachExpressFront, forEachFront } from '../../support/fronts/fronts.js';
import { type Mounting, openFixture, RESOURCE, useFixture } from '../support/fixture.js';
import type { HttpRequest } from '../support/http-client.js';
import { outcomeOf } from '../support/outcome.js';
import { verifies } from '../support/verifies.js';
import { invalidRequest, invalidToken } from '../../support/answers.js';

const FORM = 'application/x-www-form-urlencoded';

/** Body parsers in front of the guards, as body tokens need them. Only Express has such parsers. */
function mountBehindParsers({ app, api, handler }: Mounting): void {
  const guard = api.requireScope('read');
  for (const [path, extended] of [
    ['/p', true],
    ['/simple', false],
  ] as const) {
    app.express((native, { urlencoded, json, text }) => {
      native.use(path, urlencoded({ extended }), json(), text());
    });
    app.all(path, guard, handler);
  }
}

/** A guard on every method. */
function mountAll({ app, api, handler }: Mounting): void {
  app.all('/p', api.requireScope('read'), handler);
}

/** The routes by their body parser: `qs` and `querystring`. */
const PARSERS = ['/p', '/simple'];

function form(body: string, headers: HttpRequest['headers'] = {}): HttpRequest {
  return {
    method: 'POST',
    headers: { 'content-type': FORM, 'content-length': String(body.length), ...headers },
    body,
  };
}

forEachFront((front) => {
  describe('token in body or query, switched off', () => {
    const rs = useFixture(front, { mount: mountAll });

    verifies('rfc6750#2.2/form-body-is-opt-in', 'ignores the body', async () => {
      expect(await rs.outcome(form(`access_token=${await rs.mint()}`))).toBe('401-bare');
    });

    verifies('rfc6750#2.3/query-is-opt-in', 'ignores the query', async () => {
      const token = await rs.mint();
      for (const path of [`/p?access_token=${token}`, `/p?a=b&access_token=${token}`]) {
        expect(await rs.outcome({ path })).toBe('401-bare');
      }
    });

    verifies(
      'rfc6750#2/one-token-location',
      'refuses a second token in the query, even if it is equal',
      async () => {
        const token = await rs.mint();
        const authorization = `Bearer ${token}`;
        const queries = [
          `access_token=${token}`,
          'access_token=other',
          'access_token=',
          'access_token',
          'access%5Ftoken=x',
          'access_token[]=x',
          'access_token%5B0%5D=x',
          'a=b&access_token[x]=y',
        ];
        for (const query of queries) {
          const request = { path: `/p?${query}`, headers: { authorization } };
          expect(await rs.outcome(request), query).toBe('400-ir');
        }
      },
    );

    verifies(
      'rfc6750#2/one-token-location',
      'finds a second token in every form of request target',
      async () => {
        const authorization = `Authorization: Bearer ${await rs.mint()}`;
        const targets = [
          'http://rs.example/p?access_token=x',
          '/p?a=b?&access_token=x',
          '/p?#&access_token=x',
        ];
        for (const target of targets) {
          const answer = await rs.sendLines([`GET ${target} HTTP/1.1`, authorization]);
          expect(outcomeOf(answer), target).toBe('400-ir');
        }
        const answer = await rs.sendLines(['GET http://rs.example/p HTTP/1.1', authorization]);
        expect(outcomeOf(answer)).toBe('200');
      },
    );

    verifies(
      'rfc6750#2/one-token-location',
      'ignores query parameters with other names',
      async () => {
        const headers = { authorization: `Bearer ${await rs.mint()}` };
        const queries = [
          'access_tokens=x',
          'my_access_token=x',
          'Access_Token=x',
          'q=access_token=x',
        ];
        for (const query of [...queries, 'token=%zz', '%E0%A4%A']) {
          expect(await rs.outcome({ path: `/p?${query}`, headers }), query).toBe('200');
        }
      },
    );

    verifies('rfc6750#2/one-token-location', 'leaves the body to the application', async () => {
      const headers = { authorization: `Bearer ${await rs.mint()}` };
      expect(await rs.outcome(form('access_token=x', headers))).toBe('200');
    });
  });

  describe('token in the query, switched on', () => {
    const rs = useFixture(front, { server: { credentials: ['header', 'query'] }, mount: mountAll });

    verifies(
      'rfc6750#2.3/query-token-not-in-shared-cache',
      'keeps responses to tokens in the query out of caches',
      async () => {
        const answer = await rs.send({ path: `/p?access_token=${await rs.mint()}` });
        expect(outcomeOf(answer)).toBe('200');
        expect(field(answer, 'cache-control')).toBe('private, no-store');
      },
    );

    verifies(
      'rfc6750#2.3/query-token-not-in-shared-cache',
      'adds no caching headers for tokens in the header',
      async () => {
        const answer = await rs.send({ headers: { authorization: `Bearer ${await rs.mint()}` } });
        expect(outcomeOf(answer)).toBe('200');
        expect(field(answer, 'cache-control')).toBeUndefined();
      },
    );

    verifies(
      'rfc6750#2.3/one-flat-query-parameter',
      'refuses a query parameter that is repeated or nested',
      async () => {
        const token = await rs.mint();
        const queries = [
          `access_token=${token}&access_token=${token}`,
          `access_token=${token}&access_token=other`,
          `access_token[]=${token}`,
          `access_token%5B%5D=${token}`,
          `access_token[x]=${token}`,
          `access_token=${token}&access_token[x]=y`,
          `access_token=${token}&access%5ftoken=x`,
          'access_token=',
          'access_token=%E9',
          'access_token=a%20b',
        ];
        const { challenge } = invalidRequest('malformed_parameter', RESOURCE);
        for (const query of queries) {
          const answer = await rs.send({ path: `/p?${query}` });
          expect(outcomeOf(answer), query).toBe('400-ir');
          expect(field(answer, 'www-authenticate')).toBe(challenge);
        }
      },
    );

    verifies(
      'rfc6750#3.1/bad-token-is-401',
      'refuses a malformed token in the query without quoting it',
      async () => {
        const answer = await rs.send({ path: '/p?access_token=abc' });
        expect(outcomeOf(answer)).toBe('401-it');
        const { challenge } = invalidToken('malformed', { realm: RESOURCE });
        expect(field(answer, 'www-authenticate')).toBe(challenge);
      },
    );

    verifies(
      'rfc6750#2/one-token-location',
      'refuses a token in two places, even if it is equal',
      async () => {
        const token = await rs.mint();
        const { challenge } = invalidRequest('several_locations', RESOURCE);
        for (const second of [token, 'x']) {
          const headers = { authorization: `Bearer ${token}` };
          const answer = await rs.send({ path: `/p?access_token=${second}`, headers });
          expect(outcomeOf(answer)).toBe('400-ir');
          expect(field(answer, 'www-authenticate')).toBe(challenge);
        }
      },
    );

    verifies(
      'rfc6750#3.1/no-error-code-without-credentials',
      'asks for credentials when there are none',
      async () => {
        expect(await rs.outcome({})).toBe('401-bare');
        expect(await rs.outcome({ path: '/p?a=b' })).toBe('401-bare');
      },
    );
  });
});

forEachExpressFront((front) => {
  describe('token in the body behind parsers, switched off', () => {
    const rs = useFixture(front, { mount: mountBehindParsers });

    verifies('rfc6750#2.2/form-body-is-opt-in', 'ignores the body', async () => {
      expect(await rs.outcome(form(`access_token=${await rs.mint()}`))).toBe('401-bare');
    });
  });

  describe('token in body or query, switched on', () => {
    const server = { credentials: ['header', 'body', 'query'] };
    const rs = useFixture(front, { server, mount: mountBehindParsers });

    verifies(
      ['rfc6750#2.2/form-body-is-opt-in', 'rfc6750#2.2/single-part-form-only'],
      'accepts a token in a form',
      async () => {
        const body = `access_token=${await rs.mint()}`;
        for (const type of [FORM, `${FORM}; charset=utf-8`, FORM.toUpperCase(), `${FORM};a=b`]) {
          expect(await rs.outcome(form(body, { 'content-type': type })), type).toBe('200');
        }
        for (const method of ['POST', 'PUT', 'PATCH']) {
          for (const path of PARSERS) {
            const request = { ...form(`a=b&${body}&c=d`), method, path };
            expect(await rs.outcome(request), `${method} ${path}`).toBe('200');
          }
        }
      },
    );

    verifies('rfc6750#2.2/single-part-form-only', 'ignores a body of another type', async () => {
      const token = await rs.mint();
      const json = JSON.stringify({ access_token: token });
      const part = `--b\r\nContent-Disposition: form-data; name="access_token"\r\n\r\n${token}\r\n--b--`;
      const bodies: readonly (readonly [type: string | undefined, body: string])[] = [
        ['application/json', json],
        ['multipart/form-data; boundary=b', part],
        ['text/plain', `access_token=${token}`],
        [undefined, `access_token=${token}`],
        ['application/x-www-form-urlencoded-v2', `access_token=${token}`],
      ];
      for (const [type, body] of bodies) {
        const length = { 'content-length': String(body.length) };
        const headers = type === undefined ? length : { ...length, 'content-type': type };
        const request = { method: 'POST', headers, body };
        expect(await rs.outcome(request), type).toBe('401-bare');
      }
    });

    verifies(
      'rfc6750#2.2/no-body-with-get',
      'ignores the body of a method that gives it no meaning',
      async () => {
        const body = `access_token=${await rs.mint()}`;
        for (const method of ['GET', 'HEAD', 'DELETE', 'OPTIONS']) {
          expect(await rs.outcome({ ...form(body), method }), method).toBe('401-bare');
        }
      },
    );

    verifies(
      'rfc6750#2.2/one-flat-ascii-body-parameter',
      'refuses a body parameter that is repeated or nested',
      async () => {
        const token = await rs.mint();
        const bodies = [
          `access_token=${token}&access_token=${token}`,
          `access_token=${token}&access_token=`,
          `access_token[]=${token}`,
          `access_token[0]=${token}`,
          `access_token[x]=${token}`,
          `access_token=${token}&access_token[]=${token}`,
        ];
        for (const body of bodies) {
          for (const path of PARSERS) {
            expect(await rs.outcome({ ...form(body), path }), `${path} ${body}`).toBe('400-ir');
          }
        }
      },
    );

    verifies(
      'rfc6750#2.2/one-flat-ascii-body-parameter',
      'refuses a body parameter that is not a b64token',
      async () => {
        for (const value of ['', '%E9', '%C3%A9', 'a%20b', '+a', '%22a%22', 'a%00', 'a%0D%0Ab']) {
          expect(await rs.outcome(form(`access_token=${value}`)), value).toBe('400-ir');
        }
      },
    );

    verifies(
      'rfc6750#2.3/query-token-not-in-shared-cache',
      'keeps responses to tokens in the query or body out of caches',
      async () => {
        const token = await rs.mint();
        for (const request of [
          ...PARSERS.map((path) => ({ path: `${path}?access_token=${token}` })),
          form(`access_token=${token}`),
        ]) {
          const answer = await rs.send(request);
          expect(outcomeOf(answer)).toBe('200');
          expect(field(answer, 'cache-control')).toBe('private, no-store');
        }
      },
    );

    verifies(
      'rfc6750#2/one-token-location',
      'refuses a token in two places, even if it is equal',
      async () => {
        const token = await rs.mint();
        const authorization = `Bearer ${token}`;
        const both: readonly HttpRequest[] = [
          { path: `/p?access_token=${token}`, headers: { authorization } },
          { path: '/p?access_token=x', headers: { authorization } },
          form(`access_token=${token}`, { authorization }),
          { ...form(`access_token=${token}`), path: `/p?access_token=${token}` },
          { ...form(`access_token=${token}`, { authorization }), path: `/p?access_token=${token}` },
        ];
        const { challenge } = invalidRequest('several_locations', RESOURCE);
        for (const request of both) {
          const answer = await rs.send(request);
          expect(outcomeOf(answer)).toBe('400-ir');
          expect(field(answer, 'www-authenticate')).toBe(challenge);
        }
      },
    );

    verifies(
      'rfc6750#3.1/no-error-code-without-credentials',
      'asks for credentials when there are none',
      async () => {
        expect(await rs.outcome({})).toBe('401-bare');
        expect(await rs.outcome(form('a=b'))).toBe('401-bare');
      },
    );

    verifies(
      'rfc6750#2.3/query-token-not-in-shared-cache',
      'keeps responses of a mounted router out of caches',
      async () => {
        const mounted = await openFixture(front, {
          server,
          mount: ({ app, api }) => {
            app.express((native, { Router }) => {
              const guard = api.requireScope('read') as Guard;
              native.use(
                '/v1',
                Router().get('/p', guard, (_req, res) => res.end()),
              );
            });
          },
        });
        const answer = await mounted.send({ path: `/v1/p?access_token=${await mounted.mint()}` });
        expect(answer.status).toBe(200);
        expect(field(answer, 'cache-control')).toBe('private, no-store');
      },
    );
  });

  describe('token in the body, query switched off', () => {
    const server = { credentials: ['header', 'body'] };
    const rs = useFixture(front, { server, mount: mountBehindParsers });

    verifies(
      ['rfc6750#2/one-token-location', 'rfc6750#2.3/query-is-opt-in'],
      'refuses a second token in the query',
      async () => {
        const token = await rs.mint();
        const path = `/p?access_token=${token}`;
        const headers = { authorization: `Bearer ${token}` };
        expect(await rs.outcome({ path })).toBe('401-bare');
        expect(await rs.outcome({ path, headers })).toBe('400-ir');
        expect(await rs.outcome({ ...form(`access_token=${token}`), path })).toBe('400-ir');
      },
    );
  });
});
