import { describe, expect, it } from 'vitest';
import { resolveDpop } from './resolve-dpop.js';
import { PUBLIC_KEY_ALGORITHMS } from '../jws/signature.js';
import type { ProofPolicy } from '../dpop/proof-policy.js';
import { createReplayStore } from '../../../../test/support/replay-stores.js';
import { typeErrorMessageOf } from '../../../../test/support/type-error-message.js';

const CONTEXT = { audiences: ['https://api.example.com/v1'], allowHttp: false };
const store = createReplayStore();

function resolve(dpop: unknown): ProofPolicy | undefined {
  return resolveDpop(dpop, CONTEXT);
}

function messageOf(dpop: unknown): string {
  return typeErrorMessageOf(() => resolve(dpop));
}

describe('resolveDpop', () => {
  it.each([true, {}])('completes %j with defaults', (dpop) => {
    expect(resolve(dpop)).toEqual({
      publicUrls: ['https://api.example.com'],
      algorithms: PUBLIC_KEY_ALGORITHMS,
      maxAgeSeconds: 60,
      clockToleranceSeconds: 30,
      replay: { store: undefined, maxEntries: 1_000_000 },
      nonce: undefined,
    });
    expect(resolve(undefined)).toBeUndefined();
  });

  it('accepts every option at its limits, and treats undefined as absent', () => {
    const names = [
      'publicUrl',
      'algorithms',
      'maxAgeSeconds',
      'clockToleranceSeconds',
      'replay',
      'nonce',
    ];
    const absent = Object.fromEntries(names.map((name) => [name, undefined]));
    expect(resolve(absent)).toEqual(resolve(true));
    expect(resolve({ replay: { store: undefined, maxEntries: undefined } })).toEqual(resolve(true));
    for (const [maxAgeSeconds, clockToleranceSeconds] of [
      [1, 0],
      [300, 300],
    ]) {
      const times = { maxAgeSeconds, clockToleranceSeconds };
      expect(resolve(times)).toMatchObject(times);
    }
    for (const maxEntries of [1, 10_000_000]) {
      expect(resolve({ replay: { maxEntries } })).toMatchObject({ replay: { maxEntries } });
    }
    for (const timeoutMs of [1, 10_000]) {
      const replay = { store, timeoutMs };
      expect(resolve({ replay })).toMatchObject({
        replay: { timeoutMs, whileUnavailable: 'refuse' },
      });
    }
    for (const lifetimeSeconds of [20, 600]) {
      const nonce = { secret: new Uint8Array(32), lifetimeSeconds };
      expect(resolve({ nonce })).toMatchObject({ nonce: { lifetimeSeconds } });
    }
  });

  it('takes the store itself, whose register() may need it', () => {
    expect(resolve({ replay: { store, whileUnavailable: 'local' } })?.replay).toEqual({
      store,
      timeoutMs: 250,
      whileUnavailable: 'local',
      maxEntries: 1_000_000,
    });
    expect(resolve({ replay: { store } })?.replay.store).toBe(store);
  });

  it('narrows the algorithms, each listed once', () => {
    const algorithms = ['ES256', 'EdDSA', 'ES256'];
    expect(resolve({ algorithms })?.algorithms).toEqual(['ES256', 'EdDSA']);
  });

  it('copies the secrets of nonces', () => {
    const secrets = [new Uint8Array(32).fill(1), Buffer.alloc(48, 2)];
    const resolved = resolve({ nonce: { secret: secrets } })?.nonce;
    expect(resolved?.lifetimeSeconds).toBe(120);
    for (const secret of secrets) secret.fill(0);
    expect(resolved?.secrets.map((secret) => [secret.length, secret[0]])).toEqual([
      [32, 1],
      [48, 2],
    ]);
    expect(resolve({ nonce: { secret: new Uint8Array(32) } })?.nonce?.secrets).toHaveLength(1);
  });

  const algorithms = PUBLIC_KEY_ALGORITHMS.join(', ');
  const secretRule =
    'option "dpop.nonce.secret" must be a Uint8Array of at least 32 octets, or a non-empty array of them, not text';
  const secret = new Uint8Array(32);
  it.each<[string, unknown, string]>([
    ['false', false, 'option "dpop" must be true or an object; omit it to accept no proofs'],
    ['a string', 'on', 'option "dpop" must be true or an object; omit it to accept no proofs'],
    ['null', null, 'option "dpop" must be true or an object; omit it to accept no proofs'],
    [
      'a member of another library',
      { enabled: true, required: true },
      'option "dpop" has no option "enabled"; omit it: "dpop" itself accepts proofs',
    ],
    [
      'an unknown member',
      { publicURL: 'x' },
      'option "dpop" has no option "publicURL"; did you mean "publicUrl"?',
    ],
    [
      'empty algorithms',
      { algorithms: [] },
      `option "dpop.algorithms" must be a non-empty array of ${algorithms}, not an empty array`,
    ],
    [
      'algorithms that are a string',
      { algorithms: 'ES256' },
      `option "dpop.algorithms" must be a non-empty array of ${algorithms}, not a string`,
    ],
    [
      'HS256',
      { algorithms: ['ES256', 'HS256'] },
      `option "dpop.algorithms" must contain only ${algorithms}; proofs are signed with a private key`,
    ],
    ['none', { algorithms: ['none'] }, `option "dpop.algorithms" must contain only ${algorithms}`],
    [
      'an algorithm that is a number',
      { algorithms: [256] },
      `option "dpop.algorithms" must contain only ${algorithms}`,
    ],
    [
      'maxAgeSeconds 0',
      { maxAgeSeconds: 0 },
      'option "dpop.maxAgeSeconds" must be a number from 1 to 300',
    ],
    [
      'maxAgeSeconds 301',
      { maxAgeSeconds: 301 },
      'option "dpop.maxAgeSeconds" must be a number from 1 to 300',
    ],
    [
      'a tolerance of -1',
      { clockToleranceSeconds: -1 },
      'option "dpop.clockToleranceSeconds" must be a number from 0 to 300',
    ],
    [
      'a tolerance of 301',
      { clockToleranceSeconds: 301 },
      'option "dpop.clockToleranceSeconds" must be a number from 0 to 300',
    ],
    ['replay: false', { replay: false }, 'option "dpop.replay" must be an object'],
    [
      'replay.enabled',
      { replay: { enabled: false } },
      'option "dpop.replay" has no option "enabled"; omit it: the check cannot be switched off',
    ],
    [
      'replay.maxEntrys',
      { replay: { maxEntrys: 1 } },
      'option "dpop.replay" has no option "maxEntrys"; did you mean "maxEntries"?',
    ],
    [
      'maxEntries 0',
      { replay: { maxEntries: 0 } },
      'option "dpop.replay.maxEntries" must be an integer from 1 to 10000000',
    ],
    [
      'maxEntries 1.5',
      { replay: { maxEntries: 1.5 } },
      'option "dpop.replay.maxEntries" must be an integer from 1 to 10000000',
    ],
    [
      'a store with maxEntries',
      { replay: { store, maxEntries: 1 } },
      'option "dpop.replay.store" cannot be combined with "maxEntries"',
    ],
    [
      'a store instead of the options',
      { replay: { register: () => true } },
      'option "dpop.replay" must be { store } or { maxEntries }, not the store itself',
    ],
    [
      'a store with an inherited register() instead of the options',
      { replay: Object.create({ register: () => true }) as unknown },
      'option "dpop.replay" must be { store } or { maxEntries }, not the store itself',
    ],
    [
      'a store without register()',
      { replay: { store: { take: () => true } } },
      'option "dpop.replay.store" must be an object with the method register()',
    ],
    [
      'a store that is a function',
      { replay: { store: () => true } },
      'option "dpop.replay.store" must be an object with the method register()',
    ],
    [
      'timeoutMs 0',
      { replay: { store, timeoutMs: 0 } },
      'option "dpop.replay.timeoutMs" must be an integer from 1 to 10000',
    ],
    [
      'timeoutMs without a store',
      { replay: { timeoutMs: 250 } },
      'option "dpop.replay.timeoutMs" requires the option "dpop.replay.store"',
    ],
    [
      'whileUnavailable without a store',
      { replay: { whileUnavailable: 'local' } },
      'option "dpop.replay.whileUnavailable" requires the option "dpop.replay.store"',
    ],
    [
      'whileUnavailable: "accept"',
      { replay: { store, whileUnavailable: 'accept' } },
      'option "dpop.replay.whileUnavailable" must be "refuse" or "local"',
    ],
    ['nonce: true', { nonce: true }, 'option "dpop.nonce" must be an object'],
    [
      'nonces without a secret',
      { nonce: {} },
      'option "dpop.nonce.secret" is missing; it must be the same in every process',
    ],
    [
      'nonce.secrets',
      { nonce: { secrets: [secret] } },
      'option "dpop.nonce" has no option "secrets"; did you mean "secret"?',
    ],
    ['a secret of 31 octets', { nonce: { secret: new Uint8Array(31) } }, secretRule],
    [
      'a second secret of 31 octets',
      { nonce: { secret: [secret, new Uint8Array(31)] } },
      secretRule,
    ],
    ['no secrets', { nonce: { secret: [] } }, secretRule],
    ['a secret that is text', { nonce: { secret: 's'.repeat(32) } }, secretRule],
    [
      'a nonce lifetime of 19 s',
      { nonce: { secret, lifetimeSeconds: 19 } },
      'option "dpop.nonce.lifetimeSeconds" must be a number from 20 to 600',
    ],
    [
      'a nonce lifetime of 601 s',
      { nonce: { secret, lifetimeSeconds: 601 } },
      'option "dpop.nonce.lifetimeSeconds" must be a number from 20 to 600',
    ],
  ])('does not accept %s', (_name, dpop, message) => {
    expect(messageOf(dpop)).toBe(message);
  });
});
