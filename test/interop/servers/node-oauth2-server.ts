/**
 * `@node-oauth/oauth2-server`: a library that publishes no metadata and leaves the format of tokens to
 * its model, which here signs JWTs with jose.
 *
 * @module
 */
import OAuth2Server from '@node-oauth/oauth2-server';
import express, { type RequestHandler } from 'express';
import { importJWK, SignJWT } from 'jose';
import { controlServer, openPausableServer } from '../contract/pausable-server.js';
import type { RunningServer, ServerDescription, ServerSettings } from '../contract/server.js';
import { createSigningJwk, formatPublicJwk, type SigningJwk } from './signing-keys.js';

const LIFETIME_SECONDS = 3600;

export const nodeOAuth2Server: ServerDescription = {
  name: '@node-oauth/oauth2-server',
  version: '5',
  discovery: 'none',
  algorithms: ['ES256', 'RS256'],
  authentication: {
    client_secret_basic: 'checked',
    client_secret_post: 'checked',
    private_key_jwt: 'not offered',
  },
  principal: 'client',
  namesClient: true,
  hasUsers: false,
  doctor: { exitCode: 1, findings: ['metadata_missing'] },
  needs: '`jwksUri`; in the client, `tokenEndpoint`',
  target: (audience) => ({ parameters: { audience } }),
  start: (settings) => startNodeOAuth2Server(settings),
};

/**
 * Starts the server.
 *
 * @param onCredentials - Receives the credentials of every token request, as the server reads them.
 */
export async function startNodeOAuth2Server(
  settings: ServerSettings,
  onCredentials: CredentialsListener = () => undefined,
): Promise<RunningServer> {
  const http = await openPausableServer();
  const { origin } = http;
  let key = createSigningJwk(settings.alg);
  const app = express();
  app.get('/jwks', (_request, response) => {
    response.json({ keys: [formatPublicJwk(key)] });
  });
  const token = createTokenHandler(settings, onCredentials, (claims) =>
    signJwt(claims, origin, key),
  );
  app.post('/token', express.urlencoded(), token);
  return {
    ...controlServer(http, () => {
      http.serve(app);
    }),
    issuer: origin,
    tokenEndpoint: `${origin}/token`,
    jwksUri: `${origin}/jwks`,
    rotateKey() {
      key = createSigningJwk(settings.alg);
      return Promise.resolve();
    },
  };
}

/** The claims of a token that depend on the request. */
interface TokenClaims {
  readonly aud: string;
  readonly client_id: string;
  readonly scope: string;
}

type CredentialsListener = (clientId: string, clientSecret: string) => void;
type Sign = (claims: TokenClaims) => Promise<string>;

async function signJwt(claims: TokenClaims, issuer: string, key: SigningJwk): Promise<string> {
  return new SignJWT({ ...claims })
    .setProtectedHeader({ alg: key.alg, kid: key.kid, typ: 'at+jwt' })
    .setIssuer(issuer)
    .setSubject(claims.client_id)
    .setIssuedAt()
    .setJti(crypto.randomUUID())
    .setExpirationTime(`${LIFETIME_SECONDS}s`)
    .sign(await importJWK(key));
}

function createTokenHandler(
  settings: ServerSettings,
  onCredentials: CredentialsListener,
  sign: Sign,
): RequestHandler {
  return async (request, response) => {
    const body = request.body as Readonly<Record<string, string | undefined>>;
    const audience = settings.audiences.find((name) => name === body['audience']);
    const server = new OAuth2Server({
      model: createModel(settings, onCredentials, ({ client_id, scope }) =>
        sign({ aud: audience ?? 'nothing', client_id, scope }),
      ),
      accessTokenLifetime: LIFETIME_SECONDS,
    });
    const answer = new OAuth2Server.Response(response);
    // It sets status and body of its response for errors, too.
    await server.token(new OAuth2Server.Request(request), answer).catch(() => undefined);
    response
      .status(answer.status ?? 500)
      .set(answer.headers)
      .json(answer.body);
  };
}

function createModel(
  { clients, scopes }: ServerSettings,
  onCredentials: CredentialsListener,
  sign: (claims: Omit<TokenClaims, 'aud'>) => Promise<string>,
): OAuth2Server.ClientCredentialsModel {
  return {
    getClient(id, secret) {
      onCredentials(id, secret);
      const known = clients.find(
        ({ clientId, clientSecret }) => clientId === id && clientSecret === secret,
      );
      return Promise.resolve(known && { id: known.clientId, grants: ['client_credentials'] });
    },
    getUserFromClient: ({ id }) => Promise.resolve({ id }),
    validateScope: (_user, _client, wanted = []) =>
      Promise.resolve(wanted.every((scope) => scopes.includes(scope)) ? [...wanted] : false),
    generateAccessToken: ({ id }, _user, scope) => sign({ client_id: id, scope: scope.join(' ') }),
    saveToken: (token, client, user) => Promise.resolve({ ...token, client, user }),
    getAccessToken: () => Promise.resolve(undefined),
  };
}
