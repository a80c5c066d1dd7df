/**
 * RFC 9440, the certificate of the client in a header, and the headers of other proxies.
 *
 * @module
 */
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { createResourceServer, type MtlsOptions } from '@scopegate/express';
import { createTestCertificate } from '@scopegate/testing';
import { describe, expect, onTestFinished } from 'vitest';
import { listenToDecisions } from '../../support/decision-log.js';
import { EXPRESS_VERSIONS } from '../../support/express-versions.js';
import { EXPRESS_FRONTS } from '../../support/fronts/express-front.js';
import { FASTIFY_FRONT } from '../../support/fronts/fastify-front.js';
import type { Front } from '../../support/fronts/front.js';
import { forEachFront } from '../../support/fronts/fronts.js';
import { closeServer } from '../../support/listen.js';
import { openMutualTlsApi } from '../../support/mutual-tls.js';
import { SECRET_OPTIONS, signToken } from '../../support/tokens.js';
import { field } from '../support/answer.js';
import { type Fixture, openFixture } from '../support/fixture.js';
import { verifies } from '../support/verifies.js';

const certificate = createTestCertificate();
const other = createTestCertificate();
const base64 = certificate.der.toString('base64');
const byteSequence = `:${base64}:`;
const hex = Buffer.from(certificate.thumbprint, 'base64url').toString('hex');

/** Node's own header, and no other, names the peer. */
const LOOPBACK = ['127.0.0.1'];

type CertificateHeader = Exclude<MtlsOptions['certificate'], string>;

const clientCert: CertificateHeader = { header: 'Client-Cert', format: 'rfc9440', from: LOOPBACK };

/** Every format, with its header and a value that names the certificate. */
const FORWARDED: readonly (readonly [CertificateHeader['format'], string, string])[] = [
  ['rfc9440', 'client-cert', byteSequence],
  ['escaped-pem', 'ssl-client-cert', certificate.escapedPem],
  ['base64-der', 'x-client-cert', base64],
  ['xfcc', 'x-forwarded-client-cert', `By=a;Hash=${hex};Subject="O=a;,\\"b"`],
  ['sha256-hex', 'cloudfront-viewer-cert-sha256', hex],
];

type Headers = Readonly<Record<string, string | readonly string[]>>;

const SOCKET_FRONTS: readonly Front[] = [...EXPRESS_FRONTS, FASTIFY_FRONT];

forEachFront((front) => {
  const open = (source: MtlsOptions['certificate']): Promise<Fixture> =>
    openFixture(front, { server: { mtls: { certificate: source } } });

  /** Sends a token that is bound to the certificate. */
  async function send(rs: Fixture, headers: Headers): Promise<string> {
    const token = await rs.mint({ boundTo: certificate });
    return rs.outcome({ headers: { authorization: `Bearer ${token}`, ...headers } });
  }

  verifies(
    'rfc9440#4/forwarded-certificate-needs-trusted-peer',
    'takes the certificate from the configured header of a listed peer, in every format',
    async () => {
      for (const [format, header, value] of FORWARDED) {
        const rs = await open({ header, format, from: LOOPBACK });
        expect(await send(rs, { [header]: value }), format).toBe('200');
        expect(await send(rs, {}), format).toBe('401-it');
        expect(await send(rs, { 'x-other': value }), format).toBe('401-it');
        expect(await send(rs, { [header]: value, 'x-other': value }), format).toBe('200');
      }
    },
  );

  verifies(
    'rfc9440#4/forwarded-certificate-needs-trusted-peer',
    'ignores the header of any other peer, whatever it says about itself',
    async () => {
      const decisions = listenToDecisions();
      for (const [format, header, value] of FORWARDED) {
        const rs = await open({ header, format, from: ['10.0.0.0/8', 'fd00::/8', '127.0.0.2'] });
        const claims = {
          'x-forwarded-for': '10.0.0.1',
          forwarded: 'for=10.0.0.1',
          'x-real-ip': '10.0.0.1',
        };
        expect(await send(rs, { [header]: value, ...claims }), format).toBe('401-it');
      }
      expect(decisions.map(({ reason, certificate: why }) => [reason, why])).toEqual(
        FORWARDED.map(() => ['sender_constraint', 'untrusted_peer']),
      );
    },
  );

  verifies(
    'rfc9440#4/forwarded-certificate-needs-trusted-peer',
    'ignores every header when the option is omitted or names the socket',
    async () => {
      for (const server of [{}, { mtls: { certificate: 'socket' } }]) {
        const rs = await openFixture(front, { server });
        for (const [, header, value] of FORWARDED) {
          expect(await send(rs, { [header]: value }), header).toBe('401-it');
        }
      }
    },
  );

  verifies(
    'rfc9440#2.2/client-cert-is-one-byte-sequence',
    'refuses a Client-Cert that is repeated, malformed or of another client',
    async () => {
      const decisions = listenToDecisions();
      const rs = await open(clientCert);
      const values: readonly (readonly [string | string[], string | undefined])[] = [
        [`:${other.der.toString('base64')}:`, undefined],
        [base64, 'malformed_header'],
        [`${byteSequence};a=1`, 'malformed_header'],
        [`${byteSequence}, ${byteSequence}`, 'malformed_header'],
        [`:${base64.replace(/.{64}/g, '$& ')}:`, 'malformed_header'],
        [`:${certificate.der.toString('base64url')}:`, 'malformed_header'],
        [certificate.escapedPem, 'malformed_header'],
        ['::', 'not_sent'],
        ['', 'not_sent'],
        [[byteSequence, byteSequence], 'repeated_header'],
        [[`:${other.der.toString('base64')}:`, byteSequence], 'repeated_header'],
      ];
      for (const [value] of values) {
        expect(await send(rs, { 'client-cert': value }), String(value)).toBe('401-it');
      }
      expect(decisions.map(({ certificate: why }) => why)).toEqual(values.map(([, why]) => why));
      expect(await send(rs, { 'client-cert': byteSequence })).toBe('200');
    },
  );

  verifies(
    'rfc9440#2.4/response-varies-by-client-cert',
    'names the header in Vary of a response to a bound token, and of no other',
    async () => {
      const rs = await open(clientCert);
      const answers = [];
      for (const boundTo of [certificate, undefined]) {
        const authorization = `Bearer ${await rs.mint({ boundTo })}`;
        const headers = { authorization, 'client-cert': byteSequence };
        answers.push(field(await rs.send({ headers }), 'vary'));
      }
      expect(answers).toEqual(['Authorization, client-cert', 'Authorization']);
    },
  );
}, SOCKET_FRONTS);

describe.each(EXPRESS_VERSIONS)('Express $version', ({ express }) => {
  verifies(
    'rfc9440#4/forwarded-certificate-needs-trusted-peer',
    'never falls back to the certificate of the connection, which is that of the proxy',
    async () => {
      const decisions = listenToDecisions();
      const api = await openMutualTlsApi(express, {
        server: { mtls: { certificate: clientCert } },
      });
      const token = await api.issuer.mint({ scope: 'read', boundTo: certificate });
      const send = async (headers: Headers): Promise<number> =>
        (await api.send({ token, certificate, headers })).status;
      expect(await send({})).toBe(401);
      expect(await send({ 'client-cert': '::' })).toBe(401);
      expect(await send({ 'client-cert': `:${other.der.toString('base64')}:` })).toBe(401);
      expect(decisions.map(({ reason, certificate: why }) => [reason, why])).toEqual([
        ['sender_constraint', 'not_sent'],
        ['sender_constraint', 'not_sent'],
        ['binding', undefined],
      ]);
      const proxied = await api.issuer.mint({ scope: 'read', boundTo: other });
      const proxy = { 'client-cert': `:${other.der.toString('base64')}:` };
      expect((await api.send({ token: proxied, certificate, headers: proxy })).status).toBe(200);
    },
  );

  /** Opens an API that listens as given, and sends it a forwarded certificate. */
  async function statusOn(
    where: { readonly host?: string; readonly path?: string },
    from: CertificateHeader['from'],
  ): Promise<number | undefined> {
    const mtls = { certificate: { ...clientCert, from } };
    const api = createResourceServer({ ...SECRET_OPTIONS, mtls });
    const app = express();
    app.get('/p', api.requireAccessToken(), (_req, res) => {
      res.end();
    });
    const server = createServer(app);
    onTestFinished(async () => {
      api.close();
      await closeServer(server);
      if (where.path !== undefined) await rm(where.path, { force: true });
    });
    const { path, host } = where;
    server.listen(path === undefined ? { port: 0, host } : { path });
    await once(server, 'listening');
    const cnf = { 'x5t#S256': certificate.thumbprint };
    const headers = {
      authorization: `Bearer ${signToken({ cnf })}`,
      'client-cert': byteSequence,
    };
    const target =
      path === undefined
        ? { host: '127.0.0.1', port: (server.address() as AddressInfo).port }
        : { socketPath: path };
    const sending = httpRequest({ ...target, path: '/p', headers, agent: false });
    sending.end();
    const [response] = (await once(sending, 'response')) as [
      { statusCode?: number; resume(): void },
    ];
    response.resume();
    return response.statusCode;
  }

  verifies(
    'rfc9440#4/forwarded-certificate-needs-trusted-peer',
    'recognizes an IPv4 peer by its address where the server listens on IPv6 as well',
    async () => {
      // Such a server sees 127.0.0.1 as ::ffff:127.0.0.1.
      expect(await statusOn({}, ['127.0.0.0/8'])).toBe(200);
      expect(await statusOn({}, ['10.0.0.0/8', '::1'])).toBe(401);
    },
  );

  verifies(
    'rfc9440#4/forwarded-certificate-needs-trusted-peer',
    'trusts a Unix domain socket where the option says so, and no TCP connection then',
    async () => {
      const path = join(tmpdir(), `scopegate-${randomUUID()}.sock`);
      expect(await statusOn({ path }, 'unix-socket')).toBe(200);
      expect(await statusOn({ path: `${path}2` }, LOOPBACK)).toBe(401);
      expect(await statusOn({ host: '127.0.0.1' }, 'unix-socket')).toBe(401);
    },
  );
});
