import { createHash, X509Certificate } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createResourceServer } from '@scopegate/express';
import { createProofKey, type ProofKey, type TestIssuer } from '@scopegate/testing';
import express from 'express';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  type CommandOutcome,
  type MemoryTerminalOptions,
  runInMemory,
} from '../../support/memory-terminal.js';
import { createCertificate } from '../../support/private-authority.js';
import { openIssuer } from '../../support/test-issuers.js';

const audience = 'https://api.example.com';
const url = `${audience}/v1/sales`;
const REQUEST = ['--method', 'GET', '--url', '/v1/sales'];

interface Scene {
  readonly issuer: TestIssuer;
  readonly key: ProofKey;
  readonly token: string;
  /** Writes a file and returns its path. */
  readonly write: (name: string, text: string) => Promise<string>;
  /** Explains the token, by the options of the command. */
  readonly explain: (...words: string[]) => Promise<CommandOutcome>;
  /** Runs the command. */
  readonly run: (
    words: readonly string[],
    options: MemoryTerminalOptions,
  ) => Promise<CommandOutcome>;
}

async function openScene(): Promise<Scene> {
  const directory = await mkdtemp(join(tmpdir(), 'scopegate-explain-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const issuer = await openIssuer();
  const key = createProofKey();
  const token = await issuer.mint({ scope: 'read', boundTo: key });
  const trust = ['--issuer', issuer.issuer, '--audience', audience];
  const run: Scene['run'] = (words, options) =>
    runInMemory(['explain', ...words], { directory, ...options });
  return {
    issuer,
    key,
    token,
    write: async (name, text) => {
      await writeFile(join(directory, name), text);
      return name;
    },
    run,
    explain: (...words) => run([...trust, ...words], { input: `${token}\n` }),
  };
}

describe('scopegate explain --proof', () => {
  it('accepts a bound token with its proof, and lists every check of it', async () => {
    const { key, token, write, explain } = await openScene();
    const file = await write('proof.txt', `${key.proof({ method: 'GET', url, token })}\n`);
    const { code, stdout } = await explain('--proof', file, ...REQUEST);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ACCEPTED\n/);
    expect(stdout).toContain('\n✓ token_scheme       "DPoP"\n');
    expect(stdout).toContain(`\n✓ proof_url          "htu" "${url}"\n`);
    expect(stdout).toContain('\n✓ proof_replay       not used before in this process\n');
  });

  it('shows both URLs of a proof for another URL', async () => {
    const { key, token, write, explain } = await openScene();
    const other = 'https://shop.example/v1/sales';
    const file = await write('proof.txt', key.proof({ method: 'GET', url: other, token }));
    const refused = await explain('--proof', file, ...REQUEST);
    expect(refused.code).toBe(1);
    expect(refused.stdout).toContain('REFUSED: proof_url\n');
    expect(refused.stdout).toContain(
      `Causes\n  proof_for_other_url: the proof is for "${other}", but the request was for "${url}"; "dpop.publicUrl" would have to be "https://shop.example"\n`,
    );
    const words = ['--public-url', 'https://shop.example'];
    expect((await explain('--proof', file, ...REQUEST, ...words)).code).toBe(0);
  });

  it('writes the whole explanation as JSON, without the proof and its key', async () => {
    const { key, token, write, explain } = await openScene();
    const proof = key.proof({ method: 'GET', url, token });
    const file = await write('proof.txt', proof);
    const { stdout } = await explain('--proof', file, ...REQUEST, '--json');
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'accepted', findings: [] });
    for (const part of proof.split('.')) expect(stdout).not.toContain(part);
    expect(stdout).not.toContain(String(key.publicJwk['x']));
  });

  it('reads the proof from standard input when the token is in a file', async () => {
    const { issuer, key, token, write, run } = await openScene();
    const file = await write('token.txt', token);
    const trust = ['--issuer', issuer.issuer, '--audience', audience];
    const input = key.proof({ method: 'GET', url, token });
    const outcome = await run([...trust, '--proof', '-', ...REQUEST, file], { input });
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
  });

  it('hides the checks of a proof when there is none, and names the mistake', async () => {
    const { explain } = await openScene();
    const { code, stdout } = await explain();
    expect(code).toBe(1);
    expect(stdout).not.toContain('proof_field');
    expect(stdout).toContain('token_bound_sent_as_bearer: ');
  });

  it('explains the scheme, and the binding that a route requires', async () => {
    const { explain } = await openScene();
    expect((await explain('--scheme', 'DPoP')).stdout).toMatch(/^REFUSED: proof_missing\n/);
    const { stdout } = await explain('--sender-constraint', 'mtls');
    expect(stdout).toContain('\n✗ required_binding   a token bound to a key\n');
  });

  it('checks the certificate of a bound token', async () => {
    const { issuer, explain, run, write } = await openScene();
    const { cert } = createCertificate('self');
    const der = new X509Certificate(cert).raw;
    const thumbprint = createHash('sha256').update(der).digest('base64url');
    const file = await write('client.pem', cert);
    const input = await issuer.mint({ claims: { cnf: { 'x5t#S256': thumbprint } } });
    const trust = ['--issuer', issuer.issuer, '--audience', audience];
    const accepted = await run([...trust, '--certificate', file], { input });
    expect(accepted.stdout).toMatch(/^ACCEPTED\n/);
    expect((await run(trust, { input })).stdout).toContain('no_client_certificate: ');
    expect((await explain('--certificate', file)).stdout).toContain('token_bound_sent_as_bearer: ');
  });

  it('uses the options of an application', async () => {
    const { issuer, key, token, write, run } = await openScene();
    const api = createResourceServer({ ...issuer.options(), dpop: true });
    onTestFinished(() => {
      api.close();
    });
    const file = await write('proof.txt', key.proof({ method: 'GET', url, token }));
    const app = express();
    const policy = { scope: 'read', senderConstraint: 'dpop' } as const;
    app.get('/v1/sales', api.require(policy), (_req, res) => void res.send());
    const load = (): Promise<unknown> => Promise.resolve({ app, api });
    const outcome = await run(['--app', './app.js', '--proof', file, ...REQUEST], {
      input: token,
      load,
    });
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    const words = ['--app', './app.js', '--route', 'GET /v1/sales'];
    const plain = await run(words, { load, input: await issuer.mint({ scope: 'read' }) });
    expect(plain.stdout).toContain('\nGET /v1/sales requires read, bound to a key\n');
    expect(plain.stdout).toContain('\n✗ required_binding   a bearer token\n');
  });

  it.each([
    [
      ['--proof', 'proof.txt'],
      '--proof requires --method and --url, because a proof is for one request',
    ],
    [
      ['--proof', '-', ...REQUEST],
      'the token and the proof cannot both be on standard input; pass one of them as a file',
    ],
    [
      ['--proof', 'eyJhbGciOiJFUzI1NiJ9.e30.AA', ...REQUEST],
      '--proof must be a file that contains the DPoP proof, but it cannot be read (ENOENT)',
    ],
    [
      ['--certificate', 'missing.pem'],
      '--certificate must be a file that contains the certificate, but it cannot be read (ENOENT)',
    ],
    [
      ['--app', './app.js', '--public-url', 'https://a.example'],
      '--public-url cannot be combined with --app, which has its own options',
    ],
    [['--public-url', 'http://a.example'], '--public-url must be an https URL'],
  ])('refuses %j', async (words, message) => {
    const { explain } = await openScene();
    const { code, stderr } = await explain(...words);
    expect(code).toBe(2);
    expect(stderr).toContain(`error: ${message}`);
    expect(stderr).not.toContain('eyJ');
  });
});
