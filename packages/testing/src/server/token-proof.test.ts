import { decodeJwt } from 'jose';
import * as oauth from 'oauth4webapi';
import { beforeEach, describe, expect, it } from 'vitest';
import { createProofKey, createTestIssuer, type ProofRequest, type TestIssuer } from '../index.js';

const key = createProofKey();
const CLIENT = { clientId: 'reports', clientSecret: 'for-tests-only', scope: 'read:analytics' };

let issuer: TestIssuer;

async function openIssuer(dpopNonces?: boolean): Promise<void> {
  issuer = await createTestIssuer({ listen: false, alg: 'ES256', clients: [CLIENT], dpopNonces });
}

interface Answer {
  readonly status: number;
  readonly nonce: string | null;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Sends a token request; `undefined` sends no proof. */
async function requestToken(dpop?: string): Promise<Answer> {
  const { clientId, clientSecret } = CLIENT;
  const form = {
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
  };
  const response = await issuer.fetch(issuer.tokenEndpoint, {
    method: 'POST',
    body: new URLSearchParams(form),
    headers: dpop === undefined ? {} : { dpop },
  });
  const body = (await response.json()) as Answer['body'];
  return { status: response.status, nonce: response.headers.get('dpop-nonce'), body };
}

function prove(changes: Partial<ProofRequest> = {}): string {
  return key.proof({ method: 'POST', url: issuer.tokenEndpoint, ...changes });
}

describe('a token endpoint that gets a DPoP proof', () => {
  beforeEach(() => openIssuer());

  it('issues a token that is bound to the key of the proof', async () => {
    const { status, nonce, body } = await requestToken(prove());
    expect([status, nonce, body['token_type']]).toEqual([200, null, 'DPoP']);
    expect(decodeJwt(String(body['access_token']))['cnf']).toEqual({ jkt: key.thumbprint });
    expect(issuer.requests.tokenRequests.at(-1)?.proofKey).toBe(key.thumbprint);
  });

  it('issues a bearer token without a proof', async () => {
    const { body } = await requestToken();
    expect(body['token_type']).toBe('Bearer');
    expect(decodeJwt(String(body['access_token']))).not.toHaveProperty('cnf');
    expect(issuer.requests.tokenRequests.at(-1)?.proofKey).toBeUndefined();
  });

  it('publishes the algorithms of proofs in its metadata', async () => {
    const url = `${issuer.issuer}/.well-known/oauth-authorization-server`;
    const metadata = (await (await issuer.fetch(url)).json()) as Record<string, unknown>;
    expect(metadata['dpop_signing_alg_values_supported']).toContain('ES256');
  });

  it.each<[string, () => string]>([
    ['is not a JWS', () => 'proof'],
    ['is joined with another one', () => `${prove()}, ${prove()}`],
    ['has another typ', () => prove({ header: { typ: 'JWT' } })],
    ['is not signed', () => prove({ header: { alg: 'none' } })],
    ['has no key', () => prove({ header: { jwk: undefined } })],
    ['has a malformed key', () => prove({ header: { jwk: { kty: 'EC', crv: 'P-256' } } })],
    ['has a private key', () => prove({ header: { jwk: { ...key.publicJwk, d: 'a' } } })],
    ['has the key of another one', () => prove({ header: { jwk: createProofKey().publicJwk } })],
    ['names an algorithm of another key', () => prove({ header: { alg: 'RS256' } })],
    ['is for another method', () => prove({ method: 'GET' })],
    ['is for another URL', () => prove({ url: issuer.jwksUri })],
    ['has no jti', () => prove({ claims: { jti: undefined } })],
    ['has no iat', () => prove({ claims: { iat: undefined } })],
  ])('refuses a proof that %s', async (_case, makeProof) => {
    const { status, body } = await requestToken(makeProof());
    expect([status, body]).toEqual([400, { error: 'invalid_dpop_proof' }]);
  });

  it('refuses a proof that was used before', async () => {
    const proof = prove();
    expect((await requestToken(proof)).status).toBe(200);
    expect((await requestToken(proof)).body).toEqual({ error: 'invalid_dpop_proof' });
  });
});

describe('a token endpoint that demands nonces', () => {
  beforeEach(() => openIssuer(true));

  it('refuses a proof without a nonce, and accepts one with it', async () => {
    const { status, nonce, body } = await requestToken(prove());
    expect([status, body]).toEqual([400, { error: 'use_dpop_nonce' }]);
    expect((await requestToken(prove({ nonce: nonce ?? '' }))).status).toBe(200);
  });

  it('sends a new nonce with each token response, and accepts the one before it', async () => {
    const first = (await requestToken(prove())).nonce ?? '';
    const second = (await requestToken(prove({ nonce: first }))).nonce ?? '';
    expect(second).not.toBe(first);
    const third = (await requestToken(prove({ nonce: first }))).nonce ?? '';
    expect((await requestToken(prove({ nonce: first }))).body).toEqual({ error: 'use_dpop_nonce' });
    expect((await requestToken(prove({ nonce: second }))).status).toBe(200);
    expect((await requestToken(prove({ nonce: third }))).status).toBe(200);
  });

  it('demands none without a proof', async () => {
    const { status, nonce } = await requestToken();
    expect([status, nonce]).toEqual([200, null]);
  });

  it('demands a nonce only for a proof that is valid otherwise', async () => {
    expect((await requestToken(prove({ method: 'GET' }))).body).toEqual({
      error: 'invalid_dpop_proof',
    });
  });

  it('issues bound tokens to oauth4webapi, with one retry', async () => {
    const client = { client_id: CLIENT.clientId };
    const server = { issuer: issuer.issuer, token_endpoint: issuer.tokenEndpoint };
    const DPoP = oauth.DPoP({}, await oauth.generateKeyPair('ES256'));
    const options = { DPoP, [oauth.customFetch]: issuer.fetch };
    const send = async (): Promise<oauth.TokenEndpointResponse> =>
      oauth.processClientCredentialsResponse(
        server,
        client,
        await oauth.clientCredentialsGrantRequest(
          server,
          client,
          oauth.ClientSecretPost(CLIENT.clientSecret),
          {},
          options,
        ),
      );
    const error: unknown = await send().catch((refused: unknown) => refused);
    expect(oauth.isDPoPNonceError(error)).toBe(true);
    const { access_token, token_type } = await send();
    const jkt = await DPoP.calculateThumbprint();
    expect([token_type, decodeJwt(access_token)['cnf']]).toEqual(['dpop', { jkt }]);
  });
});
