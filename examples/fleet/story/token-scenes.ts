/**
 * Scenes with the token that the report services share.
 *
 * @module
 */
import { runReports } from './calls.js';
import type { Fleet } from './fleet.js';
import type { Scene } from './scene.js';
import { until } from './until.js';

/** More than 90 % of the lifetime of a token, after which every process renews it. */
const RENEWAL_MS = 280_000;

/** The first use of a token by four processes, and by a fifth one that starts later. */
export function createColdStartScenes(): readonly Scene[] {
  return [
    {
      title: 'four report services start at the same time: the fleet requests one token',
      expected: ['4 report services: 200', '1 token request, 1 token in use'],
      run: (fleet) => countRequests(fleet),
    },
    {
      title: 'another report service starts later: it uses the token of the fleet',
      expected: ['5 report services: 200', '0 token requests, 1 token in use'],
      async run(fleet) {
        await fleet.add('report');
        return countRequests(fleet);
      },
    },
  ];
}

/** The renewal of the token by all processes, with one request. */
export function createRenewalScene(): Scene {
  return {
    title: 'the token is due for renewal in five processes: the fleet requests one',
    expected: ['5 report services: 200', '1 token request, 1 token in use, not the old one'],
    async run(fleet) {
      const before = fleet.issuer.requests.token;
      const { tokenIds: old } = await runReports(fleet);
      fleet.issuer.clock.set(Date.now());
      for (const report of fleet.reports) await report.advanceClock(RENEWAL_MS);
      // Each renews in the background, and uses the old token until it has the new one.
      let reports = await runReports(fleet);
      await until(async () => {
        reports = await runReports(fleet);
        return [...reports.tokenIds].every((id) => !old.has(id));
      });
      const requests = fleet.issuer.requests.token - before;
      const tokens = `${reports.tokenIds.size} token in use, not the old one`;
      return { lines: [reports.line, `${requests} token request, ${tokens}`] };
    },
  };
}

async function countRequests(fleet: Fleet): Promise<{ readonly lines: readonly string[] }> {
  const before = fleet.issuer.requests.token;
  const { line, tokenIds } = await runReports(fleet);
  const requests = fleet.issuer.requests.token - before;
  const noun = requests === 1 ? 'token request' : 'token requests';
  return { lines: [line, `${requests} ${noun}, ${tokenIds.size} token in use`] };
}
