import {
  createAccessTokenVerifier,
  KEY_SET_CHANNEL,
  type KeySetEvent,
  KeySetUnavailableError,
} from '@scopegate/access-token';
import type { Fault, MetadataFault, TestIssuer } from '@scopegate/testing';
import { describe, expect, it } from 'vitest';
import { listenTo } from '../../support/listen-to.js';
import { openApi, openIssuer } from '../../support/test-issuers.js';

async function failureOf(attempt: Promise<unknown>): Promise<KeySetUnavailableError> {
  const error: unknown = await attempt.catch((reason: unknown) => reason);
  if (!(error instanceof KeySetUnavailableError)) throw new Error('no KeySetUnavailableError');
  return error;
}

const listenToKeySets = (): readonly KeySetEvent[] =>
  listenTo(KEY_SET_CHANNEL) as readonly KeySetEvent[]; // nothing else is published

/** What a JWKS that cannot be used leads to, after `GET <URL> `. */
const JWKS_ANSWERS: readonly (readonly [fault: Fault, outcome: string])[] = [
  [{ kind: 'status', status: 404 }, 'answered 404 instead of 200'],
  [{ kind: 'status', status: 204 }, 'answered 204 instead of 200'],
  [{ kind: 'status', status: 502, body: {} }, 'answered 502 instead of 200'],
  [
    { kind: 'redirect', location: '/login' },
    'answered 302 instead of 200; redirects are not followed',
  ],
  [
    { kind: 'html' },
    'answered 200 with text/html instead of application/json or application/jwk-set+json',
  ],
  [{ kind: 'invalidJson' }, 'answered 200 with a body that is not JSON'],
  [{ kind: 'huge' }, 'answered 200 with more than 524288 bytes'],
  [{ kind: 'document', document: {} }, 'answered 200, but the JWKS has no "keys" array'],
  [{ kind: 'document', document: 'keys' }, 'answered 200, but the JWKS has no "keys" array'],
  [{ kind: 'document', document: { keys: {} } }, 'answered 200, but the JWKS has no "keys" array'],
  [
    { kind: 'document', document: { keys: [{ kty: 'RSA' }] } },
    'answered 200, but the JWKS has no usable key',
  ],
  [{ kind: 'document', document: { keys: [] } }, 'answered 200, but the JWKS has no keys'],
];

/** What metadata that cannot be used leads to, after `GET <URL> `. */
const METADATA_ANSWERS: readonly (readonly [fault: MetadataFault, outcome: string])[] = [
  [{ kind: 'status', status: 500 }, 'answered 500 instead of 200'],
  [{ kind: 'html' }, 'answered 200 with text/html instead of application/json'],
  [{ kind: 'invalidJson' }, 'answered 200 with a body that is not JSON'],
  [{ kind: 'document', document: [] }, 'answered 200, but the metadata is not a JSON object'],
  [
    { kind: 'wrongIssuer' },
    'answered 200, but the "issuer" of the metadata is not exactly the configured issuer',
  ],
  [
    { kind: 'members', members: { jwks_uri: '/jwks' } },
    'answered 200, but the "jwks_uri" of the metadata is not an https URL that may be requested',
  ],
];

describe('ready(), health(), events and explain name the URL, the status and what was expected', () => {
  async function expectEverywhere(issuer: TestIssuer, why: string): Promise<void> {
    const events = listenToKeySets();
    const api = openApi(issuer.options());
    const error = await failureOf(api.ready());
    expect(error.message).toBe(`the keys of ${issuer.issuer} are unavailable: ${why}`);
    expect(api.health().issuers[0]?.lastError?.message).toBe(why);
    const failed = events.find(({ event }) => event === 'failed' || event === 'withdrawn');
    expect(failed?.event === 'failed' ? failed.error.message : why).toBe(why);
    const { keySet } = await api.explain(await issuer.mint());
    expect(keySet?.lastError).toBe(why);
  }

  it.each(JWKS_ANSWERS)('for the JWKS: %j', async (fault, outcome) => {
    const issuer = await openIssuer();
    issuer.fault('jwks', fault);
    await expectEverywhere(issuer, `GET ${issuer.jwksUri} ${outcome}`);
  });

  it.each(METADATA_ANSWERS)('for the metadata: %j', async (fault, outcome) => {
    const issuer = await openIssuer();
    issuer.fault('metadata', fault);
    const [oauth, openid] = ['oauth-authorization-server', 'openid-configuration'].map(
      (name) => `GET ${issuer.issuer}/.well-known/${name} ${outcome}`,
    );
    const expected = `metadata with the "issuer" ${issuer.issuer} and a "jwks_uri"`;
    await expectEverywhere(issuer, `no well-known URL has ${expected}: ${oauth}; ${openid}`);
  });
});

describe('media types', () => {
  it.each(['text/plain', 'application/octet-stream', undefined])(
    'JSON of type %s is used, with an event for each document',
    async (mediaType) => {
      const issuer = await openIssuer();
      issuer.fault('metadata', { kind: 'mediaType', mediaType });
      issuer.fault('jwks', { kind: 'mediaType', mediaType });
      const events = listenToKeySets();
      const verifier = createAccessTokenVerifier(issuer.options());
      await verifier.verify(await issuer.mint());
      verifier.close();
      const urls = [`${issuer.issuer}/.well-known/oauth-authorization-server`, issuer.jwksUri];
      expect(events.filter(({ event }) => event === 'media-type')).toEqual(
        urls.map((url) => ({ issuer: issuer.issuer, event: 'media-type', url })),
      );
    },
  );

  it('application/json causes no event', async () => {
    const issuer = await openIssuer();
    const events = listenToKeySets();
    await openApi(issuer.options()).ready();
    expect(events.map(({ event }) => event)).toEqual(['changed', 'refreshed']);
  });

  it('text/plain is refused if its JSON names another issuer, or has no keys', async () => {
    const plain = { 'content-type': 'text/plain' };
    const issuer = await openIssuer();
    issuer.setHeaders('jwks', plain);
    issuer.fault('jwks', { kind: 'document', document: { error: 'not found' } });
    expect((await failureOf(openApi(issuer.options()).ready())).cause).toMatchObject({
      reason: 'jwks',
    });
    issuer.fault('jwks', undefined);
    issuer.setHeaders('metadata', plain);
    issuer.fault('metadata', { kind: 'wrongIssuer' });
    expect((await failureOf(openApi(issuer.options()).ready())).cause).toMatchObject({
      reason: 'issuer',
    });
  });
});

describe('discovery', () => {
  it('uses the second document when the first belongs to another issuer', async () => {
    const issuer = await openIssuer();
    issuer.fault('oauthMetadata', { kind: 'wrongIssuer' });
    const api = openApi(issuer.options());
    await api.ready();
    const { metadata, openid, jwks } = issuer.requests;
    expect([metadata, openid, jwks]).toEqual([1, 1, 1]);
  });

  it('never uses keys of a document that names another issuer', async () => {
    const [issuer, evil] = await Promise.all([openIssuer(), openIssuer()]);
    const members = { issuer: evil.issuer, jwks_uri: evil.jwksUri };
    issuer.fault('metadata', { kind: 'members', members });
    await failureOf(openApi(issuer.options()).ready());
    expect([issuer.requests.jwks, evil.requests.jwks]).toEqual([0, 0]);
  });
});

describe('reused kid', () => {
  it('a new key under the old kid works immediately, and explain agrees with the verifier', async () => {
    const [issuer, restarted] = await Promise.all([openIssuer(), openIssuer()]);
    const api = openApi(issuer.options());
    await api.ready();
    const old = await issuer.mint();
    const jwks: unknown = await (await fetch(restarted.jwksUri)).json();
    // Both kits number their keys, so the first keys of both have the same "kid".
    issuer.publishJwks(jwks);
    const token = await restarted.mint({ claims: { iss: issuer.issuer } });
    expect((await api.explain(token)).verdict).toBe('accepted');
    expect((await api.explain(old)).verdict).toBe('refused');
  });
});
