import { type KeySetEvent, KEY_SET_CHANNEL, type ResourceServer } from '@scopegate/express';
import type { TestIssuer } from '@scopegate/testing';
import express, { type Express } from 'express';
import request from 'supertest';
import { beforeEach, describe, expect, it } from 'vitest';
import { listenTo } from '../../support/listen-to.js';
import { bearer, openApi, openIssuer } from '../../support/test-issuers.js';
import { invalidToken } from '../../support/answers.js';

const LIFETIME_MS = 600_000;

const { challenge: UNKNOWN_KEY } = invalidToken('key');

describe('key rotation', () => {
  let issuer: TestIssuer;
  let api: ResourceServer;
  let app: Express;

  beforeEach(async () => {
    issuer = await openIssuer();
    api = openApi({ ...issuer.options() });
    app = express();
    app.get('/', api.requireScope('read'), (_req, res) => void res.json({}));
  });

  async function challengeFor(headers: Record<string, string>): Promise<string | undefined> {
    const response = await request(app).get('/').set(headers);
    const fields = response.headers as Readonly<Record<string, string | undefined>>;
    if (response.status === 200) return undefined;
    return fields['www-authenticate'] ?? String(response.status);
  }

  it('accepts a token of the new key at once, and still one of the old key', async () => {
    const old = await bearer(issuer, { scope: 'read' });
    expect(await challengeFor(old)).toBeUndefined();
    await issuer.rotateKey();
    expect(await challengeFor(await bearer(issuer, { scope: 'read' }))).toBeUndefined();
    expect(await challengeFor(old)).toBeUndefined();
    expect(issuer.requests.jwks).toBe(2);
    expect(api.health().issuers).toEqual([
      expect.objectContaining({ state: 'fresh', keys: 2, lastError: undefined }),
    ]);
  });

  it('accepts each new key at once, several times in a row', async () => {
    await api.ready();
    for (const alg of ['ES256', 'EdDSA', 'ES384', 'ES512'] as const) {
      await issuer.rotateKey({ alg });
      expect(await challengeFor(await bearer(issuer, { scope: 'read' }))).toBeUndefined();
    }
    expect(issuer.requests.jwks).toBe(5);
  });

  it('single flight: fetches once for simultaneous tokens of the new key', async () => {
    await api.ready();
    await issuer.rotateKey();
    const headers = await Promise.all(
      Array.from({ length: 8 }, () => bearer(issuer, { scope: 'read' })),
    );
    expect(await Promise.all(headers.map(challengeFor))).toEqual(headers.map(() => undefined));
    expect(issuer.requests.jwks).toBe(2);
  });

  it('withdrawn key: is refused from the next refresh on, cached tokens included', async () => {
    const old = await bearer(issuer, { scope: 'read', expiresInSeconds: 3600 });
    expect(await challengeFor(old)).toBeUndefined();
    await issuer.rotateKey({ keepOld: false });
    expect(await challengeFor(old)).toBeUndefined();
    // A token of the new key triggers the refresh.
    expect(await challengeFor(await bearer(issuer, { scope: 'read' }))).toBeUndefined();
    expect(await challengeFor(old)).toBe(UNKNOWN_KEY);
  });

  it('withdrawn key: is refused once the lifetime of the key set ends, without another token', async () => {
    const old = await bearer(issuer, { scope: 'read', expiresInSeconds: 3600 });
    expect(await challengeFor(old)).toBeUndefined();
    await issuer.rotateKey({ keepOld: false });
    issuer.clock.advance(LIFETIME_MS);
    expect(await challengeFor(old)).toBe(UNKNOWN_KEY);
  });

  it('withdrawn key: an issuer may withdraw all its keys', async () => {
    const headers = await bearer(issuer, { scope: 'read', expiresInSeconds: 3600 });
    expect(await challengeFor(headers)).toBeUndefined();
    issuer.publishJwks({ keys: [] });
    issuer.clock.advance(LIFETIME_MS);
    expect(await challengeFor(headers)).toBe(UNKNOWN_KEY);
  });

  it('withdrawn key: is accepted again once it is published again', async () => {
    const headers = await bearer(issuer, { scope: 'read', expiresInSeconds: 3600 });
    expect(await challengeFor(headers)).toBeUndefined();
    issuer.publishJwks({ keys: [] });
    issuer.clock.advance(LIFETIME_MS);
    expect(await challengeFor(headers)).toBe(UNKNOWN_KEY);
    issuer.publishJwks(undefined);
    expect(await challengeFor(headers)).toBeUndefined();
  });

  it('reused kid: another key replaces the old one', async () => {
    const other = await openIssuer({ clock: issuer.clock });
    const old = await bearer(issuer, { scope: 'read', expiresInSeconds: 3600 });
    expect(await challengeFor(old)).toBeUndefined();
    issuer.publishJwks({ keys: await other.publicKeys() });
    issuer.clock.advance(LIFETIME_MS);
    expect(await challengeFor(old)).toBe(invalidToken('signature').challenge);
    const renewed = await bearer(other, { scope: 'read', claims: { iss: issuer.issuer } });
    expect(await challengeFor(renewed)).toBeUndefined();
  });

  it('unknown kid: a flood costs four fetches and never delays a valid token', async () => {
    const good = await bearer(issuer, { scope: 'read' });
    expect(await challengeFor(good)).toBeUndefined();
    for (let count = 0; count < 12; count += 1) {
      const token = await issuer.forge.unknownKey({ scope: 'read' });
      expect(await challengeFor({ authorization: `Bearer ${token}` })).toBe(UNKNOWN_KEY);
      expect(await challengeFor(await bearer(issuer, { scope: 'read' }))).toBeUndefined();
    }
    expect(issuer.requests.jwks).toBe(1 + 4);
    // Most of them get 304.
    expect(issuer.requests.notModified).toBe(4);
  });

  it('unknown kid: a new key works within five seconds during a flood', async () => {
    await api.ready();
    for (let count = 0; count < 8; count += 1) {
      const token = await issuer.forge.unknownKey({ scope: 'read' });
      await challengeFor({ authorization: `Bearer ${token}` });
    }
    await issuer.rotateKey();
    const headers = await bearer(issuer, { scope: 'read' });
    expect(await challengeFor(headers)).toBe(UNKNOWN_KEY);
    issuer.clock.advance(5_000);
    expect(await challengeFor(headers)).toBeUndefined();
  });

  it('publishes events for operators', async () => {
    const events = listenTo(KEY_SET_CHANNEL) as readonly KeySetEvent[];
    await api.ready();
    await issuer.rotateKey({ keepOld: false });
    await challengeFor(await bearer(issuer, { scope: 'read' }));
    const { issuer: identifier } = issuer;
    const refreshed = {
      issuer: identifier,
      event: 'refreshed',
      keys: 1,
      notModified: false,
      lifetimeMs: LIFETIME_MS,
      durationMs: expect.any(Number) as number,
    };
    expect(events).toEqual([
      { issuer: identifier, event: 'changed', added: 1, withdrawn: 0 },
      { ...refreshed, trigger: 'first' },
      { issuer: identifier, event: 'changed', added: 1, withdrawn: 1 },
      { ...refreshed, trigger: 'unknown_key' },
      { issuer: identifier, event: 'unknown-key', result: 'found' },
    ]);
  });
});
