import type { IntrospectionOptions } from '@scopegate/access-token';
import { checkIssuer, type DoctorFinding, type IssuerReport } from '@scopegate/cli';
import type { IntrospectionFault, TestIssuer } from '@scopegate/testing';
import { describe, expect, it } from 'vitest';
import { type CommandOutcome, runInMemory } from '../../support/memory-terminal.js';
import { openApi, openIssuer } from '../../support/test-issuers.js';

const audience = 'https://api.example.com';
const METHODS = 'introspection_endpoint_auth_methods_supported';
const SIGNED = 'introspection_signing_alg_values_supported';

type Members = Readonly<Record<string, unknown>>;

/** Changes the metadata; JSON has no undefined member. */
function publish(issuer: TestIssuer, changes: Members): void {
  issuer.fault('openid', { kind: 'members', members: changes });
  issuer.fault('oauthMetadata', { kind: 'members', members: changes });
}

function listIntrospection(findings: readonly DoctorFinding[]): readonly DoctorFinding[] {
  return findings.filter(({ code }) => code.includes('introspection'));
}

function summarize(findings: readonly DoctorFinding[]): readonly string[] {
  return findings.map(({ severity, code }) => `${severity} ${code}`);
}

async function findOffers(members: Members): Promise<readonly DoctorFinding[]> {
  const issuer = await openIssuer();
  publish(issuer, { [METHODS]: undefined, [SIGNED]: undefined, ...members });
  const options = { fetch, clock: Date.now, timeoutMs: 5_000 };
  return listIntrospection((await checkIssuer(issuer.issuer, options)).findings);
}

describe('checkIssuer for introspection', () => {
  it.each<[Members, readonly string[]]>([
    [{ introspection_endpoint: undefined, [METHODS]: ['none'] }, []],
    [{}, ['info offers_introspection']],
    [
      { [SIGNED]: ['RS256', 'ES256'] },
      ['info offers_introspection', 'info offers_signed_introspection'],
    ],
    [{ [METHODS]: 'none' }, ['warning introspection_malformed', 'info offers_introspection']],
    [{ [SIGNED]: [] }, ['warning introspection_malformed', 'info offers_introspection']],
    [
      { [METHODS]: ['none', 'private_key_jwt'] },
      ['warning introspection_without_authentication', 'info offers_introspection'],
    ],
    [
      { introspection_endpoint: 'http://login.example.com/introspect' },
      ['error introspection_endpoint_not_https'],
    ],
    [{ introspection_endpoint: '/introspect' }, ['warning introspection_malformed']],
    [{ introspection_endpoint: 7 }, ['warning introspection_malformed']],
    [{ introspection_endpoint: 'https://a.example/i#x' }, ['warning introspection_malformed']],
    [{ introspection_endpoint: 'https://u:p@a.example/i' }, ['warning introspection_malformed']],
  ])('reports for the metadata %j the findings %j', async (members, expected) => {
    expect(summarize(await findOffers(members))).toEqual(expected);
  });

  it('shows the endpoint, the authentication methods and the algorithms', async () => {
    const found = await findOffers({
      introspection_endpoint: 'https://login.example.com/introspect',
      [METHODS]: ['client_secret_basic', 'private_key_jwt'],
      [SIGNED]: ['RS256', 'ES256'],
    });
    expect(found.map(({ what }) => what)).toEqual([
      `"introspection_endpoint" is https://login.example.com/introspect; "${METHODS}" lists client_secret_basic, private_key_jwt`,
      `"${SIGNED}" lists RS256, ES256`,
    ]);
  });

  it('does not show the user information of the endpoint', async () => {
    const found = await findOffers({ introspection_endpoint: 'https://user:secret@a.example/i' });
    expect(JSON.stringify(found)).not.toContain('secret');
  });

  it.each([
    'https://10.0.0.7/introspect',
    'http://127.0.0.1:9200/introspect',
    'https://169.254.169.254/introspect',
  ])('warns of the internal endpoint %s of a public issuer', async (endpoint) => {
    const issuer = 'https://login.example.com';
    const metadata = { issuer, jwks_uri: `${issuer}/jwks`, introspection_endpoint: endpoint };
    const respond = (): Promise<Response> => Promise.resolve(Response.json(metadata));
    const options = { fetch: respond, clock: Date.now, timeoutMs: 5_000 };
    const { findings } = await checkIssuer(issuer, options);
    expect(summarize(listIntrospection(findings))).toEqual([
      'warning introspection_endpoint_internal',
    ]);
  });
});

interface Trial extends CommandOutcome {
  readonly report: IssuerReport;
  /** The findings about the application. */
  readonly found: readonly DoctorFinding[];
}

/** Checks an application that introspects the tokens of an issuer. */
async function examine(
  issuer: TestIssuer,
  introspection: Partial<IntrospectionOptions> = {},
): Promise<Trial> {
  const { introspectionClient } = issuer;
  const options = {
    tokens: 'opaque',
    ...introspectionClient,
    ...introspection,
  } as IntrospectionOptions;
  const api = openApi({ ...issuer.options({ audience }), introspection: options });
  return await runDoctor(issuer, api);
}

async function runDoctor(issuer: TestIssuer, api: unknown): Promise<Trial> {
  const load = (): Promise<unknown> => Promise.resolve({ api });
  const words = ['doctor', issuer.issuer, '--app', './app.js', '--json'];
  const outcome = await runInMemory(words, { load });
  const report = JSON.parse(outcome.stdout) as IssuerReport;
  const found = listIntrospection(report.findings).filter(({ code }) => !code.startsWith('offers'));
  expect(outcome.stderr).toBe('');
  expect(outcome.stdout).not.toContain(issuer.introspectionClient.clientSecret());
  return { ...outcome, report, found };
}

describe('scopegate doctor --app for introspection', () => {
  it('reports that the endpoint answers and accepts the credentials, after one request', async () => {
    const issuer = await openIssuer();
    const { code, found } = await examine(issuer);
    expect(summarize(found)).toEqual(['info introspection_works']);
    expect(found[0]?.what).toBe(
      'the introspection endpoint answered that a made-up token is inactive',
    );
    expect(code).toBe(0);
    expect(issuer.requests.introspection).toBe(1);
  });

  it.each<[string, IntrospectionFault, string]>([
    ['refused credentials', { kind: 'status', status: 401 }, 'introspection_credentials_refused'],
    ['a forbidden client', { kind: 'status', status: 403 }, 'introspection_credentials_refused'],
    ['a connection that is closed', { kind: 'down' }, 'introspection_unreachable'],
    ['an error', { kind: 'status', status: 500 }, 'introspection_status'],
    ['a redirect', { kind: 'redirect', location: '/login' }, 'introspection_status'],
    ['an HTML page', { kind: 'html' }, 'introspection_response_unusable'],
    ['broken JSON', { kind: 'invalidJson' }, 'introspection_response_unusable'],
    [
      '"active" as a string',
      { kind: 'members', members: { active: 'false' } },
      'introspection_response_unusable',
    ],
    [
      '"active" true for any token',
      { kind: 'members', members: { active: true } },
      'introspection_accepts_any_token',
    ],
  ])('fails for %s', async (_fault, fault, expected) => {
    const issuer = await openIssuer();
    issuer.fault('introspection', fault);
    const { code, found, report } = await examine(issuer);
    expect(summarize(found)).toEqual([`error ${expected}`]);
    expect([code, report.outcome]).toEqual([1, 'failed']);
    expect(issuer.requests.introspection).toBe(1);
  });

  it('shows the cause of a failure', async () => {
    const issuer = await openIssuer();
    issuer.fault('introspection', { kind: 'status', status: 500 });
    const [finding] = (await examine(issuer)).found;
    expect(finding?.what).toContain(
      `the introspection endpoint answered with an error (issuer ${issuer.issuer}): `,
    );
    expect(finding?.what).toContain(issuer.introspectionEndpoint);
  });

  it('reports a wrong secret, without printing it', async () => {
    const issuer = await openIssuer();
    const clientSecret = (): string => 'wrong-secret';
    const { found, stdout } = await examine(issuer, { clientSecret });
    expect(summarize(found)).toEqual(['error introspection_credentials_refused']);
    expect(stdout).not.toContain('wrong-secret');
  });

  it('reports credentials that cannot be read, without the error of the application', async () => {
    const issuer = await openIssuer();
    const clientSecret = (): string => {
      throw new Error('vault says s3cret');
    };
    const { found, stdout } = await examine(issuer, { clientSecret });
    expect(summarize(found)).toEqual(['error introspection_credentials_unreadable']);
    expect(stdout).not.toContain('s3cret');
    expect(issuer.requests.introspection).toBe(0);
  });

  it('requires "endpoint" when the metadata has none', async () => {
    const issuer = await openIssuer();
    publish(issuer, { introspection_endpoint: undefined });
    const { found } = await examine(issuer);
    expect(summarize(found)).toEqual(['error introspection_endpoint_not_found']);
    expect(found[0]?.fix).toMatch(/^set "introspection\.endpoint" in the resource server/);
    const configured = await examine(issuer, { endpoint: issuer.introspectionEndpoint });
    expect(summarize(configured.found)).toEqual(['info introspection_works']);
  });

  it('reports an unsigned response when signed ones are required', async () => {
    const issuer = await openIssuer();
    expect(summarize((await examine(issuer, { signed: true })).found)).toEqual([
      'info introspection_works',
    ]);
    issuer.fault('introspection', { kind: 'unsigned' });
    expect(summarize((await examine(issuer, { signed: true })).found)).toEqual([
      'error introspection_response_unusable',
    ]);
  });

  it('makes up a token that begins with the prefix of the issuer', async () => {
    const [issuer, other] = [await openIssuer(), await openIssuer()];
    const entryOf = ({ issuer: url, introspectionClient }: TestIssuer, tokenPrefix: string) =>
      ({
        issuer: url,
        introspection: { tokens: 'both', tokenPrefix, ...introspectionClient },
      }) as const;
    const api = openApi({
      issuers: [entryOf(other, 'other_at_'), entryOf(issuer, 'ory.at_')],
      audience,
    });
    const { found } = await runDoctor(issuer, api);
    expect(summarize(found)).toEqual(['info introspection_works']);
    expect([issuer.requests.introspection, other.requests.introspection]).toEqual([1, 0]);
  });

  it('sends nothing to an issuer whose opaque tokens are not introspected', async () => {
    const issuer = await openIssuer();
    const { found, code } = await examine(issuer, { tokens: 'jwt' });
    expect(summarize(found)).toEqual(['info introspection_not_tried']);
    expect(code).toBe(0);
    expect(issuer.requests.introspection).toBe(0);
  });

  it('does not take the answer of another issuer for that of the one that is checked', async () => {
    const [issuer, other] = [await openIssuer(), await openIssuer()];
    const entryOf = ({ issuer: url, introspectionClient }: TestIssuer, tokens: 'jwt' | 'opaque') =>
      ({ issuer: url, introspection: { tokens, ...introspectionClient } }) as const;
    const api = openApi({ issuers: [entryOf(issuer, 'jwt'), entryOf(other, 'opaque')], audience });
    const { found } = await runDoctor(issuer, api);
    expect(summarize(found)).toEqual(['info introspection_not_tried']);
  });

  it('sends nothing when the application introspects no tokens', async () => {
    const issuer = await openIssuer();
    const { found } = await runDoctor(issuer, openApi(issuer.options({ audience })));
    expect(found).toEqual([]);
    expect(issuer.requests.introspection).toBe(0);
  });
});
