/**
 * The building blocks of tokens that are encrypted wrongly.
 *
 * @module
 */
import type { JsonMembers } from '../shapes/token-shape.js';
import { encryptCompact, joinJwe, type JweDraft, type JweSegments } from './compact-jwe.js';

/** A signed token, and how it would be encrypted correctly. */
export interface EncryptionAttempt {
  /** The token. */
  readonly token: string;
  /** Drafts a JWE to the key. */
  readonly draft: (plaintext: string) => JweDraft;
}

/** One way to encrypt a token wrongly. */
export interface EncryptionForgery {
  /** What is wrong with the token, in one line. */
  readonly explanation: string;
  /** The reasons that a guard of Scopegate may report for it. */
  readonly reasons: readonly string[];
  /** Encrypts the token wrongly. */
  readonly forge: (attempt: EncryptionAttempt) => string;
}

/** A table of forgeries. */
export type EncryptionForgeries<Name extends string> = Readonly<Record<Name, EncryptionForgery>>;

/** Encrypts the token with other header parameters; `undefined` removes one. */
export function encryptWithHeader(
  { token, draft }: EncryptionAttempt,
  header: JsonMembers,
): string {
  const drafted = draft(token);
  return joinJwe(encryptCompact({ ...drafted, header: { ...drafted.header, ...header } }));
}

/** Encrypts the token correctly, and replaces segments of the result. */
export function encryptThenReplace(
  { token, draft }: EncryptionAttempt,
  replace: (segments: JweSegments) => Partial<JweSegments>,
): string {
  const segments = encryptCompact(draft(token));
  return joinJwe({ ...segments, ...replace(segments) });
}

/** Encrypts any plaintext correctly. */
export function encryptPlaintext({ draft }: EncryptionAttempt, plaintext: string): string {
  return joinJwe(encryptCompact(draft(plaintext)));
}

/** Changes one bit of a segment. */
export function flipBit(segment: string): string {
  const octets = Buffer.from(segment, 'base64url');
  octets.writeUInt8((octets[0] ?? 0) ^ 1, 0);
  return octets.toString('base64url');
}
