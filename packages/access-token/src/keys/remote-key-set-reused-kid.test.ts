import type { JsonWebKey } from 'node:crypto';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { KEY_SET_CHANNEL, type KeySetEvent } from './key-set-events.js';
import type { SignerSearch } from './key-set.js';
import type { RemoteKeySet } from './remote-key-set.js';
import type { VerificationKey } from '../jws/signature.js';
import { createKeyPair } from '../../../../test/support/key-pairs.js';
import { listenTo } from '../../../../test/support/listen-to.js';
import { createRemoteKeySet, ISSUER } from '../../../../test/support/remote-key-sets.js';
import { settle } from '../../../../test/support/settle.js';

const SECOND = 1_000;

/** The first key, and the one that replaces it under the same `kid`. */
let first: JsonWebKey;
let second: JsonWebKey;

let served: readonly object[];
let headers: Record<string, string>;
let asked: number;
/** Delays responses until it resolves. */
let gate: Promise<void>;
let now: number;
let keySet: RemoteKeySet;
let events: readonly KeySetEvent[];

function createKeySet(): RemoteKeySet {
  return createRemoteKeySet({
    fetch: async () => {
      asked += 1;
      const keys = served;
      await gate;
      return Response.json({ keys }, { headers });
    },
    clock: () => now,
    jitter: () => 0,
  });
}

beforeAll(() => {
  first = { ...createKeyPair('P-256').publicJwk, kid: 'sig' };
  second = { ...createKeyPair('P-256').publicJwk, kid: 'sig' };
});

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  served = [first];
  headers = { 'cache-control': 'max-age=3600' };
  gate = Promise.resolve();
  now = Date.UTC(2030, 0, 1);
  keySet = createKeySet();
  events = listenTo(KEY_SET_CHANNEL) as readonly KeySetEvent[]; // the channel has no other messages
  await keySet.whenReady();
  asked = 0;
});

afterEach(() => {
  keySet.close();
  vi.useRealTimers();
});

/** Whether a key is the given one. */
const isKey =
  ({ x }: JsonWebKey) =>
  ({ keyObject }: VerificationKey): boolean =>
    keyObject.export({ format: 'jwk' }).x === x;

/** Searches for the key of a token with the known `kid` that this key signed. */
function findSigned(jwk: JsonWebKey): SignerSearch | Promise<SignerSearch> {
  return keySet.findSigner({ alg: 'ES256', kid: 'sig', hasSigned: isKey(jwk) });
}

/** Searches for the key of a forged token with the known `kid`. */
const findForged = async (): Promise<SignerSearch> =>
  keySet.findSigner({ alg: 'ES256', kid: 'sig', hasSigned: () => false });

const floodOf = (count: number): Promise<readonly SignerSearch[]> =>
  Promise.all(Array.from({ length: count }, findForged));

describe('RemoteKeySet › known kid with a bad signature', () => {
  it('finds a new key under the old kid after one refresh', async () => {
    const old = await findSigned(first);
    served = [second];
    const { signer } = await findSigned(second);
    expect([signer?.kid, asked]).toEqual(['sig', 1]);
    expect(old.signer?.withdrawn).toBe(true);
    expect(findSigned(second)).not.toBeInstanceOf(Promise);
    expect(events).toContainEqual({ issuer: ISSUER, event: 'changed', added: 1, withdrawn: 1 });
  });

  it('refuses the withdrawn key under the same kid', async () => {
    served = [second];
    await findSigned(second);
    expect((await findSigned(first)).signer).toBeUndefined();
  });

  it('checks a signature once with each key', async () => {
    served = [first, second];
    const hasSigned = vi.fn(isKey(second));
    await keySet.findSigner({ alg: 'ES256', kid: 'sig', hasSigned });
    expect(hasSigned).toHaveBeenCalledTimes(2);
  });

  it('does not refresh for a good signature', async () => {
    for (let request = 0; request < 100; request += 1) {
      expect(findSigned(first)).not.toBeInstanceOf(Promise);
    }
    await settle();
    expect(asked).toBe(0);
  });

  it('keeps the candidates, so that the signature is wrong and the key is not unknown', async () => {
    const { signer, candidates } = await findForged();
    expect([signer, candidates.length, asked]).toEqual([undefined, 1, 1]);
  });

  it('causes at most four fetches in a flood, then one per five seconds', async () => {
    for (let burst = 0; burst < 10; burst += 1) await floodOf(100);
    expect(asked).toBe(4);
    for (let ms = 0; ms < 60 * SECOND; ms += 500) {
      now += 500;
      await floodOf(10);
    }
    expect(asked).toBe(4 + 12);
  });

  it('shares the budget of unknown kids', async () => {
    for (let burst = 0; burst < 10; burst += 1) await floodOf(10);
    const unknown = await keySet.findSigner({ alg: 'ES256', kid: 'new', hasSigned: () => true });
    expect([unknown.candidates, asked]).toEqual([[], 4]);
  });

  it('refuses at once, without a fetch, when the budget is spent', async () => {
    for (let burst = 0; burst < 10; burst += 1) await floodOf(10);
    gate = new Promise(() => undefined);
    const { signer } = await findForged();
    expect([signer, asked]).toEqual([undefined, 4]);
  });

  it('does not delay good tokens while a refresh is under way', async () => {
    gate = new Promise(() => undefined);
    const flood = floodOf(1_000);
    await settle();
    expect(findSigned(first)).not.toBeInstanceOf(Promise);
    expect(asked).toBe(1);
    keySet.close();
    for (const { signer } of await flood) expect(signer).toBeUndefined();
  });

  it('refuses after close()', async () => {
    keySet.close();
    expect((await findForged()).signer).toBeUndefined();
    expect(asked).toBe(0);
  });
});
