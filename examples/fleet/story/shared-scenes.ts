/**
 * Scenes in which all processes of the API know what one of them knows.
 *
 * @module
 */
import { bearer, call, callEach, formatAnswer } from './calls.js';
import type { Scene } from './scene.js';
import { createPayout, createToken, SESSION, type StoryState } from './story-state.js';
import { until } from './until.js';

const PAYOUT = 'POST /v1/payouts';
const SALES = 'GET /v1/sales';

/** Creates scenes with used proofs and an ended session. */
export function createSharedScenes(state: StoryState): readonly Scene[] {
  return [createProofScene(state), createRaceScene(state), createLogoutScene(state)];
}

function createProofScene(state: StoryState): Scene {
  const refused = '401 invalid_dpop_proof';
  return {
    title: 'a proof that was used at one process is refused by all of them',
    expected: [`API 1: 201, API 2: ${refused}, API 3: ${refused}`, `API 1: ${refused}`],
    async run(fleet) {
      state.used = await createPayout(fleet, state);
      const first = await callEach(fleet.apis, PAYOUT, state.used);
      return { lines: [first, await callEach(fleet.apis.slice(0, 1), PAYOUT, state.used)] };
    },
  };
}

function createRaceScene(state: StoryState): Scene {
  return {
    title: '20 proofs, each sent to three processes at the same time: each is accepted once',
    expected: ['20 x 201', '40 x 401 invalid_dpop_proof'],
    async run(fleet) {
      const counts = new Map<string, number>();
      for (let proof = 0; proof < 20; proof += 1) {
        const payout = await createPayout(fleet, state);
        const answers = await Promise.all(fleet.apis.map((node) => call(node, PAYOUT, payout)));
        for (const answer of answers.map(formatAnswer)) {
          counts.set(answer, (counts.get(answer) ?? 0) + 1);
        }
      }
      return { lines: [...counts].sort().map(([answer, count]) => `${count} x ${answer}`) };
    },
  };
}

function createLogoutScene(state: StoryState): Scene {
  const refused = '401 invalid_token';
  return {
    title: 'a session is ended at one process: all of them refuse its tokens',
    expected: [
      'API 1: 200, API 2: 200, API 3: 200',
      'logout at API 1: 204',
      `API 1: ${refused}`,
      `API 2: ${refused}`,
      `API 3: ${refused}`,
    ],
    async run(fleet) {
      state.annsToken = await createToken(fleet, state, { scope: 'read:sales', session: SESSION });
      const ann = bearer(state.annsToken);
      const before = await callEach(fleet.apis, SALES, ann);
      const operator = bearer(await createToken(fleet, state, { scope: 'end:sessions' }));
      const logout = `POST /v1/logouts/${SESSION}`;
      const lines = [
        before,
        `logout at ${await callEach(fleet.apis.slice(0, 1), logout, operator)}`,
      ];
      const start = performance.now();
      const seen = await Promise.all(
        fleet.apis.map(async (node) => {
          await until(async () => (await call(node, SALES, ann)).status !== 200);
          return performance.now() - start;
        }),
      );
      for (const node of fleet.apis) lines.push(await callEach([node], SALES, ann));
      return { lines, measured: `after ${seen.map((ms) => ms.toFixed(0)).join(', ')} ms` };
    },
  };
}
