/**
 * A healthy JWKS endpoint that takes a second: how many callers wait for it?
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { startPaced, untilServed } from '../load/paced.mjs';
import { inTurn } from '../load/tokens.mjs';
import { formatNumber, formatStatuses } from '../report/format.mjs';
import { startGuarded, stopGuarded, withEach } from '../server/guarded.mjs';
import { OWN } from '../settings.mjs';

const PER_SECOND = 50;
// Shorter waits may be due to a busy machine.
const NOTICEABLE_MS = 500;

/** @param {import('./attack.mjs').Scene} scene */
export async function prepareSlowEndpoint(scene) {
  return startGuarded(scene, { lifetimeMs: scene.settings.slowLifetimeSeconds * 1000 });
}

/**
 * @param {import('./attack.mjs').Scene} scene
 * @param {Map<string, import('../server/guarded.mjs').Guarded>} guarded
 */
export async function measureSlowEndpoint({ tokens, settings }, guarded) {
  const { slowLifetimeSeconds } = settings;
  try {
    const outcomes = await withEach(guarded, async ({ server, document }) => {
      const pace = { perSecond: PER_SECOND, authorization: inTurn(tokens) };
      // The first keys are served without delay.
      await untilServed(server.url, pace);
      document.state = 'slow';
      const callers = startPaced(server.url, pace);
      await sleep(slowLifetimeSeconds * 1000 + 1500);
      return callers.stop();
    });
    return report(outcomes, slowLifetimeSeconds);
  } finally {
    await stopGuarded(guarded);
  }
}

function report(outcomes, lifetimeSeconds) {
  const waiting = ({ waits }) => waits.filter((wait) => wait > NOTICEABLE_MS).length;
  return {
    tables: [
      {
        title: `The JWKS endpoint takes 1 s to respond when the keys expire after ${lifetimeSeconds} s`,
        columns: ['', `waited over ${NOTICEABLE_MS} ms`, 'longest, ms', 'answers'],
        rows: [...outcomes].map(([name, outcome]) => [
          name,
          `${waiting(outcome)} of ${outcome.waits.length}`,
          formatNumber(outcome.longest),
          formatStatuses(outcome.statuses),
        ]),
      },
    ],
    charts: [],
    figures: { 'attack.slow': { value: waiting(outcomes.get(OWN)) } },
  };
}
