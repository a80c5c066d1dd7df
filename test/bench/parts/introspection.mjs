/**
 * Opaque tokens: what a known one costs against a known JWT, and how many requests 1,000 callers cause.
 */
import { createServer } from 'node:http';
import { once } from 'node:events';
import { createAccessTokenVerifier } from '../../../packages/access-token/dist/index.js';
import { internalsOf } from '../../../packages/access-token/dist/internal.js';
import { claimsOf, createSigner, signTokens } from '../issuer/signer.mjs';
import { Caller } from '../measure/call-cost.mjs';
import { interleave } from '../measure/rounds.mjs';
import { ratio, summarise } from '../measure/statistics.mjs';
import { formatFigure, formatNumber } from '../report/format.mjs';

const CALLERS = 1_000;
/** @returns {Promise<import('../report/results.mjs').Measurement>} */
export async function run({ rounds, batchMs }) {
  const signer = await createSigner('RS256');
  const [jwt] = await signTokens(signer, 1);
  // As long as the JWT, because most of the time is spent on its digest.
  const token = Buffer.from('x'.repeat(jwt.length));
  const endpoint = await startEndpoint();
  const { iss, aud } = claimsOf();
  const jwts = { issuer: iss, audience: aud, jwks: { keys: [signer.jwk] } };
  const opaque = {
    issuer: iss,
    audience: aud,
    introspection: {
      tokens: 'opaque',
      endpoint: endpoint.url,
      clientId: 'bench',
      clientSecret: () => 'bench',
      cacheSeconds: 300,
    },
  };
  try {
    const requests = await countRequests(opaque, token, endpoint);
    const callers = new Map([
      ['JWT', await createCaller(jwts, jwt)],
      ['opaque', await createCaller(opaque, token)],
    ]);
    await interleave(callers, 1, (caller) => caller.run(batchMs * 4));
    const costs = await interleave(callers, rounds * 5, (caller) => caller.run(batchMs));
    return report(costs, requests);
  } finally {
    endpoint.close();
  }
}

async function startEndpoint() {
  const { exp, iat, ...claims } = claimsOf();
  const response = JSON.stringify({ ...claims, iat, exp, active: true, token_type: 'Bearer' });
  const endpoint = { requests: 0 };
  const server = createServer((request, answer) => {
    endpoint.requests += 1;
    request.resume().on('end', () => {
      answer.setHeader('content-type', 'application/json').end(response);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${server.address().port}/`;
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return Object.assign(endpoint, { url, close });
}

async function countRequests(options, token, endpoint) {
  const verifier = createAccessTokenVerifier(options);
  await Promise.all(Array.from({ length: CALLERS }, () => verifier.verify(token.toString())));
  verifier.close();
  return endpoint.requests;
}

async function createCaller(options, token) {
  const verifier = internalsOf(createAccessTokenVerifier(options));
  await verifier.verify(token.toString());
  return new Caller((each) => verifier.verifyMaybeSync(each), [token]);
}

function report(costs, requests) {
  const times = ratio(costs.get('opaque'), costs.get('JWT'));
  const row = (name) => [name, formatFigure(summarise(costs.get(name)))];
  return {
    about:
      'One opaque token whose introspection response is cached, against one known JWT of the same ' +
      'length, both with a new string for each call.',
    tables: [
      {
        title: 'A known token, without HTTP: µs',
        columns: ['', 'µs per token'],
        rows: [row('JWT'), row('opaque')],
        note: `An opaque token takes ${formatFigure(times)} times as long as a JWT.`,
      },
      {
        title: 'Callers with one new opaque token, at the same time',
        columns: ['callers', 'introspection requests'],
        rows: [[formatNumber(CALLERS), formatNumber(requests)]],
      },
    ],
    charts: [],
    figures: {
      'introspection.known': times,
      'introspection.requests': { value: requests },
    },
  };
}
