/**
 * The contract: what must hold with every authorization server, in the columns of docs/interop.md.
 *
 * @module
 */
import { afterAll, beforeAll, describe, type TestOptions } from 'vitest';
import { describeAuthentication, describeDiscovery } from './describe-requests.js';
import { describeOutage, describeRotation, describeTools } from './describe-operation.js';
import { describeAlgorithms, describeTokens, describeUsers } from './describe-tokens.js';
import type { ServerDescription } from './server.js';
import { type ServerTest, startServerTest } from './server-test.js';

/**
 * Registers the tests of the contract. Titles begin with the server and the column.
 *
 * @param options - Of all tests, such as `{ skip: true }`.
 */
export function describeServer(description: ServerDescription, options: TestOptions = {}): void {
  describe(description.name, options, () => {
    let test: ServerTest;
    const use = (): ServerTest => test;
    beforeAll(async () => {
      test = await startServerTest(description);
    });
    afterAll(() => test.close());

    describeDiscovery(description, use);
    describeAuthentication(description, use);
    describeTokens(description, use);
    describeAlgorithms(description);
    if (description.hasUsers) describeUsers(description, use);
    describeRotation(use);
    describeOutage(use);
    describeTools(description, use);
  });
}
