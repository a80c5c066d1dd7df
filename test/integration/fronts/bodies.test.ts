/**
 * Requests with bodies: guards decide before anything reads them.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import { signToken } from '../../support/tokens.js';
import { answered, everyFront, useFronts } from './all-fronts.js';
import { type Difference, differing, WEB_FRONTS } from './differences.js';
import { insufficient, missing } from './refusals.js';
import { json } from './sales-api.js';
import { askEarly } from './unfinished-uploads.js';

const read = `Authorization: Bearer ${signToken({ scope: 'read' })}`;
const write = `Authorization: Bearer ${signToken({ scope: 'write' })}`;
const post = (...fields: string[]): string[] => ['POST /echo HTTP/1.1', ...fields];

describe('request body on every front', () => {
  const steps: string[] = [];
  const fronts = useFronts((app, api) => {
    app.publish(api.metadata());
    const check = {
      name: 'step',
      test: async () => {
        await new Promise(setImmediate);
        steps.push('guard');
        return true;
      },
    };
    app.post('/echo', api.require({ scope: 'read', check }), async ({ text }) => {
      const body = await text();
      steps.push('body');
      return json({ body });
    });
  });

  it.each([
    ['text/plain', 'some text'],
    ['application/json', '{"a":1}'],
    ['application/json', '{"a":'],
    ['application/x-www-form-urlencoded', 'access_token=x'],
    ['application/octet-stream', ''],
  ])('reaches the handler behind the guard: %s %j', async (type, body) => {
    steps.length = 0;
    const lines = post(read, `Content-Type: ${type}`, `Content-Length: ${body.length}`);
    expect(await fronts.ask(lines, body)).toEqual(everyFront(answered({ body })));
    expect(steps).toEqual(Object.keys(everyFront(undefined)).flatMap(() => ['guard', 'body']));
  });

  it('reaches the handler in chunks', async () => {
    const lines = post(read, 'Transfer-Encoding: chunked', 'Content-Type: text/plain');
    expect(await fronts.ask(lines, '3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n')).toEqual(
      everyFront(answered({ body: 'abcde' })),
    );
  });

  it.each([
    ['without a token', [], missing('read')],
    ['without the scope', [write], insufficient('scope', 'read')],
  ] as const)('is not awaited before a refusal %s', async (_what, fields, refusal) => {
    steps.length = 0;
    const lines = post(...fields, 'Content-Type: application/json', 'Content-Length: 1000');
    const answers = await fronts.askEach((url) => askEarly(url, lines, '{"a'));
    const { status, body } = refusal;
    expect(answers).toEqual(
      everyFront({ status, body, connection: 'close' }, differing(unreadBody(status, body))),
    );
    expect(steps).toEqual([]);
  });

  it('does not close the connection if it is empty', async () => {
    const lines = post('Content-Length: 0');
    const answers = await fronts.askEach((url) => askEarly(url, lines));
    const { status, body } = missing('read');
    expect(answers).toEqual(everyFront({ status, body, connection: 'keep-alive' }));
  });

  it('is refused before a parser can refuse it', async () => {
    const lines = post('Content-Type: application/json', 'Content-Length: 3');
    expect(await fronts.ask(lines, '{"a')).toEqual(everyFront(missing('read')));
  });
});

/** The connection is the server's, not the guard's, where guards get a `Request`. */
function unreadBody(status: number, body: string): readonly Difference[] {
  const answer = { status, body, connection: 'keep-alive' };
  return [{ why: 'unreadBody', fronts: WEB_FRONTS, answer }];
}
