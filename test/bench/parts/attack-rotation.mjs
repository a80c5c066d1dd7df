/**
 * A key rotates while made-up `kid`s arrive: when does the first token of the new key work?
 */
import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { claimsOf, createSigner } from '../issuer/signer.mjs';
import { ask, startPaced } from '../load/paced.mjs';
import { attacks } from '../load/tokens.mjs';
import { formatNumber } from '../report/format.mjs';
import { startGuarded, stopGuarded, withEach } from '../server/guarded.mjs';
import { OWN } from '../settings.mjs';

const ATTACKS_PER_SECOND = 20;
// The attack starts before the first rotation.
const FIRST_ROTATION_MS = 3_000;
const POLL_MS = 50;
const MAX_ROTATIONS = 12;

/** @param {import('./attack.mjs').Scene} scene */
export async function prepareRotation(scene) {
  const successors = await createSuccessors();
  return { successors, guarded: await startGuarded(scene) };
}

/**
 * @param {import('./attack.mjs').Scene} scene
 * @param {Awaited<ReturnType<typeof prepareRotation>>} rotating
 */
export async function measureRotation({ signer, settings }, { guarded, successors }) {
  try {
    const attack = attacks(signer)['made-up kid'];
    const deadline = performance.now() + settings.rotationSeconds * 1000;
    const outcomes = await withEach(guarded, async (one) => {
      const pace = { perSecond: ATTACKS_PER_SECOND, authorization: attack };
      const attacker = startPaced(one.server.url, pace);
      const rotations = await rotateUntil(deadline, one, successors);
      await attacker.stop();
      return { rotations, fetches: one.document.fetches };
    });
    return report(outcomes);
  } finally {
    await stopGuarded(guarded);
  }
}

/** Keys, each with a token. All servers rotate to the same keys. */
async function createSuccessors() {
  const successors = [];
  for (let count = 0; count < MAX_ROTATIONS; count += 1) {
    const signer = await createSigner('RS256');
    const token = await signer.token(claimsOf());
    successors.push({ signer, authorization: `Bearer ${token}` });
  }
  return successors;
}

/** Rotates again as soon as the new key works. @returns Seconds until each worked. */
async function rotateUntil(deadline, { server, document }, successors) {
  await sleep(FIRST_ROTATION_MS);
  const waits = [];
  for (const { signer, authorization } of successors) {
    if (performance.now() > deadline - POLL_MS) break;
    document.signers = [...document.signers, signer];
    waits.push(await untilAccepted(deadline, server.url, authorization));
    // A random delay, so that rotations are not in step with the refill of any rate limit.
    await sleep(500 + Math.random() * 1000);
  }
  return waits;
}

async function untilAccepted(deadline, url, authorization) {
  const start = performance.now();
  const agent = new Agent({ keepAlive: true });
  try {
    while (performance.now() < deadline) {
      const { status } = await ask(url, agent, authorization);
      if (status === '200') return { seconds: (performance.now() - start) / 1000, worked: true };
      await sleep(POLL_MS);
    }
    return { seconds: (performance.now() - start) / 1000, worked: false };
  } finally {
    agent.destroy();
  }
}

function report(outcomes) {
  const rows = [...outcomes].map(([name, { rotations, fetches }]) => ({
    name,
    fetches,
    ...summaryOf(rotations),
  }));
  const peers = rows.filter(({ name }) => name !== OWN);
  const own = rows.find(({ name }) => name === OWN);
  const bestPeer = peers.reduce((best, peer) => (peer.longest < best.longest ? peer : best));
  return {
    tables: [
      {
        title: `A key rotates while ${ATTACKS_PER_SECOND} made-up kids a second arrive`,
        columns: ['', 'longest until the new key works, s', 'median, s', 'rotations', 'fetches'],
        rows: rows.map(({ name, longest, median, rotations, worked, fetches }) => [
          name,
          worked ? formatNumber(longest) : `not in ${formatNumber(longest)}`,
          formatNumber(median),
          String(rotations),
          String(fetches),
        ]),
      },
    ],
    charts: [
      {
        title: `A key rotates while ${ATTACKS_PER_SECOND} made-up kids a second arrive`,
        unit: 's until the new key works, longest of several rotations',
        better: 'lower',
        bars: rows.map(({ name, longest, worked }) => ({
          label: name,
          kind: name === OWN ? 'own' : 'peer',
          value: longest,
          remark: worked ? '' : 'or more',
        })),
      },
    ],
    figures: {
      'attack.rotation': {
        value: own.longest,
        worked: own.worked,
        bestPeer: { name: bestPeer.name, value: bestPeer.longest },
      },
    },
  };
}

/** A rotation that the end of the run interrupted counts only if it is the longest. */
function summaryOf(rotations) {
  const worked = rotations.filter((rotation) => rotation.worked);
  const longestWorked = Math.max(0, ...worked.map(({ seconds }) => seconds));
  const cut = rotations.find((rotation) => !rotation.worked);
  const isCut = cut !== undefined && cut.seconds > longestWorked;
  const sorted = worked.map(({ seconds }) => seconds).sort((a, b) => a - b);
  return {
    longest: isCut ? cut.seconds : longestWorked,
    worked: !isCut,
    median: sorted[Math.floor(sorted.length / 2)] ?? NaN,
    rotations: worked.length,
  };
}
