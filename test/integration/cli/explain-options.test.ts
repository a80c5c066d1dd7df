import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { anyOf, type Trust } from '@scopegate/express';
import type { TestIssuer } from '@scopegate/testing';
import express, { type Express } from 'express';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type CommandOutcome, runInMemory } from '../../support/memory-terminal.js';
import { openApi, openIssuer } from '../../support/test-issuers.js';

const audience = 'https://api.example.com';

function explain(input: string, ...words: string[]): Promise<CommandOutcome> {
  return runInMemory(['explain', ...words], { input });
}

function trustWords(...issuers: TestIssuer[]): readonly string[] {
  return [...issuers.flatMap(({ issuer }) => ['--issuer', issuer]), '--audience', audience];
}

const TRUST = 'pass --issuer and --audience, or --preset, or --app without these options';

describe('options of scopegate explain', () => {
  it('trust several issuers', async () => {
    const [one, other, third] = [await openIssuer(), await openIssuer(), await openIssuer()];
    const words = trustWords(one, other);
    expect(await explain(await other.mint(), ...words)).toMatchObject({ code: 0 });
    expect(await explain(await third.mint(), ...words)).toMatchObject({ code: 1 });
  });

  it.each<[string, readonly string[], object, object]>([
    [
      '--scope-claims',
      ['--scope', 'read', '--scope-claims', 'scope,permissions'],
      { permissions: ['read'] },
      {},
    ],
    ['--typ', ['--typ', 'jwt'], { client_id: undefined, scope: undefined }, { typ: 'JWT' }],
    ['--clock-tolerance', ['--clock-tolerance', '300'], { exp: nowSeconds() - 200 }, {}],
  ])('decide whether a token is accepted: %s', async (_name, words, claims, header) => {
    const issuer = await openIssuer();
    const input = await issuer.mint({ claims: { ...claims }, header: { ...header } });
    const without = words[0] === '--scope' ? words.slice(0, 2) : [];
    expect(await explain(input, ...trustWords(issuer), ...without)).toMatchObject({ code: 1 });
    expect(await explain(input, ...trustWords(issuer), ...words)).toMatchObject({ code: 0 });
  });

  it('narrow the algorithms', async () => {
    const issuer = await openIssuer();
    const words = [...trustWords(issuer), '--algorithms', 'RS256,PS256'];
    const { code, stdout } = await explain(await issuer.mint(), ...words);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^REFUSED: alg\n/);
  });

  it('check the token against a principal', async () => {
    const issuer = await openIssuer();
    const input = await issuer.mint({ claims: { sub: 'c', client_id: 'c' } });
    const accepted = await explain(input, ...trustWords(issuer), '--principal', 'client');
    expect(accepted.code).toBe(0);
    expect(accepted.stdout).toContain('\nprincipal: client\n');
    const refused = await explain(input, ...trustWords(issuer), '--principal', 'user', '--json');
    expect(refused.code).toBe(1);
    expect(JSON.parse(refused.stdout)).toMatchObject({
      verdict: 'refused',
      reason: 'principal',
      principal: 'client',
    });
  });

  it.each<[readonly string[], string]>([
    [[], 'the trusted issuer is required: pass --issuer and --audience, or --preset, or --app'],
    [['--audience', 'a'], `--issuer is required; ${TRUST}`],
    [['--app', './app.js', '--audience', 'a'], `--issuer is required; ${TRUST}`],
    [['--issuer', 'https://a.example'], `--audience is required; ${TRUST}`],
    [
      ['--preset', 'auth1', '--set', 'domain=a.example'],
      'there is no preset "auth1"; did you mean "auth0"?',
    ],
    [
      ['--preset', 'auth0', '--set', 'domian=a.example'],
      'auth0() has no option "domian"; did you mean "domain"?',
    ],
    [
      ['--set', 'domain=a.example'],
      "argument 'domain=a.example' is invalid. It must follow --preset.",
    ],
    [
      ['--preset', 'auth0', '--set', 'domain'],
      "argument 'domain' is invalid. It must be a name and a value",
    ],
    [
      ['--preset', 'auth0', '--issuer', 'https://a.example'],
      '--preset cannot be combined with --issuer',
    ],
    [
      ['--issuer', 'https://a.example', '--audience', 'a', '--typ', 'at+jwd'],
      'option "typ" must be ',
    ],
    [
      ['--issuer', 'https://a.example', '--audience', 'a', '--algorithms', 'RS257'],
      'did you mean "RS256"?',
    ],
    [
      ['--issuer', 'https://a.example', '--audience', 'a', '--clock-tolerance', '301'],
      'option "clockToleranceSeconds" must be ',
    ],
    [
      ['--issuer', 'https://a.example', '--audience', 'a', '--route', 'GET /'],
      '--route requires --app',
    ],
    [
      [
        '--issuer',
        'https://a.example',
        '--issuer',
        'https://b.example',
        '--audience',
        'a',
        '--jwks-uri',
        'https://a.example/k',
      ],
      '--jwks-uri requires a single --issuer',
    ],
  ])('are refused with exit code 2: %j', async (words, message) => {
    const outcome = await explain('x', ...words);
    expect(outcome).toMatchObject({ code: 2, stdout: '' });
    expect(outcome.stderr).toContain(message);
  });
});

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

describe('presets of scopegate explain', () => {
  const keycloak = (issuer: TestIssuer): readonly string[] => {
    const serverUrl = new URL(issuer.issuer).origin;
    return ['--preset', 'keycloak', '--set', `serverUrl=${serverUrl}`, '--set', 'realm=sales'];
  };

  it('get their options from --set, and the audience from --audience', async () => {
    const issuer = await openIssuer({ path: '/realms/sales' });
    const input = await issuer.mint();
    const words = keycloak(issuer);
    expect(await explain(input, ...words, '--audience', audience)).toMatchObject({ code: 0 });
    expect(await explain(input, ...words, '--set', `audience=${audience}`)).toMatchObject({
      code: 0,
    });
  });

  it('can be combined, each with its own options', async () => {
    const issuer = await openIssuer({ path: '/realms/sales' });
    const auth0 = ['--preset', 'auth0', '--set', 'domain=a.eu.auth0.com', '--set', 'audience=b'];
    const words = [...auth0, ...keycloak(issuer), '--set', `audience=${audience}`];
    expect(await explain(await issuer.mint(), ...words)).toMatchObject({ code: 0 });
    const wrong = [...auth0, ...keycloak(issuer), '--set', 'audience=b'];
    expect(await explain(await issuer.mint(), ...wrong)).toMatchObject({ code: 1 });
  });
});

describe('the token of scopegate explain', () => {
  it('comes from a file', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'scopegate-'));
    onTestFinished(() => rm(directory, { recursive: true }));
    const issuer = await openIssuer();
    await writeFile(join(directory, 'token.txt'), `${await issuer.mint()}\n`);
    const words = ['explain', ...trustWords(issuer), 'token.txt'];
    expect(await runInMemory(words, { directory })).toMatchObject({ code: 0 });
  });

  it('never comes from an argument, and is not quoted', async () => {
    const issuer = await openIssuer();
    const token = await issuer.mint();
    const outcome = await explain('', ...trustWords(issuer), token);
    expect(outcome).toMatchObject({ code: 2, stdout: '' });
    expect(outcome.stderr).toContain('pass the token itself on standard input');
    expect(outcome.stderr).not.toContain(token.slice(0, 20));
  });
});

describe('scopegate explain --app', () => {
  function createApp(trust: Trust): Express {
    const api = openApi({ ...trust });
    const app = express();
    app.get('/sales', api.requireScope('read'), (_req, res) => void res.send());
    app.get(
      '/either',
      api.require({ scope: anyOf('write', 'read') }),
      (_req, res) => void res.send(),
    );
    app.get('/users', api.require({ principal: 'user' }), (_req, res) => void res.send());
    const check = { name: 'not revoked', test: () => true };
    app.get(
      '/checked',
      api.require({ scope: 'read', atMost: ['read'], check }),
      (_req, res) => void res.send(),
    );
    app.get('/open', (_req, res) => void res.send());
    return app;
  }

  async function run(module: unknown, input: string, ...words: string[]): Promise<CommandOutcome> {
    const load = (): Promise<unknown> => Promise.resolve(module);
    const [app = './app.js', ...rest] =
      words[0]?.startsWith('./') === true ? words : ['./app.js', ...words];
    return await runInMemory(['explain', '--app', app, ...rest], { input, load });
  }

  it('uses the options of the exported resource server', async () => {
    const issuer = await openIssuer();
    const api = openApi({ ...issuer.options({ audience }), maxLifetimeSeconds: 60 });
    const { code, stdout } = await run({ api }, await issuer.mint());
    expect(code).toBe(1);
    expect(stdout).toMatch(/^REFUSED: lifetime\n/);
  });

  it('uses the options of the guards when no resource server is exported', async () => {
    const issuer = await openIssuer();
    const app = createApp(issuer.options({ audience }));
    expect(await run({ app }, await issuer.mint())).toMatchObject({ code: 0, stderr: '' });
    expect(await run({ app }, await issuer.forge.expired())).toMatchObject({ code: 1 });
  });

  it('calls a function with the issuer and the audience of the command', async () => {
    const issuer = await openIssuer();
    const words = ['./app.js#createApp', ...trustWords(issuer)];
    expect(await run({ createApp }, await issuer.mint(), ...words)).toMatchObject({ code: 0 });
    const refused = await run({ createApp }, 'x', './app.js#createApp');
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toContain('pass the options to call it with, as in --issuer');
  });

  it('accepts a resource server with two names', async () => {
    const issuer = await openIssuer();
    const api = openApi(issuer.options({ audience }));
    expect(await run({ default: api, api }, await issuer.mint())).toMatchObject({ code: 0 });
  });

  it('calls a function without parameters as it is', async () => {
    const issuer = await openIssuer();
    const create = (): Express => createApp(issuer.options({ audience }));
    expect(await run({ create }, await issuer.mint(), './app.js#create')).toMatchObject({
      code: 0,
    });
  });

  it.each([
    ['GET /sales', 'read', 0, 'GET /sales requires read'],
    ['get /sales', 'other', 1, 'REFUSED: scope'],
    ['GET /either', 'read', 0, 'GET /either requires write or read'],
    ['GET /either', 'other', 1, 'REFUSED: scope'],
    ['GET /checked', 'read', 0, 'not checked here: the check "not revoked" of the application'],
    ['GET /checked', 'read', 0, 'not checked here: that the token has no scope except read'],
  ])('checks the token against %s with the scope "%s"', async (route, scope, code, text) => {
    const issuer = await openIssuer();
    const app = createApp(issuer.options({ audience }));
    const outcome = await run({ app }, await issuer.mint({ scope }), '--route', route);
    expect(outcome.stdout).toContain(text);
    expect(outcome.code).toBe(code);
  });

  it('checks the token against the principal of a route', async () => {
    const issuer = await openIssuer();
    const app = createApp(issuer.options({ audience }));
    const input = await issuer.mint({ claims: { sub: 'c', client_id: 'c' } });
    const { code, stdout } = await run({ app }, input, '--route', 'GET /users');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^REFUSED: principal\n/);
    expect(stdout).toMatch(/✗ principal +client\n +expected user/);
  });

  it.each<[string, (api: Trust) => unknown, readonly string[], string]>([
    [
      'a route that does not exist',
      (trust) => ({ app: createApp(trust) }),
      ['--route', 'GET /sale'],
      'the application has no route "GET /sale"; did you mean "GET /sales"?',
    ],
    [
      'a route without a guard',
      (trust) => ({ app: createApp(trust) }),
      ['--route', 'GET /open'],
      'GET /open has no guard, so it accepts requests without a token',
    ],
    [
      'a route that is not one',
      (trust) => ({ app: createApp(trust) }),
      ['--route', '/sales'],
      '--route must be a method and a path, as in "GET /v1/sales"',
    ],
    [
      'a route without an application',
      (trust) => ({ api: openApi(trust) }),
      ['--route', 'GET /'],
      '--route requires that ./app.js exports the application',
    ],
    [
      'a route with a scope',
      (trust) => ({ app: createApp(trust) }),
      ['--route', 'GET /sales', '--scope', 'x'],
      '--route cannot be combined with --scope, --principal or --sender-constraint',
    ],
    [
      'two resource servers',
      (trust) => ({ a: openApi(trust), b: openApi(trust) }),
      [],
      './app.js exports several resource servers (a, b); pass one of them, as in ./app.js#a',
    ],
    [
      'guards of two resource servers',
      (trust) => ({ app: express().use(createApp(trust)).use(createApp(trust)) }),
      [],
      'has guards of several resource servers',
    ],
    [
      'no guards',
      () => ({ app: express().get('/', () => undefined) }),
      [],
      'has no guards; export its resource server',
    ],
    [
      'neither application nor resource server',
      () => ({ x: 1 }),
      [],
      './app.js must export a resource server, or an Express application with guards',
    ],
    [
      'options that the application has itself',
      (trust) => ({ app: createApp(trust) }),
      ['--issuer', 'https://a.example', '--audience', 'a'],
      './app.js has its own options; omit those of the command',
    ],
  ])('refuses %s with exit code 2', async (_fault, createModule, words, message) => {
    const issuer = await openIssuer();
    const module = createModule(issuer.options({ audience }));
    const outcome = await run(module, await issuer.mint(), ...words);
    expect(outcome).toMatchObject({ code: 2, stdout: '' });
    expect(outcome.stderr).toContain(message);
  });
});
