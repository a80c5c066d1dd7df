/**
 * Which audience of an assertion a server accepts.
 *
 * @module
 */
import type { AssertionAudience } from '@scopegate/client';
import { expect, it, onTestFinished } from 'vitest';
import { startServerTest } from '../../contract/server-test.js';
import type { ServerDescription } from '../../contract/server.js';

/** Registers a test for each audience that `privateKeyJwt()` can sign for. */
export function describeAudiences(
  description: ServerDescription,
  accepted: readonly AssertionAudience[],
): void {
  it.each(['issuer', 'token_endpoint', 'both'] as const)(
    `is accepted if it is ${accepted.join(' or ')}: %s`,
    async (audience) => {
      const test = await startServerTest({ ...description, assertion: { audience } });
      onTestFinished(() => test.close());
      const outcome = test.requestToken({ client: test.clientOf('private_key_jwt') });
      if (accepted.includes(audience)) await expect(outcome).resolves.toMatch(/^ey/);
      else
        await expect(outcome).rejects.toThrow(
          /; the audience of the assertion is the .* "audience"/,
        );
    },
  );
}
