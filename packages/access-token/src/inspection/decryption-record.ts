/**
 * How an encrypted token under inspection was decrypted.
 *
 * @module
 */
import { InvalidTokenError } from '@scopegate/protocol';
import { parseUnverifiedJwe, type UnverifiedJweHeader } from '../jwe/compact-jwe.js';
import { type DecryptedToken, decryptWith } from '../jwe/decrypter.js';
import { type DecryptionKey, findFittingKeys } from '../jwe/decryption-key.js';
import { decodeHeader } from '../jws/jose-header.js';
import type { JsonObject } from '../jws/json-object.js';

/**
 * What became of one of the keys.
 *
 * - `decrypted`: it decrypted the token.
 * - `failed`: it fits the token, but does not decrypt it.
 * - `algorithm`: it is not for the `alg` of the token.
 * - `curve`: the ephemeral key of the token is on another curve.
 * - `kid`: the token names another key.
 * - `not_tried`: another key decrypted the token before.
 */
export type KeyTrialOutcome = 'decrypted' | 'failed' | 'algorithm' | 'curve' | 'kid' | 'not_tried';

/** One of the keys, and what became of it. */
export interface KeyTrial {
  readonly key: DecryptionKey;
  readonly outcome: KeyTrialOutcome;
}

/** How a token was decrypted, or why it was not. */
export type DecryptionRecord =
  /** The token is not encrypted, or not decrypted here. */
  | { readonly kind: 'none' }
  /** It is refused before a key is tried. */
  | { readonly kind: 'refused'; readonly parameters: JsonObject; readonly error: InvalidTokenError }
  | {
      readonly kind: 'failed';
      readonly parameters: JsonObject;
      readonly trials: readonly KeyTrial[];
    }
  | {
      readonly kind: 'decrypted';
      readonly parameters: JsonObject;
      readonly trials: readonly KeyTrial[];
      readonly decrypted: DecryptedToken;
    };

/** The record of a token that is not encrypted. */
export const NOT_ENCRYPTED: DecryptionRecord = Object.freeze({ kind: 'none' });

/**
 * Decrypts a token as verification does, and records which keys were tried.
 *
 * @param token - Within the permitted length.
 */
export async function recordDecryption(
  token: string,
  keys: readonly DecryptionKey[],
): Promise<DecryptionRecord> {
  try {
    return await tryKeys(token, parseUnverifiedJwe(token), keys);
  } catch (error) {
    if (!(error instanceof InvalidTokenError)) throw error;
    const [header = ''] = token.split('.', 1);
    return { kind: 'refused', parameters: decodeHeader(header) ?? {}, error };
  }
}

async function tryKeys(
  token: string,
  header: UnverifiedJweHeader,
  keys: readonly DecryptionKey[],
): Promise<DecryptionRecord> {
  const fitting = findFittingKeys(keys, header);
  const { parameters } = header;
  const trials: KeyTrial[] = [];
  let decrypted: DecryptedToken | undefined;
  for (const key of keys) {
    const isTried = fitting.includes(key) && decrypted === undefined;
    const jws = isTried ? await decryptWith(key, token, header) : undefined;
    if (jws !== undefined) decrypted = { jws, header, key };
    trials.push({ key, outcome: outcomeOf(key, header, { fitting, decrypted }) });
  }
  return decrypted === undefined
    ? { kind: 'failed', parameters, trials }
    : { kind: 'decrypted', parameters, trials, decrypted };
}

interface Progress {
  readonly fitting: readonly DecryptionKey[];
  readonly decrypted: DecryptedToken | undefined;
}

function outcomeOf(
  key: DecryptionKey,
  { alg, curve }: UnverifiedJweHeader,
  { fitting, decrypted }: Progress,
): KeyTrialOutcome {
  if (decrypted?.key === key) return 'decrypted';
  if (fitting.includes(key)) return decrypted === undefined ? 'failed' : 'not_tried';
  if (!key.algorithms.includes(alg)) return 'algorithm';
  return curve === undefined || key.kind === curve ? 'kid' : 'curve';
}
