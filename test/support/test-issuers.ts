/**
 * Issuers and resource servers that are closed after the running test.
 *
 * @module
 */
import {
  type AccessTokenClaims,
  createResourceServer,
  type ResourceServer,
  type ResourceServerOptions,
} from '@scopegate/express';
import {
  createTestIssuer,
  type TestIssuer,
  type TestIssuerOptions,
  type TokenOverrides,
} from '@scopegate/testing';
import { onTestFinished } from 'vitest';

/** Opens an issuer on a loopback socket; its keys are ES256, which are fast to generate. */
export async function openIssuer(options: TestIssuerOptions = {}): Promise<TestIssuer> {
  const issuer = await createTestIssuer({ alg: 'ES256', ...options });
  onTestFinished(() => issuer.close());
  return issuer;
}

/** Creates a resource server. */
export function openApi<const Scope extends string = string, Claims = AccessTokenClaims>(
  options: ResourceServerOptions<Scope, Claims>,
): ResourceServer<Scope, Claims> {
  const api = createResourceServer(options);
  onTestFinished(() => {
    api.close();
  });
  return api;
}

/** Request headers with a new token. */
export async function bearer(
  issuer: Pick<TestIssuer, 'mint'>,
  overrides?: TokenOverrides,
): Promise<Record<string, string>> {
  return { authorization: `Bearer ${await issuer.mint(overrides)}` };
}
