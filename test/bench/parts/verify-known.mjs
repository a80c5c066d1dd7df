/**
 * One token that is sent repeatedly, as with the client credentials grant.
 */
import { Caller, stringMaker } from '../measure/call-cost.mjs';
import { interleave } from '../measure/rounds.mjs';
import { ratio, summarise } from '../measure/statistics.mjs';
import { aws, bearer, expressJwt, fastJwt, jose, scopegate } from '../peers/contestants.mjs';
import { formatFigure } from '../report/format.mjs';
import { OWN } from '../settings.mjs';

const PROMISED = `${OWN}, promised`;
const FAST_JWT = 'fast-jwt, default cache';

export async function measureKnown({ tokens, given }, { rounds, batchMs }) {
  const known = tokens.slice(0, 1);
  const strings = stringMaker(known);
  const callers = createCallers(known, given);
  // The first round warms up.
  await interleave(callers, 1, (caller) => caller.run(batchMs * 2));
  const all = await interleave(new Map([['', strings], ...callers]), rounds, (caller) =>
    caller.run(batchMs),
  );
  const making = all.get('');
  all.delete('');
  const net = new Map(
    [...all].map(([name, costs]) => [name, costs.map((cost, at) => cost - making[at])]),
  );
  return report(net, summarise(making));
}

function createCallers(known, given) {
  const isAsync = true;
  return new Map([
    [OWN, new Caller(scopegate.createVerifier(given), known)],
    [PROMISED, new Caller(scopegate.createAsyncVerifier(given), known, { isAsync })],
    [FAST_JWT, new Caller(fastJwt.createVerifier({ ...given, cache: true }), known)],
    ['fast-jwt, no cache', new Caller(fastJwt.createVerifier(given), known)],
    ['aws-jwt-verify', new Caller(aws.createVerifier(given), known)],
    ['jose', new Caller(jose.createVerifier(given), known, { isAsync })],
    ['express-oauth2-jwt-bearer', new Caller(bearer.createVerifier(given), known, { isAsync })],
    ['express-jwt + jwks-rsa', new Caller(expressJwt.createVerifier(given), known, { isAsync })],
  ]);
}

function report(net, making) {
  const own = net.get(OWN);
  const rows = [...net].map(([name, costs]) => [
    name,
    formatFigure(ratio(costs, own)),
    formatFigure(summarise(costs)),
  ]);
  const bars = [...net].map(([label, costs]) => ({
    label,
    kind: label.startsWith(OWN) ? 'own' : 'peer',
    ...summarise(costs),
  }));
  return {
    tables: [
      {
        title: 'One known token, RS256',
        columns: ['', `times ${OWN}`, 'µs per token'],
        rows,
        note: `Creating the string takes ${formatFigure(making)} µs, which is subtracted.`,
      },
    ],
    charts: [{ title: 'One known token, RS256', unit: 'µs per token', better: 'lower', bars }],
    figures: {
      'verify.known': { ...summarise(own) },
      'verify.known-fast-jwt': ratio(net.get(FAST_JWT), own),
    },
  };
}
