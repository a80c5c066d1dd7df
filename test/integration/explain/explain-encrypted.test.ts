import {
  type AccessTokenVerifier,
  type AccessTokenVerifierOptions,
  createAccessTokenVerifier,
  type TokenExplanation,
} from '@scopegate/access-token';
import {
  createEncryptionKey,
  encryptionForgeries,
  forgeries,
  type TestIssuer,
} from '@scopegate/testing';
import { CompactEncrypt } from 'jose';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openIssuer } from '../../support/test-issuers.js';
import type { EncryptionCause } from './encryption-causes.js';

const KEY = createEncryptionKey({ kid: 'a' });
const OTHER_KEY = createEncryptionKey({ kid: 'b', crv: 'P-384' });
const RSA_KEY = createEncryptionKey({ kid: 'c', alg: 'RSA-OAEP-256' });
const keys = [RSA_KEY, OTHER_KEY, KEY].map(({ privateJwk }) => privateJwk);
const REQUIRED = { keys, required: true };

type Decryption = NonNullable<AccessTokenVerifierOptions['decryption']>;

function openVerifier(issuer: TestIssuer, decryption?: Decryption): AccessTokenVerifier {
  const verifier = createAccessTokenVerifier({ ...issuer.options(), decryption });
  onTestFinished(() => {
    verifier.close();
  });
  return verifier;
}

function foundOf({ checks }: TokenExplanation, name: string): string | undefined {
  return checks.find((check) => check.name === name)?.found;
}

function firstFailed({ checks }: TokenExplanation): readonly unknown[] {
  const failed = checks.find(({ outcome }) => outcome === 'failed');
  return [failed?.name, failed?.reason];
}

async function reasonOfRefusal(verifier: AccessTokenVerifier, token: string): Promise<unknown> {
  try {
    await verifier.verify(token);
    return undefined;
  } catch (error) {
    return (error as { readonly reason: string }).reason;
  }
}

describe('explain of an encrypted token', () => {
  it('shows which key was tried, and every check of the nested token', async () => {
    const issuer = await openIssuer();
    const verifier = openVerifier(issuer, REQUIRED);
    const token = await issuer.mint({ scope: 'read', encryptTo: KEY });
    const explained = await verifier.explain(token, { scope: 'read' });
    expect(explained).toMatchObject({
      verdict: 'accepted',
      reason: undefined,
      cached: false,
      principal: 'client',
      decryption: {
        isDecrypted: true,
        keys: [
          {
            name: 'decryption.keys[0]',
            kid: 'c',
            algorithms: ['RSA-OAEP-256'],
            outcome: 'algorithm',
          },
          { name: 'decryption.keys[1]', kid: 'b', outcome: 'curve' },
          { name: 'decryption.keys[2]', kid: 'a', outcome: 'decrypted' },
        ],
      },
      key: { kid: 'key-1' },
      findings: [],
    });
    const passed = explained.checks.filter(({ outcome }) => outcome === 'passed');
    expect(
      passed.map(({ name }) => name),
      'add each new check that this token passes, at its place in the order of verification',
    ).toEqual([
      'format',
      'encryption',
      'decryption',
      'nested_token',
      'type',
      'algorithm',
      'issuer',
      'issuer_encryption',
      'replicated_claims',
      'key',
      'signature',
      'audience',
      'time_claims',
      'expiry',
      'not_before',
      'identity_claims',
      'scope_claim',
      'sender_constraint',
      'token_scheme',
      'required_scope',
    ]);
    expect(foundOf(explained, 'encryption')).toBe(
      '"alg" "ECDH-ES+A256KW", "enc" "A256GCM", "cty" "JWT", "zip" absent',
    );
    expect(foundOf(explained, 'decryption')).toBe(
      '"kid" "a": decryption.keys[0] (RSA, "kid" "c") is for another "alg"; ' +
        'decryption.keys[1] (P-384, "kid" "b") is on another curve; ' +
        'decryption.keys[2] (P-256, "kid" "a") decrypts it',
    );
    await verifier.verify(token);
    expect((await verifier.explain(token)).cached).toBe(true);
  });

  it('shows keys that were tried in vain, and those that were not needed', async () => {
    const issuer = await openIssuer();
    const decoy = { ...createEncryptionKey().privateJwk, kid: 'decoy' };
    const verifier = openVerifier(issuer, {
      keys: [decoy, KEY.privateJwk, { ...createEncryptionKey().privateJwk, kid: 'x' }],
    });
    const token = await new CompactEncrypt(Buffer.from(await issuer.mint()))
      .setProtectedHeader({ alg: KEY.alg, enc: KEY.enc, cty: 'JWT' })
      .encrypt(KEY.publicJwk);
    const { verdict, decryption } = await verifier.explain(token);
    expect(verdict).toBe('accepted');
    expect(decryption?.keys.map(({ outcome }) => outcome)).toEqual([
      'failed',
      'decrypted',
      'not_tried',
    ]);
  });

  it.each(encryptionForgeries)(
    'agrees with verify on a token that $explanation',
    async ({ name }) => {
      const issuer = await openIssuer();
      for (const key of [KEY, RSA_KEY]) {
        const token = key.encrypt[name](await issuer.mint());
        const explained = await openVerifier(issuer, REQUIRED).explain(token);
        const reason = await reasonOfRefusal(openVerifier(issuer, REQUIRED), token);
        expect(explained).toMatchObject({ verdict: 'refused', reason });
        expect(firstFailed(explained)[1]).toBe(reason);
      }
    },
  );

  it.each(forgeries)(
    'agrees with verify on an encrypted token that $explanation',
    async ({ name }) => {
      const issuer = await openIssuer();
      const token = await issuer.forge[name]({ encryptTo: KEY });
      const explained = await openVerifier(issuer, REQUIRED).explain(token);
      const reason = await reasonOfRefusal(openVerifier(issuer, REQUIRED), token);
      expect(explained).toMatchObject({ verdict: 'refused', reason });
      expect(
        firstFailed(explained)[1],
        'each check of verify() needs a row in packages/access-token/src/checks, in the same order',
      ).toBe(reason);
    },
  );

  it('skips its checks for a token that is signed only, and where no keys are configured', async () => {
    const issuer = await openIssuer();
    for (const decryption of [undefined, { keys }]) {
      const explained = await openVerifier(issuer, decryption).explain(await issuer.mint());
      expect(explained).toMatchObject({ verdict: 'accepted', decryption: undefined });
      expect(foundOf(explained, 'decryption')).toBe('not encrypted');
    }
    const token = await issuer.mint({ encryptTo: KEY });
    expect(await openVerifier(issuer).explain(token)).toMatchObject({
      reason: 'malformed',
      decryption: undefined,
    });
  });

  it('quotes neither the token nor the nested token', async () => {
    const issuer = await openIssuer();
    const nested = await issuer.mint();
    const token = KEY.encrypt(nested);
    const explained = JSON.stringify(await openVerifier(issuer, REQUIRED).explain(token));
    expect(explained).not.toContain(token.slice(-40));
    expect(explained).not.toContain(nested.slice(-40));
    const claims = KEY.encrypt.claimsOnly(await issuer.mint({ claims: { secret: 's3cr3t' } }));
    expect(JSON.stringify(await openVerifier(issuer, REQUIRED).explain(claims))).not.toContain(
      's3cr3t',
    );
  });

  it('does not decrypt a token that is longer than maxTokenBytes', async () => {
    const issuer = await openIssuer();
    const token = await issuer.mint({ claims: { pad: 'x'.repeat(20_000) }, encryptTo: KEY });
    const explained = await openVerifier(issuer, REQUIRED).explain(token);
    expect(explained).toMatchObject({ reason: 'malformed', decryption: undefined });
    expect(firstFailed(explained)).toEqual(['format', 'malformed']);
  });
});

describe('findings about encrypted tokens', () => {
  type Change = (token: string) => string;
  const EXAMPLES: Readonly<Record<EncryptionCause, readonly (readonly [string, Change])[]>> = {
    encryption_not_accepted: [
      ['"RSA1_5"', KEY.encrypt.rsa15],
      ['a shared secret: "alg" is "dir"', KEY.encrypt.sharedKey],
      ['a shared secret: "alg" is "PBES2-HS512+A256KW"', KEY.encrypt.password],
    ],
    nested_token_not_marked: [['has no "cty"', KEY.encrypt.notNested]],
    encrypted_to_unknown_key: [
      ['the key "unknown"; the keys of "decryption" are "c", "b", "a"', KEY.encrypt.unknownKeyId],
    ],
    encrypted_but_not_signed: [['encrypted and not signed', KEY.encrypt.claimsOnly]],
    token_not_encrypted: [['only signed', (token) => token]],
  };
  const ROWS = Object.entries(EXAMPLES).flatMap(([cause, examples]) =>
    examples.map(([evidence, change]) => ({ cause, evidence, change })),
  );
  it.each(ROWS)('name $cause: $evidence', async ({ cause, evidence, change }) => {
    const issuer = await openIssuer();
    const token = change(await issuer.mint());
    const { findings } = await openVerifier(issuer, REQUIRED).explain(token);
    expect(findings.map((finding) => finding.cause)).toEqual([cause]);
    expect(findings[0]?.evidence).toContain(evidence);
    expect(findings[0]?.fixes.length).toBeGreaterThan(0);
  });

  it('name the mistakes of the nested token', async () => {
    const issuer = await openIssuer();
    const token = await issuer.forge.algNone({ encryptTo: KEY });
    const { findings } = await openVerifier(issuer, REQUIRED).explain(token);
    expect(findings.map(({ cause }) => cause)).toEqual(['unsigned_token']);
  });
});
