/**
 * Requests at the edges: what the parser of Node.js refuses, odd request targets, unknown paths.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import { FRONTS } from '../../support/fronts/fronts.js';
import { signToken } from '../../support/tokens.js';
import { answered, type AnswersByFront, everyFront, useFronts } from './all-fronts.js';
import { type Difference, DIFFERENCES, differing } from './differences.js';
import { malformed, missing } from './refusals.js';
import { declareSalesApi } from './sales-api.js';

const token = signToken({ scope: 'read' });
const bearer = `Authorization: Bearer ${token}`;
const get = (...fields: string[]): readonly string[] => ['GET /sales HTTP/1.1', ...fields];

/** The response of Node.js to a request that its parser refuses, and that of Fastify. */
function parserError(
  status: number,
  members: object,
): readonly [answer: unknown, differences: readonly Difference[]] {
  const body = JSON.stringify(members);
  const headers = {
    'content-length': String(Buffer.byteLength(body)),
    'content-type': 'application/json',
  };
  return [
    { status, headers: { connection: 'close' }, body: '' },
    [{ why: 'parserError', fronts: ['Fastify'], answer: { status, headers, body } }],
  ];
}

describe('request that the parser of Node.js refuses', () => {
  const fronts = useFronts(declareSalesApi);
  const half = token.slice(0, 20);
  const rest = token.slice(20);

  it.each([
    ['a folded line after the scheme', [`Authorization: Bearer\r\n ${token}`]],
    ['a folded line before the scheme', [`Authorization:\r\n Bearer ${token}`]],
    ['a folded line in the token', [`Authorization: Bearer ${half}\r\n ${rest}`]],
    ['a bare CR', [`Authorization: Bearer ${half}\r${rest}`]],
    ['a bare LF', [`Authorization: Bearer ${half}\n ${rest}`]],
    ['a NUL', [`Authorization: Bearer ${half}\0${rest}`]],
    ['a space in front of the colon', [`Authorization : Bearer ${token}`]],
  ])('never reaches a guard: %s', async (_what, fields) => {
    const [answer, differences] = parserError(400, {
      error: 'Bad Request',
      message: 'Client Error',
      statusCode: 400,
    });
    expect(await fronts.ask(get(...fields))).toEqual(everyFront(answer, differing(differences)));
  });

  it('never reaches a guard: a header of 20,000 octets', async () => {
    const [answer, differences] = parserError(431, {
      error: 'Request Header Fields Too Large',
      message: 'Exceeded maximum allowed HTTP header size',
      statusCode: 431,
    });
    expect(await fronts.ask(get(`Authorization: Bearer ${'a'.repeat(20_000)}`))).toEqual(
      everyFront(answer, differing(differences)),
    );
  });
});

/** The statuses of answers. */
function statusesOf(answers: AnswersByFront): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(answers).map(([name, { status }]) => [name, status]));
}

describe('request target', () => {
  const fronts = useFronts(declareSalesApi);

  it.each(['', '?', '?a=b', '?a=b?&c=%zz', '?a[]=1&a[]=2'])(
    'with the query "%s" gets the same response',
    async (query) => {
      const line = `GET /sales${query} HTTP/1.1`;
      expect(await fronts.ask([line])).toEqual(everyFront(missing('read')));
      expect(await fronts.ask([line, bearer])).toEqual(
        everyFront(answered({ method: 'GET', client: 'reports' })),
      );
    },
  );

  it.each(['/sales?access_token=', '/sales?access_token', '/sales?access%5Ftoken=x'])(
    'with a second token is refused: %s',
    async (target) => {
      expect(await fronts.ask([`GET ${target} HTTP/1.1`, bearer])).toEqual(
        everyFront(malformed('several_locations')),
      );
    },
  );

  it.each([
    '/SALES',
    '/sales/',
    '//sales',
    '/./sales',
    '/open/../sales',
    '/%73ales',
    '/sales%2F',
    '/sales;a=b',
    '/sales%00',
    '/sales%3Fa',
    'http://api.example.com/sales',
    '*',
  ])('that spells a guarded path in another way is never open: %s', async (target) => {
    for (const method of ['GET', 'HEAD', 'POST', 'OPTIONS', 'QUERY']) {
      const answers = await fronts.ask([`${method} ${target} HTTP/1.1`]);
      const open = Object.entries(statusesOf(answers)).filter(([, status]) => status < 400);
      // Frameworks answer OPTIONS themselves: with the methods of a path, never with its handler.
      if (method !== 'OPTIONS') expect(open, `${method} ${target}`).toEqual([]);
      expect(JSON.stringify(answers)).not.toContain('"client"');
    }
  });

  it('without a route is answered by the framework, without a challenge', async () => {
    const answers = await fronts.ask(['GET /unknown HTTP/1.1']);
    expect(statusesOf(answers), DIFFERENCES.notFound).toEqual(everyFront(404));
    for (const { headers } of Object.values(answers)) {
      expect(headers).not.toHaveProperty('www-authenticate');
    }
  });

  it('of an open route gets the same response, without Vary', async () => {
    const { headers, ...answer } = answered({ method: 'GET' });
    const { vary, ...others } = headers;
    expect(vary).toBe('Authorization');
    expect(await fronts.ask(['GET /open HTTP/1.1'])).toEqual(
      everyFront({ ...answer, headers: others }),
    );
  });
});

describe('fronts', () => {
  it('are five', () => {
    expect(FRONTS.map(({ name }) => name)).toEqual([
      'Express 4',
      'Express 5',
      'Fastify',
      'web',
      'Hono',
    ]);
  });
});
