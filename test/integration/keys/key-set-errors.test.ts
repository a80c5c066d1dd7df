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
import { createSigner } from '../../conformance/support/signer.js';
import { createCertificate } from '../../support/private-authority.js';
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

describe('KeySetUnavailableError names the issuer, the URL and the cause', () => {
  it('for a missing document', async () => {
    const issuer = await openIssuer();
    const events = listenTo(KEY_SET_CHANNEL) as readonly KeySetEvent[]; // nothing else is published
    issuer.fault('jwks', { kind: 'status', status: 404 });
    const api = openApi(issuer.options());
    const url = `${issuer.issuer}/jwks`;
    const error = await failureOf(api.ready());
    expect(error).toMatchObject({
      message: `the keys of ${issuer.issuer} are unavailable: GET ${url} answered 404 instead of 200`,
      issuer: issuer.issuer,
      url,
      upstreamStatus: 404,
    });
    const [health] = api.health().issuers;
    expect(health?.lastError).toMatchObject({
      message: `GET ${url} answered 404 instead of 200`,
      status: 404,
    });
    expect(events.find(({ event }) => event === 'failed')).toMatchObject({
      error: { message: `GET ${url} answered 404 instead of 200`, url },
    });
  });

  it('for an unreachable issuer', async () => {
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

  it.each([
    ['self-signed certificate', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'self'],
    ['self-signed certificate in certificate chain', 'SELF_SIGNED_CERT_IN_CHAIN', 'chain'],
    ['certificate of an unknown authority', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'leaf'],
  ] as const)('for a certificate of a private authority: %s', async (fault, code, kind) => {
    const { origin: issuer } = await openServer(createServer(createCertificate(kind)));
    const events = listenTo(KEY_SET_CHANNEL) as readonly KeySetEvent[]; // nothing else is published
    const api = openApi({ issuer, audience });
    const why = `GET ${issuer}/.well-known/oauth-authorization-server failed: ${fault} (${code}); to trust a private authority, set NODE_EXTRA_CA_CERTS to its certificate`;
    expect(await failureOf(api.ready())).toMatchObject({
      message: `the keys of ${issuer} are unavailable: ${why}`,
      systemCode: code,
    });
    expect(api.health().issuers[0]?.lastError?.message).toBe(why);
    expect(events).toMatchObject([{ event: 'failed', error: { message: why } }]);
    const token = createSigner('ES256').sign({ kid: '1' }, { iss: issuer, scope: 'read' });
    expect(await api.explain(token)).toMatchObject({ keySet: { lastError: why } });
  });

  it('for a timeout', async () => {
    const issuer = await openIssuer();
    issuer.fault('jwks', { kind: 'hang' });
    // Without discovery: on a busy machine that may take longer than the timeout.
    const { jwksUri } = issuer;
    const api = openApi({ ...issuer.options(), jwksUri, keySet: { timeoutMs: 50 } });
    expect((await failureOf(api.ready())).message).toBe(
      `the keys of ${issuer.issuer} are unavailable: GET ${issuer.issuer}/jwks timed out after 50 ms`,
    );
  });

  it('for one of several issuers', async () => {
    const [good, bad] = await Promise.all([openIssuer(), openIssuer()]);
    bad.fault('jwks', { kind: 'html' });
    const issuers = [{ issuer: good.issuer }, { issuer: bad.issuer }];
    const api = openApi({ issuers, audience });
    expect((await failureOf(api.ready())).issuer).toBe(bad.issuer);
    expect((await failureOf(api.refresh())).issuer).toBe(bad.issuer);
    expect(api.health().issuers.map(({ state }) => state)).toEqual(['fresh', 'unavailable']);
  });
});

describe.each(EXPRESS_VERSIONS)('503 for unavailable keys on Express $version', ({ express }) => {
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
  it('refuses a withdrawn key at once, cached tokens included', async () => {
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

  it('does not change static keys, even after close()', async () => {
    const { publicJwk: jwk } = createKeyPair('ed25519');
    const api = openApi({ issuer: 'https://as.example', audience, jwks: { keys: [jwk] } });
    await api.refresh();
    api.close();
    await api.refresh();
    expect(api.health().issuers).toMatchObject([{ state: 'fresh', keys: 1 }]);
  });
});
