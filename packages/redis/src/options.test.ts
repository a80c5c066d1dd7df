import { createSecretKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { typeErrorMessageOf } from '../../../test/support/type-error-message.js';
import { type RedisStoresOptions, resolveStoresOptions } from './options.js';

const OCTETS = Buffer.alloc(32, 1);
const KEY = { id: '2026-11', key: OCTETS };

/** What is wrong with options, of which some are not what their types require. */
function messageOf(options: Readonly<Record<string, unknown>>): string {
  // The tests pass what callers without TypeScript pass.
  const given = { prefix: 'p', ...options } as RedisStoresOptions;
  return typeErrorMessageOf(() => resolveStoresOptions(given));
}

describe('resolveStoresOptions', () => {
  it('has defaults', () => {
    expect(resolveStoresOptions({ prefix: 'prod-eu:sales-api' })).toStrictEqual({
      prefix: 'prod-eu:sales-api',
      sealingKeys: [],
      timeoutMs: 250,
      revocations: {
        maxLifetimeSeconds: 86_400,
        pollMs: 500,
        maxStaleMs: 30_000,
        dangerouslyAcceptStale: false,
        maxEntries: 1_000_000,
      },
      allowEviction: false,
      clock: Date.now,
    });
  });

  it('accepts keys as octets and as KeyObject', () => {
    const key = createSecretKey(OCTETS);
    const { sealingKeys } = resolveStoresOptions({
      prefix: 'p',
      encryptionKeys: [KEY, { id: 'b', key }],
    });
    expect(sealingKeys.map(({ id }) => id)).toStrictEqual(['2026-11', 'b']);
    expect(sealingKeys.map((each) => each.key.export())).toStrictEqual([OCTETS, OCTETS]);
  });

  it('does not change when the octets of a key are changed later', () => {
    const octets = Buffer.from(OCTETS);
    const { sealingKeys } = resolveStoresOptions({
      prefix: 'p',
      encryptionKeys: [{ id: 'a', key: octets }],
    });
    octets.fill(0);
    expect(sealingKeys[0]?.key.export()).toStrictEqual(OCTETS);
  });

  it.each(['a', 'prod-eu:sales-api', '!~"$%&/()=?', 'a'.repeat(64)])(
    'accepts the prefix %s',
    (prefix) => {
      expect(resolveStoresOptions({ prefix }).prefix).toBe(prefix);
    },
  );

  it.each([undefined, '', 'a b', 'a\n', 'a{', '}a', '{a}', 'é', 'a'.repeat(65), 1, ['a']])(
    'rejects the prefix %j',
    (prefix) => {
      expect(messageOf({ prefix })).toBe(
        'option "prefix" must be 1 to 64 visible ASCII characters without "{" and "}", the same in every process of the fleet',
      );
    },
  );

  it.each([
    [[], 'option "encryptionKeys" must be a non-empty array of { id, key }'],
    [KEY, 'option "encryptionKeys" must be a non-empty array of { id, key }'],
    [['2026-11'], 'option "encryptionKeys[0]" must be { id, key }'],
    [[KEY, KEY], 'option "encryptionKeys" must not contain two keys with the same "id"'],
    [
      [{ id: 'a.b c', key: OCTETS }],
      'option "encryptionKeys[0].id" must be 1 to 32 characters of A-Z, a-z, 0-9, ".", "_" and "-"',
    ],
    [
      [KEY, { id: 'b', key: OCTETS.subarray(1) }],
      'option "encryptionKeys[1].key" must be 32 octets; read text with readEncryptionKey()',
    ],
    [
      [{ id: 'a', key: OCTETS.toString('base64') }],
      'option "encryptionKeys[0].key" must be 32 octets; read text with readEncryptionKey()',
    ],
    [
      [{ id: 'a', key: new Uint8Array() }],
      'option "encryptionKeys[0].key" must be 32 octets; read text with readEncryptionKey()',
    ],
  ])('rejects encryption keys (%#)', (encryptionKeys, message) => {
    expect(messageOf({ encryptionKeys })).toBe(message);
  });

  it.each([
    [{ timeoutMs: 19 }, 'option "timeoutMs" must be a number from 20 to 5000'],
    [{ timeoutMs: 5_001 }, 'option "timeoutMs" must be a number from 20 to 5000'],
    [{ timeoutMs: '250' }, 'option "timeoutMs" must be a number from 20 to 5000'],
    [{ dangerouslyAllowEviction: 1 }, 'option "dangerouslyAllowEviction" must be true or false'],
    [{ clock: 1 }, 'option "clock" must be a function'],
    [{ timeoutMS: 1 }, 'createRedisStores has no option "timeoutMS"; did you mean "timeoutMs"?'],
    [
      { revocations: { pollMs: 49 } },
      'option "revocations.pollMs" must be an integer from 50 to 60000',
    ],
    [
      { revocations: { pollMs: 1_000, maxStaleMs: 1_999 } },
      'option "revocations.maxStaleMs" must be at least twice "pollMs"',
    ],
    [{ revocations: true }, 'option "revocations" must be an object'],
  ])('rejects %j', (options, message) => {
    expect(messageOf(options)).toBe(message);
  });
});
