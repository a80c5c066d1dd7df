/**
 * The key of the inspector's own server.
 *
 * @module
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const KEY_BYTES = 32;

/** A key for one process. It is created at random, and goes with the process. */
export class AccessKey {
  readonly #digest: Buffer;
  /** The key, as the fragment of the address contains it. */
  readonly text: string = randomBytes(KEY_BYTES).toString('base64url');

  constructor() {
    this.#digest = digest(this.text);
  }

  /** Whether the field `Authorization` of a request contains the key. */
  matches(authorization: string | undefined): boolean {
    const given = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
    return given !== undefined && timingSafeEqual(digest(given), this.#digest);
  }
}

/** Digests have one length, so the comparison takes the same time for every key. */
function digest(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
