/**
 * The JWKS endpoint fails immediately, in several ways, and the keys expire.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { isAllServed, startPaced, untilServed } from '../load/paced.mjs';
import { inTurn } from '../load/tokens.mjs';
import { formatNumber, formatStatuses } from '../report/format.mjs';
import { startGuarded, stopGuarded, withEach } from '../server/guarded.mjs';
import { OWN } from '../settings.mjs';

const FAILURES = ['down', 'status 500', 'garbage'];
const LIFETIME_MS = 1_000;
const PER_SECOND = 40;

/** @param {import('./attack.mjs').Scene} scene */
export async function measureOutages(scene) {
  const { tokens, settings } = scene;
  const guarded = await startGuarded(scene, { lifetimeMs: LIFETIME_MS });
  try {
    const outcomes = new Map();
    for (const failure of FAILURES) {
      const outcome = await withEach(guarded, (one) =>
        playOutage(one, failure, inTurn(tokens), settings.outageSeconds),
      );
      outcomes.set(failure, outcome);
    }
    return report(outcomes);
  } finally {
    await stopGuarded(guarded);
  }
}

async function playOutage({ server, document }, failure, authorization, seconds) {
  const pace = { perSecond: PER_SECOND, authorization };
  document.state = 'healthy';
  await untilServed(server.url, pace);
  document.state = failure;
  await sleep(LIFETIME_MS * 1.2);
  const callers = startPaced(server.url, pace);
  await sleep(seconds * 1000);
  return callers.stop();
}

function report(outcomes) {
  const [first] = outcomes.values();
  const cell = (failure, name) => {
    const { statuses, longest } = outcomes.get(failure).get(name);
    return `${formatStatuses(statuses)}; ${formatNumber(longest / 1000)} s`;
  };
  const allServed = FAILURES.every((failure) => isAllServed(outcomes.get(failure).get(OWN)));
  return {
    tables: [
      {
        title:
          'The JWKS endpoint fails and the keys have expired: ' +
          'answers to good tokens; longest wait',
        columns: ['', ...FAILURES],
        rows: [...first.keys()].map((name) => [
          name,
          ...FAILURES.map((failure) => cell(failure, name)),
        ]),
      },
    ],
    charts: [],
    figures: { 'attack.outage': { allServed } },
  };
}
