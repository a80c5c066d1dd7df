import { createTestCertificate } from '@scopegate/testing';
import { expect, it } from 'vitest';
import { describeWith } from './support/describe-with.js';
import { expectBoundTokens, forwardByHaproxy } from './support/forwarded-certificate.js';
import { openProxiedApi } from './support/proxied-api.js';
import {
  authorization,
  expectGuarded,
  expectMetadata,
  expectUploadsRefused,
  PLAIN,
  SALES,
} from './support/proxy-contract.js';
import { readVersion } from './support/programs.js';
import { type LineChange, openHaproxy } from './support/proxy.js';
import { replaceIn } from './support/readme-config.js';
import { resetHttp2, sendHttp2, sendTls, type TlsServer } from './support/tls-client.js';

async function open(change?: LineChange): Promise<TlsServer> {
  return openHaproxy(await openProxiedApi(), change);
}

describeWith(['haproxy'], 'a guarded API behind HAProxy with the lines of the README', () => {
  it.each([
    ['HTTP/1.1', sendTls],
    ['HTTP/2', sendHttp2],
  ])('gets tokens by %s, and its refusals reach the client unchanged', async (_version, send) => {
    const haproxy = await open();
    await expectGuarded(haproxy, send);
    await expectMetadata(haproxy, send);
  });

  it('gets tokens of 16 kB, which HAProxy refuses by default', async () => {
    const headers = { authorization: authorization({ roles: 'x'.repeat(12_000) }) };
    expect(headers.authorization.length).toBeGreaterThan(16_000);
    const large = { path: SALES, headers };
    expect((await sendTls(await open(), large)).status).toBe(200);
    const limited = await open((lines) => replaceIn(lines, 'tune.bufsize 32768', ''));
    expect((await sendTls(limited, large)).status).toBe(400);
  });

  it('refuses uploads of 20 MB by HTTP/1.1', async () => {
    await expectUploadsRefused(await open(), sendTls);
  });

  it('refuses two Authorization lines', async () => {
    const headers = { authorization: [authorization(), authorization()] };
    const { status, body } = await sendTls(await open(), { path: SALES, headers });
    expect([status, JSON.parse(body)]).toEqual([
      400,
      expect.objectContaining({ error: 'invalid_request' }),
    ]);
  });
});

describeWith(['haproxy'], 'the certificate of a client behind HAProxy', () => {
  it.each([
    ['HTTP/1.1', sendTls],
    ['HTTP/2', sendHttp2],
  ])('is what bound tokens are compared with, by %s', async (_version, send) => {
    const [header, from] = ['client-cert', ['127.0.0.1']];
    const certificate = { header, format: 'rfc9440', from } as const;
    const authority = createTestCertificate();
    const forward = await forwardByHaproxy(authority.pem);
    const server = await openHaproxy(await openProxiedApi({ certificate }), forward);
    const spoof = ({ der }: { readonly der: Buffer }): string => `:${der.toString('base64')}:`;
    await expectBoundTokens({ server, header, spoof, authority }, send);
  });
});

describeWith(['haproxy'], 'a reset HTTP/2 upload through HAProxy', () => {
  const reusing: LineChange = (lines) => replaceIn(lines, 'http-reuse never', '');

  /** Resets an upload, then sends the request of another caller, several times. */
  async function attack(haproxy: TlsServer, path: string, times = 5): Promise<number[]> {
    const statuses: number[] = [];
    while (statuses.length < times) {
      expect(await resetHttp2(haproxy, path)).toBe(401);
      const victim = { path, headers: { authorization: authorization() } };
      statuses.push((await sendHttp2(haproxy, victim)).status);
    }
    return statuses;
  }

  const unharmed = [200, 200, 200, 200, 200];

  it.each([
    ['as it reuses connections by default', reusing],
    ['with the lines of the README', undefined],
  ])('that a guard refuses does not affect the next request, %s', async (_how, change) => {
    expect(await attack(await open(change), SALES)).toEqual(unharmed);
  });

  it('that a route without a guard refuses is harmless with the lines of the README', async () => {
    expect(await attack(await open(), PLAIN)).toEqual(unharmed);
  });

  // If a later version has fixed it, the other tests of this block prove nothing.
  it.runIf(readVersion('haproxy').includes(' 2.6.'))(
    'that a route without a guard refuses breaks the next request by default, in HAProxy 2.6',
    async () => {
      expect(await attack(await open(reusing), PLAIN, 2)).toEqual([504, 504]);
    },
  );
});
