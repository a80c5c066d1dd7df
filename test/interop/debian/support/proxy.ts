/**
 * nginx and HAProxy with the lines of the README.
 *
 * @module
 */
import { onTestFinished } from 'vitest';
import { createCertificate } from '../../../support/private-authority.js';
import { startDaemon } from './daemon.js';
import { reservePort } from './reserved-port.js';
import { readProxyLines, replaceIn } from './readme-config.js';
import { createTemporaryFolder } from './temporary-folder.js';
import type { TlsServer } from './tls-client.js';

/** Changes the lines of the README, for tests that show why a line is there. */
export type LineChange = (lines: string) => string;

const unchanged: LineChange = (lines) => lines;

/** Starts nginx in front of a port; it ends after the running test. */
export async function openNginx(appPort: number, change = unchanged): Promise<TlsServer> {
  const { key, cert } = createCertificate('self');
  const port = await reservePort();
  const folder = await createTemporaryFolder('nginx');
  onTestFinished(() => folder.remove());
  const readme = withAppPort(readProxyLines('nginx'), appPort);
  const server = change(replaceIn(readme, 'listen 443 ssl;', `listen 127.0.0.1:${port} ssl;`));
  const config = await folder.write(
    'nginx.conf',
    `daemon off;
    ${process.getuid?.() === 0 ? 'user root;' : ''}
    pid ${folder.path}/nginx.pid;
    events {}
    http {
      access_log off;
      client_max_body_size 32m;
      client_body_temp_path ${folder.path}/body;
      proxy_temp_path ${folder.path}/proxy;
      fastcgi_temp_path ${folder.path}/fastcgi;
      uwsgi_temp_path ${folder.path}/uwsgi;
      scgi_temp_path ${folder.path}/scgi;
      proxy_cache_path ${folder.path}/cache keys_zone=shop:1m;
      add_header X-Cache $upstream_cache_status always;
      ssl_certificate ${await folder.write('cert.pem', cert)};
      ssl_certificate_key ${await folder.write('key.pem', key)};
      ${server}
    }`,
  );
  const args = ['-p', folder.path, '-e', 'stderr', '-c', config];
  const daemon = await startDaemon({ command: 'nginx', args, port });
  onTestFinished(() => daemon.stop());
  return { port, ca: cert };
}

/** Starts HAProxy in front of a port; it ends after the running test. */
export async function openHaproxy(appPort: number, change = unchanged): Promise<TlsServer> {
  const { key, cert } = createCertificate('self');
  const port = await reservePort();
  const folder = await createTemporaryFolder('haproxy');
  onTestFinished(() => folder.remove());
  const pem = await folder.write('api.pem', `${cert}${key}`);
  const bound = replaceIn(readProxyLines('haproxy'), 'bind :443 ', `bind 127.0.0.1:${port} `);
  const own = replaceIn(withAppPort(bound, appPort), '/etc/haproxy/api.pem', pem);
  // Without time limits, HAProxy prints warnings, and a stuck request would never end.
  const timeouts = 'timeout connect 5s\n  timeout client 10s\n  timeout server 2s';
  const config = change(replaceIn(own, 'mode http\n', `mode http\n  ${timeouts}\n`));
  const args = ['-db', '-f', await folder.write('haproxy.cfg', config)];
  const daemon = await startDaemon({ command: 'haproxy', args, port });
  onTestFinished(() => daemon.stop());
  return { port, ca: cert };
}

function withAppPort(lines: string, port: number): string {
  return replaceIn(lines, '127.0.0.1:3000', `127.0.0.1:${port}`);
}
