/** Nonces in the responses of every front. */
import { describe, expect, it } from 'vitest';
import { SHARED_RESPONSE_FRONTS } from '../../support/fronts/fronts.js';
import { createProver } from '../../support/proofs.js';
import { SECRET_OPTIONS, signToken } from '../../support/tokens.js';
import { answered, type AnswersByFront, everyFront, useFronts } from './all-fronts.js';
import { challengeOf, errorParams, refusedByAll } from './bound-refusals.js';
import { json } from './sales-api.js';

const { audience } = SECRET_OPTIONS;
const prover = createProver('ES256');
const TOKEN = signToken({ scope: 'read', cnf: { jkt: prover.thumbprint } });
const NONCE = /^[-\w]{43}$/;

/** Nonces change every minute. The test begins when one of them does. */
const MINUTE_MS = 60_000;
const start = Math.ceil(Date.now() / MINUTE_MS) * MINUTE_MS;
let now = start;

const SERVER = {
  ...SECRET_OPTIONS,
  clock: () => now,
  dpop: { algorithms: ['ES256'], nonce: { secret: Buffer.alloc(32, 7), lifetimeSeconds: 120 } },
};

function proven(path: string, nonce?: string): readonly string[] {
  const iat = Math.floor(now / 1000);
  const proof = prover.prove({ token: TOKEN, iat, htu: `${audience}${path}`, nonce });
  return [`GET ${path} HTTP/1.1`, `Authorization: DPoP ${TOKEN}`, `DPoP: ${proof}`];
}

function nonceOf(answers: AnswersByFront): string {
  const [nonce, ...others] = new Set(
    Object.values(answers).map(({ headers }) => headers['dpop-nonce']),
  );
  expect(others).toEqual([]);
  expect(nonce).toMatch(NONCE);
  return String(nonce);
}

describe('nonces on every front', () => {
  const { ask } = useFronts(
    (app, api) => {
      app.publish(api.metadata());
      app.guard('/', api.requireAccessToken());
      app.get('/read', api.requireScope('read'), () => json({}));
      app.get('/private', api.requireScope('read'), () => ({
        headers: { 'Cache-Control': 'private, no-store' },
      }));
      app.get('/write', api.requireScope('write'), () => json({}));
    },
    { server: SERVER },
  );
  const current = async (): Promise<string> => nonceOf(await ask(['GET /read HTTP/1.1']));

  it('are in the 401 of a request without credentials', async () => {
    now = start;
    const nonce = await current();
    expect(await ask(['GET /read HTTP/1.1'])).toEqual(
      refusedByAll({
        status: 401,
        lines: [challengeOf('Bearer'), challengeOf('DPoP')],
        fields: { 'dpop-nonce': nonce },
      }),
    );
  });

  it.each([undefined, 'another'])('are demanded of a proof with the nonce %s', async (nonce) => {
    now = start;
    const detail = 'the DPoP proof must contain the nonce of this response';
    expect(await ask(proven('/read', nonce))).toEqual(
      refusedByAll({
        status: 401,
        lines: [challengeOf('DPoP', errorParams('use_dpop_nonce', detail))],
        members: { detail, error: 'use_dpop_nonce' },
        fields: { 'dpop-nonce': await current() },
      }),
    );
  });

  it('are not in the 400 of a malformed request', async () => {
    const answers = await ask(['GET /read HTTP/1.1', 'Authorization: DPoP a b']);
    for (const { status, headers } of Object.values(answers)) {
      expect([status, headers['dpop-nonce']]).toEqual([400, undefined]);
    }
  });

  it('are not in the response to a proof with the current one', async () => {
    now = start;
    const nonce = await current();
    const answer = answered({}, { vary: 'Authorization, DPoP' });
    expect(await ask(proven('/read', nonce))).toEqual(everyFront(answer));
  });

  it('replace an older one, in one field line of a response that no cache stores', async () => {
    now = start;
    const nonce = await current();
    now = start + MINUTE_MS;
    const fields = { 'cache-control': 'no-store', 'dpop-nonce': await current() };
    const answer = answered({}, { vary: 'Authorization, DPoP', ...fields });
    expect(await ask(proven('/read', nonce))).toEqual(everyFront(answer));
    expect(fields['dpop-nonce']).not.toBe(nonce);
    const strict = await ask(proven('/private', nonce));
    for (const { headers } of Object.values(strict)) {
      expect(headers).toMatchObject({ ...fields, 'cache-control': 'private, no-store' });
    }
  });

  it('replace an older one in a 403, too', async () => {
    now = start;
    const nonce = await current();
    now = start + MINUTE_MS;
    const renewed = await current();
    const answers = await ask(proven('/write', nonce));
    for (const { status, headers } of Object.values(answers)) {
      expect([status, headers['dpop-nonce']]).toEqual([403, renewed]);
    }
  });
});

describe('nonces for scripts of another origin', () => {
  const ORIGIN = 'https://app.example.com';
  const { ask } = useFronts(
    (app, api) => {
      app.cors({ origin: ORIGIN, exposed: ['X-Total'] });
      app.get('/read', api.requireScope('read'), () => json({}));
    },
    { server: SERVER, fronts: SHARED_RESPONSE_FRONTS },
  );
  const exposed = async (lines: readonly string[]): Promise<unknown> => {
    const answers = Object.values(await ask([...lines, `Origin: ${ORIGIN}`]));
    const names = new Set(answers.map(({ headers }) => headers['access-control-expose-headers']));
    return [...names];
  };

  it('are exposed where they are sent', async () => {
    now = start;
    const nonce = nonceOf(await ask(['GET /read HTTP/1.1']));
    expect(await exposed(['GET /read HTTP/1.1'])).toEqual([
      'X-Total, WWW-Authenticate, Retry-After, DPoP-Nonce',
    ]);
    expect(await exposed(['GET /read HTTP/1.1', 'Authorization: DPoP a b'])).toEqual([
      'X-Total, WWW-Authenticate, Retry-After',
    ]);
    expect(await exposed(proven('/read', nonce))).toEqual(['X-Total']);
    now = start + MINUTE_MS;
    expect(await exposed(proven('/read', nonce))).toEqual(['X-Total, DPoP-Nonce']);
  });
});

describe('nonces of proofs whose registration is awaited', () => {
  // Every front gets the same proof, so this store never refuses one.
  const register = () =>
    new Promise<boolean>((resolve) => {
      setImmediate(resolve, true);
    });
  const { ask } = useFronts(
    (app, api) => {
      app.get('/read', api.requireScope('read'), () => json({}));
    },
    { server: { ...SERVER, dpop: { ...SERVER.dpop, replay: { store: { register } } } } },
  );

  it('are in the response', async () => {
    now = start;
    const nonce = nonceOf(await ask(['GET /read HTTP/1.1']));
    now = start + MINUTE_MS;
    const renewed = nonceOf(await ask(['GET /read HTTP/1.1']));
    const fields = { 'cache-control': 'no-store', 'dpop-nonce': renewed };
    const answer = answered({}, { vary: 'Authorization, DPoP', ...fields });
    expect(await ask(proven('/read', nonce))).toEqual(everyFront(answer));
  });
});
