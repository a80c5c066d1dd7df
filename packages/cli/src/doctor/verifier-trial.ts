/**
 * Runs a verifier against an authorization server, which decides the verdict of the doctor.
 *
 * @module
 */
import { createAccessTokenVerifier, KeySetError } from '@scopegate/access-token';
import type { DocumentRecorder } from './document-recorder.js';

/** The options of the verifier. */
export interface TrialOptions {
  /** The issuer identifier. */
  readonly issuer: string;
  /** The URL of the JWKS; `undefined` for discovery. */
  readonly jwksUri: string | undefined;
  /** Whether http is accepted for hosts other than this machine. */
  readonly dangerouslyAllowHttp: boolean | undefined;
  readonly clock: () => number;
  readonly timeoutMs: number;
}

/** What a verifier did. */
export interface TrialResult {
  /** Why it has no keys; `undefined` when it has. */
  readonly error: string | undefined;
  /** The number of usable keys. */
  readonly keys: number;
  /** The URLs that it requested, in that order. */
  readonly requested: readonly string[];
}

/**
 * Lets a verifier fetch its keys.
 *
 * @throws TypeError (rejects) The verifier refuses the issuer or another option.
 */
export async function tryVerifier(
  { issuer, jwksUri, dangerouslyAllowHttp, clock, timeoutMs }: TrialOptions,
  recorder: DocumentRecorder,
): Promise<TrialResult> {
  const verifier = createAccessTokenVerifier({
    issuer,
    // The audience does not matter, because no token is verified.
    audience: issuer,
    jwksUri,
    dangerouslyAllowHttp,
    clock,
    fetch: recorder.fetch,
    keySet: { timeoutMs },
  });
  try {
    const error = await findError(verifier.ready());
    const [health] = verifier.health().issuers;
    return { error, keys: health?.keys ?? 0, requested: recorder.requested };
  } finally {
    verifier.close();
  }
}

async function findError(ready: Promise<void>): Promise<string | undefined> {
  try {
    await ready;
    return undefined;
  } catch (error) {
    if (error instanceof KeySetError) return error.message;
    throw error;
  }
}
