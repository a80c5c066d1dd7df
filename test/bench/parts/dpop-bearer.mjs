/**
 * What DPoP costs requests with bearer tokens, in process.
 */
import { createResourceServer } from '../../../packages/resource-server/dist/index.js';
import { signTokens } from '../issuer/signer.mjs';
import { Caller } from '../measure/call-cost.mjs';
import { interleave } from '../measure/rounds.mjs';
import { ratio, summarise } from '../measure/statistics.mjs';
import { ownOptions } from '../peers/dpop.mjs';
import { LikeRequest } from '../peers/request.mjs';
import { formatFigure } from '../report/format.mjs';
import { STORY } from '../settings.mjs';

/** @param {import('../issuer/signer.mjs').Signer} signer - Of the access tokens. */
export async function measureBearer(signer, { rounds, batchMs }) {
  const tokens = await signTokens(signer, 1);
  const { dpop, ...withoutDpop } = ownOptions({ jwks: { keys: [signer.jwk] } });
  const callers = new Map([
    ['off', createCaller(tokens, withoutDpop)],
    ['on', createCaller(tokens, { ...withoutDpop, dpop })],
  ]);
  await interleave(callers, 1, (caller) => caller.run(batchMs * 4));
  const costs = await interleave(callers, rounds * 5, (caller) => caller.run(batchMs));
  const speed = ratio(costs.get('off'), costs.get('on'));
  return {
    table: {
      title: 'Requests with one known bearer token, without HTTP: µs',
      columns: ['DPoP off', 'DPoP on', 'speed with DPoP on, against off'],
      rows: [
        [
          formatFigure(summarise(costs.get('off'))),
          formatFigure(summarise(costs.get('on'))),
          formatFigure(speed),
        ],
      ],
      note: 'With the creation of the request, which both do.',
    },
    figures: { 'dpop.bearer': speed },
  };
}

function createCaller(tokens, options) {
  const guard = createResourceServer(options).requireScope(STORY.scope);
  return new Caller((token) => {
    if (guard.check(new LikeRequest(`Bearer ${token}`)) !== undefined) {
      throw new Error('a good token was refused');
    }
  }, tokens);
}
