import { createSecretKey, webcrypto } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { listenTo } from '../../../../test/support/listen-to.js';
import { STORE_CHANNEL } from '../store-events.js';
import type { SealingKey } from './encryption-key.js';
import { SealedBox, type SealPlace } from './sealed-box.js';

const OCTETS = Buffer.from(Array.from({ length: 32 }, (_none, index) => index));
const OTHER_OCTETS = Buffer.alloc(32, 7);
const KEY: SealingKey = { id: '2026-11', key: createSecretKey(OCTETS) };
const OTHER: SealingKey = { id: '2026-12', key: createSecretKey(OTHER_OCTETS) };
const PLACE: SealPlace = { purpose: 'token', redisKey: 'prod:{abc}' };
const VALUE = { v: 1, token: 'a token', scopes: ['read', 'é'] };

/** Sealed with a salt of sixteen octets 0xA5, by the specification alone: see `sealWithWebCrypto`. */
const KNOWN =
  '1.2026-11.paWlpaWlpaWlpaWlpaWlpcWh8Xb4YdDcFMnSitm0DUNfwHcdtR17ZpsCQ36VtorpLvo9Ed4_a-PJRIoJ0sctl4MOH6f-4_fAmNxqWFLFDkY';

/** A second implementation of the format. */
async function derive(salt: Uint8Array<ArrayBuffer>, usage: 'encrypt' | 'decrypt') {
  const info = Buffer.from('scopegate/1/token');
  const master = await webcrypto.subtle.importKey('raw', OCTETS, 'HKDF', false, ['deriveBits']);
  const algorithm = { name: 'HKDF', hash: 'SHA-256', salt, info };
  const bits = Buffer.from(await webcrypto.subtle.deriveBits(algorithm, master, 44 * 8));
  const secret = bits.subarray(0, 32);
  const key = await webcrypto.subtle.importKey('raw', secret, 'AES-GCM', false, [usage]);
  const additionalData = Buffer.from(`1\0${KEY.id}\0${PLACE.purpose}\0${PLACE.redisKey}`);
  return { key, algorithm: { name: 'AES-GCM', iv: bits.subarray(32), additionalData } };
}

async function sealWithWebCrypto(salt: Uint8Array<ArrayBuffer>, text: string): Promise<string> {
  const { key, algorithm } = await derive(salt, 'encrypt');
  const box = await webcrypto.subtle.encrypt(algorithm, key, Buffer.from(text));
  return `1.${KEY.id}.${Buffer.concat([salt, Buffer.from(box)]).toString('base64url')}`;
}

async function openWithWebCrypto(sealed: string): Promise<string> {
  const octets = new Uint8Array(Buffer.from(sealed.split('.').at(-1) ?? '', 'base64url'));
  const { key, algorithm } = await derive(octets.subarray(0, 16), 'decrypt');
  const text = await webcrypto.subtle.decrypt(algorithm, key, octets.subarray(16));
  return Buffer.from(text).toString();
}

describe('SealedBox', () => {
  const box = new SealedBox([KEY]);

  it('opens what it has sealed, and seals each time differently', () => {
    const [sealed, again] = [box.seal(VALUE, PLACE), box.seal(VALUE, PLACE)];
    expect(sealed).toMatch(/^1\.2026-11\.[A-Za-z0-9_-]+$/);
    expect(sealed).not.toBe(again);
    expect(box.open(sealed, PLACE)).toStrictEqual({ value: VALUE });
    expect(box.open(again, PLACE)).toStrictEqual({ value: VALUE });
  });

  it('opens a known answer', () => {
    expect(box.open(KNOWN, PLACE)).toStrictEqual({ value: VALUE });
  });

  it('agrees with a second implementation in both directions', async () => {
    const salt = new Uint8Array(16).fill(0xa5);
    await expect(sealWithWebCrypto(salt, JSON.stringify(VALUE))).resolves.toBe(KNOWN);
    await expect(openWithWebCrypto(box.seal(VALUE, PLACE))).resolves.toBe(JSON.stringify(VALUE));
  });

  it('occupies 32 octets more than the text, and base64', () => {
    const text = { a: 'x'.repeat(1_000) };
    const length = Math.ceil(((JSON.stringify(text).length + 32) * 4) / 3);
    expect(box.seal(text, PLACE)).toHaveLength('1.2026-11.'.length + length);
  });

  it('does not open an entry of which any octet was changed', () => {
    const sealed = box.seal(VALUE, PLACE);
    const start = sealed.lastIndexOf('.') + 1;
    const octets = Buffer.from(sealed.slice(start), 'base64url');
    const events = listenTo(STORE_CHANNEL);
    for (let index = 0; index < octets.length; index += 1) {
      const changed = Buffer.from(octets);
      changed.writeUInt8(changed.readUInt8(index) ^ 1, index);
      const entry = sealed.slice(0, start) + changed.toString('base64url');
      expect(box.open(entry, PLACE)).toStrictEqual({ failure: 'tampered' });
    }
    expect(events).toStrictEqual(
      Array.from(octets, () => ({ event: 'tampered', store: 'tokens' })),
    );
  });

  it.each([
    ['another place', { ...PLACE, redisKey: 'prod:{abd}' }, 'tokens'],
    ['another fleet', { ...PLACE, redisKey: 'test:{abc}' }, 'tokens'],
    ['another purpose', { ...PLACE, purpose: 'introspection' as const }, 'introspectionCache'],
  ])('does not open an entry that was copied to %s', (_what, place, store) => {
    const events = listenTo(STORE_CHANNEL);
    expect(box.open(box.seal(VALUE, PLACE), place)).toStrictEqual({ failure: 'tampered' });
    expect(events).toStrictEqual([{ event: 'tampered', store }]);
  });

  it.each([
    ['nothing', () => ''],
    ['another version', (sealed: string) => sealed.replace(/^1/, '2')],
    ['padding', (sealed: string) => `${sealed}=`],
    ['a line break', (sealed: string) => `${sealed}\n`],
    ['a character of base64', (sealed: string) => `${sealed.slice(0, -1)}+`],
    ['one part more', (sealed: string) => `${sealed}.a`],
    ['no key id', (sealed: string) => sealed.replace('2026-11', '')],
    ['the end cut off', (sealed: string) => sealed.slice(0, -4)],
    ['less than a salt and a tag', () => `1.2026-11.${Buffer.alloc(31).toString('base64url')}`],
    ['only a salt and a tag', () => `1.2026-11.${Buffer.alloc(32).toString('base64url')}`],
  ])('does not open an entry with %s', (_what, change) => {
    const entry = change(box.seal(VALUE, PLACE));
    expect(box.open(entry, PLACE)).toStrictEqual({ failure: 'tampered' });
  });

  it('does not open base64url that has another canonical form', () => {
    // 1 octet more than a multiple of 3: the last character has 4 unused bits.
    const sealed = [{}, { a: 1 }, { a: 12 }]
      .map((value) => box.seal(value, PLACE))
      .find((each) => (each.length - 10) % 4 === 2);
    const last = sealed?.at(-1) ?? '';
    // One more than a multiple of four, so that only unused bits differ.
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const other = alphabet.charAt(alphabet.indexOf(last) + 1);
    const entry = `${sealed?.slice(0, -1) ?? ''}${other}`;
    const decode = (text: string): string =>
      Buffer.from(text.slice(10), 'base64url').toString('hex');
    expect(decode(entry)).toBe(decode(sealed ?? ''));
    expect(box.open(entry, PLACE)).toStrictEqual({ failure: 'tampered' });
  });

  it.each(['[1]', '1', 'null', '"text"', '{"a":', ''])(
    'does not open the text %j, which is not an object',
    async (text) => {
      const sealed = await sealWithWebCrypto(new Uint8Array(16), text);
      expect(box.open(sealed, PLACE)).toStrictEqual({ failure: 'tampered' });
    },
  );

  it('reports the id of a key that it lacks', () => {
    const events = listenTo(STORE_CHANNEL);
    const sealed = new SealedBox([OTHER]).seal(VALUE, PLACE);
    expect(box.open(sealed, PLACE)).toStrictEqual({ failure: 'unreadable' });
    expect(events).toStrictEqual([{ event: 'unreadable', store: 'tokens', keyId: '2026-12' }]);
  });

  it('does not open an entry of another key with the same id', () => {
    const sealed = new SealedBox([{ id: KEY.id, key: OTHER.key }]).seal(VALUE, PLACE);
    expect(box.open(sealed, PLACE)).toStrictEqual({ failure: 'tampered' });
  });

  it('seals with the first key and opens with any, so that keys can be replaced in three steps', () => {
    const steps = [[KEY], [KEY, OTHER], [OTHER, KEY]] as const;
    const boxes = steps.map((keys) => new SealedBox(keys));
    const ids = boxes.map((each) => each.seal(VALUE, PLACE).split('.')[1]);
    expect(ids).toStrictEqual([KEY.id, KEY.id, OTHER.id]);
    // Two steps that follow each other run side by side during a deployment.
    for (const [step, sealing] of boxes.entries()) {
      for (const opening of boxes.slice(Math.max(0, step - 1), step + 2)) {
        expect(opening.open(sealing.seal(VALUE, PLACE), PLACE)).toStrictEqual({ value: VALUE });
      }
    }
  });

  it('shows no key when it is inspected', () => {
    const shown = inspect([box, KEY], { depth: 9, showHidden: true }) + JSON.stringify([box, KEY]);
    for (const encoding of ['hex', 'base64', 'base64url'] as const) {
      expect(shown).not.toContain(OCTETS.toString(encoding));
    }
    expect(shown).not.toContain('00 01 02 03');
  });
});
