/**
 * HTTP authentication. RFC 9110 §5, §9.3.2, §11, §15; RFC 9112 §9.3.
 *
 * @module
 */
import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { describe, expect } from 'vitest';
import { field, fieldLines } from '../support/answer.js';
import { parseChallenges } from '../support/challenge-parser.js';
import { forEachFront, SHARED_RESPONSE_FRONTS } from '../../support/fronts/fronts.js';
import { openFixture, RESOURCE, useFixture } from '../support/fixture.js';
import { outcomeOf } from '../support/outcome.js';
import { verifies } from '../support/verifies.js';

forEachFront((front) => {
  const rs = useFixture(front);

  describe('Authorization header', () => {
    verifies('rfc9110#11.1/scheme-ignores-case', 'ignores the case of the scheme', async () => {
      const token = await rs.mint();
      for (const scheme of ['Bearer', 'bearer', 'BEARER', 'bEaReR']) {
        const headers = { authorization: `${scheme} ${token}` };
        expect(await rs.outcome({ headers }), scheme).toBe('200');
      }
    });

    verifies('rfc9110#11.1/scheme-ignores-case', 'ignores the case of the field name', async () => {
      const token = await rs.mint();
      for (const name of ['Authorization', 'authorization', 'AUTHORIZATION', 'aUTHORIZATION']) {
        const answer = await rs.sendLines(['GET /p HTTP/1.1', `${name}: Bearer ${token}`]);
        expect(outcomeOf(answer), name).toBe('200');
      }
    });

    const good = 'Authorization: Bearer GOOD';
    const twoLines: readonly (readonly string[])[] = [
      [good, good],
      [good, 'Authorization: Bearer other'],
      ['Authorization: Bearer other', good],
      [good, 'Authorization: Basic eDp5'],
      ['Authorization: Basic eDp5', good],
      [good, 'authorization: DPoP x'],
      [good, 'AUTHORIZATION:'],
      ['Authorization:', good],
      [good, 'X-Between: y', good, good],
    ];
    for (const lines of twoLines) {
      verifies(
        ['rfc9110#5.3/two-authorization-lines-malformed', 'rfc6750#2/one-token-location'],
        `is malformed in several lines: ${lines.join(' | ')}`,
        async () => {
          const token = await rs.mint();
          const sent = lines.map((line) => line.replace('GOOD', token));
          expect(outcomeOf(await rs.sendLines(['GET /p HTTP/1.1', ...sent]))).toBe('400-ir');
        },
      );
    }

    verifies(
      'rfc9110#5.3/two-authorization-lines-malformed',
      'is malformed with credentials joined by commas',
      async () => {
        const token = await rs.mint();
        for (const value of [
          `Bearer ${token}, Bearer ${token}`,
          `Bearer ${token},`,
          `Basic eDp5, Bearer ${token}`,
        ]) {
          const outcome = await rs.outcome({ headers: { authorization: value } });
          const isOtherScheme = value.startsWith('Basic') && !front.joinsFieldLines;
          expect(outcome).toBe(isOtherScheme ? '401-bare' : '400-ir');
        }
      },
    );
  });

  describe('status codes', () => {
    verifies(
      'rfc9110#11.4/invalid-is-401-insufficient-is-403',
      'are 401 for missing or invalid and 403 for insufficient credentials',
      async () => {
        expect(await rs.outcome()).toBe('401-bare');
        expect(await rs.present(await rs.issuer.forge.tampered({ scope: 'read' }))).toBe('401-it');
        expect(await rs.present(await rs.mint({ scope: 'write' }))).toBe('403-is');
      },
    );

    verifies('rfc9110#11.6.1/every-401-has-challenge', '401 always has a challenge', async () => {
      const headersOfAll: Record<string, string>[] = [{}, { authorization: 'Basic eDp5' }];
      for (const { name } of rs.issuer.forgeries) {
        const token = await rs.issuer.forge[name]({ scope: 'read' });
        headersOfAll.push({ authorization: `Bearer ${token}` });
      }
      for (const headers of headersOfAll) {
        const answer = await rs.send({ headers });
        if (answer.status !== 401) continue;
        expect(parseChallenges(field(answer, 'www-authenticate') ?? '')).toHaveLength(1);
      }
    });

    verifies(
      'rfc9110#15.6.4/503-has-retry-after',
      '503 has Retry-After and no challenge',
      async () => {
        const fixture = await openFixture(front);
        fixture.issuer.fault('metadata', { kind: 'status', status: 500 });
        for (let attempt = 0; attempt < 8; attempt += 1) {
          expect(await fixture.present(await fixture.mint())).toBe('503');
          fixture.issuer.clock.advance(60_000);
        }
      },
    );
  });

  describe('HEAD request', () => {
    const requests: readonly (readonly [outcome: string, token: () => string | Promise<string>])[] =
      [
        ['401-bare', () => ''],
        ['400-ir', () => 'a b'],
        ['401-it', () => 'abc'],
        ['403-is', () => rs.mint({ scope: 'write' })],
        ['200', () => rs.mint()],
      ];
    for (const [outcome, makeToken] of requests) {
      verifies(
        'rfc9110#9.3.2/head-like-get',
        `is answered like GET, without a body: ${outcome}`,
        async () => {
          const token = await makeToken();
          const headers = { authorization: token === '' ? '' : `Bearer ${token}` };
          const get = await rs.send({ headers });
          const head = await rs.send({ method: 'HEAD', headers });
          expect(outcomeOf(get)).toBe(outcome);
          expect(outcomeOf(head, { head: true })).toBe(outcome);
          expect(head.body).toBe('');
          const others = front.sendsLengthToHead ? ['date'] : ['date', 'content-length'];
          const comparable = ({ headers: fields }: typeof get): unknown =>
            fields.filter(([name]) => !others.includes(name)).sort();
          expect(comparable(head)).toEqual(comparable(get));
        },
      );
    }

    verifies(
      'rfc9110#9.3.2/head-like-get',
      'has no octet after the header on the wire',
      async () => {
        const answer = await rs.sendLines(['HEAD /p HTTP/1.1']);
        expect(outcomeOf(answer, { head: true })).toBe('401-bare');
      },
    );
  });
});

forEachFront((front) => {
  describe('challenges of other middleware', () => {
    verifies(
      'rfc9110#11.6.1/other-challenges-stay',
      'stay, on one line or several, and all can be parsed',
      async () => {
        const others: readonly (string | readonly string[])[] = [
          'Basic realm="staff, all"',
          ['Basic realm="staff"', 'Negotiate'],
          'Basic realm="staff", Digest realm="a\\"b", nonce="c"',
        ];
        for (const other of others) {
          const fixture = await openFixture(front, {
            mount: ({ app, api, handler }) => {
              app.layer(() => ({ fields: { 'WWW-Authenticate': other } }));
              app.get('/p', api.requireScope('read'), handler);
            },
          });
          const before = [other].flat();
          // A list that the application sets for every request must not grow by our challenges.
          await fixture.send();
          const lines = fieldLines(await fixture.send(), 'www-authenticate');
          expect(lines.slice(0, before.length)).toEqual(before);
          const challenges = parseChallenges(lines.join(', '));
          expect(challenges).toEqual([
            ...parseChallenges(before.join(', ')),
            {
              scheme: 'Bearer',
              params: { realm: RESOURCE, scope: 'read' },
              quoted: ['realm', 'scope'],
            },
          ]);
        }
      },
    );
  });

  describe('refusal before a body', () => {
    const rs = useFixture(front);

    verifies(
      'rfc9112#9.3/refusal-before-unread-body-closes',
      'announces that the connection closes',
      async () => {
        const agent = new Agent({ keepAlive: true });
        const connectionAfter = async (method: string, body: string): Promise<unknown> => {
          const sending = request({ port: rs.port, host: '127.0.0.1', path: '/p', method, agent });
          sending.end(body);
          const [response] = (await once(sending, 'response')) as [IncomingMessage];
          response.resume();
          await once(response, 'end');
          return [response.statusCode, response.headers.connection];
        };
        expect(await connectionAfter('POST', 'x')).toEqual([401, 'close']);
        expect(await connectionAfter('POST', '')).toEqual([401, 'keep-alive']);
        expect(await connectionAfter('GET', '')).toEqual([401, 'keep-alive']);
        agent.destroy();
      },
    );
  });
}, SHARED_RESPONSE_FRONTS);
