/**
 * Proxies that forward the certificate of the client with the lines of the README, and what a guarded API
 * must do behind them.
 *
 * @module
 */
import type { MtlsOptions } from '@scopegate/express';
import { createTestCertificate, type TestCertificate } from '@scopegate/testing';
import { expect, onTestFinished } from 'vitest';
import { authorization, SALES } from './proxy-contract.js';
import type { LineChange } from './proxy.js';
import { readProxyLines, replaceIn } from './readme-config.js';
import { createTemporaryFolder } from './temporary-folder.js';
import type { TlsAnswer, TlsRequest, TlsServer } from './tls-client.js';

type CertificateHeader = Exclude<MtlsOptions['certificate'], 'socket'>;

/** Adds the lines for nginx to its configuration. */
export const forwardByNginx: LineChange = (lines) => {
  const first = 'large_client_header_buffers 4 32k;';
  return replaceIn(lines, first, `${first}\n${readProxyLines('nginx', 'certificate')}`);
};

/**
 * Adds the lines for HAProxy to its configuration.
 *
 * @param authority - The certificate that signs those of clients, in PEM.
 */
export async function forwardByHaproxy(authority: string): Promise<LineChange> {
  const folder = await createTemporaryFolder('haproxy-clients');
  onTestFinished(() => folder.remove());
  const path = await folder.write('clients.pem', authority);
  const [bind = '', ...rules] = readProxyLines('haproxy', 'certificate').split('\n');
  const plain = 'alpn h2,http/1.1';
  const verifying = replaceIn(bind, '/etc/haproxy/clients.pem', path).split(plain)[1] ?? '';
  return (lines) => replaceIn(lines, plain, [`${plain}${verifying}`, ...rules].join('\n'));
}

/** A proxy in front of an API that reads the certificate from its header. */
export interface ForwardingProxy {
  readonly server: TlsServer;
  readonly header: CertificateHeader['header'];
  /** What a client writes into that header to claim that it has a certificate. */
  readonly spoof: (certificate: TestCertificate) => string;
  /** Signs certificates that the proxy accepts. */
  readonly authority: TestCertificate;
}

/** Expects that a bound token is accepted from its client alone, however others spoof the header. */
export async function expectBoundTokens(
  { server, header, spoof, authority }: ForwardingProxy,
  send: (server: TlsServer, sent: TlsRequest) => Promise<TlsAnswer>,
): Promise<void> {
  const mine = createTestCertificate({ authority });
  const theirs = createTestCertificate({ authority });
  const token = authorization({ cnf: { 'x5t#S256': mine.thumbprint } });
  const sessions: Buffer[] = [];
  const ask = async (
    client: TestCertificate | undefined,
    headers: TlsRequest['headers'] = {},
  ): Promise<number> => {
    const sent = { path: SALES, headers: { authorization: token, ...headers } };
    return (await send(server, { ...sent, client: client?.tls })).status;
  };
  expect(await ask(mine)).toBe(200);
  expect(await ask(theirs)).toBe(401);
  expect(await ask(undefined)).toBe(401);
  const value = spoof(mine);
  const underscored = header.replaceAll('-', '_');
  for (const spoofed of [
    { [header]: value },
    { [header]: [value, value] },
    { [underscored]: value },
  ]) {
    expect(await ask(undefined, spoofed), Object.keys(spoofed).join()).toBe(401);
    expect(await ask(theirs, spoofed), Object.keys(spoofed).join()).toBe(401);
    expect(await ask(mine, spoofed), Object.keys(spoofed).join()).toBe(200);
  }
  expect(await ask(mine, { [header]: spoof(theirs) })).toBe(200);
  // The second request resumes the session of the first.
  for (const round of ['new session', 'resumed session']) {
    const sent = { path: SALES, headers: { authorization: token }, client: mine.tls, sessions };
    expect((await send(server, sent)).status, round).toBe(200);
  }
}
