/** Routes with `fresh: true`: the authorization server is asked on every request. Same octets on every front. */
import { createTestIssuer } from '@scopegate/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { listenToDecisions } from '../../support/decision-log.js';
import type { FrontHandler } from '../../support/fronts/front.js';
import { createProver } from '../../support/proofs.js';
import { SECRET_OPTIONS } from '../../support/tokens.js';
import { answered, type Declare, everyFront, refusedWith, useFronts } from './all-fronts.js';
import { type BoundRefusal, challengeOf, errorParams, refusedByAll } from './bound-refusals.js';
import { json } from './sales-api.js';

const { audience } = SECRET_OPTIONS;
const issuer = await createTestIssuer({ alg: 'ES256', listen: false, audience });
const introspection = { tokens: 'both', ...issuer.introspectionClient } as const;
const server = { ...issuer.options(), introspection, dpop: { algorithms: ['ES256'] } };
const prover = createProver('ES256');

const declare: Declare = (app, api) => {
  const handler: FrontHandler = ({ original }) => json([...api.accessToken(original).scopes]);
  const write = api.policy({ scope: 'write' });
  app.publish(api.metadata());
  app.get('/plain', api.requireScope('read'), handler);
  app.get('/fresh', api.require({ scope: 'read', fresh: true }), handler);
  app.get('/write', api.require({ scope: 'write', fresh: true }), handler);
  app.get('/bound', api.require({ fresh: true, senderConstraint: 'dpop' }), handler);
  app.guard('/stacked', api.requireAccessToken());
  app.get('/stacked/fresh', api.require({ scope: 'read', fresh: true }), handler);
  app.get('/stacked/bound', api.require({ fresh: true, senderConstraint: 'dpop' }), handler);
  app.get('/stacked/twice', api.require({ fresh: true }), api.require({ fresh: true }), handler);
  app.get('/narrow', api.require({ fresh: true }), api.requireScope('write'), handler);
  app.get('/inside', api.require({ fresh: true }), (request) => {
    api.assertAllowed(request.original, write);
    return handler(request);
  });
  app.guard('/area', api.requireScope('read'));
  app.get('/area/fresh', api.require({ fresh: true }), handler);
  app.get('/area/write', api.require({ scope: 'write', fresh: true }), handler);
  app.get('/optional', api.optionalAccessToken(), api.require({ fresh: true }), handler);
  app.answerRefusals(api);
};

const get = (path: string, token: string): readonly string[] => [
  `GET ${path} HTTP/1.1`,
  `Authorization: Bearer ${token}`,
];

/** The lines of a request with a bound token and a new proof. */
function proven(path: string, token: string): readonly string[] {
  const iat = Math.floor(issuer.clock.now() / 1000);
  const proof = prover.prove({ token, iat, htu: `${audience}${path}` });
  return [`GET ${path} HTTP/1.1`, `Authorization: DPoP ${token}`, `DPoP: ${proof}`];
}

function refusal(status: 401 | 403, detail: string, scope?: string): BoundRefusal {
  const error = status === 401 ? 'invalid_token' : 'insufficient_scope';
  return {
    status,
    lines: [challengeOf('Bearer', errorParams(error, detail, scope)), challengeOf('DPoP')],
    members: { detail, error, ...(scope !== undefined && { scope }) },
  };
}

const INACTIVE = 'the access token is not active';
const LACKS_SCOPE = 'the access token lacks scope for this resource';
const FRONT_COUNT = Object.keys(everyFront(undefined)).length;
const kinds = [
  ['JWT', issuer.mint],
  ['opaque token', issuer.opaque],
] as const;

describe('fresh on every front', () => {
  const { ask } = useFronts(declare, { server });
  afterEach(() => {
    issuer.fault('introspection', undefined);
  });

  /** Counts the introspection requests of one front. */
  async function countCalls(lines: readonly string[]): Promise<number> {
    const before = issuer.requests.introspection;
    await ask(lines);
    return (issuer.requests.introspection - before) / FRONT_COUNT;
  }

  it.each(kinds)('refuses a %s that was revoked while it is cached', async (kind, create) => {
    const token = await create({ scope: 'read' });
    const passed = everyFront(answered(['read']));
    expect(await ask(get('/plain', token))).toEqual(passed);
    expect(await ask(get('/fresh', token))).toEqual(passed);
    issuer.revoke(token);
    expect(await ask(get('/plain', token))).toEqual(passed);
    expect(await ask(get('/fresh', token))).toEqual(refusedByAll(refusal(401, INACTIVE, 'read')));
    // The answer evicts the token. A JWT is verified by its signature again, an opaque token is not.
    const next = kind === 'JWT' ? passed : refusedByAll(refusal(401, INACTIVE, 'read'));
    expect(await ask(get('/plain', token))).toEqual(next);
  });

  it.each(kinds)('asks about a cached %s once for each request', async (_kind, create) => {
    const token = await create({ scope: 'read' });
    await ask(get('/plain', token));
    expect(await countCalls(get('/plain', token))).toBe(0);
    expect(await countCalls(get('/fresh', token))).toBe(1);
    expect(await countCalls(get('/fresh', token))).toBe(1);
    expect(await countCalls(get('/stacked/fresh', token))).toBe(1);
    expect(await countCalls(get('/stacked/twice', token))).toBe(1);
    expect(await countCalls(get('/optional', token))).toBe(1);
  });

  it('asks about an opaque token that is not cached once', async () => {
    expect(await countCalls(get('/fresh', await issuer.opaque({ scope: 'read' })))).toBe(1);
  });

  it('asks in the second guard, and refuses what the first one has let through', async () => {
    const token = await issuer.opaque({ scope: 'read' });
    expect(await ask(get('/stacked/fresh', token))).toEqual(everyFront(answered(['read'])));
    issuer.revoke(token);
    const refused = refusedByAll(refusal(401, INACTIVE, 'read'));
    expect(await ask(get('/stacked/fresh', token))).toEqual(refused);
  });

  it('checks the scopes of the answer, also in later guards and inside the handler', async () => {
    const token = await issuer.mint({ scope: 'read write' });
    issuer.fault('introspection', { kind: 'members', members: { scope: 'read admin' } });
    expect(await ask(get('/fresh', token))).toEqual(everyFront(answered(['read'])));
    expect(await ask(get('/stacked/fresh', token))).toEqual(everyFront(answered(['read'])));
    const lacking = refusedByAll(refusal(403, LACKS_SCOPE, 'write'));
    expect(await ask(get('/write', token))).toEqual(lacking);
    expect(await ask(get('/narrow', token))).toEqual(lacking);
    for (const { status } of Object.values(await ask(get('/inside', token)))) {
      expect(status).toBe(403);
    }
    expect(await ask(get('/plain', token))).toEqual(everyFront(answered(['read', 'write'])));
  });

  it('checks again what the guards before it require, once the answer has narrowed the token', async () => {
    const token = await issuer.mint({ scope: 'read write' });
    const all = everyFront(answered(['read', 'write']));
    expect(await ask(get('/area/fresh', token))).toEqual(all);
    issuer.fault('introspection', { kind: 'members', members: { scope: 'write' } });
    const refused = refusedByAll(refusal(403, LACKS_SCOPE, 'read'));
    expect(await ask(get('/area/fresh', token))).toEqual(refused);
    const both = refusedByAll(refusal(403, LACKS_SCOPE, 'write read'));
    expect(await ask(get('/area/write', token))).toEqual(both);
    issuer.fault('introspection', { kind: 'members', members: { scope: 'read' } });
    expect(await ask(get('/area/fresh', token))).toEqual(everyFront(answered(['read'])));
  });

  it.each(['Bearer a b', 'Bearer "T"', 'Bearer a,b', 'DPoP a b', 'DPoP ="'])(
    'answers 400 to credentials that are neither a JWT nor an opaque token: %s',
    async (credentials) => {
      const [scheme = ''] = credentials.split(' ');
      const detail = `the Authorization header must be ${scheme}, a space and one token`;
      const params = errorParams('invalid_request', detail);
      const line = challengeOf(scheme as 'Bearer' | 'DPoP', params);
      const lines = scheme === 'DPoP' ? [line] : [line, challengeOf('DPoP')];
      const members = { detail, error: 'invalid_request' };
      const events = listenToDecisions();
      for (const path of ['/plain', '/fresh', '/optional']) {
        const request = [`GET ${path} HTTP/1.1`, `Authorization: ${credentials}`];
        expect(await countCalls(request)).toBe(0);
        expect(await ask(request)).toEqual(refusedByAll({ status: 400, lines, members }));
      }
      expect(new Set(events.map(({ reason }) => reason)).size).toBe(1);
    },
  );

  it.each(['sub', 'client_id', 'jti'])('refuses an answer with another %s', async (name) => {
    const token = await issuer.mint({ scope: 'read', claims: { jti: 'own' } });
    issuer.fault('introspection', { kind: 'members', members: { [name]: 'other' } });
    expect(await ask(get('/fresh', token))).toEqual(refusedByAll(refusal(401, INACTIVE, 'read')));
  });

  it('asks nothing about a JWT that fails, or that is not bound as the route requires', async () => {
    const forged = await issuer.forge.expired();
    const unbound = await issuer.mint();
    expect(await countCalls(get('/fresh', forged))).toBe(0);
    expect(await countCalls(get('/bound', unbound))).toBe(0);
    const events = listenToDecisions();
    expect(await countCalls(get('/stacked/bound', unbound))).toBe(0);
    expect(events.map(({ reason }) => reason)).toContain('unbound');
  });

  it.each(['/bound', '/stacked/bound'])(
    'registers the proof of a bound token once on %s, and asks after it',
    async (path) => {
      const token = await issuer.mint({ claims: { cnf: { jkt: prover.thumbprint } } });
      for (const name of ['first', 'revoked']) {
        if (name === 'revoked') issuer.revoke(token);
        const answers = Object.values(await ask(proven(path, token)));
        const statuses = answers.map(({ status }) => status);
        expect(statuses).toEqual(answers.map(() => (name === 'revoked' ? 401 : 200)));
      }
      // A proof that is replayed is refused before anything is asked.
      const lines = proven(
        path,
        await issuer.mint({ claims: { cnf: { jkt: prover.thumbprint } } }),
      );
      expect(await countCalls(lines)).toBe(1);
      expect(await countCalls(lines)).toBe(0);
    },
  );

  it('publishes the refusal', async () => {
    const token = await issuer.opaque({ scope: 'read' });
    await ask(get('/plain', token));
    issuer.revoke(token);
    const events = listenToDecisions();
    await ask(get('/fresh', token));
    expect(events).toHaveLength(FRONT_COUNT);
    for (const event of events) {
      expect(event).toMatchObject({ outcome: 'refused', reason: 'inactive', scheme: 'Bearer' });
    }
    expect(JSON.stringify(events)).not.toContain(token);
  });
});

describe('fresh during an outage, on every front', () => {
  const { ask } = useFronts(declare, { server });

  it.each(kinds)('answers 503 for a cached %s, and passes it elsewhere', async (_kind, create) => {
    const token = await create({ scope: 'read' });
    await ask(get('/plain', token));
    issuer.fault('introspection', { kind: 'down' });
    const events = listenToDecisions();
    const detail = 'whether the access token is active is unknown now; try again later';
    for (const path of ['/fresh', '/stacked/fresh']) {
      const answers = await ask(get(path, token));
      for (const { status, headers, body } of Object.values(answers)) {
        const { 'retry-after': seconds = '' } = headers;
        expect(Number(seconds)).toBeGreaterThan(0);
        const fields = { 'retry-after': String(seconds) };
        const expected = refusedWith(undefined, { status: 503, members: { detail }, fields });
        expect({ status, headers, body }).toEqual(expected);
      }
    }
    const unavailable = events.filter(({ outcome }) => outcome !== 'allowed');
    expect(unavailable).toHaveLength(2 * FRONT_COUNT);
    for (const event of unavailable) {
      expect(event).toMatchObject({ outcome: 'unavailable', reason: 'unavailable' });
    }
    expect(await ask(get('/plain', token))).toEqual(everyFront(answered(['read'])));
    issuer.fault('introspection', undefined);
    issuer.clock.advance(60_000);
    expect(await ask(get('/fresh', token))).toEqual(everyFront(answered(['read'])));
  });
});
