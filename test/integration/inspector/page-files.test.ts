import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { ResourceServer } from '@scopegate/express';
import express from 'express';
import ts from 'typescript';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ask, listenInspector, openInspector } from '../../support/inspectors.js';
import { openServer } from '../../support/listen.js';
import { compilePageModules } from '../../support/page-modules.js';
import { openApi } from '../../support/test-issuers.js';

describe('the files of the page', () => {
  let api: ResourceServer;

  beforeAll(() => {
    compilePageModules();
  });

  beforeEach(() => {
    api = openApi({ issuer: 'https://issuer.example', audience: 'https://api.example.com' });
  });

  it('are served without the key, because it is in the fragment of the address', async () => {
    const { base } = await listenInspector({ servers: { sales: api } });
    const { status, headers, body } = await ask(base);
    expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(body).toContain('data-access="key"');
  });

  it('have a policy that allows scripts of this origin only, and the import map', async () => {
    const { base } = await listenInspector({ servers: { sales: api } });
    const { headers, body } = await ask(base);
    const [, importMap = ''] = /<script type="importmap">([^]*?)<\/script>/.exec(body) ?? [];
    expect(Object.keys(JSON.parse(importMap) as object)).toEqual(['imports']);
    const hash = createHash('sha256').update(importMap).digest('base64');
    expect(headers['content-security-policy']).toBe(
      `default-src 'none'; script-src 'self' 'sha256-${hash}'; style-src 'self'; connect-src 'self'; ` +
        "img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
        "require-trusted-types-for 'script'; trusted-types 'none'",
    );
    expect(headers).toMatchObject({
      'cross-origin-embedder-policy': 'require-corp',
      'cross-origin-opener-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
  });

  it('are all there: each file that a file refers to is served, and nothing is inline', async () => {
    const { base } = await listenInspector({ servers: { sales: api } });
    const { body } = await ask(base);
    const [, importMap = '{}'] = /<script type="importmap">([^]*?)<\/script>/.exec(body) ?? [];
    const { imports } = JSON.parse(importMap) as { readonly imports: Record<string, string> };
    const known = new Set<string>();
    const waiting = [...body.matchAll(/(?:src|href)="(\.\/[^"]+)"/g)].map(
      ([, path = '']) => new URL(path, base),
    );
    expect(waiting.length).toBeGreaterThan(2);
    for (const url of waiting) {
      if (known.has(url.href)) continue;
      known.add(url.href);
      const file = await ask(url);
      expect([url.pathname, file.status]).toEqual([url.pathname, 200]);
      const isScript = file.headers['content-type']?.startsWith('text/javascript') === true;
      const imported = isScript ? ts.preProcessFile(file.body).importedFiles : [];
      for (const { fileName: specifier } of imported) {
        const target = imports[specifier];
        waiting.push(target === undefined ? new URL(specifier, url) : new URL(target, base));
      }
    }
    expect([...known].some((href) => href.endsWith('preact/preact.mjs'))).toBe(true);
    expect(body.match(/<script(?![^>]*src=)/g)).toHaveLength(1);
    expect(body).not.toMatch(/<style|\sstyle=|\son\w+=/);
  });

  it('answer HEAD without a body', async () => {
    const { base } = await listenInspector({ servers: { sales: api } });
    const { status, headers, body } = await ask(new URL('page/page.js', base), { method: 'HEAD' });
    expect([status, headers['content-type'], body]).toEqual([
      200,
      'text/javascript; charset=utf-8',
      '',
    ]);
    expect(Number(headers['content-length'])).toBeGreaterThan(0);
  });

  it('know how a mounted page is protected', async () => {
    const app = express();
    const inspector = openInspector({ servers: { sales: api } });
    app.use('/guarded', inspector.middleware({ protectedBy: api.requireAccessToken() }));
    app.use(
      '/admitted',
      inspector.middleware({
        protectedBy: (_req: unknown, _res: unknown, next: () => void) => {
          next();
        },
      }),
    );
    const base = await openServer(createServer(app));
    expect((await ask(new URL('guarded/', base))).body).toContain('data-access="token"');
    expect((await ask(new URL('admitted/', base))).body).toContain('data-access="none"');
  });
});
