/** Step-up authentication: every front answers with the same octets. RFC 9470. */
import { createResourceServer } from '@scopegate/express';
import { describe, expect, it } from 'vitest';
import { listenToDecisions } from '../../support/decision-log.js';
import type { FrontHandler } from '../../support/fronts/front.js';
import { createProver } from '../../support/proofs.js';
import { SECRET_OPTIONS, signToken } from '../../support/tokens.js';
import { answered, type Declare, everyFront, useFronts } from './all-fronts.js';
import { type BoundRefusal, challengeOf, errorParams, refusedByAll } from './bound-refusals.js';
import { json } from './sales-api.js';

const NOW = 1_900_000_000;
const prover = createProver('ES256');
const { audience } = SECRET_OPTIONS;

/** Signs a token of a user. */
const tokenOf = (claims: object): string => signToken({ sub: 'alice', exp: NOW + 300, ...claims });

const get = (path: string, claims: object = {}): readonly string[] => [
  `GET ${path} HTTP/1.1`,
  `Authorization: Bearer ${tokenOf(claims)}`,
];

/** The lines of a request with a bound token and a new proof. */
function proven(path: string, claims: object): readonly string[] {
  const token = tokenOf({ ...claims, cnf: { jkt: prover.thumbprint } });
  const proof = prover.prove({ token, iat: NOW, htu: `${audience}${path}` });
  return [`GET ${path} HTTP/1.1`, `Authorization: DPoP ${token}`, `DPoP: ${proof}`];
}

const declare: Declare = (app, api) => {
  const handler: FrontHandler = ({ original }) => {
    const { authenticationContext, authenticatedAt } = api.accessToken(original);
    return json({ authenticationContext, authenticatedAt });
  };
  const recent = api.policy({ scope: 'write', maxAgeSeconds: 60 });
  app.publish(api.metadata());
  app.get('/acr', api.require({ acrValues: ['phrh', 'phr'] }), handler);
  app.get('/age', api.require({ scope: 'read', maxAgeSeconds: 300 }), handler);
  app.get('/both', api.require({ acrValues: ['phr'], maxAgeSeconds: 0 }), handler);
  app.guard('/stacked', api.require({ scope: 'read', acrValues: ['phr'], maxAgeSeconds: 900 }));
  app.get('/stacked/recent', api.require({ scope: 'write', maxAgeSeconds: 60 }), handler);
  app.get('/stacked/plain', api.requireAccessToken(), handler);
  app.get('/stacked/inside', (request) => {
    api.assertAllowed(request.original, recent);
    return handler(request);
  });
  app.get('/stacked/odd', api.require({ acrValues: ['mfa'] }), handler);
  app.answerRefusals(api);
};

const ANOTHER = 'this resource requires another authentication of the user';
const RECENT = 'this resource requires a more recent authentication of the user';

/** What a challenge and its problem details name beside the error. */
interface Named {
  readonly scope?: string;
  readonly acr_values?: string;
  readonly max_age?: number;
}

/** Answer A13: the parameters in the order of the challenge, under the scheme that was used. */
function stepUp(detail: string, named: Named, scheme: 'Bearer' | 'DPoP' = 'Bearer'): BoundRefusal {
  const error = 'insufficient_user_authentication';
  const { scope, ...required } = named;
  const own = Object.entries(required).map(([name, value]) => `${name}="${value}"`);
  const params = [errorParams(error, detail, scope), ...own].join(', ');
  const line = challengeOf(scheme, params);
  return {
    status: 401,
    lines: scheme === 'DPoP' ? [line] : [line, challengeOf('DPoP')],
    members: { detail, error, ...named } as unknown as Readonly<Record<string, string>>,
  };
}

function insufficient(detail: string, scope?: string): BoundRefusal {
  const params = errorParams('insufficient_scope', detail, scope);
  return {
    status: 403,
    lines: [challengeOf('Bearer', params), challengeOf('DPoP')],
    members: { detail, error: 'insufficient_scope', ...(scope !== undefined && { scope }) },
  };
}

describe('step-up on every front', () => {
  const { ask } = useFronts(declare, {
    server: { ...SECRET_OPTIONS, clock: () => NOW * 1000, dpop: { algorithms: ['ES256'] } },
  });

  it.each<[path: string, claims: object]>([
    ['/acr', { acr: 'phrh' }],
    ['/acr', { acr: 'phr' }],
    ['/age', { scope: 'read', auth_time: NOW - 305 }],
    ['/both', { acr: 'phr', auth_time: NOW + 5 }],
    ['/stacked/recent', { scope: 'read write', acr: 'phr', auth_time: NOW }],
    ['/stacked/inside', { scope: 'read write', acr: 'phr', auth_time: NOW }],
  ])('passes %s with %j', async (path, claims) => {
    const { acr, auth_time } = claims as { readonly acr?: string; readonly auth_time?: number };
    const body = { authenticationContext: acr, authenticatedAt: auth_time };
    expect(await ask(get(path, claims))).toEqual(everyFront(answered(body)));
  });

  const acr = { acr_values: 'phrh phr' };
  const age = { scope: 'read', max_age: 300 };
  const both = { acr_values: 'phr', max_age: 0 };
  const recent = { scope: 'read write', acr_values: 'phr', max_age: 60 };
  const table: Readonly<Record<string, readonly [lines: readonly string[], BoundRefusal]>> = {
    'no acr': [get('/acr'), stepUp(ANOTHER, acr)],
    'another acr': [get('/acr', { acr: 'pwd' }), stepUp(ANOTHER, acr)],
    'an array of acr': [get('/acr', { acr: ['phr'] }), stepUp(ANOTHER, acr)],
    'several acr in one string': [get('/acr', { acr: 'phrh phr' }), stepUp(ANOTHER, acr)],
    'an acr under the scheme DPoP': [proven('/acr', { acr: 'pwd' }), stepUp(ANOTHER, acr, 'DPoP')],
    'no auth_time': [get('/age', { scope: 'read' }), stepUp(RECENT, age)],
    'an old auth_time': [get('/age', { scope: 'read', auth_time: NOW - 306 }), stepUp(RECENT, age)],
    'an auth_time in milliseconds': [
      get('/age', { scope: 'read', auth_time: NOW * 1000 }),
      stepUp(RECENT, age),
    ],
    'both missing': [get('/both'), stepUp(ANOTHER, both)],
    'an auth_time before a maximum age of 0': [
      get('/both', { acr: 'phr', auth_time: NOW - 6 }),
      stepUp(RECENT, both),
    ],
    'the second of two guards, with what the first one required': [
      get('/stacked/recent', { scope: 'read write', acr: 'phr', auth_time: NOW - 600 }),
      stepUp(RECENT, recent),
    ],
    'a policy inside a handler, with what the guard required': [
      get('/stacked/inside', { scope: 'read write', acr: 'phr', auth_time: NOW - 600 }),
      stepUp(RECENT, recent),
    ],
    'guards that no acr satisfies, each with its own list': [
      get('/stacked/odd', { scope: 'read', acr: 'phr', auth_time: NOW }),
      stepUp(ANOTHER, { scope: 'read', acr_values: 'mfa', max_age: 900 }),
    ],
    'missing scope before acr': [
      get('/stacked/plain', { scope: 'x' }),
      insufficient('the access token lacks scope for this resource', 'read'),
    ],
    'a client, which has no user to authenticate': [
      get('/acr', { sub: 'reports', client_id: 'reports', acr: 'phr' }),
      insufficient('this resource does not accept tokens of this kind of caller'),
    ],
    'an expired token, without the requirement': [get('/acr', { exp: 1 }), expired()],
  };

  it.each(Object.entries(table))('refuses %s', async (_what, [lines, refusal]) => {
    const fields = refusal.fields ?? {};
    expect(await ask(lines)).toEqual(refusedByAll({ ...refusal, fields }));
  });

  it('publishes the claim that does not meet the requirement as the reason', async () => {
    const events = listenToDecisions();
    await ask(get('/both', { acr: 'pwd' }));
    await ask(get('/both', { acr: 'phr' }));
    const each = Object.keys(everyFront(undefined));
    const { issuer } = SECRET_OPTIONS;
    expect(events).toMatchObject(
      ['acr', 'auth_time'].flatMap((reason) =>
        each.map(() => ({ outcome: 'refused', reason, scheme: 'Bearer', issuer })),
      ),
    );
    expect(JSON.stringify(events)).not.toContain('pwd');
  });
});

function expired(): BoundRefusal {
  const detail = 'the access token has expired';
  return {
    status: 401,
    lines: [challengeOf('Bearer', errorParams('invalid_token', detail)), challengeOf('DPoP')],
    members: { detail, error: 'invalid_token' },
  };
}

describe('policy() with a maximum age', () => {
  it('reads the clock of the resource server on every decision', () => {
    let now = NOW;
    const api = createResourceServer({ ...SECRET_OPTIONS, clock: () => now * 1000 });
    const recent = api.policy({ maxAgeSeconds: 60 });
    const token = { principal: 'user', scopes: new Set(), authenticatedAt: NOW } as never;
    expect(recent.refusalOf(token)).toBeUndefined();
    now += 65;
    expect(recent.refusalOf(token)).toBeUndefined();
    now += 1;
    expect(recent.refusalOf(token)).toMatchObject({ reason: 'auth_time', status: 401 });
  });
});
