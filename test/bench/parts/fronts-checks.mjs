/**
 * What the guards of a known token cost without HTTP, in this process.
 */
import { createResourceServer as createCore } from '../../../packages/resource-server/dist/index.js';
import { createResourceServer as createExpress } from '../../../packages/express/dist/index.js';
import { Caller } from '../measure/call-cost.mjs';
import { interleave } from '../measure/rounds.mjs';
import { difference, ratio, summarise } from '../measure/statistics.mjs';
import { LikeResponse, likeExpress } from '../peers/response.mjs';
import { formatFigure } from '../report/format.mjs';
import { STORY } from '../settings.mjs';

const CORE = '`guard.check` of @scopegate/resource-server';
const EXPRESS = 'guard of @scopegate/express';

/**
 * @typedef {object} Checks
 * @property {import('../report/table.mjs').Table} table
 * @property {Readonly<Record<string, object>>} figures
 */

/** @returns {Promise<Checks>} */
export async function measureChecks(signer, tokens, { rounds, batchMs }) {
  const { issuer, audience, scope } = STORY;
  const options = { issuer, audience, scopes: [scope], jwks: { keys: [signer.jwk] } };
  const response = new LikeResponse();
  const requestOf = (token) => likeExpress(`Bearer ${token}`, response);
  const callers = new Map([
    ['', new Caller((token) => requestOf(token), tokens)],
    [CORE, new Caller(callCore(createCore(options).requireScope(scope), requestOf), tokens)],
    [
      EXPRESS,
      new Caller(callExpress(createExpress(options).requireScope(scope), requestOf), tokens),
    ],
  ]);
  // The first round warms up.
  await interleave(callers, 1, (caller) => caller.run(batchMs * 4));
  return report(await interleave(callers, rounds, (caller) => caller.run(batchMs)));
}

function callCore(guard, requestOf) {
  return (token) => {
    if (guard.check(requestOf(token)) !== undefined) throw new Error('a good token was refused');
  };
}

function callExpress(guard, requestOf) {
  let passed = 0;
  const next = () => (passed += 1);
  return (token) => {
    const before = passed;
    const request = requestOf(token);
    guard(request, request.res, next);
    if (passed === before) throw new Error('a good token was refused');
  };
}

function report(all) {
  const making = all.get('');
  const net = (name) => all.get(name).map((cost, round) => cost - making[round]);
  const rows = [CORE, EXPRESS].map((name) => [
    name,
    formatFigure(ratio(net(name), net(CORE))),
    formatFigure(difference(all.get(name), making)),
  ]);
  return {
    table: {
      title: 'Guards without HTTP, one known token, RS256',
      columns: ['', 'times `guard.check`', 'µs per request'],
      rows,
      note: `Creating the request takes ${formatFigure(summarise(making))} µs, which is subtracted.`,
    },
    figures: { 'fronts.check': summarise(net(CORE)) },
  };
}
