/**
 * Policies on trial: what they change, and what they say.
 *
 * @module
 */
import { createResourceServer, type ResourceServerOptions } from '@scopegate/web';
import { allOf, anyOf, type RoutePolicy } from '@scopegate/resource-server';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listenToDecisions } from '../../support/decision-log.js';
import type { FrontPolicy } from '../../support/fronts/front.js';
import { FRONTS } from '../../support/fronts/fronts.js';
import { openIssuer } from '../../support/test-issuers.js';
import { type Members, SECRET_OPTIONS, signToken } from '../../support/tokens.js';
import { askOne } from './all-fronts.js';
import { json } from './sales-api.js';

const iat = Math.floor(Date.now() / 1000);
const USER = { sub: 'alice', acr: 'urn:example:phr', auth_time: iat - 60, iat };

/** Claims and, optionally, a header. */
const TOKENS: readonly (readonly [claims: Members, header?: Members])[] = [
  [{}],
  [{ scope: 'read' }],
  [{ scope: 'read write' }],
  [{ scope: 'read write admin' }],
  [{ scope: 'admin', aud: ['https://api.example.com', 'sales'] }],
  [{ scope: 'read', ...USER }],
  [{ scope: 'read', ...USER, auth_time: iat - 3600 }],
  [{ scope: 'read', ...USER, acr: 'pwd' }],
  [{ scope: 'read', iat, exp: iat + 7200 }],
  [{ scope: 'read', iat: undefined }],
  [{ scope: 'read', jti: 'a' }],
  [{ scope: 'read', sub: 'alice', jti: 'a', aud: 'sales' }],
  [{ scope: ['read'], jti: 'a' }],
  [{ scope: 'read', jti: 'a' }, { typ: 'JWT' }],
  [{ scope: 'read', client_id: undefined }, { typ: 'JWT' }],
  [{ scope: undefined, client_id: undefined }, { typ: 'JWT' }],
  [{ scope: 'read', exp: 1 }],
  [{ scope: 'read', iss: 'https://other.example' }],
];

const sign = ([claims, header]: (typeof TOKENS)[number]): string =>
  header === undefined ? signToken(claims) : signToken(claims, { header });

interface Answer {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

type Options = Partial<ResourceServerOptions>;

/** Asks a guard of a new resource server, with each token. */
async function askAll(options: Options, route: RoutePolicy): Promise<readonly Answer[]> {
  const given = { ...SECRET_OPTIONS, audience: ['https://api.example.com', 'sales'], ...options };
  const api = createResourceServer(given as ResourceServerOptions); // the parts fit together
  const handle = api.require(route as never).wrap(() => new Response('rows')); // has no condition
  const answers: Answer[] = [];
  for (const token of TOKENS.map(sign)) {
    const headers = { Authorization: `Bearer ${token}` };
    const response = await handle(new Request('https://api.example.com/v1/sales', { headers }));
    const fields = [...response.headers];
    answers.push({ status: response.status, headers: fields, body: await response.text() });
  }
  api.close();
  return answers;
}

/** What is on trial, and what is configured once it is enforced. */
interface Case {
  readonly route: RoutePolicy;
  readonly onTrial: RoutePolicy;
  readonly enforced: RoutePolicy;
  readonly server?: Options;
  readonly serverOnTrial?: Options;
  readonly serverEnforced?: Options;
}

const ofRoute = (route: RoutePolicy, trial: FrontPolicy): Case => ({
  route,
  onTrial: { ...route, trial },
  enforced: { ...route, ...trial } as RoutePolicy,
});

const READ: RoutePolicy = { scope: 'read' };

const ofServer = (trial: object, server: Options = {}, route = READ): Case => ({
  route,
  onTrial: route,
  enforced: route,
  server,
  serverOnTrial: { ...server, trial },
  serverEnforced: { ...server, ...trial },
});

const CASES: readonly (readonly [what: string, trial: Case])[] = [
  ['another scope', ofRoute({ scope: 'read' }, { scope: allOf('read', 'write') })],
  ['fewer alternatives', ofRoute({ scope: anyOf('read', 'admin') }, { scope: 'read' })],
  ['a limit', ofRoute({ scope: 'read' }, { atMost: ['read'] })],
  ['a principal', ofRoute({ scope: 'read' }, { principal: 'user' })],
  [
    'a limit and a principal',
    ofRoute({ scope: 'read' }, { atMost: ['read'], principal: 'client' }),
  ],
  ['an authentication context', ofRoute({ scope: 'read' }, { acrValues: ['urn:example:phr'] })],
  ['a recent authentication', ofRoute({ scope: 'read' }, { maxAgeSeconds: 600 })],
  ['a policy on a route without one', ofRoute({ principal: 'client' }, { scope: 'admin' })],
  ['no excess scopes', ofServer({ excessScopes: 'refuse' })],
  [
    'no excess scopes with implied scopes',
    ofServer({ excessScopes: 'refuse' }, { impliedScopes: { admin: ['read'] } }),
  ],
  ['the type at+jwt', ofServer({ typ: 'at+jwt' })],
  ['the type auto', ofServer({ typ: 'auto' }, {}, { atMost: ['read', 'write', 'admin'] })],
  ['a maximum lifetime', ofServer({ maxLifetimeSeconds: 3600 })],
  ['one audience', ofServer({ audience: 'https://api.example.com' })],
  ['everything', ofServer({ excessScopes: 'refuse', typ: 'at+jwt', maxLifetimeSeconds: 3600 })],
];

describe('trial', () => {
  it.each(CASES)(
    'of %s changes no answer, and reports what it would answer',
    async (_what, each) => {
      const { server = {}, serverOnTrial = {}, serverEnforced = {} } = each;
      const before = await askAll(server, each.route);
      const events = listenToDecisions();
      expect(await askAll(serverOnTrial, each.onTrial)).toEqual(before);
      const verdicts = events.map(({ outcome, trial }) => [outcome, trial]);
      const enforced = await askAll(serverEnforced, each.enforced);
      const reasons = events.slice(TOKENS.length).map(({ reason }) => reason);
      const expected = before.map(({ status }, index) => {
        if (status !== 200) return ['refused', undefined];
        const outcome = enforced[index]?.status === 200 ? 'allowed' : 'refused';
        return ['allowed', { outcome, reason: reasons[index] }];
      });
      expect(verdicts.slice(0, TOKENS.length)).toEqual(expected);
      const outcomes = expected.map(
        ([, trial]) => (trial as { outcome: string } | undefined)?.outcome,
      );
      expect(new Set(outcomes)).toEqual(new Set([undefined, 'allowed', 'refused']));
    },
  );

  it('of issuers reports the tokens of the others', async () => {
    const old = {
      issuer: 'https://old.example',
      audience: SECRET_OPTIONS.audience,
      secret: SECRET_OPTIONS.secret,
    };
    const options = { issuers: [SECRET_OPTIONS, old], audience: undefined, secret: undefined };
    const trial = { issuers: [SECRET_OPTIONS.issuer] };
    const { issuers } = options;
    const api = createResourceServer({ issuers, trial });
    onTestFinished(() => {
      api.close();
    });
    const events = listenToDecisions();
    const guard = api.requireAccessToken();
    for (const iss of [SECRET_OPTIONS.issuer, old.issuer]) {
      const headers = { Authorization: `Bearer ${signToken({ iss })}` };
      const handle = guard.wrap(() => new Response());
      expect((await handle(new Request('https://api.example.com/', { headers }))).status).toBe(200);
    }
    expect(events.map(({ trial: verdict }) => verdict)).toEqual([
      { outcome: 'allowed', reason: undefined },
      { outcome: 'refused', reason: 'issuer' },
    ]);
  });

  it('of algorithms reports tokens that are signed by another one', async () => {
    const issuer = await openIssuer();
    const options = { ...issuer.options(), algorithms: ['ES256', 'RS256'] as const };
    const api = createResourceServer({ ...options, trial: { algorithms: ['RS256'] } });
    onTestFinished(() => {
      api.close();
    });
    const events = listenToDecisions();
    const headers = { Authorization: `Bearer ${await issuer.mint()}` };
    await api.requireAccessToken().wrap(() => new Response())(
      new Request('https://a.example/', { headers }),
    );
    expect(events).toMatchObject([
      { outcome: 'allowed', trial: { outcome: 'refused', reason: 'alg' } },
    ]);
  });

  it('of tokens is reported for each request, also of a cached token', async () => {
    const events = listenToDecisions();
    const api = createResourceServer({ ...SECRET_OPTIONS, trial: { maxLifetimeSeconds: 60 } });
    onTestFinished(() => {
      api.close();
    });
    const handle = api.requireAccessToken().wrap(() => new Response());
    const headers = { Authorization: `Bearer ${signToken()}` };
    for (let count = 0; count < 3; count += 1) {
      await handle(new Request('https://api.example.com/', { headers }));
    }
    expect(events.map(({ source, trial }) => [source, trial])).toEqual([
      ['verification', { outcome: 'refused', reason: 'lifetime' }],
      ['cache', { outcome: 'refused', reason: 'lifetime' }],
      ['cache', { outcome: 'refused', reason: 'lifetime' }],
    ]);
  });

  it('that fails is not a refusal', async () => {
    let isBroken = false;
    const clock = (): number => {
      if (isBroken) throw new Error('the clock is broken');
      return Date.now();
    };
    const events = listenToDecisions();
    const api = createResourceServer({ ...SECRET_OPTIONS, clock });
    onTestFinished(() => {
      api.close();
    });
    const check = {
      name: 'break the clock',
      test: () => {
        isBroken = true;
        return true;
      },
    };
    const guard = api.require({ check, trial: { maxAgeSeconds: 60 } });
    const headers = { Authorization: `Bearer ${signToken(USER)}` };
    const handle = guard.wrap(() => new Response());
    expect((await handle(new Request('https://api.example.com/', { headers }))).status).toBe(200);
    expect(events).toMatchObject([
      { outcome: 'allowed', trial: { outcome: 'error', reason: undefined } },
    ]);
  });

  it.each(FRONTS)('changes no octet of what $name answers', async (front) => {
    const api = front.createResourceServer({ ...SECRET_OPTIONS, trial: { typ: 'at+jwt' } });
    const plain = front.createResourceServer(SECRET_OPTIONS);
    const { url, close } = await front.serve((app) => {
      app.get('/plain', plain.requireScope('read'), () => json({ rows: 1 }));
      const trial = { atMost: ['read'], principal: 'user' } as const;
      app.get('/trial', api.require({ scope: 'read', trial }), () => json({ rows: 1 }));
    });
    onTestFinished(close);
    const events = listenToDecisions();
    for (const token of TOKENS.map(sign)) {
      const authorization = `Authorization: Bearer ${token}`;
      const before = await askOne(url, ['GET /plain HTTP/1.1', authorization]);
      expect(await askOne(url, ['GET /trial HTTP/1.1', authorization])).toEqual(before);
    }
    expect(events.some(({ trial }) => trial?.outcome === 'refused')).toBe(true);
  });

  it.each<[object, string]>([
    [
      {},
      'option "trial" must have at least one of "excessScopes", "typ", "algorithms", "maxLifetimeSeconds", "audience", "issuers"; otherwise omit it',
    ],
    [
      { excessScopes: 'report' },
      'option "trial.excessScopes" must be "refuse", because a trial can only be stricter',
    ],
    [{ scope: 'read' }, 'option "trial" has no option "scope"'],
    [
      { typ: 'jwt' },
      'option "trial.typ" must not be wider than "auto", which is enforced; a trial can only be stricter',
    ],
    [{ typ: 'at' }, 'option "trial.typ" must be "auto", "at+jwt" or "jwt"'],
    [
      { algorithms: ['RS256'] },
      'option "trial.algorithms" must contain only what is accepted now, because a trial can only be stricter; remove "RS256"',
    ],
    [
      { algorithms: [] },
      'option "trial.algorithms" must be a non-empty array of strings; otherwise omit it',
    ],
    [
      { maxLifetimeSeconds: 7201 },
      'option "trial.maxLifetimeSeconds" must be a number from 1 to 7200',
    ],
    [
      { maxLifetimeSeconds: Infinity },
      'option "trial.maxLifetimeSeconds" must be a number from 1 to 7200',
    ],
    [
      { audience: 'https://other.example' },
      'option "trial.audience" must contain only what is accepted now, because a trial can only be stricter; remove "https://other.example"',
    ],
    [
      { audience: '' },
      'option "trial.audience" must be a non-empty string or a non-empty array of strings; otherwise omit it',
    ],
    [
      { issuers: ['https://new.example'] },
      'option "trial.issuers" must contain only what is accepted now, because a trial can only be stricter; remove "https://new.example"',
    ],
    [
      { issuers: [SECRET_OPTIONS.issuer, 1] },
      'option "trial.issuers" must be a non-empty array of strings; otherwise omit it',
    ],
  ])('refuses the options %j', (trial, message) => {
    const options = { ...SECRET_OPTIONS, typ: 'auto', maxLifetimeSeconds: 7200, trial };
    expect(() => createResourceServer(options as ResourceServerOptions)).toThrow(
      new TypeError(message),
    );
  });
});
