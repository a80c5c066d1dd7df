/**
 * Certificate-bound tokens of oidc-provider, over TLS with a private certificate authority.
 *
 * @module
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createTlsServer, request } from 'node:https';
import { text } from 'node:stream/consumers';
import { TLSSocket } from 'node:tls';
import { createResourceServer } from '@scopegate/express';
import { createTestCertificate, type TestCertificate } from '@scopegate/testing';
import express from 'express';
import { Provider } from 'oidc-provider';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openServer } from '../support/listen.js';
import { createSigningJwk, formatPublicJwk, type SigningJwk } from './servers/signing-keys.js';

const AUDIENCE = 'https://api.example.com';
const CLIENT = { id: 'reports', secret: 'a secret of the tests' };

/** An authorization server and an API behind one TLS server. */
interface Deployment {
  /** Sends a request as the client with a certificate. */
  readonly send: (sent: Sent) => Promise<{ readonly status: number; readonly body: string }>;
  readonly authority: TestCertificate;
}

interface Sent {
  readonly path: string;
  readonly certificate?: TestCertificate;
  readonly headers?: Readonly<Record<string, string>>;
  readonly form?: Readonly<Record<string, string>>;
}

async function deploy(): Promise<Deployment> {
  const authority = createTestCertificate();
  const { tls } = createTestCertificate({ authority });
  const inner = createServer();
  const outer = createTlsServer(
    { ...tls, ca: authority.pem, requestCert: true, rejectUnauthorized: false },
    (req, res) => inner.emit('request', req, res),
  );
  const { origin, port } = await openServer(outer);
  const key = createSigningJwk('ES256');
  const provider = createProvider(origin, key);
  const api = createResourceServer({
    issuer: origin,
    audience: AUDIENCE,
    jwks: { keys: [formatPublicJwk(key)] },
    mtls: { certificate: 'socket' },
    senderConstraint: 'mtls',
  });
  onTestFinished(() => {
    api.close();
  });
  const app = express();
  app.get('/sales', api.requireScope('read'), (_req, res) => {
    res.end();
  });
  app.use(provider.callback());
  inner.on('request', app);
  return { authority, send: (sent) => send(sent, { port, ca: authority.pem }) };
}

function createProvider(issuer: string, key: SigningJwk): Provider {
  return new Provider(issuer, {
    jwks: { keys: [key] },
    scopes: ['read'],
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
        id_token_signed_response_alg: 'ES256',
        tls_client_certificate_bound_access_tokens: true,
      },
    ],
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      mTLS: {
        enabled: true,
        certificateBoundAccessTokens: true,
        getCertificate: ({ req: { socket } }) =>
          socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined,
      },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: () => ({
          audience: AUDIENCE,
          scope: 'read',
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
  });
}

async function send(
  { path, certificate, headers = {}, form }: Sent,
  { port, ca }: { readonly port: string; readonly ca: string },
): Promise<{ readonly status: number; readonly body: string }> {
  const body = form && new URLSearchParams(form).toString();
  const type = body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' };
  const sending = request({
    host: '127.0.0.1',
    port,
    ca,
    path,
    method: body === undefined ? 'GET' : 'POST',
    agent: false,
    ...certificate?.tls,
    headers: { ...type, ...headers },
  });
  sending.end(body);
  const [response] = (await once(sending, 'response')) as [IncomingMessage];
  return { status: response.statusCode ?? 0, body: await text(response) };
}

describe('a certificate-bound token of oidc-provider', () => {
  it('is accepted from the client that requested it, over TLS, and from no other', async () => {
    const { authority, send: sendTo } = await deploy();
    const certificate = createTestCertificate({ authority });
    const basic = Buffer.from(`${CLIENT.id}:${encodeURIComponent(CLIENT.secret)}`);
    const granted = await sendTo({
      path: '/token',
      certificate,
      headers: { authorization: `Basic ${basic.toString('base64')}` },
      form: { grant_type: 'client_credentials', resource: AUDIENCE, scope: 'read' },
    });
    expect(granted.body).toContain('"access_token"');
    const { access_token: token } = JSON.parse(granted.body) as { access_token: string };
    const headers = { authorization: `Bearer ${token}` };
    const other = createTestCertificate({ authority });
    const statuses = [
      (await sendTo({ path: '/sales', headers, certificate })).status,
      (await sendTo({ path: '/sales', headers, certificate: other })).status,
      (await sendTo({ path: '/sales', headers })).status,
      (await sendTo({ path: '/sales', headers, certificate })).status,
    ];
    expect(statuses).toEqual([200, 401, 401, 200]);
  });
});
