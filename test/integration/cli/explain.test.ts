import type { TestIssuer } from '@scopegate/testing';
import { describe, expect, it } from 'vitest';
import { runInMemory } from '../../support/memory-terminal.js';
import { openIssuer } from '../../support/test-issuers.js';

const audience = 'https://api.example.com';

function explain(issuer: TestIssuer, ...more: string[]): readonly string[] {
  return ['explain', '--issuer', issuer.issuer, '--audience', audience, ...more];
}

describe('scopegate explain', () => {
  it('accepts a good token from standard input', async () => {
    const issuer = await openIssuer();
    const input = `${await issuer.mint({ scope: 'read' })}\n`;
    const outcome = await runInMemory(explain(issuer, '--scope', 'read'), { input });
    const [key] = await issuer.publicKeys();
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    expect(outcome.stdout).toContain(
      `ACCEPTED\nverified with key "${String(key?.kid)}" (ES256, ec); the key set was empty before verification\nprincipal: client\n\n✓ format `,
    );
  });

  it('refuses an expired token, with the cause and the fixes', async () => {
    const issuer = await openIssuer();
    const { code, stdout } = await runInMemory(explain(issuer), {
      input: await issuer.forge.expired(),
    });
    expect(code).toBe(1);
    expect(stdout).toContain('REFUSED: expired\n');
    expect(stdout).toContain('\n✗ expiry             ');
    expect(stdout).toContain('Causes\n  expired_token: the token expired 60 min ago, at ');
    expect(stdout).toContain('\n    client: request a new token before the old one expires\n');
  });

  it('leaves out checks of what the token does not have', async () => {
    const issuer = await openIssuer();
    const { stdout } = await runInMemory(explain(issuer), { input: await issuer.mint() });
    const skipped = [...stdout.matchAll(/^- (\w+)/gm)].map(([, name]) => name);
    expect(
      skipped,
      'add a check that applies only to some tokens to OPTIONAL_CHECKS in packages/cli/src/explain/explanation-report.ts',
    ).toEqual([
      'lifetime',
      'required_claims',
      'claims_schema',
      'required_binding',
      'certificate',
      'required_scope',
    ]);
  });

  it('suggests fixes when the cause is unknown', async () => {
    const issuer = await openIssuer();
    const input = await issuer.forge.wrongAudience();
    const { stdout } = await runInMemory(explain(issuer), { input });
    expect(stdout).toContain('Possible fixes\n  audience\n    client: request the token');
    expect(stdout).not.toContain('Causes');
  });

  it('is undecided without the keys', async () => {
    const issuer = await openIssuer();
    const input = await issuer.mint();
    await issuer.stop();
    const { code, stdout } = await runInMemory(explain(issuer, '-'), { input });
    expect(code).toBe(2);
    expect(stdout).toMatch(/^UNDECIDED: unavailable\nno key verifies the signature; /);
  });

  it('escapes characters that control a terminal in JSON without changing values', async () => {
    const issuer = await openIssuer();
    const kid = '\u009b31m\u202e\u2066\u2028\u0085\u007f\u200b\ufeff\u{e0041}x';
    const [key] = await issuer.publicKeys();
    const input = await issuer.mint({ header: { kid } });
    issuer.publishJwks({ keys: [{ ...key, kid }] });
    const { stdout } = await runInMemory(explain(issuer, '--json'), { input });
    expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    expect(stdout).toContain('"kid": "\\u009b31m\\u202e');
    expect(JSON.parse(stdout)).toMatchObject({ key: { kid } });
  });

  it('writes the whole explanation as JSON', async () => {
    const issuer = await openIssuer();
    const input = await issuer.forge.idToken();
    const { code, stdout } = await runInMemory(explain(issuer, '--json'), { input });
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      verdict: 'refused',
      reason: 'typ',
      findings: [{ cause: 'id_token' }],
    });
  });

  it('reports white space around the token, except for the last line break', async () => {
    const issuer = await openIssuer();
    const input = ` ${await issuer.mint()}\n`;
    const { stdout } = await runInMemory(explain(issuer), { input });
    expect(stdout).toContain('quotes_or_spaces: ');
  });

  it('accepts several audiences', async () => {
    const issuer = await openIssuer();
    const input = await issuer.mint({ audience: 'https://b.example' });
    const words = explain(issuer, '--audience', 'https://b.example');
    expect(await runInMemory(words, { input })).toMatchObject({ code: 0 });
  });

  it('reads the audience from the claim of --audience-claim', async () => {
    const issuer = await openIssuer();
    const input = await issuer.mint({ claims: { aud: undefined, client_id: audience } });
    expect(await runInMemory(explain(issuer), { input })).toMatchObject({ code: 1 });
    const words = explain(issuer, '--audience-claim', 'client_id');
    expect(await runInMemory(words, { input })).toMatchObject({ code: 0 });
  });

  it('colours text in a terminal only, and never JSON', async () => {
    const issuer = await openIssuer();
    const input = await issuer.mint();
    const shown = await runInMemory(explain(issuer), { input, isTTY: true });
    expect(shown.stdout).toContain('\u001b[32mACCEPTED\u001b[39m');
    const piped = await runInMemory(explain(issuer), { input });
    expect(piped.stdout).not.toContain('\u001b');
    const json = await runInMemory(explain(issuer, '--json'), { input, isTTY: true });
    expect(json.stdout).not.toContain('\u001b');
  });

  it('announces on stderr what takes long', async () => {
    const issuer = await openIssuer();
    issuer.fault('oauthMetadata', { kind: 'hang' });
    const words = explain(issuer, '--timeout', '0.2');
    const outcome = await runInMemory(words, { input: await issuer.mint(), progressAfterMs: 1 });
    expect(outcome).toMatchObject({ code: 2, stderr: `fetching the keys of ${issuer.issuer} …\n` });
  });

  it.each([
    {
      what: 'no token',
      words: [],
      input: '',
      message: 'a token is required, on standard input or in a file',
    },
    {
      what: 'more than 1 MiB of input',
      words: [],
      input: 'x'.repeat(1_100_000),
      message: 'standard input must not exceed 1 MiB',
    },
    {
      what: 'a malformed scope',
      words: ['--scope', 'a"b'],
      input: 'x',
      message: 'option "scope" must be a string of scope-tokens separated by single spaces',
    },
    {
      what: 'a malformed timeout',
      words: ['--timeout', 'soon'],
      input: 'x',
      message:
        "option '--timeout <seconds>' argument 'soon' is invalid. It must be a number of seconds above 0 and at most 60.",
    },
  ])('exits with 2 for $what', async ({ words, input, message }) => {
    const issuer = await openIssuer();
    const outcome = await runInMemory(explain(issuer, ...words), { input });
    expect(outcome).toEqual({ code: 2, stdout: '', stderr: `error: ${message}\n` });
  });

  it('requests no issuer over http except on loopback addresses', async () => {
    const words = ['explain', '--issuer', 'http://login.example.com', '--audience', 'a'];
    const { code, stderr } = await runInMemory(words, {
      fetch: () => Promise.reject(new Error('requested')),
    });
    expect(code).toBe(2);
    expect(stderr).toBe(
      'error: option "issuer" must be an https URL; http is only accepted for localhost, 127.0.0.0/8 and [::1]; use https or pass --dangerously-allow-http\n',
    );
  });
});
