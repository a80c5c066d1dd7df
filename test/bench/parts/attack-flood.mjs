/**
 * Floods of bad tokens: what they cost the authorization server, and the good callers.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { flood } from '../load/flood.mjs';
import { openConnections, startPaced } from '../load/paced.mjs';
import { attacks, inTurn } from '../load/tokens.mjs';
import { interleave } from '../measure/rounds.mjs';
import { startGuarded, stopGuarded } from '../server/guarded.mjs';
import { reportFloods } from './attack-flood-report.mjs';

const CONNECTIONS = 50;
const GOOD_PER_SECOND = 500;
const GOOD_CONNECTIONS = 32;

/** @param {import('./attack.mjs').Scene} scene */
export async function measureFloods(scene) {
  const { signer, tokens, settings } = scene;
  const guarded = await startGuarded(scene);
  try {
    const bad = attacks(signer);
    const bursts = new Map();
    for (const [name, one] of guarded) {
      await flood(one.server, { connections: 4, amount: 2000, authorization: inTurn(tokens) });
      bursts.set(name, await burst(one, bad['made-up kid'], settings.unknownKids));
    }
    const rounds = await interleave(
      crossed(guarded, bad),
      settings.floodRounds,
      ({ one, attack }) => floodBesideGood(one.server, attack, inTurn(tokens), settings),
    );
    return reportFloods(bursts, Object.keys(bad), (name, kind) => rounds.get(keyOf(name, kind)));
  } finally {
    await stopGuarded(guarded);
  }
}

/** Pairs every attack with every guard, so that all guards idle equally long between floods. */
function crossed(guarded, bad) {
  const pairs = Object.entries(bad).flatMap(([kind, attack]) =>
    [...guarded].map(([name, one]) => [keyOf(name, kind), { one, attack }]),
  );
  return new Map(pairs);
}

function keyOf(name, kind) {
  return `${name}: ${kind}`;
}

async function burst({ server, document }, authorization, amount) {
  const before = document.fetches;
  const { statuses } = await flood(server, { connections: CONNECTIONS, amount, authorization });
  return { amount, connections: CONNECTIONS, fetches: document.fetches - before, statuses };
}

/** The good callers connect before the flood, and are measured once it has ramped up. */
async function floodBesideGood(server, attack, good, { floodRampSeconds, floodSeconds }) {
  const agent = await openConnections(server.url, GOOD_CONNECTIONS, good());
  const seconds = floodRampSeconds + floodSeconds;
  const flooding = flood(server, { connections: CONNECTIONS, seconds, authorization: attack });
  await sleep(floodRampSeconds * 1000);
  const pace = { perSecond: GOOD_PER_SECOND, authorization: good, agent };
  const callers = startPaced(server.url, pace);
  await sleep(floodSeconds * 1000);
  const { p99 } = await callers.stop();
  const { cpuPerRequest } = await flooding;
  return { p99, cpu: cpuPerRequest };
}
