import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { exposeRefusalHeaders, varyOnAuthorization } from './response-headers.js';

const ORIGIN = 'Access-Control-Allow-Origin';
const CREDENTIALS = 'Access-Control-Allow-Credentials';
const EXPOSE = 'Access-Control-Expose-Headers';
const BOTH = 'WWW-Authenticate, Retry-After';

/** Exposes the headers of a response that other middleware has prepared. */
function exposedAfter(fields: Readonly<Record<string, string | string[]>>): unknown {
  const res = new ServerResponse(new IncomingMessage(new Socket()));
  for (const [name, value] of Object.entries(fields)) res.setHeader(name, value);
  exposeRefusalHeaders(res, {});
  return res.getHeader(EXPOSE);
}

describe('exposeRefusalHeaders', () => {
  it.each<[existing: string | string[] | undefined, exposed: string | string[]]>([
    [undefined, BOTH],
    ['', BOTH],
    ['X-Total', `X-Total, ${BOTH}`],
    ['X-Total,X-Page', `X-Total,X-Page, ${BOTH}`],
    [['X-Total', 'X-Page'], `X-Total, X-Page, ${BOTH}`],
    ['www-authenticate', 'www-authenticate, Retry-After'],
    ['retry-after , X-Total', 'retry-after , X-Total, WWW-Authenticate'],
    [
      ['Retry-After', 'WWW-Authenticate'],
      ['Retry-After', 'WWW-Authenticate'],
    ],
    ['*', '*'],
  ])('extends the exposed headers %j to %j', (existing, exposed) => {
    const fields = existing === undefined ? {} : { [EXPOSE]: existing };
    expect(exposedAfter({ [ORIGIN]: '*', ...fields })).toEqual(exposed);
  });

  it('adds the names to *, which exposes nothing to requests with credentials', () => {
    const fields = { [ORIGIN]: 'https://app.example', [CREDENTIALS]: 'true', [EXPOSE]: '*' };
    expect(exposedAfter(fields)).toBe(`*, ${BOTH}`);
  });

  it('exposes nothing without Access-Control-Allow-Origin', () => {
    expect(exposedAfter({})).toBeUndefined();
    expect(exposedAfter({ [EXPOSE]: 'X-Total' })).toBe('X-Total');
  });

  it('does not modify the array that the application has set', () => {
    const names = ['X-Total'];
    exposedAfter({ [ORIGIN]: '*', [EXPOSE]: names });
    expect(names).toEqual(['X-Total']);
  });
});

describe('varyOnAuthorization', () => {
  it.each<[before: string | string[] | undefined, after: string | string[]]>([
    [undefined, 'Authorization'],
    ['', 'Authorization'],
    ['Authorization', 'Authorization'],
    ['Origin', 'Origin, Authorization'],
    [['Origin', 'Accept-Encoding'], 'Origin, Accept-Encoding, Authorization'],
    ['origin, authorization', 'origin, authorization'],
    ['*', '*'],
  ])('extends Vary %j to %j', (before, after) => {
    const res = new ServerResponse(new IncomingMessage(new Socket()));
    if (before !== undefined) res.setHeader('Vary', before);
    varyOnAuthorization(res);
    expect(res.getHeaders()).toEqual({ vary: after });
  });
});
