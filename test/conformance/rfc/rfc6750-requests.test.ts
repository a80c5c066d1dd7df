/**
 * Where a bearer token may stand in a request, and how it is written there. RFC 6750 §2, §5.3.
 *
 * @module
 */
import { describe, expect } from 'vitest';
import { field } from '../support/answer.js';
import { type Express, forEachExpress } from '../../support/express-versions.js';
import { type Mounting, useFixture } from '../support/fixture.js';
import type { HttpRequest } from '../support/http-client.js';
import { outcomeOf } from '../support/outcome.js';
import { verifies } from '../support/verifies.js';

const FORM = 'application/x-www-form-urlencoded';

/** Body parsers before the guards, as body tokens need them. */
function mountBehindParsers({ app, api, handler, express }: Mounting): void {
  app.use(express.urlencoded({ extended: true }), express.json(), express.text());
  const guard = api.requireScope('read');
  app.all('/p', guard, handler);
}

function form(body: string, headers: HttpRequest['headers'] = {}): HttpRequest {
  return {
    method: 'POST',
    headers: { 'content-type': FORM, 'content-length': String(body.length), ...headers },
    body,
  };
}

forEachExpress((express: Express) => {
  describe('a token in the header', () => {
    const rs = useFixture(express);

    verifies(
      ['rfc6750#2.1/authorization-header-supported', 'rfc6749#7/token-valid-and-scope-covers'],
      'accepts a token in the header',
      async () => {
        expect(await rs.present(await rs.mint())).toBe('200');
      },
    );

    verifies(
      'rfc6750#2.1/spaces-separate-scheme-and-token',
      'takes one or more spaces behind the scheme',
      async () => {
        const token = await rs.mint();
        for (const spaces of [' ', '  ', '   ', ' '.repeat(40)]) {
          const headers = { authorization: `Bearer${spaces}${token}` };
          expect(await rs.outcome({ headers })).toBe('200');
        }
      },
    );

    verifies(
      'rfc6750#2.1/spaces-separate-scheme-and-token',
      'takes no other separator',
      async () => {
        const token = await rs.mint();
        for (const separator of ['\t', ' \t', '\t ', ':', ',', '=']) {
          const answer = await rs.sendLines([
            'GET /p HTTP/1.1',
            `Authorization: Bearer${separator}${token}`,
          ]);
          expect(outcomeOf(answer), JSON.stringify(separator)).toBe('400-ir');
        }
      },
    );

    verifies(
      [
        'rfc6750#2.1/spaces-separate-scheme-and-token',
        'rfc6750#3.1/no-error-code-without-credentials',
      ],
      'takes a scheme that begins like Bearer for another one',
      async () => {
        const token = await rs.mint();
        for (const scheme of ['Bearer', 'Bearer-', 'BearerX ', 'Bear ']) {
          const headers = { authorization: `${scheme}${token}` };
          expect(await rs.outcome({ headers }), scheme).toBe('401-bare');
        }
      },
    );

    const malformed: readonly (readonly [what: string, credentials: (token: string) => string])[] =
      [
        ['two words', () => 'a b'],
        ['a token and a word', (token) => `${token} x`],
        ['a word and a token', (token) => `x ${token}`],
        ['two tokens', (token) => `${token} ${token}`],
        ['a quoted token', (token) => `"${token}"`],
        ['a token and a comma', (token) => `${token},x`],
        ['two credentials on one line', (token) => `${token}, Bearer ${token}`],
        ['a token and a semicolon', (token) => `${token};`],
        ['a parameter', (token) => `token="${token}"`],
        ['a token with = inside', (token) => `=${token}`],
        ['an octet of Latin-1', (token) => `${token}\xe9`],
        [
          'an octet of Latin-1 in its middle',
          (token) => `${token.slice(0, 9)}\xff${token.slice(9)}`,
        ],
        ['an octet of UTF-8', (token) => `${token}\xc3\xa9`],
        ['a tab inside', (token) => `${token.slice(0, 9)}\t${token.slice(9)}`],
        ['a percent sign', (token) => `${token}%20`],
        ['a delete character', () => 'a\x7fb'],
      ];
    for (const [what, credentials] of malformed) {
      verifies(
        ['rfc6750#2.1/only-b64token-characters', 'rfc6750#3.1/malformed-request-is-400'],
        `refuses ${what} as malformed`,
        async () => {
          const value = credentials(await rs.mint());
          const answer = await rs.sendLines(['GET /p HTTP/1.1', `Authorization: Bearer ${value}`]);
          // Node's own parser refuses a DEL in a field; nothing of ours has run then.
          if (what === 'a delete character') expect([400, 401]).toContain(answer.status);
          else expect(outcomeOf(answer)).toBe('400-ir');
          expect(answer.handlerRan).toBe(false);
        },
      );
    }

    verifies(
      'rfc6750#2.1/only-b64token-characters',
      'takes every character of a b64token for well-formed',
      async () => {
        for (const credentials of ['-._~+/', 'abc=', 'abc==', 'A0z', '.', '..']) {
          expect(await rs.present(credentials), credentials).toBe('401-it');
        }
      },
    );

    verifies(
      'rfc6750#2.1/only-b64token-characters',
      'uses no field that spans lines or holds a bare CR',
      async () => {
        const token = await rs.mint();
        const folded = [
          `Authorization: Bearer\r\n ${token}`,
          `Authorization:\r\n Bearer ${token}`,
          `Authorization: Bearer ${token.slice(0, 20)}\r\n ${token.slice(20)}`,
          `Authorization: Bearer ${token.slice(0, 20)}\r${token.slice(20)}`,
          `Authorization: Bearer ${token}\rX: y`,
          `Authorization: Bearer ${token.slice(0, 20)}\n ${token.slice(20)}`,
          `Authorization: Bearer ${token.slice(0, 20)}\0${token.slice(20)}`,
          `Authorization : Bearer ${token}`,
        ];
        for (const line of folded) {
          const answer = await rs.sendLines(['GET /p HTTP/1.1', line]);
          expect(answer.status, JSON.stringify(line)).toBe(400);
          expect(answer.handlerRan, JSON.stringify(line)).toBe(false);
        }
      },
    );

    verifies(
      'rfc6750#2.1/scheme-without-token-malformed',
      'refuses a scheme without a token as malformed',
      async () => {
        for (const value of ['Bearer', 'Bearer ', 'bearer', 'Bearer    ', 'Bearer\t']) {
          const answer = await rs.sendLines(['GET /p HTTP/1.1', `Authorization: ${value}`]);
          expect(outcomeOf(answer), JSON.stringify(value)).toBe('400-ir');
        }
      },
    );

    verifies(
      [
        'rfc6750#2.1/scheme-without-token-malformed',
        'rfc6750#3.1/no-error-code-without-credentials',
      ],
      'takes an empty field for none',
      async () => {
        for (const line of ['Authorization:', 'Authorization: ', 'Authorization: \t ']) {
          expect(outcomeOf(await rs.sendLines(['GET /p HTTP/1.1', line]))).toBe('401-bare');
        }
      },
    );

    verifies('rfc6750#5.3/no-tokens-from-cookies', 'takes no token from a cookie', async () => {
      const token = await rs.mint();
      const cookie = `access_token=${token}; token=${token}; Authorization=Bearer ${token}`;
      expect(await rs.outcome({ headers: { cookie } })).toBe('401-bare');
    });
  });

  describe('body and query while they are off', () => {
    const rs = useFixture(express, { mount: mountBehindParsers });

    verifies('rfc6750#2.2/form-body-is-opt-in', 'reads no body', async () => {
      expect(await rs.outcome(form(`access_token=${await rs.mint()}`))).toBe('401-bare');
    });

    verifies('rfc6750#2.3/query-is-opt-in', 'reads no query', async () => {
      const token = await rs.mint();
      for (const path of [`/p?access_token=${token}`, `/p?a=b&access_token=${token}`]) {
        expect(await rs.outcome({ path })).toBe('401-bare');
      }
    });

    verifies(
      'rfc6750#2/one-token-location',
      'refuses a second token in the query, an equal one too',
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
      'finds the second token in every form of a request target',
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
      'lets parameters pass that are named otherwise',
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

    verifies(
      'rfc6750#2/one-token-location',
      'leaves a body to the application that it does not read',
      async () => {
        const headers = { authorization: `Bearer ${await rs.mint()}` };
        expect(await rs.outcome(form('access_token=x', headers))).toBe('200');
      },
    );
  });

  describe('body and query while they are on', () => {
    const server = { credentials: ['header', 'body', 'query'] };
    const rs = useFixture(express, { server, mount: mountBehindParsers });

    verifies(
      ['rfc6750#2.2/form-body-is-opt-in', 'rfc6750#2.2/single-part-form-only'],
      'reads a token from a form',
      async () => {
        const body = `access_token=${await rs.mint()}`;
        for (const type of [FORM, `${FORM}; charset=utf-8`, FORM.toUpperCase(), `${FORM};a=b`]) {
          expect(await rs.outcome(form(body, { 'content-type': type })), type).toBe('200');
        }
        expect(await rs.outcome({ ...form(`a=b&${body}&c=d`), method: 'PUT' })).toBe('200');
      },
    );

    verifies('rfc6750#2.2/single-part-form-only', 'reads no other body', async () => {
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
      'reads no body of a method that gives it no meaning',
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
        for (const body of bodies) expect(await rs.outcome(form(body)), body).toBe('400-ir');
      },
    );

    verifies(
      'rfc6750#2.2/one-flat-ascii-body-parameter',
      'refuses a body parameter that is no b64token',
      async () => {
        for (const value of ['', '%E9', '%C3%A9', 'a%20b', '+a', '%22a%22', 'a%00', 'a%0D%0Ab']) {
          expect(await rs.outcome(form(`access_token=${value}`)), value).toBe('400-ir');
        }
      },
    );

    verifies(
      'rfc6750#2.3/query-token-not-in-shared-cache',
      'keeps answers to tokens in URL or body from caches',
      async () => {
        const token = await rs.mint();
        for (const request of [
          { path: `/p?access_token=${token}` },
          form(`access_token=${token}`),
        ]) {
          const answer = await rs.send(request);
          expect(outcomeOf(answer)).toBe('200');
          expect(field(answer, 'cache-control')).toBe('private, no-store');
        }
      },
    );

    verifies(
      'rfc6750#2.3/query-token-not-in-shared-cache',
      'leaves answers to tokens in the header alone',
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
        ];
        for (const query of queries) {
          expect(await rs.outcome({ path: `/p?${query}` }), query).toBe('400-ir');
        }
      },
    );

    verifies(
      'rfc6750#2/one-token-location',
      'refuses a token in two places, an equal one too',
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
        for (const request of both) expect(await rs.outcome(request)).toBe('400-ir');
      },
    );

    verifies(
      'rfc6750#3.1/no-error-code-without-credentials',
      'asks for credentials where there are none',
      async () => {
        expect(await rs.outcome({})).toBe('401-bare');
        expect(await rs.outcome(form('a=b'))).toBe('401-bare');
      },
    );
  });

  describe('body on and query off', () => {
    const server = { credentials: ['header', 'body'] };
    const rs = useFixture(express, { server, mount: mountBehindParsers });

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
