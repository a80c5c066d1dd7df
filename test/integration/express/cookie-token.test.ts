import express from 'express';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { openApi } from '../../support/test-issuers.js';
import { SECRET_OPTIONS, signToken } from '../../support/tokens.js';
import { acceptCookie } from './cookie-token.js';

const OWN = { 'sec-fetch-site': 'same-origin' };

describe('acceptCookie of the README', () => {
  async function statusOf(headers: Readonly<Record<string, string>>): Promise<number> {
    const api = openApi(SECRET_OPTIONS);
    const app = express();
    app.use(acceptCookie);
    app.post('/', api.requireScope('read'), (_req, res) => void res.json({}));
    return (await request(app).post('/').set(headers)).status;
  }

  const token = signToken({ scope: 'read' });

  it.each([`__Host-token=${token}`, `a=b; __Host-token=${token}; c=d`])(
    'accepts the cookie of same-origin requests: %#',
    async (cookie) => {
      expect(await statusOf({ cookie, ...OWN })).toBe(200);
    },
  );

  it.each(['cross-site', 'same-site', 'none', ''])(
    'ignores the cookie of a request whose Sec-Fetch-Site is %j',
    async (site) => {
      const fields: Record<string, string> = site === '' ? {} : { 'sec-fetch-site': site };
      expect(await statusOf({ cookie: `__Host-token=${token}`, ...fields })).toBe(401);
    },
  );

  it('prefers the Authorization header to the cookie', async () => {
    const cookie = `__Host-token=${token}`;
    expect(await statusOf({ cookie, ...OWN, authorization: 'Bearer abc' })).toBe(401);
    expect(await statusOf({ cookie: '__Host-token=abc', ...OWN })).toBe(401);
  });
});
