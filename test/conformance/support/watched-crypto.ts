/**
 * The calls into OpenSSL that a test causes.
 *
 * @module
 */
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { onTestFinished, vi } from 'vitest';

/** How often keys were imported and signatures verified. */
export interface CryptoCalls {
  readonly imports: number;
  readonly verifications: number;
}

/** Counts the calls until the running test is over. */
export function watchCrypto(): { readonly calls: () => CryptoCalls; readonly reset: () => void } {
  const imports = vi.spyOn(crypto, 'createPublicKey');
  const verifications = vi.spyOn(crypto, 'verify');
  syncBuiltinESMExports();
  onTestFinished(() => {
    imports.mockRestore();
    verifications.mockRestore();
    syncBuiltinESMExports();
  });
  return {
    calls: () => ({
      imports: imports.mock.calls.length,
      verifications: verifications.mock.calls.length,
    }),
    reset: () => {
      imports.mockClear();
      verifications.mockClear();
    },
  };
}
