/**
 * Scenes in which Redis stops, and starts again without its data.
 *
 * @module
 */
import { bearer, call, callEach, formatAnswer, runReports } from './calls.js';
import type { Fleet } from './fleet.js';
import type { Scene } from './scene.js';
import { createPayout, createToken, SESSION, type StoryState } from './story-state.js';
import { until } from './until.js';

const PAYOUT = 'POST /v1/payouts';
const SALES = 'GET /v1/sales';
const LOGOUT = `POST /v1/logouts/${SESSION}`;

/** Creates scenes with an outage, a restart, and a process that starts after the restart. */
export function createOutageScenes(state: StoryState): readonly Scene[] {
  return [createOutageScene(state), createRestartScene(state), createLateScene(state)];
}

function createOutageScene(state: StoryState): Scene {
  return {
    title: 'Redis is killed: only what cannot be decided without it gets 503',
    expected: [
      'tokens: API 1: 200, API 2: 200, API 3: 200',
      'the ended session: API 1: 401 invalid_token, API 2: 401 invalid_token, API 3: 401 invalid_token',
      'payouts: API 1: 503, API 2: 503, API 3: 503',
      'logouts: API 1: 503',
      '5 report services: 200',
      '0 token requests',
    ],
    async run(fleet) {
      const requests = fleet.issuer.requests.token;
      const operator = bearer(await createToken(fleet, state, { scope: 'end:sessions' }));
      const reader = bearer(await createToken(fleet, state, { scope: 'read:sales' }));
      const payout = await createPayout(fleet, state);
      await fleet.redis.stop();
      const { apis } = fleet;
      return {
        lines: [
          `tokens: ${await callEach(apis, SALES, reader)}`,
          `the ended session: ${await callEach(apis, SALES, bearer(state.annsToken))}`,
          `payouts: ${await callEach(apis, PAYOUT, payout)}`,
          `logouts: ${await callEach(apis.slice(0, 1), LOGOUT, operator)}`,
          (await runReports(fleet)).line,
          `${fleet.issuer.requests.token - requests} token requests`,
        ],
      };
    },
  };
}

function createRestartScene(state: StoryState): Scene {
  return {
    title: 'Redis starts again, empty: no used proof is accepted, and new ones soon are',
    expected: [
      'API 1, API 2, API 3 have noticed the loss',
      'the used proof is accepted by: none of them',
      'new proofs: API 1: 201, API 2: 201, API 3: 201',
    ],
    async run(fleet) {
      await fleet.redis.start();
      const noticedMs = await until(() => haveNoticed(fleet));
      const used = await callEach(fleet.apis, PAYOUT, state.used);
      const answers: string[] = [];
      const start = performance.now();
      for (const node of fleet.apis) {
        let answer = '';
        await until(async () => {
          answer = formatAnswer(await call(node, PAYOUT, await createPayout(fleet, state)));
          return answer !== '503';
        });
        answers.push(`${node.name}: ${answer}`);
      }
      const acceptedMs = noticedMs + performance.now() - start;
      return {
        lines: [
          `${fleet.apis.map(({ name }) => name).join(', ')} have noticed the loss`,
          `the used proof is accepted by: ${used.includes('201') ? used : 'none of them'}`,
          `new proofs: ${answers.join(', ')}`,
        ],
        measured: `noticed ${noticedMs.toFixed(0)} ms after the start, new proofs accepted after ${acceptedMs.toFixed(0)} ms`,
      };
    },
  };
}

async function haveNoticed({ apis }: Fleet): Promise<boolean> {
  const health = apis.map(async ({ url }) => (await fetch(`${url}/health`)).json());
  const noticed = (await Promise.all(health)) as readonly { readonly dataLostAt?: number }[];
  return noticed.every(({ dataLostAt }) => dataLostAt !== undefined);
}

function createLateScene(state: StoryState): Scene {
  return {
    title: 'a process that starts after the restart knows the session that was ended before it',
    expected: ['API 5: 401 invalid_token'],
    async run(fleet) {
      const node = await fleet.add('api');
      return { lines: [await callEach([node], SALES, bearer(state.annsToken))] };
    },
  };
}
