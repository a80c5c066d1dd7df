/**
 * Several resource servers, in one application and on different fronts: none accepts what another has
 * decided.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import type { FrontRequest, FrontResourceServer } from '../../support/fronts/front.js';
import { FRONTS } from '../../support/fronts/fronts.js';
import { SECRET_OPTIONS, signToken } from '../../support/tokens.js';
import { answered, everyFront, useFronts } from './all-fronts.js';
import { invalid } from './refusals.js';
import { json } from './sales-api.js';

const { audience } = SECRET_OPTIONS;
const OTHER = 'https://other.example.com';
const bearer = (aud: unknown): string =>
  `Authorization: Bearer ${signToken({ scope: 'read', aud })}`;

/** What a resource server knows about a request. */
function knownTo(api: FrontResourceServer, request: object): string {
  try {
    return api.accessToken(request).clientId ?? 'no client';
  } catch (error) {
    return String(error).replace(/[:;].*/s, '');
  }
}

describe('two resource servers in one application', () => {
  const fronts = useFronts((app, api, front) => {
    const other = front.createResourceServer({ ...SECRET_OPTIONS, audience: OTHER });
    const handler = ({ original }: FrontRequest): ReturnType<typeof json> =>
      json({ api: knownTo(api, original), other: knownTo(other, original) });
    app.publish(api.metadata());
    app.get('/first', api.requireAccessToken(), handler);
    app.get('/second', other.requireAccessToken(), handler);
    app.get('/both', api.requireAccessToken(), other.requireAccessToken(), handler);
  });
  const get = (path: string, aud: unknown): ReturnType<typeof fronts.ask> =>
    fronts.ask([`GET ${path} HTTP/1.1`, bearer(aud)]);

  it('each knows only the tokens that its own guards have verified', async () => {
    const [reports, unknown] = ['reports', 'TypeError'];
    expect(await get('/first', audience)).toEqual(
      everyFront(answered({ api: reports, other: unknown })),
    );
    expect(await get('/second', OTHER)).toEqual(
      everyFront(answered({ api: unknown, other: reports })),
    );
    expect(await get('/both', [audience, OTHER])).toEqual(
      everyFront(answered({ api: reports, other: reports })),
    );
  });

  it('each refuses tokens for the other', async () => {
    expect(await get('/first', OTHER)).toEqual(everyFront(invalid('audience')));
    const refusals = [await get('/second', audience), await get('/both', audience)];
    for (const answers of refusals) {
      const challenges = Object.entries(answers).map(([name, { status, headers }]) => [
        name,
        [status, headers['www-authenticate']],
      ]);
      const challenge =
        `Bearer realm="${OTHER}", error="invalid_token", ` +
        'error_description="the access token is meant for another resource"';
      expect(Object.fromEntries(challenges)).toEqual(everyFront([401, challenge]));
    }
  });
});

describe('resource servers of different fronts', () => {
  const apis: FrontResourceServer[] = FRONTS.map((front) =>
    front.createResourceServer(SECRET_OPTIONS),
  );
  const fronts = useFronts((app, api) => {
    app.publish(api.metadata());
    app.get('/sales', api.requireScope('read'), ({ original }) => {
      const { raw } = original as { readonly raw?: object };
      const requests = raw === undefined ? [original] : [original, raw];
      const known = requests.flatMap((request) => apis.map((other) => knownTo(other, request)));
      return json({ own: knownTo(api, original), others: [...new Set(known)] });
    });
  });

  it('know nothing about the tokens of each other', async () => {
    const answer = answered({ own: 'reports', others: ['TypeError'] });
    const lines = ['GET /sales HTTP/1.1', bearer(audience)];
    expect(await fronts.ask(lines)).toEqual(everyFront(answer));
  });
});
