import type { IntrospectionOptions } from '@scopegate/access-token';
import type { TestIssuer, TokenOverrides } from '@scopegate/testing';
import express from 'express';
import { describe, expect, it } from 'vitest';
import { type CommandOutcome, runInMemory } from '../../support/memory-terminal.js';
import { openApi, openIssuer } from '../../support/test-issuers.js';

const audience = 'https://api.example.com';

function explain(issuer: TestIssuer, input: string, ...words: string[]): Promise<CommandOutcome> {
  const trust = ['--issuer', issuer.issuer, '--audience', audience];
  return runInMemory(['explain', ...trust, ...words], { input });
}

function userAuthenticated(issuer: TestIssuer, secondsAgo: number): TokenOverrides {
  const authTime = Math.floor(issuer.clock() / 1000) - secondsAgo;
  return { subject: 'alice', claims: { acr: 'phr', auth_time: authTime } };
}

/** Explains a token with the options of an application, which introspects opaque tokens and those of fresh routes. */
function explainWithApp(
  issuer: TestIssuer,
  input: string,
  ...words: string[]
): Promise<CommandOutcome> {
  const { clientId, clientSecret } = issuer.introspectionClient;
  const introspection: IntrospectionOptions = { tokens: 'both', clientId, clientSecret };
  const api = openApi({ ...issuer.options({ audience }), introspection });
  const answer = (_req: express.Request, res: express.Response): void => void res.send();
  const app = express()
    .get('/sales', api.requireAccessToken(), answer)
    .get('/fresh', api.require({ fresh: true }), answer)
    .get('/refunds', api.require({ acrValues: ['phrh', 'phr'], maxAgeSeconds: 300 }), answer);
  const load = (): Promise<unknown> => Promise.resolve({ app });
  return runInMemory(['explain', '--app', './app.js', ...words], { input, load });
}

describe('scopegate explain with step-up', () => {
  it.each<[readonly string[], number, string]>([
    [['--acr-values', 'phrh,phr'], 10, 'ACCEPTED'],
    [['--acr-values', 'phrh'], 10, 'REFUSED: acr'],
    [['--max-age', '300'], 10, 'ACCEPTED'],
    [['--max-age', '300'], 3_000, 'REFUSED: auth_time'],
    [['--acr-values', 'phr', '--max-age', '300'], 3_000, 'REFUSED: auth_time'],
  ])('checks with %j a user who was authenticated %i s ago: %s', async (words, age, headline) => {
    const issuer = await openIssuer();
    const token = await issuer.mint(userAuthenticated(issuer, age));
    const { code, stdout } = await explain(issuer, token, ...words);
    expect(stdout.split('\n', 1)).toEqual([headline]);
    expect(code).toBe(headline === 'ACCEPTED' ? 0 : 1);
    if (words.includes('--acr-values')) expect(stdout).toMatch(/\n[✓✗] authentication_context/);
    if (words.includes('--max-age')) expect(stdout).toMatch(/\n[✓✗] authentication_time/);
  });

  it('does not show checks of step-up without these options', async () => {
    const issuer = await openIssuer();
    const { stdout } = await explain(issuer, await issuer.mint());
    expect(stdout).not.toMatch(/authentication_|fresh_introspection|introspected/);
  });

  it.each<[readonly string[], string]>([
    [['--max-age', 'soon'], "argument 'soon' is invalid. It must be a number of seconds."],
    [['--max-age', '-1'], 'option "maxAgeSeconds" must be '],
    [['--acr-values', ''], 'option "acrValues'],
    [['--acr-values', 'a"b'], 'option "acrValues'],
    [['--fresh'], 'option "fresh" '],
  ])('refuses the options %j with exit code 2', async (words, message) => {
    const issuer = await openIssuer();
    const outcome = await explain(issuer, await issuer.mint(), ...words);
    expect(outcome).toMatchObject({ code: 2, stdout: '' });
    expect(outcome.stderr).toContain(message);
  });
});

describe('scopegate explain --route with step-up and fresh', () => {
  it('reads the step-up of the route', async () => {
    const issuer = await openIssuer();
    const route = ['--route', 'GET /refunds'];
    const recent = await issuer.mint(userAuthenticated(issuer, 10));
    const accepted = await explainWithApp(issuer, recent, ...route);
    expect(accepted.stdout).toContain(
      'GET /refunds requires a valid token\nthe user must have an "acr" of: phrh, phr\nthe user must have been authenticated in the last 300 s\n',
    );
    expect(accepted.code).toBe(0);
    const old = await issuer.mint(userAuthenticated(issuer, 3_000));
    const refused = await explainWithApp(issuer, old, ...route);
    expect(refused.stdout).toMatch(/^REFUSED: auth_time\n/);
    expect(refused.code).toBe(1);
  });

  it.each([
    [['--route', 'GET /sales'], 0, 'ACCEPTED', 0],
    [['--route', 'GET /fresh'], 1, 'REFUSED: inactive', 1],
    [['--fresh'], 1, 'REFUSED: inactive', 1],
  ])('asks about a revoked JWT as a request would: %j', async (words, code, headline, asked) => {
    const issuer = await openIssuer();
    const token = await issuer.mint();
    issuer.revoke(token);
    const outcome = await explainWithApp(issuer, token, ...words);
    expect(outcome.stdout.split('\n', 1)).toEqual([headline]);
    expect(outcome.code).toBe(code);
    expect(issuer.requests.introspection).toBe(asked);
    expect(outcome.stdout.includes('\n✗ fresh_introspection')).toBe(asked === 1);
  });

  it('names the question of a fresh route', async () => {
    const issuer = await openIssuer();
    const { stdout } = await explainWithApp(issuer, await issuer.mint(), '--route', 'GET /fresh');
    expect(stdout).toContain(
      '\nthe authorization server is asked about the token for each request\n',
    );
    expect(stdout).toMatch(/\n✓ fresh_introspection/);
  });

  it.each([[['--fresh']], [['--acr-values', 'phr']], [['--max-age', '60']]])(
    'cannot be combined with %j',
    async (words) => {
      const issuer = await openIssuer();
      const outcome = await explainWithApp(issuer, 'x', '--route', 'GET /fresh', ...words);
      expect(outcome).toMatchObject({ code: 2, stdout: '' });
      expect(outcome.stderr).toContain('nor with --fresh, --acr-values or --max-age');
    },
  );
});

describe('scopegate explain of an opaque token', () => {
  it.each<[string, (issuer: TestIssuer, token: string) => void, string, number]>([
    ['active', () => undefined, 'ACCEPTED', 0],
    [
      'inactive',
      (issuer, token) => {
        issuer.revoke(token);
      },
      'REFUSED: inactive',
      1,
    ],
  ])('reports that it is %s', async (outcome, prepare, headline, code) => {
    const issuer = await openIssuer();
    const token = await issuer.opaque();
    prepare(issuer, token);
    const { stdout, code: actual } = await explainWithApp(issuer, token);
    expect(stdout).toMatch(new RegExp(`^${headline}\nintrospected by .*: ${outcome}\n`));
    expect(stdout).toContain(`\nintrospected by ${issuer.issuer}: ${outcome}\n`);
    expect(actual).toBe(code);
  });

  it('reports an outage with its cause, without the token and the secret', async () => {
    const issuer = await openIssuer();
    const token = await issuer.opaque();
    issuer.fault('introspection', { kind: 'status', status: 500 });
    const { stdout, code } = await explainWithApp(issuer, token);
    expect(code).toBe(2);
    expect(stdout).toContain(
      `UNDECIDED: unavailable\nintrospected by ${issuer.issuer}: unavailable\nthe introspection endpoint answered with an error (issuer ${issuer.issuer})`,
    );
    expect(stdout).not.toContain(token);
    expect(stdout).not.toContain(issuer.introspectionClient.clientSecret());
  });
});

describe('scopegate explain --help', () => {
  it('describes step-up, fresh and decryption keys below the options', async () => {
    const { stdout } = await runInMemory(['explain', '--help']);
    const notes = stdout.slice(stdout.indexOf('Pass the token on standard input'));
    for (const option of ['--acr-values', '--max-age', '--fresh', '--decryption-key']) {
      expect(notes).toContain(option);
    }
  });
});
