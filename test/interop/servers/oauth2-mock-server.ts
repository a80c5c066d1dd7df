/**
 * oauth2-mock-server: a server for tests that gives a token to every caller.
 *
 * @module
 */
import { OAuth2Issuer, OAuth2Service } from 'oauth2-mock-server';
import { controlServer, openPausableServer } from '../contract/pausable-server.js';
import type { RunningServer, ServerDescription, ServerSettings } from '../contract/server.js';
import { createSigningJwk } from './signing-keys.js';

export const oauth2MockServer: ServerDescription = {
  name: 'oauth2-mock-server',
  version: '8',
  discovery: 'OpenID Connect',
  algorithms: ['ES256', 'RS256', 'PS256', 'EdDSA'],
  authentication: {
    client_secret_basic: 'unchecked',
    client_secret_post: 'unchecked',
    private_key_jwt: 'unchecked',
  },
  principal: 'unknown',
  namesClient: false,
  hasUsers: false,
  doctor: { exitCode: 0, findings: [] },
  needs: 'the client sends the parameter `aud`; tokens name no client',
  target: (aud) => ({ parameters: { aud } }),
  start: startMockServer,
};

async function startMockServer({ alg }: ServerSettings): Promise<RunningServer> {
  const http = await openPausableServer();
  let issuer = await createIssuer();
  async function createIssuer(): Promise<OAuth2Issuer> {
    const created = new OAuth2Issuer();
    created.url = http.origin;
    // A key store has no way to remove a key, so a rotation is a new issuer.
    await created.keys.add(createSigningJwk(alg));
    return created;
  }
  const control = controlServer(http, () => {
    http.serve(new OAuth2Service(issuer).requestHandler);
  });
  return {
    ...control,
    issuer: http.origin,
    async rotateKey() {
      issuer = await createIssuer();
      await control.start();
    },
  };
}
