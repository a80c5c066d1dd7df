/**
 * Sealed entries: encrypted, authenticated, and bound to the place where they are stored.
 *
 * The format is `1.<key id>.<base64url(salt ‖ ciphertext ‖ tag)>`. Each entry has its own key and IV,
 * derived by HKDF-SHA-256 from a random salt of 16 octets, because random IVs under one key would be
 * exhausted within days (NIST SP 800-38D §8.3). The cipher is AES-256-GCM; the version, the key id, the
 * purpose and the full key in Redis are authenticated, so that an entry that is copied elsewhere does not open.
 *
 * @module
 */
import {
  createCipheriv,
  createDecipheriv,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { isPlainObject } from '@scopegate/protocol/internal';
import { publishStoreEvent, type StoreName } from '../store-events.js';
import type { SealingKey } from './encryption-key.js';

/** What an entry is for. */
export type SealPurpose = 'token' | 'introspection' | 'snapshot' | 'revocation';

/** Where an entry is stored. */
export interface SealPlace {
  readonly purpose: SealPurpose;
  /** The full key in Redis, prefix included. */
  readonly redisKey: string;
}

/** An entry that was opened, or why it was not: `tampered`, or sealed with a key that this process lacks. */
export type Opened =
  | { readonly value: Readonly<Record<string, unknown>>; readonly failure?: undefined }
  | { readonly value?: undefined; readonly failure: 'tampered' | 'unreadable' };

const VERSION = '1';
const SALT_OCTETS = 16;
const TAG_OCTETS = 16;
const FORM = /^1\.([A-Za-z0-9._-]{1,32})\.([A-Za-z0-9_-]+)$/;

const STORES: Readonly<Record<SealPurpose, StoreName>> = {
  token: 'tokens',
  introspection: 'introspectionCache',
  snapshot: 'keySetSnapshots',
  revocation: 'revocations',
};

/** Seals entries with the first key, and opens them with any. */
export class SealedBox {
  readonly #first: SealingKey;
  readonly #keys: ReadonlyMap<string, KeyObject>;

  constructor(keys: readonly [SealingKey, ...SealingKey[]]) {
    this.#first = keys[0];
    this.#keys = new Map(keys.map(({ id, key }) => [id, key]));
  }

  /** Seals a value that can be written as JSON. */
  seal(value: Readonly<Record<string, unknown>>, place: SealPlace): string {
    const { id, key } = this.#first;
    const salt = randomBytes(SALT_OCTETS);
    const { secret, iv } = deriveSecret(key, salt, place.purpose);
    const cipher = createCipheriv('aes-256-gcm', secret, iv);
    cipher.setAAD(formatAad(id, place));
    const text = cipher.update(JSON.stringify(value), 'utf8');
    const box = Buffer.concat([salt, text, cipher.final(), cipher.getAuthTag()]);
    return `${VERSION}.${id}.${box.toString('base64url')}`;
  }

  /** Opens an entry. Publishes why it cannot be opened. */
  open(sealed: string, place: SealPlace): Opened {
    const store = STORES[place.purpose];
    const match = FORM.exec(sealed);
    if (match === null) return fail(store);
    const [, id = '', text = ''] = match;
    if (!isCanonical(text)) return fail(store);
    const key = this.#keys.get(id);
    if (key === undefined) {
      publishStoreEvent({ event: 'unreadable', store, keyId: id });
      return { failure: 'unreadable' };
    }
    const value = decrypt({ id, key }, Buffer.from(text, 'base64url'), place);
    return value === undefined ? fail(store) : { value };
  }
}

/** Whether the bits of the last character that encode nothing are zero. RFC 4648 §3.5. */
function isCanonical(text: string): boolean {
  const end = text.slice(text.length - (text.length % 4));
  return Buffer.from(end, 'base64url').toString('base64url') === end;
}

function fail(store: StoreName): Opened {
  publishStoreEvent({ event: 'tampered', store });
  return { failure: 'tampered' };
}

function decrypt(
  { id, key }: SealingKey,
  box: Buffer,
  place: SealPlace,
): Readonly<Record<string, unknown>> | undefined {
  if (box.length < SALT_OCTETS + TAG_OCTETS) return undefined;
  const salt = box.subarray(0, SALT_OCTETS);
  const { secret, iv } = deriveSecret(key, salt, place.purpose);
  const decipher = createDecipheriv('aes-256-gcm', secret, iv, { authTagLength: TAG_OCTETS });
  decipher.setAAD(formatAad(id, place)).setAuthTag(box.subarray(-TAG_OCTETS));
  try {
    const text = decipher.update(box.subarray(SALT_OCTETS, -TAG_OCTETS));
    const value: unknown = JSON.parse(Buffer.concat([text, decipher.final()]).toString('utf8'));
    return isPlainObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function deriveSecret(
  key: KeyObject,
  salt: Buffer,
  purpose: SealPurpose,
): { readonly secret: Buffer; readonly iv: Buffer } {
  const derived = Buffer.from(hkdfSync('sha256', key, salt, `scopegate/1/${purpose}`, 44));
  return { secret: derived.subarray(0, 32), iv: derived.subarray(32) };
}

function formatAad(id: string, { purpose, redisKey }: SealPlace): Buffer {
  return Buffer.from([VERSION, id, purpose, redisKey].join('\0'), 'utf8');
}
