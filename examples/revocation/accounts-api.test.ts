import { createTestIssuer, type TestIssuer, type TokenOverrides } from '@scopegate/testing';
import { createLocalJWKSet } from 'jose';
import request from 'supertest';
import { beforeAll, describe, expect, it } from 'vitest';
import { type AccountsApi, createAccountsApi } from './accounts-api.js';

const AUDIENCE = 'https://accounts.example.com';
const CLIENT_ID = 'accounts-api';
const STREAM = 'https://accounts.example.com/events';

let issuer: TestIssuer;
let transmitter: TestIssuer;
let api: AccountsApi;

beforeAll(async () => {
  issuer = await createTestIssuer({ alg: 'ES256', listen: false });
  transmitter = await createTestIssuer({
    alg: 'ES256',
    issuer: 'https://signals.example.com',
    listen: false,
  });
  api = await createApi();
});

async function createApi(): Promise<AccountsApi> {
  return createAccountsApi(issuer.options({ audience: AUDIENCE }), {
    logouts: { issuer: issuer.issuer, audience: CLIENT_ID, keys: await keysOf(issuer) },
    events: { issuer: transmitter.issuer, audience: STREAM, keys: await keysOf(transmitter) },
  });
}

async function keysOf(signer: TestIssuer): Promise<ReturnType<typeof createLocalJWKSet>> {
  return createLocalJWKSet({ keys: [...(await signer.publicKeys())] });
}

const mint = (subject: string, sid?: string): Promise<string> =>
  issuer.mint({ audience: AUDIENCE, subject, claims: { sid } });

async function statusOf(token: string): Promise<number> {
  const { status } = await request(api.app)
    .get('/v1/account')
    .set('Authorization', `Bearer ${token}`);
  return status;
}

describe('back-channel logout', () => {
  const LOGOUT = { 'http://schemas.openid.net/event/backchannel-logout': {} };

  const logOut = async (
    claims: object,
    overrides: TokenOverrides = {},
    signer = issuer,
  ): Promise<request.Response> => {
    const token = await signer.mint({
      audience: CLIENT_ID,
      header: { typ: 'logout+jwt' },
      claims: { sub: undefined, events: LOGOUT, ...claims },
      ...overrides,
    });
    return request(api.app).post('/logouts').type('form').send({ logout_token: token });
  };

  it('withdraws the tokens of the session, and of no other', async () => {
    const [token, other] = [await mint('ann', 'phone'), await mint('ann', 'laptop')];
    expect(await statusOf(token)).toBe(200);
    const { status, headers } = await logOut({ sid: 'phone', sub: 'ann' });
    expect([status, headers['cache-control']]).toEqual([200, 'no-store']);
    expect([await statusOf(token), await statusOf(other)]).toEqual([401, 200]);
  });

  it('withdraws all tokens of the user when no session is named', async () => {
    const [token, other] = [await mint('bob', 'phone-2'), await mint('cid')];
    expect(await statusOf(token)).toBe(200);
    expect((await logOut({ sub: 'bob' })).status).toBe(200);
    expect([await statusOf(token), await statusOf(other)]).toEqual([401, 200]);
  });

  it('accepts a logout token of an issuer whose clock is ahead', async () => {
    const token = await mint('ben', 'watch');
    const iat = Math.floor(Date.now() / 1000) + 10;
    expect((await logOut({ sid: 'watch', iat })).status).toBe(200);
    expect(await statusOf(token)).toBe(401);
  });

  it.each<[string, object, TokenOverrides?]>([
    ['without a session and a user', {}],
    ['without the event', { sub: 'dan', events: {} }],
    ['without events', { sub: 'dan', events: undefined }],
    ['with a nonce', { sub: 'dan', nonce: 'n' }],
    ['for another client', { sub: 'dan' }, { audience: 'other-client' }],
    ['that is old', { sub: 'dan', iat: 1 }],
    ['that has expired', { sub: 'dan' }, { expiresInSeconds: -60 }],
  ])('refuses a logout token %s', async (_what, claims, overrides) => {
    const token = await mint('dan');
    expect((await logOut(claims, overrides)).status).toBe(400);
    expect(await statusOf(token)).toBe(200);
  });

  it('refuses an access token, a token of another signer, and a request without one', async () => {
    const token = await mint('eve');
    const sent = request(api.app).post('/logouts').type('form');
    expect((await sent.send({ logout_token: token })).status).toBe(400);
    const iss = issuer.issuer;
    expect((await logOut({ sub: 'eve', iss }, {}, transmitter)).status).toBe(400);
    expect((await request(api.app).post('/logouts')).status).toBe(400);
    expect(await statusOf(token)).toBe(200);
  });
});

describe('CAEP session-revoked event', () => {
  const CAEP = 'https://schemas.openid.net/secevent/caep/event-type';

  const send = async (
    subject: object,
    {
      event = {},
      type = 'session-revoked',
      header = { typ: 'secevent+jwt' },
      signer = transmitter,
    } = {},
  ): Promise<request.Response> => {
    const token = await signer.mint({
      audience: STREAM,
      header,
      claims: {
        sub: undefined,
        exp: undefined,
        sub_id: subject,
        events: { [`${CAEP}/${type}`]: event },
      },
    });
    return request(api.app).post('/events').type('application/secevent+jwt').send(token);
  };
  const userOf = (sub: string): object => ({ format: 'iss_sub', iss: issuer.issuer, sub });
  const sessionOf = (id: string): object => ({ format: 'opaque', id });

  it('withdraws the tokens of a session', async () => {
    const [token, other] = [await mint('fay', 'tablet'), await mint('fay', 'desktop')];
    const subject = { format: 'complex', user: userOf('fay'), session: sessionOf('tablet') };
    expect((await send(subject)).status).toBe(202);
    expect([await statusOf(token), await statusOf(other)]).toEqual([401, 200]);
  });

  it.each<[string, (sub: string) => object]>([
    ['as such', userOf],
    ['as a part', (sub) => ({ format: 'complex', user: userOf(sub) })],
  ])('withdraws the tokens of a user who is named %s', async (how, nameOf) => {
    const token = await mint(`gus ${how}`);
    expect((await send(nameOf(`gus ${how}`))).status).toBe(202);
    expect(await statusOf(token)).toBe(401);
  });

  it('does not concern tokens that are issued after the event', async () => {
    const token = await mint('hal');
    const event = { event_timestamp: Math.floor(Date.now() / 1000) - 60 };
    expect((await send(userOf('hal'), { event })).status).toBe(202);
    expect(await statusOf(token)).toBe(200);
  });

  it('ignores other events, and users of other issuers', async () => {
    const token = await mint('ida');
    expect((await send(userOf('ida'), { type: 'credential-change' })).status).toBe(202);
    const stranger = { format: 'iss_sub', iss: 'https://other.example.com', sub: 'ida' };
    expect((await send(stranger)).status).toBe(202);
    expect(await statusOf(token)).toBe(200);
  });

  it('calls heard(), whatever the event is', async () => {
    api = await createApi();
    expect(api.list.health().silentForMs).toBeUndefined();
    await send(userOf('jon'), { type: 'assurance-level-change' });
    expect(api.list.health()).toMatchObject({ entries: 0, silentForMs: expect.any(Number) });
  });

  it('is refused with another type, from another signer, and without a token', async () => {
    const token = await mint('kim');
    const header = { typ: 'at+jwt' };
    expect((await send(userOf('kim'), { header })).status).toBe(400);
    const { status, body } = await send(userOf('kim'), { signer: issuer });
    expect([status, (body as { err: string }).err]).toEqual([400, 'invalid_request']);
    expect((await request(api.app).post('/events')).status).toBe(400);
    expect(await statusOf(token)).toBe(200);
  });

  it.each<[string, object, object]>([
    [
      'whose time is in milliseconds',
      { format: 'iss_sub', iss: 'https://auth.example.com', sub: 'lea' },
      { event_timestamp: Date.now() },
    ],
    ['whose subject has another format', { format: 'email', email: 'lea@example.com' }, {}],
    ['without a subject', {}, {}],
  ])('%s is answered with 500, so that it is sent again', async (_what, subject, event) => {
    expect((await send(subject, { event })).status).toBe(500);
  });
});
