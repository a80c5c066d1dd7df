import { createAccessTokenVerifier } from '@scopegate/access-token';
import * as providers from '@scopegate/express/providers';
import { opaqueTokenShapes } from '@scopegate/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openIssuer } from '../../support/test-issuers.js';

const audience = 'https://api.example.com';

/** Imitates a server, and verifies its tokens with the preset. */
async function openServer(like: 'curity' | 'ory') {
  const issuer = await openIssuer();
  const { issuer: identifier, introspectionClient, introspectionEndpoint: endpoint } = issuer;
  const introspection = { tokens: 'opaque' as const, ...introspectionClient, endpoint };
  const preset = providers[like]({ issuer: identifier, audience, introspection });
  const { clock } = issuer.options();
  const verifier = createAccessTokenVerifier({ ...preset, clock });
  onTestFinished(() => {
    verifier.close();
  });
  return { issuer, verifier };
}

describe('presets for opaque tokens', () => {
  it.each(opaqueTokenShapes)('accept tokens like $name and read their scopes', async ({ name }) => {
    const { issuer, verifier } = await openServer(name);
    const token = await issuer.opaque({ like: name, audience, scope: 'read write' });
    const { format, scopes } = await verifier.verify(token);
    expect([format, ...scopes]).toEqual(['opaque', 'read', 'write']);
  });

  it.each(opaqueTokenShapes)(
    'send no token of another server to one like $name',
    async ({ name }) => {
      const { issuer, verifier } = await openServer(name);
      const [other] = opaqueTokenShapes.filter((shape) => shape.name !== name);
      const token = await issuer.opaque({ like: other?.name, audience });
      await expect(verifier.verify(token)).rejects.toMatchObject({ reason: 'malformed' });
      expect(issuer.requests.introspection).toBe(0);
    },
  );
});
