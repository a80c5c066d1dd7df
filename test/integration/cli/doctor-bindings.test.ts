import type { DpopOptions } from '@scopegate/access-token';
import { checkIssuer, type DoctorFinding } from '@scopegate/cli';
import { createResourceServer, type ResourceServer } from '@scopegate/express';
import type { TestIssuer } from '@scopegate/testing';
import express, { type Express } from 'express';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type CommandOutcome, runInMemory } from '../../support/memory-terminal.js';
import { openIssuer } from '../../support/test-issuers.js';

const audience = 'https://api.example.com';
const OFFER = { dpop_signing_alg_values_supported: ['ES256'] };

function offer(issuer: TestIssuer, offers: Readonly<Record<string, unknown>>): void {
  // The issuer offers DPoP itself; JSON has no undefined member.
  const members = { dpop_signing_alg_values_supported: undefined, ...offers };
  issuer.fault('openid', { kind: 'members', members });
  issuer.fault('oauthMetadata', { kind: 'members', members });
}

async function findBindings(
  members: Readonly<Record<string, unknown>>,
): Promise<readonly DoctorFinding[]> {
  const issuer = await openIssuer();
  offer(issuer, members);
  const options = { fetch, clock: Date.now, timeoutMs: 5_000 };
  const { findings, outcome } = await checkIssuer(issuer.issuer, options);
  expect(outcome).toBe('ok');
  return findings.filter(({ code }) => /dpop|mtls|binding/.test(code));
}

describe('checkIssuer for bound tokens', () => {
  it.each([
    [{}, []],
    [OFFER, ['info offers_dpop']],
    [{ tls_client_certificate_bound_access_tokens: true }, ['info offers_mtls']],
    [{ tls_client_certificate_bound_access_tokens: false }, []],
    [
      { dpop_signing_alg_values_supported: ['ES256', 'none', 'HS256'] },
      ['warning dpop_offers_unsafe', 'info offers_dpop'],
    ],
    [{ dpop_signing_alg_values_supported: [] }, ['warning binding_malformed']],
    [{ dpop_signing_alg_values_supported: 'ES256' }, ['warning binding_malformed']],
    [{ tls_client_certificate_bound_access_tokens: 'true' }, ['warning binding_malformed']],
  ])('reports for the metadata %j the findings %j', async (members, expected) => {
    const findings = await findBindings(members);
    expect(findings.map(({ severity, code }) => `${severity} ${code}`)).toEqual(expected);
  });

  it('lists the algorithms that are offered', async () => {
    const [finding] = await findBindings({ dpop_signing_alg_values_supported: ['ES256', 'EdDSA'] });
    expect(finding?.what).toBe('"dpop_signing_alg_values_supported" lists ES256, EdDSA');
  });
});

interface Answer {
  readonly status: number;
  readonly challenge?: string;
}

interface Deployment {
  readonly dpop?: true | DpopOptions;
  /** What the public URL answers. @defaultValue the challenge of a guard */
  readonly answer?: Answer | 'refused';
  readonly offers?: Readonly<Record<string, unknown>>;
  readonly words?: readonly string[];
  /** Whether the module exports the application beside the resource server. @defaultValue `true` */
  readonly exportsApp?: boolean;
}

interface Examination extends CommandOutcome {
  /** The URLs that were requested at the API. */
  readonly requested: readonly string[];
}

function createApp(api: ResourceServer): Express {
  const app = express();
  app.get('/health', (_req, res) => void res.send());
  app.get('/v1/sales/:id', api.requireAccessToken(), (_req, res) => void res.send());
  app.get('/v1/sales', api.requireAccessToken(), (_req, res) => void res.send());
  return app;
}

async function examine({
  dpop,
  answer = { status: 401, challenge: 'Bearer realm="x", DPoP algs="ES256"' },
  offers = OFFER,
  words = [],
  exportsApp = true,
}: Deployment): Promise<Examination> {
  const issuer = await openIssuer();
  offer(issuer, offers);
  const api = createResourceServer({ ...issuer.options(), audience, dpop });
  onTestFinished(() => {
    api.close();
  });
  const requested: string[] = [];
  const fetchAll: typeof fetch = async (target, init) => {
    const url = String(target instanceof Request ? target.url : target);
    if (url.startsWith(issuer.issuer)) return await fetch(target, init);
    requested.push(url);
    if (answer === 'refused') {
      const cause = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
      throw new TypeError('fetch failed', { cause });
    }
    const headers = answer.challenge === undefined ? {} : { 'www-authenticate': answer.challenge };
    return new Response('', { status: answer.status, headers });
  };
  const module = exportsApp ? { api, app: createApp(api) } : { api };
  const outcome = await runInMemory(['doctor', '--app', './app.js', '--json', ...words], {
    fetch: fetchAll,
    load: () => Promise.resolve(module),
  });
  return { ...outcome, requested };
}

function codesOf({ stdout }: CommandOutcome): readonly string[] {
  const { findings } = JSON.parse(stdout) as { readonly findings: readonly DoctorFinding[] };
  const others =
    /^(?:resource_indicators_unseen|token_profile_unseen|jwks_cache_unsaid|offers_.*introspection)$/;
  return findings.map(({ code }) => code as string).filter((code) => !others.test(code));
}

const store = { register: () => true };

describe('scopegate doctor --app', () => {
  it('calls a function that creates the application with the issuer and --audience', async () => {
    const issuer = await openIssuer();
    const created: unknown[] = [];
    const create = (given: { readonly issuer: string; readonly audience: string[] }): object => {
      created.push(given);
      return { api: createResourceServer({ ...issuer.options(), ...given }) };
    };
    const words = ['doctor', issuer.issuer, '--app', './app.js#create', '--audience', audience];
    const outcome = await runInMemory(words, { fetch, load: () => Promise.resolve({ create }) });
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    expect(created).toEqual([{ issuer: issuer.issuer, audience: [audience] }]);
  });

  it.each([
    [
      ['--app', './app.js#create'],
      '"create" of ./app.js is a function with parameters; pass the options to call it with, as in --issuer and --audience',
    ],
    [['--audience', audience], '--audience requires --app'],
    [['--app', './app.js', '--audience', audience], '--audience requires an issuer'],
  ])('refuses the options %j', async (words, message) => {
    const create = (given: object): object => given;
    const load = (): Promise<object> => Promise.resolve({ create });
    const outcome = await runInMemory(['doctor', ...words], { fetch, load });
    expect(outcome).toMatchObject({ code: 2, stderr: `error: ${message}\n` });
  });

  it('refuses --audience for an application that is not created by a function', async () => {
    const words = ['https://login.example.com', '--audience', audience];
    const outcome = await examine({ dpop: { replay: { store } }, words });
    expect(outcome).toMatchObject({
      code: 2,
      stderr:
        'error: ./app.js has its own options; omit --audience, or name a function that creates the application, as in ./app.js#createApp\n',
      requested: [],
    });
  });

  it('requests no route that requires a certificate, because its challenge offers no proofs', async () => {
    const issuer = await openIssuer();
    const mtls = { certificate: 'socket' } as const;
    const api = createResourceServer({ ...issuer.options(), audience, dpop: true, mtls });
    const app = express();
    const bound = api.require({ senderConstraint: 'mtls' });
    app.get('/v1/sales', bound, (_req, res) => void res.send());
    const requested: string[] = [];
    const outcome = await runInMemory(['doctor', '--app', './app.js', '--json'], {
      fetch: async (target, init) => {
        const url = String(target instanceof Request ? target.url : target);
        if (url.startsWith(issuer.issuer)) return await fetch(target, init);
        requested.push(url);
        return new Response('', { status: 401, headers: { 'www-authenticate': 'Bearer' } });
      },
      load: () => Promise.resolve({ api, app }),
    });
    expect(requested).toEqual([]);
    expect(codesOf(outcome)).not.toContain('public_url_elsewhere');
  });

  it('takes the issuer from the application', async () => {
    const outcome = await examine({ offers: {} });
    expect(outcome).toMatchObject({ code: 0, stderr: '', requested: [] });
    expect(codesOf(outcome)).toEqual([]);
  });

  it('finds no fault when the public URL leads to the API and a store is shared', async () => {
    const outcome = await examine({ dpop: { replay: { store } } });
    expect(outcome).toMatchObject({ code: 0, requested: [`${audience}/v1/sales`] });
    expect(codesOf(outcome)).toEqual([]);
  });

  it('warns of proofs that are registered in one process', async () => {
    const outcome = await examine({ dpop: true });
    expect(outcome.code).toBe(0);
    expect(codesOf(outcome)).toEqual(['replay_in_process']);
  });

  it.each<[string, Deployment['answer'], string]>([
    ['another server', { status: 404 }, 'public_url_elsewhere'],
    ['a server without DPoP', { status: 401, challenge: 'Bearer' }, 'public_url_elsewhere'],
    ['a public page', { status: 200 }, 'public_url_elsewhere'],
    ['no server', 'refused', 'public_url_unreachable'],
  ])('warns of a public URL that leads to %s', async (_what, answer, code) => {
    const outcome = await examine({ dpop: { replay: { store } }, answer: answer ?? 'refused' });
    expect(outcome.code).toBe(0);
    expect(codesOf(outcome)).toEqual([code]);
  });

  it('names the request and its answer', async () => {
    const dpop = { publicUrl: 'https://shop.example/api', replay: { store } };
    const { stdout } = await examine({ dpop, answer: { status: 404 } });
    expect(stdout).toContain(
      'GET https://shop.example/api/v1/sales answered 404 without a DPoP challenge, but the route is guarded',
    );
  });

  it.each(['http://localhost:3000', 'https://10.0.0.7'])(
    'warns of the public URL %s, without a request',
    async (publicUrl) => {
      const outcome = await examine({ dpop: { publicUrl, replay: { store } } });
      expect(outcome.requested).toEqual([]);
      expect(codesOf(outcome)).toEqual(['public_url_internal']);
    },
  );

  it('requests nothing when the application is not exported', async () => {
    const outcome = await examine({ dpop: { replay: { store } }, exportsApp: false });
    expect(outcome.requested).toEqual([]);
    expect(codesOf(outcome)).toEqual([]);
  });

  it('warns when the authorization server does not offer DPoP', async () => {
    const outcome = await examine({ dpop: { replay: { store } }, offers: {} });
    expect(codesOf(outcome)).toEqual(['dpop_not_offered']);
  });

  it('requires an issuer when the application trusts several', async () => {
    const issuers = ['https://a.example', 'https://b.example'];
    const api = createResourceServer({ issuers: issuers.map((issuer) => ({ issuer })), audience });
    onTestFinished(() => {
      api.close();
    });
    const load = (): Promise<unknown> => Promise.resolve({ api });
    const { code, stderr } = await runInMemory(['doctor', '--app', './app.js'], { load });
    expect(code).toBe(2);
    expect(stderr).toBe(
      'error: the application trusts several issuers (https://a.example, https://b.example); pass one of them\n',
    );
  });
});
