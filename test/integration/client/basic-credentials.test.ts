import { createServer, type RequestListener } from 'node:http';
import OAuth2Server from '@node-oauth/oauth2-server';
import { clientSecretBasic, clientSecretPost, createTokenClient } from '@scopegate/client';
import express from 'express';
import { type ClientMetadata, Provider } from 'oidc-provider';
import { describe, expect, it } from 'vitest';
import { createKeyPair } from '../../support/key-pairs.js';
import { openServer } from '../../support/listen.js';

/** The registered credentials of a client. */
type Credentials = readonly [clientId: string, secret: string];

/** Credentials that form encoding does not change: of generators, registries and people. */
const UNCHANGED: readonly Credentials[] = [
  ['nightly-report', 'aZ3-x_9QkT0-bN7_cW1mLrP5-vY2_dF8-gH4_jK6sUe'],
  ['dotted.id', 's-e_c.r~t'],
  ['2f1c9e52-4d3b-4a3f-9d3e-0b1f5e2a7c11', "!*'()"],
];
/** Credentials that it does change. */
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

const GRANT = { grants: ['client_credentials'] };

/** A token endpoint of a server that does not decode Basic credentials; it records what it reads. */
function openNodeOAuth2Server([id, secret]: Credentials, seen: unknown[]): RequestListener {
  const model: OAuth2Server.ClientCredentialsModel = {
    getClient(givenId, givenSecret) {
      seen.push([givenId, givenSecret]);
      return Promise.resolve(givenId === id && givenSecret === secret && { id, ...GRANT });
    },
    getUserFromClient: (client) => Promise.resolve({ id: client.id }),
    saveToken: (token, client, user) => Promise.resolve({ ...token, client, user }),
    getAccessToken: () => Promise.resolve(undefined),
  };
  const server = new OAuth2Server({ model });
  const app = express();
  app.post('/token', express.urlencoded(), async (request, response) => {
    const answer = new OAuth2Server.Response(response);
    // It sets status and body of its response for errors, too.
    await server.token(new OAuth2Server.Request(request), answer).catch(() => undefined);
    response.status(answer.status ?? 500).json(answer.body);
  });
  return app;
}

const nothing = (): Promise<undefined> => Promise.resolve(undefined);

/** A server that decodes Basic credentials. */
function openProvider(issuer: string, [client_id, client_secret]: Credentials): RequestListener {
  const client: ClientMetadata = {
    client_id,
    client_secret,
    grant_types: ['client_credentials'],
    response_types: [],
    redirect_uris: [],
  };
  const provider = new Provider(issuer, {
    clients: [client],
    features: { clientCredentials: { enabled: true }, devInteractions: { enabled: false } },
    jwks: { keys: [{ ...createKeyPair('rsa').privateJwk, alg: 'RS256', use: 'sig' }] },
    // A store that forgets: the tests do not use the tokens.
    adapter: () => ({
      upsert: nothing,
      find: nothing,
      findByUserCode: nothing,
      findByUid: nothing,
      consume: nothing,
      destroy: nothing,
      revokeByGrantId: nothing,
    }),
  });
  const handle = provider.callback();
  return (request, response) => {
    void handle(request, response);
  };
}

describe('clientSecretBasic with a server that does not decode (@node-oauth/oauth2-server)', () => {
  async function requestToken(
    credentials: Credentials,
    seen: unknown[],
    method = clientSecretBasic,
  ): Promise<string> {
    const { origin } = await openServer(createServer(openNodeOAuth2Server(credentials, seen)));
    const [clientId, secret] = credentials;
    const client = createTokenClient({
      issuer: origin,
      tokenEndpoint: `${origin}/token`,
      clientId,
      clientAuthentication: method(() => secret),
    });
    return (await client.for({}).token()).value;
  }

  it.each(UNCHANGED)('gets a token as %s with the secret %s', async (...credentials) => {
    const seen: unknown[] = [];
    expect(await requestToken(credentials, seen)).toMatch(/^\w+$/);
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
      expect(await requestToken(credentials, seen, clientSecretPost)).toMatch(/^\w+$/);
      expect(seen).toEqual([credentials]);
    },
  );
});

describe('clientSecretBasic with a server that decodes (oidc-provider)', () => {
  it.each([...UNCHANGED, ...CHANGED.filter(isAscii)])(
    'gets a token as %s with the secret %s',
    async (...credentials) => {
      let handle: RequestListener = () => undefined;
      const server = createServer((request, response) => {
        handle(request, response);
      });
      const { origin } = await openServer(server);
      handle = openProvider(origin, credentials);
      const [clientId, secret] = credentials;
      const clientAuthentication = clientSecretBasic(() => secret);
      const client = createTokenClient({ issuer: origin, clientId, clientAuthentication });
      expect((await client.for({}).token()).value).toMatch(/^[\w-]+$/);
    },
  );
});
