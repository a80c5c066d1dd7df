import { createSecretKey } from 'node:crypto';
import type { ResourceServer } from '@scopegate/express';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createKeyPair } from '../../../test/support/key-pairs.js';
import { openIssuer } from '../../../test/support/test-issuers.js';
import { signToken } from '../../../test/support/tokens.js';
import { trustPem, trustSecret, trustTenants } from './keys.js';

const aud = 'https://api.example.com';

async function verdictOf(api: ResourceServer, token: string): Promise<string> {
  onTestFinished(() => {
    api.close();
  });
  return (await api.explain(token)).verdict;
}

describe('trustSecret', () => {
  const text = 'not a secret: 32 octets of a text';
  const plain = { iss: 'orders', aud, client_id: undefined };
  const key = createSecretKey(text, 'utf8');

  it.each([{}, { kid: 'a' }])('accepts a token of jsonwebtoken with the header %j', async (own) => {
    const token = signToken(plain, { header: { typ: 'JWT', ...own }, key });
    expect(await verdictOf(trustSecret(text), token)).toBe('accepted');
  });

  it.each(['iss', 'aud', 'exp'])('refuses a token without %s', async (claim) => {
    const token = signToken({ ...plain, [claim]: undefined }, { header: { typ: 'JWT' }, key });
    expect(await verdictOf(trustSecret(text), token)).toBe('refused');
  });

  it('throws at start-up for a text that is too short', () => {
    expect(() => trustSecret('secret')).toThrow('must have at least 32 octets for HS256');
  });
});

describe('trustPem', () => {
  const { publicKey, privateKey: key } = createKeyPair('rsa');
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();

  it.each([
    [{ kid: 'orders-1' }, 'accepted'],
    [{}, 'accepted'],
    [{ kid: 'orders-2' }, 'refused'],
    [{ alg: 'PS256' }, 'refused'],
  ])('gets a token with the header %j %s', async (header, verdict) => {
    expect(await verdictOf(trustPem(pem), signToken({ aud }, { header, key }))).toBe(verdict);
  });
});

describe('trustTenants', () => {
  it('accepts the tokens of tenants, and of no other issuer', async () => {
    const [tenant, other] = [await openIssuer(), await openIssuer()];
    const { issuer, jwksUri } = tenant;
    const find = (given: string): Promise<{ issuer: string; jwksUri: string } | undefined> =>
      Promise.resolve(given === issuer ? { issuer, jwksUri } : undefined);
    const mint = { audience: aud };
    expect(await verdictOf(trustTenants(find), await tenant.mint(mint))).toBe('accepted');
    expect(await verdictOf(trustTenants(find), await other.mint(mint))).toBe('refused');
  });
});
