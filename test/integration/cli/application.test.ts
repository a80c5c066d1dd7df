import { createResourceServer, type ResourceServer, type Trust } from '@scopegate/express';
import express, { type Express } from 'express';
import { describe, expect, it } from 'vitest';
import { type CommandOutcome, runInMemory } from '../../support/memory-terminal.js';
import { openApi } from '../../support/test-issuers.js';

const trust: Trust = { issuer: 'https://login.example.com', audience: 'https://api.example.com' };
const STAND_IN = "{ issuer: 'https://issuer.example', audience: 'https://api.example.com' }";

function createSales(given: Trust = trust): {
  readonly app: Express;
  readonly api: ResourceServer;
} {
  const api = openApi({ ...given });
  const app = express();
  app.get('/sales', api.requireScope('read'), (_req, res) => void res.send());
  return { app, api };
}

const createApp = (given: Trust): Express => createSales(given).app;

function runRoutes(
  module: unknown,
  reference = './app.js',
  loadTimeoutMs?: number,
): Promise<CommandOutcome> {
  return runInMemory(['routes', reference], { load: () => Promise.resolve(module), loadTimeoutMs });
}

describe('the application of scopegate routes', () => {
  it.each<[string, () => unknown, string]>([
    ['the default export', () => ({ default: createSales().app }), './app.js'],
    ['the export "app"', () => createSales(), './app.js'],
    ['the only application among the exports', () => ({ server: createSales().app }), './app.js'],
    ['a default export of the form { app }', () => ({ default: createSales() }), './app.js'],
    ['exports.default of a CommonJS module', () => cjs({ default: createSales().app }), './app.js'],
    ['module.exports of a CommonJS module', () => ({ default: createSales().app }), './app.js'],
    ['a promise', () => ({ default: Promise.resolve(createSales().app) }), './app.js'],
    ['a named export', () => ({ server: createSales().app, app: 7 }), './app.js#server'],
    ['a default function', () => ({ default: createApp }), './app.js'],
    ['module.exports that is a function', () => cjs(createApp), './app.js'],
    ['a named function', () => ({ createApp }), './app.js#createApp'],
    ['a function that returns { app, api }', () => ({ createSales }), './app.js#createSales'],
    [
      'a function that returns a promise',
      () => ({ createApp: (given: Trust) => Promise.resolve(createApp(given)) }),
      './app.js#createApp',
    ],
    ['a router', () => ({ router: guardedRouter() }), './app.js#router'],
  ])('can be %s', async (_form, createModule, reference) => {
    const outcome = await runRoutes(createModule(), reference);
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    expect(outcome.stdout).toMatch(/\/sales +guarded +read/);
  });

  it('is created with a stand-in for the trusted issuer', async () => {
    let given: unknown;
    const create = (argument: Trust): Express => createApp((given = argument));
    await runRoutes({ createApp: create }, './app.js#createApp');
    expect(given).toEqual({
      issuer: 'https://issuer.example',
      audience: 'https://api.example.com',
    });
  });

  it.each<[string, unknown, string, string]>([
    [
      'an export that does not exist',
      { createApp, other: 1 },
      './app.js#creatApp',
      './app.js has no export "creatApp"; it exports createApp, other; did you mean "createApp"?',
    ],
    [
      'an export that is something else',
      { port: 3000 },
      './app.js#port',
      '"port" of ./app.js must be an Express application',
    ],
    [
      'no application, but a function',
      { createApp },
      './app.js',
      './app.js must export an Express application as default or as "app"; if a function creates it, pass ./app.js#createApp',
    ],
    [
      'a function that throws',
      {
        createApp: () => {
          throw new Error('DATABASE_URL is not set');
        },
      },
      './app.js#createApp',
      `"createApp" of ./app.js failed: DATABASE_URL is not set\nIt was called with (${STAND_IN}).`,
    ],
    [
      'a function that rejects',
      { default: () => Promise.reject(new Error('no database')) },
      './app.js',
      `the default export of ./app.js failed: no database\nIt was called with (${STAND_IN}).`,
    ],
    [
      'a function that returns nothing',
      { createApp: () => undefined },
      './app.js#createApp',
      '"createApp" of ./app.js must be an Express application, or a function that returns one',
    ],
  ])('is refused with exit code 2: %s', async (_fault, module, reference, message) => {
    expect(await runRoutes(module, reference)).toEqual({
      code: 2,
      stdout: '',
      stderr: `error: ${message}\n`,
    });
  });

  it('is refused with exit code 2 when it is a promise that rejects', async () => {
    const outcome = await runRoutes({ default: Promise.reject(new Error('no database')) });
    expect(outcome).toMatchObject({
      code: 2,
      stderr: 'error: the default export of ./app.js failed: no database\n',
    });
  });

  it('must be created in time', async () => {
    const hang = (): Promise<never> => new Promise(() => undefined);
    const created = await runRoutes({ createApp: hang }, './app.js#createApp', 20);
    expect(created).toMatchObject({
      code: 2,
      stderr: 'error: "createApp" of ./app.js did not finish within 0.02 s\n',
    });
    const imported = await runInMemory(['routes', './app.js'], { load: hang, loadTimeoutMs: 20 });
    expect(imported).toMatchObject({
      code: 2,
      stderr: 'error: the import of ./app.js did not finish within 0.02 s\n',
    });
  });

  it.each<[string, Error, boolean]>([
    ['./app.ts', withCode(new TypeError('no loader'), 'ERR_UNKNOWN_FILE_EXTENSION'), true],
    ['./app.mts', withCode(new SyntaxError('enum'), 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX'), true],
    ['./app.ts', withCode(new Error('no routes.js'), 'ERR_MODULE_NOT_FOUND'), true],
    ['./app.ts', new Error('DATABASE_URL is not set'), false],
    ['./app.js', withCode(new Error('no routes.js'), 'ERR_MODULE_NOT_FOUND'), false],
  ])(
    'that cannot be imported is named, with a hint for TypeScript: %s %s',
    async (path, error, isHinted) => {
      const outcome = await runInMemory(['routes', path], { load: () => Promise.reject(error) });
      expect(outcome.code).toBe(2);
      expect(outcome.stderr).toContain(`error: ${path} cannot be imported: ${error.message}`);
      expect(outcome.stderr.includes('node --import tsx ')).toBe(isHinted);
    },
  );
});

/** What `import()` returns for a CommonJS module. */
function cjs(exports: object): object {
  return { default: exports, 'module.exports': exports };
}

function withCode(error: Error, code: string): Error {
  return Object.assign(error, { code });
}

function guardedRouter(): express.Router {
  const api = createResourceServer(trust);
  return express.Router().get('/sales', api.requireScope('read'), (_req, res) => void res.send());
}
