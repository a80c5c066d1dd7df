/**
 * What a revocation list with many entries costs requests, in process.
 */
import {
  createAccessTokenVerifier,
  createRevocationList,
} from '../../../packages/access-token/dist/index.js';
import { internalsOf } from '../../../packages/access-token/dist/internal.js';
import { createSigner, signTokens } from '../issuer/signer.mjs';
import { Caller } from '../measure/call-cost.mjs';
import { interleave } from '../measure/rounds.mjs';
import { summarise } from '../measure/statistics.mjs';
import { formatFigure, formatNumber } from '../report/format.mjs';
import { STORY } from '../settings.mjs';

const { issuer, audience } = STORY;
const ENTRIES = 100_000;
const LIFETIME = 86_400;
const KINDS = ['tokenId', 'sessionId', 'subject', 'clientId'];

/** @returns {Promise<import('../report/results.mjs').Measurement>} */
export async function run({ rounds, batchMs }) {
  const signer = await createSigner('RS256');
  const tokens = await signTokens(signer, 1);
  const list = await createFullList();
  const options = { issuer, audience, jwks: { keys: [signer.jwk] }, maxLifetimeSeconds: LIFETIME };
  const callers = new Map([
    ['without the option', verifyingCaller(tokens, options)],
    ['with a list', verifyingCaller(tokens, { ...options, revocation: list })],
    [
      'with a list that changes',
      verifyingCaller(tokens, { ...options, revocation: changing(list) }),
    ],
  ]);
  const lookup = new Map([
    ['lookup', lookupCaller(list)],
    ['none', lookupCaller(undefined)],
  ]);
  await interleave(callers, 1, (caller) => caller.run(batchMs * 2));
  const costs = await interleave(callers, rounds * 3, (caller) => caller.run(batchMs));
  await interleave(lookup, 1, (caller) => caller.run(batchMs * 2));
  const lookups = await interleave(lookup, rounds, (caller) => caller.run(batchMs));
  return report(
    netOf(costs, 'without the option'),
    summarise(lookups.get('lookup').map((cost, at) => cost - lookups.get('none')[at])),
  );
}

async function createFullList() {
  const list = createRevocationList({ maxLifetimeSeconds: LIFETIME, maxEntries: ENTRIES });
  for (let entry = 0; entry < ENTRIES; entry += 1) {
    await list.withdraw({ issuer, [KINDS[entry % KINDS.length]]: `withdrawn-${entry}` });
  }
  return list;
}

/** A list of which every call sees another version, so that every cached token is looked up again. */
function changing(list) {
  let version = 0;
  return {
    get version() {
      return (version += 1);
    },
    isCurrent: list.isCurrent,
    isRevoked: list.isRevoked,
  };
}

function verifyingCaller(tokens, options) {
  const verifier = internalsOf(createAccessTokenVerifier(options));
  return new Caller((token) => verifier.verifyMaybeSync(token), tokens);
}

/** Looks up tokens whose claims are parsed each time, as those of a new token are. */
function lookupCaller(list) {
  const payloads = Array.from({ length: 10_000 }, (_, at) => Buffer.from(payloadOf(at)));
  let found = 0;
  return new Caller((payload) => {
    const token = JSON.parse(payload);
    if (list === undefined ? token.issuedAt > 0 : list.isRevoked(token)) found += 1;
    return found;
  }, payloads);
}

function payloadOf(at) {
  const claims = { tokenId: `token-${at}`, sessionId: `session-${at}`, subject: `user-${at}` };
  return JSON.stringify({ issuer, ...claims, clientId: 'reports', issuedAt: 0, expiresAt: 0 });
}

/** What each adds to the cost of a call, in µs. */
function netOf(costs, base) {
  const names = [...costs.keys()].filter((name) => name !== base);
  const added = (name) => costs.get(name).map((cost, at) => cost - costs.get(base)[at]);
  return new Map(names.map((name) => [name, summarise(added(name))]));
}

function report(added, lookup) {
  const rows = [...added].map(([name, cost]) => [`known token, ${name}`, formatFigure(cost)]);
  return {
    about: `A list of ${formatNumber(ENTRIES)} entries, a quarter of each kind, none of them of the token.`,
    tables: [
      {
        title: `A revocation list of ${formatNumber(ENTRIES)} entries: µs added to each call`,
        columns: ['', 'µs'],
        rows: [
          ...rows,
          ['new token: the lookup of strings that were not hashed before', formatFigure(lookup)],
        ],
      },
    ],
    charts: [],
    figures: {
      'revocation.known': added.get('with a list'),
      'revocation.changed': added.get('with a list that changes'),
      'revocation.lookup': lookup,
    },
  };
}
