/**
 * Guards behind the CORS layers of frameworks, and behind layers that set header fields.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import { FRONTS, SHARED_RESPONSE_FRONTS } from '../../support/fronts/fronts.js';
import { SECRET_OPTIONS, signToken } from '../../support/tokens.js';
import { answered, everyFront, useFronts, type WholeAnswer } from './all-fronts.js';
import { type Difference, differing } from './differences.js';
import { invalid, missing } from './refusals.js';
import { json } from './sales-api.js';

const ORIGIN = 'https://app.example';
const origin = `Origin: ${ORIGIN}`;
const authorization = `Authorization: Bearer ${signToken({ scope: 'read' })}`;
const BOTH = 'WWW-Authenticate, Retry-After';

/** The answer with fields that other layers have set. */
function withFields(answer: WholeAnswer, fields: Readonly<Record<string, string>>): WholeAnswer {
  return { ...answer, headers: { ...answer.headers, ...fields } };
}

/** Without a framework there is no layer. */
const LAYERED_FRONTS = FRONTS.filter(({ name }) => name !== 'web');

describe('CORS layer in front of the guards', () => {
  const fronts = useFronts(
    (app, api) => {
      app.cors({ origin: ORIGIN, exposed: ['X-Total'] });
      app.publish(api.metadata());
      app.all('/sales', api.requireScope('read'), () => json({}));
    },
    { fronts: LAYERED_FRONTS },
  );
  const allowed = { 'access-control-allow-origin': ORIGIN, vary: 'Origin, Authorization' };

  it.each([
    ['without a token', [], missing('read')],
    ['of a bad token', ['Authorization: Bearer abc'], invalid('malformed', 'read')],
  ] as const)('a refusal %s can be read by scripts', async (_what, fields, answer) => {
    const expected = withFields(answer, {
      ...allowed,
      'access-control-expose-headers': `X-Total, ${BOTH}`,
    });
    const hono: Difference = {
      why: 'ownResponse',
      fronts: ['Hono'],
      answer: withFields(answer, {
        ...allowed,
        vary: 'Authorization, Origin',
        'access-control-expose-headers': 'X-Total',
      }),
    };
    expect(await fronts.ask(['GET /sales HTTP/1.1', origin, ...fields])).toEqual(
      everyFront(expected, differing([hono]), LAYERED_FRONTS),
    );
  });

  it('an accepted request varies by both', async () => {
    const fields = { ...allowed, 'access-control-expose-headers': 'X-Total' };
    const hono: Difference = {
      why: 'ownResponse',
      fronts: ['Hono'],
      answer: withFields(answered({}), { ...fields, vary: 'Authorization, Origin' }),
    };
    expect(await fronts.ask(['GET /sales HTTP/1.1', origin, authorization])).toEqual(
      everyFront(withFields(answered({}), fields), differing([hono]), LAYERED_FRONTS),
    );
  });

  it('a preflight needs no token', async () => {
    const lines = ['OPTIONS /sales HTTP/1.1', origin, 'Access-Control-Request-Method: GET'];
    const answers = await fronts.ask(lines);
    const statuses = Object.entries(answers).map(([name, { status }]) => [name, status]);
    expect(Object.fromEntries(statuses)).toEqual(everyFront(204, {}, LAYERED_FRONTS));
  });
});

describe('CORS layer that exposes the fields of refusals', () => {
  const fronts = useFronts(
    (app, api) => {
      app.cors({ origin: ORIGIN, exposed: ['WWW-Authenticate', 'Retry-After'] });
      app.get('/sales', api.requireScope('read'), () => json({}));
    },
    { fronts: LAYERED_FRONTS },
  );

  it('exposes them on every front, once', async () => {
    const answers = await fronts.ask(['GET /sales HTTP/1.1', origin]);
    const exposed = Object.entries(answers).map(([name, { headers }]) => [
      name,
      String(headers['access-control-expose-headers']).split(/, */),
    ]);
    const names = ['WWW-Authenticate', 'Retry-After'];
    expect(Object.fromEntries(exposed)).toEqual(everyFront(names, {}, LAYERED_FRONTS));
  });
});

describe('layer in front of the guards', () => {
  const fronts = useFronts(
    (app, api) => {
      app.layer((request) => {
        const vary = request.header('x-vary');
        const fields = { 'Cache-Control': 'public', ETag: '"1"', 'X-Layer': 'a' };
        return { fields: { ...fields, ...(vary !== undefined && { Vary: vary }) } };
      });
      app.publish(api.metadata());
      app.get('/sales', api.requireScope('read'), () => json({}));
    },
    { fronts: SHARED_RESPONSE_FRONTS },
  );

  it.each([
    ['Origin', 'Origin, Authorization'],
    ['Accept-Encoding, Origin', 'Accept-Encoding, Origin, Authorization'],
    ['authorization', 'authorization'],
    ['*', '*'],
  ])('Vary: %s becomes %s', async (before, vary) => {
    const lines = ['GET /sales HTTP/1.1', `X-Vary: ${before}`];
    const kept = { vary, 'x-layer': 'a' };
    expect(await fronts.ask(lines)).toEqual(
      everyFront(withFields(missing('read'), kept), {}, SHARED_RESPONSE_FRONTS),
    );
    const accepted = withFields(answered({}), { ...kept, 'cache-control': 'public', etag: '"1"' });
    expect(await fronts.ask([...lines, authorization])).toEqual(
      everyFront(accepted, {}, SHARED_RESPONSE_FRONTS),
    );
  });
});

describe('token in the query, on every front', () => {
  const fronts = useFronts(
    (app, api) => {
      app.publish(api.metadata());
      app.get('/sales', api.requireScope('read'), () => json({}));
      app.get('/cached', api.requireScope('read'), () => ({
        headers: { 'Content-Type': 'application/json', 'X-Handler': 'a' },
        body: '{}',
      }));
    },
    { server: { ...SECRET_OPTIONS, credentials: ['header', 'query'] } },
  );
  const token = signToken({ scope: 'read' });

  it('keeps the response out of shared caches', async () => {
    const fields = { 'cache-control': 'private, no-store' };
    expect(await fronts.ask([`GET /sales?access_token=${token} HTTP/1.1`])).toEqual(
      everyFront(answered({}, fields)),
    );
    expect(await fronts.ask([`GET /cached?access_token=${token} HTTP/1.1`])).toEqual(
      everyFront(answered({}, { ...fields, 'x-handler': 'a' })),
    );
  });
});
