import { createPrivateKey, type JsonWebKey } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEncryptionKey, type TestIssuer } from '@scopegate/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type CommandOutcome, runInMemory } from '../../support/memory-terminal.js';
import { openIssuer } from '../../support/test-issuers.js';

const KEY = createEncryptionKey({ kid: 'a' });
const JWK = JSON.stringify(KEY.privateJwk);
const PEM = createPrivateKey({ key: KEY.privateJwk as JsonWebKey, format: 'jwk' }).export({
  type: 'pkcs8',
  format: 'pem',
});

async function writeKey(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'scopegate-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'key');
  await writeFile(path, text);
  return path;
}

function explain(issuer: TestIssuer, input: string, ...words: string[]): Promise<CommandOutcome> {
  const trust = ['--issuer', issuer.issuer, '--audience', 'https://api.example.com'];
  return runInMemory(['explain', ...trust, ...words], { input });
}

describe('scopegate explain of an encrypted token', () => {
  it.each([
    ['a JWK', JWK],
    ['PEM', String(PEM)],
  ])('decrypts it by a key from a file with %s', async (_kind, text) => {
    const issuer = await openIssuer();
    const token = await issuer.mint({ encryptTo: KEY });
    const path = await writeKey(text);
    const { code, stdout } = await explain(issuer, token, '--decryption-key', path);
    expect(stdout).toMatch(/^ACCEPTED\n/);
    expect(stdout).toMatch(
      /✓ decryption +"kid" "a": decryption\.keys\[0\] \(P-256, .*\) decrypts it\n/,
    );
    expect(stdout).toMatch(/✓ signature/);
    expect(code).toBe(0);
  });

  it('shows why no key decrypts it', async () => {
    const issuer = await openIssuer();
    const token = KEY.encrypt.otherKey(await issuer.mint());
    const other = JSON.stringify({ ...createEncryptionKey().privateJwk, kid: 'b' });
    const words = [await writeKey(JWK), await writeKey(other)].flatMap((path) => [
      '--decryption-key',
      path,
    ]);
    const { code, stdout } = await explain(issuer, token, ...words);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^REFUSED: decryption\n/);
    expect(stdout).toContain(
      'decryption.keys[0] (P-256, "kid" "a") does not decrypt it: it was encrypted to another key, or changed; ' +
        'decryption.keys[1] (P-256, "kid" "b") has another "kid" than the token names',
    );
  });

  it('does not show checks of encryption for a token that is signed only', async () => {
    const issuer = await openIssuer();
    const { stdout } = await explain(issuer, await issuer.mint());
    expect(stdout).toMatch(/^ACCEPTED\n/);
    expect(stdout).not.toMatch(/encryption|decryption|nested/);
  });

  it.each([
    ['no key', 'not a key', 'must be a file with one private key, as a JWK or in unencrypted PEM'],
    [
      'another document',
      '["secret"]',
      'must be a file with one private key, as a JWK or in unencrypted PEM',
    ],
    ['a public key', JSON.stringify(KEY.publicJwk), 'must be a private key; this JWK has no "d"'],
  ])('reports a file with %s, without quoting it', async (_kind, text, message) => {
    const issuer = await openIssuer();
    const path = await writeKey(text);
    const { code, stderr } = await explain(issuer, 'a.b.c.d.e', '--decryption-key', path);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain(text.slice(2));
  });

  it('reports a file that cannot be read', async () => {
    const issuer = await openIssuer();
    const { code, stderr } = await explain(
      issuer,
      'a.b.c.d.e',
      '--decryption-key',
      '/none/key.json',
    );
    expect(code).toBe(2);
    expect(stderr).toContain(
      '--decryption-key must be a file that contains the decryption key, but it cannot be read (ENOENT)',
    );
  });
});
