import { createTestCertificate } from '@scopegate/testing';
import { expect, it } from 'vitest';
import { describeWith } from './support/describe-with.js';
import { expectBoundTokens, forwardByNginx } from './support/forwarded-certificate.js';
import { openProxiedApi } from './support/proxied-api.js';
import {
  authorization,
  expectGuarded,
  expectMetadata,
  expectUploadsRefused,
  PLAIN,
  SALES,
} from './support/proxy-contract.js';
import { openNginx } from './support/proxy.js';
import { replaceIn } from './support/readme-config.js';
import { sendTls, type TlsServer } from './support/tls-client.js';

describeWith(['nginx'], 'a guarded API behind nginx with the lines of the README', () => {
  const open = async (change?: (lines: string) => string): Promise<TlsServer> =>
    openNginx(await openProxiedApi(), change);

  it('gets tokens, and its refusals reach the client unchanged', async () => {
    await expectGuarded(await open(), sendTls);
  });

  it('serves its metadata document where the challenge says', async () => {
    await expectMetadata(await open(), sendTls);
  });

  it('gets tokens of 14 kB, which nginx refuses by default', async () => {
    const headers = { authorization: authorization({ roles: 'x'.repeat(10_000) }) };
    expect(headers.authorization.length).toBeGreaterThan(13_500);
    const large = { path: SALES, headers };
    expect((await sendTls(await open(), large)).status).toBe(200);
    const limited = (lines: string): string =>
      replaceIn(lines, 'large_client_header_buffers 4 32k;', '');
    const refused = await sendTls(await open(limited), large);
    expect([refused.status, refused.headers['www-authenticate']]).toEqual([400, undefined]);
  });

  it.each(['on', 'off'])(
    'refuses uploads of 20 MB with proxy_request_buffering %s',
    async (state) => {
      const nginx = await open((lines) =>
        replaceIn(
          lines,
          'location /shop/ {',
          `location /shop/ { proxy_request_buffering ${state};`,
        ),
      );
      await expectUploadsRefused(nginx, sendTls);
    },
  );

  it('never sees two Authorization lines, because nginx refuses them', async () => {
    const headers = { authorization: [authorization(), authorization()] };
    const { status, body } = await sendTls(await open(), { path: SALES, headers });
    expect(status).toBe(400);
    expect(body).toContain('nginx');
  });
});

describeWith(['nginx'], 'the certificate of a client behind nginx', () => {
  it('is what bound tokens are compared with, and no client can spoof it', async () => {
    const [header, from] = ['ssl-client-cert', ['127.0.0.1']];
    const certificate = { header, format: 'escaped-pem', from } as const;
    const server = await openNginx(await openProxiedApi({ certificate }), forwardByNginx);
    const authority = createTestCertificate();
    const spoof = ({ escapedPem }: { readonly escapedPem: string }): string => escapedPem;
    await expectBoundTokens({ server, header, spoof, authority }, sendTls);
  });
});

describeWith(['nginx'], 'proxy_cache of nginx in front of a guarded API', () => {
  const cached = (lines: string): string =>
    replaceIn(
      lines,
      'location /shop/ {',
      'location /shop/ { proxy_cache shop; proxy_cache_valid 200 1m;',
    );
  const withoutHints = (lines: string): string =>
    replaceIn(
      replaceIn(cached(lines), 'proxy_no_cache $http_authorization;', ''),
      'proxy_cache_bypass $http_authorization;',
      '',
    );

  /** Sends a token, the same token again, no token, and another token; lists status and cache state. */
  async function ask(nginx: TlsServer, path: string): Promise<unknown[]> {
    const [mine, theirs] = [authorization({ sub: 'me' }), authorization({ sub: 'them' })];
    const answers: unknown[] = [];
    for (const token of [mine, mine, undefined, theirs]) {
      const headers: Record<string, string> = token === undefined ? {} : { authorization: token };
      const answer = await sendTls(nginx, { path, headers });
      const isMine = answer.body.includes('"me"') || answer.body === `for ${mine}`;
      answers.push(`${answer.status} ${String(answer.headers['x-cache'])}${isMine ? ' mine' : ''}`);
    }
    return answers;
  }

  it('stores nothing with the lines of the README', async () => {
    const nginx = await openNginx(await openProxiedApi(), cached);
    const each = ['200 BYPASS mine', '200 BYPASS mine', '401 MISS', '200 BYPASS'];
    expect(await ask(nginx, SALES)).toEqual(each);
    expect(await ask(nginx, PLAIN)).toEqual(each);
  });

  it('keeps the responses to different tokens apart without these lines', async () => {
    const nginx = await openNginx(await openProxiedApi(), withoutHints);
    expect(await ask(nginx, SALES)).toEqual([
      '200 MISS mine',
      '200 HIT mine',
      '401 MISS',
      '200 MISS',
    ]);
  });

  it('sends the response of a route that does not vary to anyone without these lines', async () => {
    const nginx = await openNginx(await openProxiedApi(), withoutHints);
    expect(await ask(nginx, PLAIN)).toEqual([
      '200 MISS mine',
      '200 HIT mine',
      '200 HIT mine',
      '200 HIT mine',
    ]);
  });
});
