import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { declarePublic, type Trust } from '@scopegate/express';
import { createProofKey } from '@scopegate/testing';
import express, { type Express } from 'express';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runInMemory, type CommandOutcome } from '../../support/memory-terminal.js';
import { openApi, openIssuer } from '../../support/test-issuers.js';
import { readManifest } from '../../workspace/workspace.js';

const audience = 'https://api.example.com';
const jwks = {
  keys: [{ kty: 'OKP', crv: 'Ed25519', x: Buffer.alloc(32, 7).toString('base64url') }],
};

function createApp({ isForgotten }: { readonly isForgotten: boolean }): Express {
  const api = openApi({ issuer: 'https://login.example.com', audience, jwks });
  const app = express();
  app.get('/health', declarePublic('for the load balancer'), (_req, res) => void res.send());
  app.get('/sales', api.requireScope('read'), (_req, res) => void res.send());
  if (isForgotten) app.post('/refunds', (_req, res) => void res.send());
  return app;
}

function runRoutes(module: unknown, ...words: string[]): Promise<CommandOutcome> {
  return runInMemory(['routes', './app.js', ...words], { load: () => Promise.resolve(module) });
}

describe('scopegate routes', () => {
  it('lists every route and how it is guarded', async () => {
    const { code, stdout, stderr } = await runRoutes({ default: createApp({ isForgotten: true }) });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^METHOD {5}PATH {6}ACCESS/);
    expect(stdout).toMatch(/\nPOST {7}\/refunds {2}OPEN/);
  });

  it('names the unguarded route and exits with 1, with --check', async () => {
    expect(await runRoutes({ app: createApp({ isForgotten: true }) }, '--check')).toMatchObject({
      code: 1,
      stderr:
        'not guarded and not declared public; add a guard or declarePublic():\n' +
        '  POST /refunds: no guard runs before its handlers\n',
    });
  });

  it('exits with 0 when every route is guarded or declared public, with --check', async () => {
    const outcome = await runRoutes(
      { default: { app: createApp({ isForgotten: false }) } },
      '--check',
    );
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
  });

  it.each(['json', 'openapi'])(
    'escapes characters that control a terminal in %s',
    async (format) => {
      const app = createApp({ isForgotten: false });
      app.get(
        '/a\u202e\u009b\u2028b',
        declarePublic('for\u200ball'),
        (_req, res) => void res.send(),
      );
      const { stdout } = await runRoutes({ app }, '--format', format);
      expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
      expect(JSON.stringify(JSON.parse(stdout))).toContain('/a\u202e\u009b\u2028b');
    },
  );

  it('exits with 1 for optional guards and unseen middleware, with --check', async () => {
    const api = openApi({ issuer: 'https://login.example.com', audience, jwks });
    const app = createApp({ isForgotten: false });
    app.use('/static', express.static('.'));
    app.use(api.optionalAccessToken());
    app.delete('/everything', (_req, res) => void res.send());
    app.get('/declared', declarePublic('previews'), (_req, res) => void res.send());
    const checked = await runRoutes({ app }, '--check');
    expect(checked).toMatchObject({
      code: 1,
      stderr:
        'not guarded and not declared public; add a guard or declarePublic():\n' +
        '  DELETE /everything: its guard lets requests without a token pass\n' +
        '  serveStatic on /static: no guard runs before it, and the audit cannot see what it does\n',
    });
    expect(checked.stdout).toMatch(/\nDELETE {5}\/everything {2}OPTIONAL/);
    expect(checked.stdout).toContain('on a path without a guard: serveStatic on /static');
    const ignored = await runRoutes(
      { app },
      '--check',
      '--ignore-unseen',
      'serveStatic on /static',
    );
    expect(ignored.stderr).not.toContain('/static');
    const unused = await runRoutes({ app }, '--ignore-unseen', 'serveStatic on /statics');
    expect(unused).toMatchObject({
      code: 2,
      stderr:
        'error: ./app.js cannot be audited: option "ignoreUnseen" must name unguarded middleware ' +
        'that "unseen" lists; remove "serveStatic on /statics"; did you mean "serveStatic on /static"?\n',
    });
  });

  it.each([
    ['json', /^\{\n {2}"routes": \[/],
    ['markdown', /^\| METHOD \| PATH \|/],
    ['openapi', /^\{\n {2}"paths": \{/],
  ])('writes %s', async (format, beginning) => {
    const { stdout } = await runRoutes(
      { app: createApp({ isForgotten: false }) },
      '--format',
      format,
    );
    expect(stdout).toMatch(beginning);
  });

  it.each([
    ['no application', { app: 7 }, /^error: .\/app.js must export an Express application/],
    ['no module', 7, /^error: .\/app.js must export an Express application/],
    [
      'a function that is not an application',
      { app: () => 7 },
      /^error: .\/app.js must export an Express application/,
    ],
    [
      'an application without routes',
      { app: express() },
      /^error: the application of .\/app.js has no routes/,
    ],
  ])('exits with 2 for %s', async (_case, module, message) => {
    const outcome = await runRoutes(module, '--check');
    expect(outcome).toMatchObject({ code: 2, stdout: '' });
    expect(outcome.stderr).toMatch(message);
  });

  it('imports the module from the directory it is run in', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'scopegate-'));
    onTestFinished(() => rm(directory, { recursive: true }));
    const url = pathToFileURL(createRequire(import.meta.url).resolve('express'));
    const text = `import express from '${url.href}';
      export const app = express();
      app.get('/open', (req, res) => res.send());`;
    await writeFile(join(directory, 'app.mjs'), text);
    expect(await runInMemory(['routes', './app.mjs', '--check'], { directory })).toMatchObject({
      code: 1,
      stderr:
        'not guarded and not declared public; add a guard or declarePublic():\n' +
        '  GET /open: no guard runs before its handlers\n' +
        '  HEAD /open: no guard runs before its handlers\n',
    });
    const missing = await runInMemory(['routes', './none.mjs'], { directory });
    expect(missing.code).toBe(2);
    expect(missing.stderr).toMatch(/^error: .\/none.mjs cannot be imported: /);
  });
});

describe('scopegate', () => {
  it('writes its version', async () => {
    const version = readManifest('packages/cli').version ?? '';
    expect(await runInMemory(['--version'])).toEqual({
      code: 0,
      stdout: `${version}\n`,
      stderr: '',
    });
  });

  it.each([
    [['explian'], "error: unknown command 'explian'\n(Did you mean explain?)\n"],
    [
      ['doctor'],
      'error: an issuer is required: scopegate doctor https://login.example.com (the "iss" of the tokens)\n',
    ],
    [['doctor', '--isuer', 'x'], "error: unknown option '--isuer'\n(Did you mean --issuer?)\n"],
    [
      ['doctor', '--issuer', 'https://a.example', '--isuer', 'x'],
      "error: unknown option '--isuer'\n(Did you mean --issuer?)\n",
    ],
    [
      ['routes', 'a.js', '--format', 'xml'],
      "error: option '--format <format>' argument 'xml' is invalid. Allowed choices are table, json, markdown, openapi.\n",
    ],
  ])('exits with 2 for %j', async (words, stderr) => {
    expect(await runInMemory(words)).toEqual({ code: 2, stdout: '', stderr });
  });

  it('rejects for a fault in the program instead of returning an exit code', async () => {
    const clock = (): never => {
      throw new RangeError('no clock');
    };
    const outcome = runInMemory(['doctor', '--issuer', 'https://a.example'], { clock });
    await expect(outcome).rejects.toThrow(new RangeError('no clock'));
  });
});

describe('examples of scopegate --help', () => {
  const COMMANDS = ['explain', 'doctor', 'routes'];

  async function examplesOf(command: string): Promise<readonly string[]> {
    const { code, stdout } = await runInMemory([command, '--help']);
    expect(code).toBe(0);
    return stdout.split('\n').flatMap((line) => /^ {2}\$ scopegate (.*)$/.exec(line)?.[1] ?? []);
  }

  it.each(COMMANDS)('of %s run', async (command) => {
    const issuer = await openIssuer();
    const input = await issuer.mint({ scope: 'read:analytics' });
    const directory = await mkdtemp(join(tmpdir(), 'scopegate-help-'));
    onTestFinished(() => rm(directory, { recursive: true }));
    const key = createProofKey();
    const bound = await issuer.mint({ boundTo: key });
    const proof = key.proof({ method: 'GET', url: `${audience}/v1/sales`, token: bound });
    await writeFile(join(directory, 'proof.txt'), proof);
    const examples = await examplesOf(command);
    expect(examples.length).toBeGreaterThan(0);
    const createModule = (): object => {
      const createSalesApp = (trust: Trust): object => {
        const api = openApi({ ...trust });
        const app = createApp({ isForgotten: false });
        app.get(
          '/v1/sales/analytics',
          api.requireScope('read:analytics'),
          (_req, res) => void res.send(),
        );
        return { api, app };
      };
      return {
        ...createSalesApp({ issuer: issuer.issuer, audience }),
        createApp: createSalesApp,
      };
    };
    for (const example of examples) {
      const line = example
        .replace(' < token.txt', '')
        .replaceAll('https://login.example.com', issuer.issuer);
      const words = [...line.matchAll(/"([^"]*)"|\S+/g)].map(([word, quoted]) => quoted ?? word);
      const load = (): Promise<unknown> => Promise.resolve(createModule());
      const isKeycloak = words.includes('keycloak');
      const given = words.includes('--proof') ? { input: bound, directory } : { input };
      const outcome = await runInMemory(words, { ...given, load });
      // The issuer of the preset has a path, so the token of this issuer is refused.
      expect(outcome).toMatchObject({ code: isKeycloak ? 1 : 0, stderr: '' });
    }
  });

  it('list every command', async () => {
    const { stdout } = await runInMemory(['--help']);
    for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`\n  ${command} `));
  });
});
