import { createServer } from 'node:https';
import {
  createAccessTokenVerifier,
  KEY_SET_CHANNEL,
  type KeySetEvent,
  KeySetUnavailableError,
} from '@scopegate/access-token';
import { internalsOf } from '@scopegate/access-token/internal';
import request from 'supertest';
import { describe, expect, it, onTestFinished } from 'vitest';
import { selfSignedCertificate } from '../../conformance/support/self-signed.js';
import { createSigner } from '../../conformance/support/signer.js';
import { answerOf, refusal } from '../../support/answers.js';
import { listenTo } from '../../support/listen-to.js';
import { EXPRESS_VERSIONS } from '../../support/express-versions.js';
import { runInMemory } from '../../support/memory-terminal.js';
import { bearer, openApi, openIssuer } from '../../support/test-issuers.js';
import { createKeyPair } from '../../support/key-pairs.js';
import { openServer } from '../../support/listen.js';

const audience = 'https://api.example.com';

async function failureOf(attempt: Promise<unknown>): Promise<KeySetUnavailableError> {
  const error: unknown = await attempt.catch((reason: unknown) => reason);
  if (!(error instanceof KeySetUnavailableError)) throw new Error('no KeySetUnavailableError');
  return error;
}

/** An issuer by https whose certificate no authority has signed. */
async function openSelfSigned(): Promise<string> {
  const signer = createSigner('ES256');
  const der = selfSignedCertificate(signer).toString('base64');
  const cert = `-----BEGIN CERTIFICATE-----\n${der}\n-----END CERTIFICATE-----\n`;
  const key = signer.privateKey.export({ type: 'pkcs8', format: 'pem' });
  const { origin } = await openServer(createServer({ key, cert }));
  return origin;
}

describe('an error about keys names the issuer, the URL and the cause', () => {
  it('of a document that is not there', async () => {
    const issuer = await openIssuer();
    const events = listenTo(KEY_SET_CHANNEL) as readonly KeySetEvent[]; // nothing else is published
    issuer.fault('jwks', { kind: 'status', status: 404 });
    const api = openApi(issuer.options());
    const url = `${issuer.issuer}/jwks`;
    const error = await failureOf(api.ready());
    expect(error).toMatchObject({
      message: `the keys of ${issuer.issuer} are unavailable: GET ${url} returned 404`,
      issuer: issuer.issuer,
      url,
      upstreamStatus: 404,
    });
    const [health] = api.health().issuers;
    expect(health?.lastError).toMatchObject({ message: `GET ${url} returned 404`, status: 404 });
    expect(events.find(({ event }) => event === 'failed')).toMatchObject({
      error: { message: `GET ${url} returned 404`, url },
    });
  });

  it('of an issuer that is not there', async () => {
    const issuer = await openIssuer();
    const api = openApi(issuer.options());
    const token = await issuer.mint();
    await issuer.stop();
    const error = await failureOf(api.ready());
    const why = `GET ${issuer.issuer}/.well-known/oauth-authorization-server failed: ECONNREFUSED`;
    expect(error.message).toBe(`the keys of ${issuer.issuer} are unavailable: ${why}`);
    expect(error.systemCode).toBe('ECONNREFUSED');
    const explanation = await api.explain(token);
    expect(explanation).toMatchObject({ verdict: 'undecided', keySet: { lastError: why } });
    const words = ['explain', '--issuer', issuer.issuer, '--audience', audience];
    const explained = await runInMemory(words, { input: token });
    expect(explained.stdout).toContain(`\n${why}\n`);
    const examined = await runInMemory(['doctor', '--issuer', issuer.issuer]);
    expect(examined.stdout).toContain(`error metadata_unreachable: ${why}\n`);
  });

  it('of a certificate that no authority has signed', async () => {
    const issuer = await openSelfSigned();
    const api = openApi({ issuer, audience });
    expect(await failureOf(api.ready())).toMatchObject({
      message: `the keys of ${issuer} are unavailable: GET ${issuer}/.well-known/oauth-authorization-server failed: self-signed certificate (DEPTH_ZERO_SELF_SIGNED_CERT)`,
      systemCode: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    });
  });

  it('of an answer that does not come', async () => {
    const issuer = await openIssuer();
    issuer.fault('jwks', { kind: 'hang' });
    // Without discovery: on a busy machine that may take longer than the timeout.
    const { jwksUri } = issuer;
    const api = openApi({ ...issuer.options(), jwksUri, keySet: { timeoutMs: 50 } });
    expect((await failureOf(api.ready())).message).toBe(
      `the keys of ${issuer.issuer} are unavailable: GET ${issuer.issuer}/jwks timed out after 50 ms`,
    );
  });

  it('of one of several issuers', async () => {
    const [good, bad] = await Promise.all([openIssuer(), openIssuer()]);
    bad.fault('jwks', { kind: 'html' });
    const issuers = [{ issuer: good.issuer }, { issuer: bad.issuer }];
    const api = openApi({ issuers, audience });
    expect((await failureOf(api.ready())).issuer).toBe(bad.issuer);
    expect((await failureOf(api.refresh())).issuer).toBe(bad.issuer);
    expect(api.health().issuers.map(({ state }) => state)).toEqual(['fresh', 'unavailable']);
  });
});

describe.each(EXPRESS_VERSIONS)('what a caller is told, on Express $version', ({ express }) => {
  it.each([
    ['status', { kind: 'status', status: 404 }],
    ['network', { kind: 'down' }],
    ['html', { kind: 'html' }],
  ] as const)('names neither issuer nor URL: %s', async (_case, fault) => {
    const issuer = await openIssuer();
    const api = openApi({ ...issuer.options() });
    const app = express().get('/', api.requireAccessToken(), (_req, res) => void res.json({}));
    issuer.fault('jwks', fault);
    const response = await request(app)
      .get('/')
      .set(await bearer(issuer));
    const detail = 'the keys of the authorization server are unavailable';
    expect(answerOf(response)).toEqual({ ...refusal(503, undefined, { detail }), retryAfter: '1' });
    const told = `${JSON.stringify(response.headers)}${response.text}`;
    expect(told).not.toContain(new URL(issuer.issuer).host);
    expect(told).not.toContain('jwks');
  });
});

describe('refresh', () => {
  it('ends a withdrawn key at once, remembered tokens included', async () => {
    const issuer = await openIssuer();
    const verifier = createAccessTokenVerifier(issuer.options());
    onTestFinished(() => {
      verifier.close();
    });
    const token = await issuer.mint();
    await verifier.verify(token);
    expect(internalsOf(verifier).findCached(token)).toBeDefined();
    issuer.publishJwks({ keys: [createSigner('ES256').publicJwk] });
    expect(internalsOf(verifier).findCached(token)).toBeDefined();
    await verifier.refresh();
    expect(internalsOf(verifier).findCached(token)).toBeUndefined();
    await expect(verifier.verify(token)).rejects.toMatchObject({ reason: 'key' });
  });

  it('leaves static keys as they are, after close() too', async () => {
    const { publicJwk: jwk } = createKeyPair('ed25519');
    const api = openApi({ issuer: 'https://as.example', audience, jwks: { keys: [jwk] } });
    await api.refresh();
    api.close();
    await api.refresh();
    expect(api.health().issuers).toMatchObject([{ state: 'fresh', keys: 1 }]);
  });
});
