import {
  clientSecretBasic,
  clientSecretPost,
  createTokenClient,
  type TokenSource,
} from '@scopegate/client';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AUDIENCE, READ } from './contract/sales-api.js';
import type { RunningServer, ServerSettings } from './contract/server.js';
import { nodeOAuth2Server, startNodeOAuth2Server } from './servers/node-oauth2-server.js';
import { oidcProvider } from './servers/oidc-provider.js';

/** The registered credentials of a client. */
type Credentials = readonly [clientId: string, secret: string];

/** Credentials that form encoding does not change. */
const UNCHANGED: readonly Credentials[] = [
  ['nightly-report', 'aZ3-x_9QkT0-bN7_cW1mLrP5-vY2_dF8-gH4_jK6sUe'],
  ['dotted.id', 's-e_c.r~t'],
  ['2f1c9e52-4d3b-4a3f-9d3e-0b1f5e2a7c11', "!*'()"],
];
/** Credentials that form encoding changes. */
const CHANGED: readonly Credentials[] = [
  ['nightly-report', 'p%+&=: q'],
  ['nightly-report', 'c2VjcmV0+/=='],
  ['nightly-report', 'Schlüssel-🔑'],
  ['urn:example:report', 'secret'],
];

/** Both servers refuse other secrets once they have decoded them: RFC 6749 §A.2. */
function isAscii([, secret]: Credentials): boolean {
  return /^[\x20-\x7e]+$/.test(secret);
}

/** Sets up a server that knows one client by these credentials. */
function createSettings([clientId, clientSecret]: Credentials): ServerSettings {
  return {
    alg: 'ES256',
    audiences: [AUDIENCE],
    scopes: [READ],
    clients: [{ clientId, clientSecret, method: 'client_secret_basic', publicJwk: {} }],
  };
}

/** A source that authenticates by these credentials, until the running test is over. */
function createSource(
  server: RunningServer,
  [clientId, secret]: Credentials,
  authenticate = clientSecretBasic,
): Pick<TokenSource, 'token'> {
  onTestFinished(() => server.close());
  const client = createTokenClient({
    issuer: server.issuer,
    tokenEndpoint: server.tokenEndpoint,
    clientId,
    clientAuthentication: authenticate(() => secret),
  });
  const target = server.tokenEndpoint === undefined ? oidcProvider : nodeOAuth2Server;
  return client.for({ ...target.target(AUDIENCE), scope: READ });
}

describe('clientSecretBasic with a server that does not decode (@node-oauth/oauth2-server)', () => {
  async function requestToken(
    credentials: Credentials,
    seen: unknown[],
    authenticate = clientSecretBasic,
  ): Promise<string> {
    const server = await startNodeOAuth2Server(createSettings(credentials), (...given) => {
      seen.push(given);
    });
    return (await createSource(server, credentials, authenticate).token()).value;
  }

  it.each(UNCHANGED)('gets a token as %s with the secret %s', async (...credentials) => {
    const seen: unknown[] = [];
    expect(await requestToken(credentials, seen)).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    expect(seen).toEqual([credentials]);
  });

  it.each(CHANGED)('names the cause of the refusal of %s with %s', async (...credentials) => {
    const seen: unknown[] = [];
    const error: unknown = await requestToken(credentials, seen).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'TokenEndpointError', error: 'invalid_client' });
    expect(String(error)).toMatch(
      /; the client (?:id|secret) changes under form encoding, .* use clientSecretPost\(\)$/,
    );
    expect(seen).toEqual([
      credentials.map((part) => encodeURIComponent(part).replaceAll('%20', '+')),
    ]);
  });

  it.each(CHANGED.filter(isAscii))(
    'gets a token by clientSecretPost as %s with %s',
    async (...credentials) => {
      const seen: unknown[] = [];
      expect(await requestToken(credentials, seen, clientSecretPost)).toMatch(
        /^[\w-]+\.[\w-]+\.[\w-]+$/,
      );
      expect(seen).toEqual([credentials]);
    },
  );
});

describe('clientSecretBasic with a server that decodes (oidc-provider)', () => {
  it.each([...UNCHANGED, ...CHANGED.filter(isAscii)])(
    'gets a token as %s with the secret %s',
    async (...credentials) => {
      const server = await oidcProvider.start(createSettings(credentials));
      const { value } = await createSource(server, credentials).token();
      expect(value.split('.')).toHaveLength(3);
    },
  );
});
