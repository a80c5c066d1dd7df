/**
 * The JWKS endpoint hangs, and later the keys expire: each library with its default timeouts.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { isAllServed, startPaced, untilServed } from '../load/paced.mjs';
import { inTurn } from '../load/tokens.mjs';
import { ratio, summarise } from '../measure/statistics.mjs';
import { formatFigure, formatNumber, formatStatuses } from '../report/format.mjs';
import { startGuarded, stopGuarded, withEach } from '../server/guarded.mjs';
import { OWN } from '../settings.mjs';

const PER_SECOND = 40;
const PER_SECOND_ALONE = 300;
const WINDOW_SECONDS = 1;
const PATIENCE_MS = 10_000;
// Scopegate starts to refresh its keys at 80 % of their lifetime.
const HANG_FROM = 0.78;

/** @param {import('./attack.mjs').Scene} scene */
export async function prepareHang(scene) {
  const lifetimeMs = scene.settings.hangLifetimeSeconds * 1000;
  const guarded = await startGuarded(scene, { lifetimeMs });
  const since = performance.now();
  const pace = { perSecond: PER_SECOND, authorization: inTurn(scene.tokens) };
  await withEach(guarded, ({ server }) => untilServed(server.url, pace));
  return { guarded, since, lifetimeMs };
}

/**
 * Measures Scopegate alone, before and after its keys expire, with enough requests for a p99; then the
 * others.
 *
 * @param {import('./attack.mjs').Scene} scene
 * @param {Awaited<ReturnType<typeof prepareHang>>} hanging
 * @param {Promise<unknown>} background - Other measurements that run until then.
 */
export async function measureHang(scene, { guarded, since, lifetimeMs }, background) {
  const until = (milliseconds) => sleep(since + milliseconds - performance.now());
  const { hangWindows, outageSeconds } = scene.settings;
  const { server } = guarded.get(OWN);
  try {
    await background;
    const before = await callInWindows(hangWindows, server, scene);
    await until(lifetimeMs * HANG_FROM);
    for (const { document } of guarded.values()) document.state = 'hang';
    await until(lifetimeMs + 1_500);
    const during = await callInWindows(hangWindows, server, scene);
    const all = await withEach(guarded, (one) =>
      callFor(outageSeconds, one.server, scene, PER_SECOND),
    );
    return report(all, before, during, lifetimeMs / 1000);
  } finally {
    await stopGuarded(guarded);
  }
}

async function callInWindows(count, server, scene) {
  const windows = [];
  for (let window = 0; window < count; window += 1) {
    windows.push(await callFor(WINDOW_SECONDS, server, scene, PER_SECOND_ALONE));
  }
  return windows;
}

async function callFor(seconds, server, { tokens }, perSecond) {
  const pace = { perSecond, authorization: inTurn(tokens), patienceMs: PATIENCE_MS };
  const callers = startPaced(server.url, pace);
  await sleep(seconds * 1000);
  return callers.stop();
}

function report(all, before, during, lifetimeSeconds) {
  const title = `The JWKS endpoint hangs and the keys expire after ${lifetimeSeconds} s`;
  return {
    tables: [
      {
        title,
        columns: ['', 'answers to good tokens', 'longest wait, s'],
        rows: [...all].map(([name, { statuses, longest }]) => [
          name,
          formatStatuses(statuses),
          formatNumber(longest / 1000),
        ]),
        note: `Requests are abandoned after ${PATIENCE_MS / 1000} s and counted as "none".`,
      },
      aloneTable(title, before, during),
    ],
    charts: [
      {
        title,
        unit: 'longest wait of a good token, s',
        better: 'lower',
        bars: [...all].map(([name, { statuses, longest }]) => ({
          label: name,
          kind: name === OWN ? 'own' : 'peer',
          value: longest / 1000,
          remark: formatStatuses(statuses),
        })),
      },
    ],
    figures: {
      'attack.hang': { ...slowdownOf(before, during), allServed: during.every(isAllServed) },
    },
  };
}

function aloneTable(title, before, during) {
  const p99 = (windows) => formatFigure(summarise(windows.map((window) => window.p99)));
  return {
    title: `${title}: ${OWN} alone, ${PER_SECOND_ALONE} good tokens a second`,
    columns: ['', 'p99 against before', 'p99 before, ms', 'p99 during, ms', 'answers'],
    rows: [
      [
        OWN,
        formatFigure(slowdownOf(before, during)),
        p99(before),
        p99(during),
        during.every(isAllServed) ? 'all 200' : 'not all 200',
      ],
    ],
  };
}

function slowdownOf(before, during) {
  const p99 = (windows) => windows.map((window) => window.p99);
  return ratio(p99(during), p99(before));
}
