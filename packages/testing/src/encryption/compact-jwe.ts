/**
 * Writes compact JWEs, valid or not.
 *
 * Written with `node:crypto` instead of the library that `@scopegate/access-token` decrypts with, so that
 * both cannot have the same bug, that forgeries may have any header, and that tokens are minted
 * synchronously.
 *
 * @module
 */
import type { JsonMembers } from '../shapes/token-shape.js';
import { encodeSegment } from '../tokens/compact-jws.js';
import { encryptContent } from './content-encryption.js';
import { type Recipient, type TransportedKey, transportKey } from './key-management.js';

/** A JWE before it is encrypted. */
export interface JweDraft extends Recipient {
  readonly plaintext: string;
  /** All header parameters except those of the key management algorithm; `undefined` removes one. */
  readonly header: JsonMembers;
}

/** The segments of a compact JWE. RFC 7516 §3.1. */
export interface JweSegments {
  readonly header: string;
  readonly encryptedKey: string;
  readonly iv: string;
  readonly ciphertext: string;
  readonly tag: string;
}

/**
 * Encrypts a draft.
 *
 * @param transported - The content encryption key. By default a new one, which only the recipient can find.
 */
export function encryptCompact(
  draft: JweDraft,
  transported: TransportedKey = transportKey(draft),
): JweSegments {
  const { enc, plaintext } = draft;
  const parameters = { ...transported.header, ...draft.header };
  const header = encodeSegment(JSON.stringify(parameters));
  const key = transported.contentKey;
  const { iv, ciphertext, tag } = encryptContent({ enc, key, plaintext, aad: header });
  return {
    header,
    encryptedKey: encodeSegment(transported.encryptedKey),
    iv: encodeSegment(iv),
    ciphertext: encodeSegment(ciphertext),
    tag: encodeSegment(tag),
  };
}

/** Joins segments. */
export function joinJwe({ header, encryptedKey, iv, ciphertext, tag }: JweSegments): string {
  return [header, encryptedKey, iv, ciphertext, tag].join('.');
}
