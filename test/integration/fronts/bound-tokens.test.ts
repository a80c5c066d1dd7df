/** Tokens that are bound to a key: every front answers with the same octets. */
import { describe, expect, it } from 'vitest';
import type { FrontHandler } from '../../support/fronts/front.js';
import { createProver, type ProofContents } from '../../support/proofs.js';
import { SECRET_OPTIONS, signToken } from '../../support/tokens.js';
import { listenToDecisions } from '../../support/decision-log.js';
import { answered, type Declare, everyFront, useFronts } from './all-fronts.js';
import { type BoundRefusal, challengeOf, errorParams, refusedByAll } from './bound-refusals.js';
import { json } from './sales-api.js';

const prover = createProver('ES256');
const cnf = { jkt: prover.thumbprint };
const BOUND = signToken({ scope: 'read', cnf });
const PLAIN = signToken({ scope: 'read' });
const { audience } = SECRET_OPTIONS;

/** The lines of a request with a bound token and a new proof for each front. */
function proven(path: string, changes: Partial<ProofContents> = {}): readonly string[] {
  const iat = Math.floor(Date.now() / 1000);
  const token = BOUND;
  const proof = prover.prove({ token, iat, htu: `${audience}${path}`, ...changes });
  return [`GET ${path} HTTP/1.1`, `Authorization: DPoP ${token}`, `DPoP: ${proof}`];
}

const get = (path: string, ...fields: string[]): readonly string[] => [
  `GET ${path} HTTP/1.1`,
  ...fields,
];

const declare: Declare = (app, api) => {
  const handler: FrontHandler = ({ method, original }) =>
    json({ method, client: api.accessToken(original).clientId });
  const strict = api.policy({ senderConstraint: 'dpop' });
  app.publish(api.metadata());
  app.get('/read', api.requireScope('read'), handler);
  app.get('/write', api.requireScope('write'), handler);
  app.get('/bound', api.require({ scope: 'read', senderConstraint: 'dpop' }), handler);
  app.get('/any', api.require({ senderConstraint: 'any' }), handler);
  app.get('/optional', api.optionalAccessToken(), ({ original }) =>
    json({ client: api.accessTokenIfAny(original)?.clientId ?? null }),
  );
  app.guard('/stacked', api.requireAccessToken());
  app.get('/stacked/bound', api.require({ senderConstraint: 'dpop' }), handler);
  app.get('/inside', api.requireAccessToken(), (request) => {
    api.assertAllowed(request.original, strict);
    return handler(request);
  });
  const strictRead = api.policy({ scope: 'read', senderConstraint: 'dpop' });
  app.get('/inside/read', api.requireAccessToken(), (request) => {
    api.assertAllowed(request.original, strictRead);
    return handler(request);
  });
  app.get('/inside/scope', api.require({ senderConstraint: 'dpop' }), (request) => {
    api.assertAllowed(request.original, api.policy({ scope: 'write' }));
    return handler(request);
  });
  app.answerRefusals(api);
};

const UNBOUND = 'the access token must be bound to a key or a certificate of the caller';
const ALLOWED = answered({ method: 'GET', client: 'reports' }, { vary: 'Authorization, DPoP' });

describe('bound tokens on every front', () => {
  const { ask } = useFronts(declare, {
    server: { ...SECRET_OPTIONS, dpop: { algorithms: ['ES256'] } },
  });

  const bearer = `Authorization: Bearer ${PLAIN}`;
  const B = challengeOf('Bearer');
  const D = challengeOf('DPoP');
  const invalidToken = (detail: string, scope?: string) => ({
    status: 401,
    params: errorParams('invalid_token', detail, scope),
    members: { detail, error: 'invalid_token', ...(scope !== undefined && { scope }) },
  });
  const malformed = (detail: string) => ({
    status: 400,
    params: errorParams('invalid_request', detail),
    members: { detail, error: 'invalid_request' },
  });
  const notProven = invalidToken(
    'the access token is bound to a key whose possession was not proven',
    'read',
  );
  const oneField = malformed('the request must carry one Authorization header');
  const onePlace = malformed('the request must carry the access token in one place');
  const scope = 'scope="read"';

  it.each(['/read', '/bound', '/any', '/stacked/bound', '/inside'])(
    'passes %s with a proof, and varies on the field DPoP',
    async (path) => {
      expect(await ask(proven(path))).toEqual(everyFront(ALLOWED));
    },
  );

  it.each(['/read', '/optional'])('passes %s with a bearer token as without DPoP', async (path) => {
    const value = path === '/read' ? { method: 'GET', client: 'reports' } : { client: 'reports' };
    expect(await ask(get(path, bearer))).toEqual(everyFront(answered(value)));
  });

  const table: Readonly<Record<string, readonly [lines: readonly string[], BoundRefusal]>> = {
    'no credentials': [
      get('/read'),
      {
        status: 401,
        lines: [challengeOf('Bearer', scope), challengeOf('DPoP', scope)],
        members: { scope: 'read' },
      },
    ],
    'another scheme': [get('/any', 'Authorization: Basic eDp5'), { status: 401, lines: [D] }],
    'a proof without a token': [
      get('/stacked/bound', 'DPoP: e30.e30.AA'),
      { status: 401, lines: [B, D] },
    ],
    'two tokens in one field': [
      get('/read', 'Authorization: DPoP a b'),
      inDpop(malformed('the Authorization header must be DPoP, a space and one token')),
    ],
    'the scheme DPoP without a token': [
      get('/bound', 'Authorization: dpop'),
      inDpop(malformed('the Authorization header must be DPoP, a space and one token')),
    ],
    'a token in the header and one in the query': [
      ['GET /read?access_token=x HTTP/1.1', `Authorization: DPoP ${BOUND}`],
      {
        ...onePlace,
        lines: [challengeOf('Bearer', onePlace.params), challengeOf('DPoP', onePlace.params)],
      },
    ],
    'a bearer token in the header and one in the query': [
      ['GET /read?access_token=x HTTP/1.1', bearer],
      {
        ...onePlace,
        lines: [challengeOf('Bearer', onePlace.params), challengeOf('DPoP', onePlace.params)],
      },
    ],
    'two fields': [
      get('/read', bearer, `Authorization: DPoP ${BOUND}`),
      {
        ...oneField,
        lines: [challengeOf('Bearer', oneField.params), challengeOf('DPoP', oneField.params)],
      },
    ],
    'bearer credentials that are malformed': [
      get('/read', 'Authorization: Bearer a b'),
      inBearer(malformed('the Authorization header must be Bearer, a space and one token')),
    ],
    'the scheme Bearer without a token': [
      get('/read', 'Authorization: Bearer'),
      inBearer(malformed('the Authorization header must be Bearer, a space and one token')),
    ],
    'malformed bearer credentials where only DPoP is accepted': [
      get('/bound', 'Authorization: Bearer'),
      { status: 401, lines: [challengeOf('DPoP', scope)], members: { scope: 'read' } },
    ],
    'a field without a scheme where only DPoP is accepted': [
      get('/bound', 'Authorization: "'),
      inDpop(malformed('the Authorization header must be DPoP, a space and one token')),
    ],
    'an expired token under the scheme DPoP': [
      get('/any', `Authorization: DPoP ${signToken({ exp: 1, cnf })}`),
      inDpop(invalidToken('the access token has expired')),
    ],
    'a bound token as a bearer token': [
      get('/read', `Authorization: Bearer ${BOUND}`),
      inBearer(notProven),
    ],
    'a bound token as a bearer token, with a proof': [
      get('/read', `Authorization: Bearer ${BOUND}`, proven('/read')[2] ?? ''),
      inBearer(notProven),
    ],
    'a bearer token where only DPoP is accepted': [
      get('/any', bearer),
      { status: 401, lines: [D] },
    ],
    'an unbound token under the scheme DPoP': [
      get('/read', `Authorization: DPoP ${PLAIN}`, proven('/read')[2] ?? ''),
      inDpop(invalidToken(UNBOUND, 'read')),
    ],
    'an unbound token behind a looser guard': [
      get('/stacked/bound', bearer),
      inDpop(invalidToken(UNBOUND)),
    ],
    'an unbound token inside a handler': [get('/inside', bearer), inDpop(invalidToken(UNBOUND))],
    'an unbound token inside a handler, by a policy with a scope': [
      get('/inside/read', bearer),
      inDpop(invalidToken(UNBOUND, 'read')),
    ],
    'no proof': [
      get('/read', `Authorization: DPoP ${BOUND}`),
      inDpop(invalidProof('the request must carry a DPoP proof', 'read')),
    ],
    'a proof for another method': [
      proven('/bound', { htm: 'POST' }),
      inDpop(invalidProof('the DPoP proof is for another request method', 'read')),
    ],
    'two proofs': [
      [...proven('/stacked/bound'), 'DPoP: e30.e30.AA'],
      inDpop(invalidProof('the request must carry one DPoP header with one proof')),
    ],
    'too little scope': [proven('/write'), inDpop(insufficient('write'))],
  };

  it.each(Object.entries(table))('refuses %s', async (_what, [lines, refusal]) => {
    expect(await ask(lines)).toEqual(refusedByAll(refusal));
  });

  it('keeps the challenge of a route for what its handler throws', async () => {
    const answers = await ask(proven('/inside/scope'));
    const { lines } = inDpop(insufficient('write'));
    for (const { status, headers } of Object.values(answers)) {
      expect([status, headers['www-authenticate']]).toEqual([403, lines[0]]);
    }
  });

  it('publishes the scheme and the binding, and nothing of a proof', async () => {
    const events = listenToDecisions();
    const lines = proven('/read');
    await ask(lines);
    await ask(lines);
    await ask(proven('/read', { claims: { iat: 'now' } }));
    await ask(get('/bound', bearer));
    const fronts = Object.keys(everyFront(undefined)).length;
    const expected = [
      { outcome: 'allowed', reason: undefined, scheme: 'DPoP', binding: 'dpop' },
      { outcome: 'refused', reason: 'proof_replayed', scheme: 'DPoP', binding: undefined },
      {
        outcome: 'refused',
        reason: 'proof_claim',
        claim: 'iat',
        scheme: 'DPoP',
        binding: undefined,
      },
      { outcome: 'refused', reason: 'unsupported_scheme', scheme: 'Bearer', binding: undefined },
    ];
    expect(events).toMatchObject(
      expected.flatMap((event) => Array.from({ length: fronts }, () => event)),
    );
    expect(JSON.stringify(events)).not.toContain(prover.thumbprint);
  });
});

interface Flaw {
  readonly status: number;
  readonly params: string;
  readonly members: Readonly<Record<string, string>>;
}

/** A refusal of a request that used DPoP: no weaker scheme is offered. */
function inDpop({ params, ...flaw }: Flaw): BoundRefusal {
  return { ...flaw, lines: [challengeOf('DPoP', params)] };
}

/** A refusal of a request that used a bearer token. */
function inBearer({ params, ...flaw }: Flaw): BoundRefusal {
  return { ...flaw, lines: [challengeOf('Bearer', params), challengeOf('DPoP')] };
}

function invalidProof(detail: string, scope?: string): Flaw {
  return {
    status: 401,
    params: errorParams('invalid_dpop_proof', detail, scope),
    members: { detail, error: 'invalid_dpop_proof', ...(scope !== undefined && { scope }) },
  };
}

function insufficient(scope: string): Flaw {
  const detail = 'the access token lacks scope for this resource';
  return {
    status: 403,
    params: errorParams('insufficient_scope', detail, scope),
    members: { detail, error: 'insufficient_scope', scope },
  };
}
