/**
 * APIs of Express whose server requests a certificate from its clients.
 *
 * @module
 */
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createServer, request } from 'node:https';
import { TLSSocket } from 'node:tls';
import { text } from 'node:stream/consumers';
import { createResourceServer, type ResourceServerOptions } from '@scopegate/express';
import {
  createTestCertificate,
  createTestIssuer,
  type TestCertificate,
  type TestIssuer,
} from '@scopegate/testing';
import { onTestFinished } from 'vitest';
import type { Express } from './express-versions.js';
import { openServer } from './listen.js';

/** The identifier of the resource that {@link openMutualTlsApi} protects. */
const TLS_RESOURCE = 'https://rs.example';

/** `vitest --mode uncached`: nothing may depend on the token cache. */
const CACHE = process.env['MODE'] === 'uncached' ? { tokenCache: false as const } : {};

/** What the server requests from its clients. */
export interface HandshakeOptions {
  /** @defaultValue `true` */
  readonly requestCert?: boolean;
  /** Whether clients without a certificate of {@link MutualTlsApi.authority} cannot connect. @defaultValue `false` */
  readonly rejectUnauthorized?: boolean;
}

/** Options of {@link openMutualTlsApi}. */
export interface MutualTlsOptions extends HandshakeOptions {
  /** Options of the resource server besides issuer, audience and clock. @defaultValue the certificate is read from the socket */
  readonly server?: Pick<ResourceServerOptions, 'mtls' | 'senderConstraint'>;
  /** Which tokens are introspected. @defaultValue none */
  readonly introspected?: 'opaque' | 'both';
}

/** One request: `GET /p`. */
export interface TlsCall {
  readonly token: string;
  /** @defaultValue none */
  readonly certificate?: TestCertificate;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** The TLS session of an earlier response, to resume. */
  readonly session?: Buffer | undefined;
  /** @defaultValue the newest */
  readonly maxVersion?: 'TLSv1.2' | 'TLSv1.3';
}

/** A response. */
export interface TlsReply {
  readonly status: number;
  readonly challenges: readonly string[];
  readonly session: Buffer | undefined;
  readonly isResumed: boolean;
}

/** An API with a guard for the scope `read` at `/p`. */
export interface MutualTlsApi {
  readonly issuer: TestIssuer;
  /** Certificates that it has signed are trusted by the server. */
  readonly authority: TestCertificate;
  readonly send: (call: TlsCall) => Promise<TlsReply>;
}

/** Opens an API on the loopback interface, and closes it after the running test. */
export async function openMutualTlsApi(
  express: Express,
  options: MutualTlsOptions = {},
): Promise<MutualTlsApi> {
  const {
    server: given = { mtls: { certificate: 'socket' } },
    introspected,
    ...handshake
  } = options;
  const issuer = await createTestIssuer({ alg: 'ES256', listen: false, audience: TLS_RESOURCE });
  const trust = issuer.options({ audience: TLS_RESOURCE });
  const introspection = introspected && { tokens: introspected, ...issuer.introspectionClient };
  const api = createResourceServer({ ...CACHE, ...trust, introspection, ...given });
  onTestFinished(() => {
    api.close();
  });
  const app = express();
  app.get('/p', api.requireScope('read'), (_req, res) => {
    res.end();
  });
  const authority = createTestCertificate();
  const { tls } = createTestCertificate({ authority });
  const trusted = { ...tls, ca: authority.pem, requestCert: true, rejectUnauthorized: false };
  const { port } = await openServer(createServer({ ...trusted, ...handshake }, app));
  return { issuer, authority, send: (call) => send(call, { port, ca: authority.pem }) };
}

/** Where to send a request. */
interface Destination {
  readonly port: string;
  readonly ca: string;
}

async function send(call: TlsCall, { port, ca }: Destination): Promise<TlsReply> {
  const { token, certificate, headers = {}, session, maxVersion } = call;
  const sending = request({
    host: '127.0.0.1',
    port,
    path: '/p',
    ca,
    agent: false,
    ...certificate?.tls,
    ...(session && { session }),
    ...(maxVersion && { maxVersion }),
    headers: {
      authorization: `Bearer ${token}`,
      ...(headers as Record<string, string | string[]>),
    },
  });
  let kept: Buffer | undefined;
  let isResumed = false;
  sending.once('socket', (socket) => {
    socket.on('session', (offered: Buffer) => {
      kept = offered;
    });
    socket.once('secureConnect', () => {
      isResumed = socket instanceof TLSSocket && socket.isSessionReused();
    });
  });
  sending.end();
  const [response] = (await once(sending, 'response')) as [IncomingMessage];
  await text(response);
  sending.destroy();
  const { statusCode = 0, rawHeaders } = response;
  return { status: statusCode, challenges: challengesIn(rawHeaders), session: kept, isResumed };
}

function challengesIn(rawHeaders: readonly string[]): readonly string[] {
  return rawHeaders.filter(
    (_value, index) => rawHeaders[index - 1]?.toLowerCase() === 'www-authenticate',
  );
}
