/**
 * New tokens, compared with a bare call to `crypto.verify`.
 */
import { verify } from 'node:crypto';
import { ALGORITHMS } from '../issuer/signer.mjs';
import { Caller } from '../measure/call-cost.mjs';
import { interleave } from '../measure/rounds.mjs';
import { ratio, summarise } from '../measure/statistics.mjs';
import { aws, bearer, expressJwt, fastJwt, jose, scopegate } from '../peers/contestants.mjs';
import { formatFigure } from '../report/format.mjs';
import { OWN } from '../settings.mjs';

const BARE = 'bare crypto.verify';
// As large as fast-jwt's: tokens come in turn, and have been evicted by the time they are used again.
const SMALL_CACHE = { maxEntries: 1_000 };
const UNCACHED = `${OWN}, tokenCache: false`;

/** @param {Map<string, import('./verify.mjs').Material>} materials - By algorithm. */
export async function measureCold(materials, settings) {
  const measured = new Map();
  for (const [alg, material] of materials) {
    measured.set(alg, await measureAlgorithm(material, settings));
  }
  return report(measured);
}

async function measureAlgorithm(material, { rounds, batchMs }) {
  const callers = createCallers(material);
  await interleave(callers, 2, (caller) => caller.run(batchMs));
  return interleave(callers, rounds, (caller) => caller.run(batchMs));
}

function createCallers({ tokens, given, signer }) {
  const isAsync = true;
  const caller = (call, manner) => new Caller(call, tokens, manner);
  const callers = [
    [BARE, caller(createBareCall(tokens, signer))],
    [OWN, caller(scopegate.createVerifier({ ...given, tokenCache: SMALL_CACHE }))],
    [UNCACHED, caller(scopegate.createVerifier({ ...given, tokenCache: false }))],
    ['fast-jwt, no cache', caller(fastJwt.createVerifier(given))],
    ['fast-jwt, default cache', caller(fastJwt.createVerifier({ ...given, cache: true }))],
    ['aws-jwt-verify', caller(aws.createVerifier(given))],
    ['jose', caller(jose.createVerifier(given), { isAsync })],
    ['jose, 64 callers', caller(jose.createVerifier(given), { isAsync, callers: 64 })],
    ['express-oauth2-jwt-bearer', caller(bearer.createVerifier(given), { isAsync })],
    ['express-jwt + jwks-rsa', caller(expressJwt.createVerifier(given), { isAsync })],
  ];
  return new Map(callers.filter(([name]) => !isUnsupported(name, given.alg)));
}

/** aws-jwt-verify does not support PS256; jsonwebtoken, which express-jwt is based on, lacks EdDSA. */
function isUnsupported(name, alg) {
  const unsupported = { 'aws-jwt-verify': 'PS256', 'express-jwt + jwks-rsa': 'EdDSA' };
  return unsupported[name] === alg;
}

/** Verifies only the signature, with all inputs prepared. The string argument is ignored. */
function createBareCall(tokens, { alg, publicKey }) {
  const { digest, parameters } = ALGORITHMS[alg];
  const key = { key: publicKey, ...parameters };
  const parts = tokens.map((token) => {
    const end = token.lastIndexOf('.');
    const signature = Buffer.from(token.latin1Slice(end + 1), 'base64url');
    return { input: token.subarray(0, end), signature };
  });
  return (_token, index) => {
    const { input, signature } = parts[index];
    if (!verify(digest, input, key, signature)) throw new Error('a good signature was refused');
  };
}

function report(measured) {
  const algorithms = [...measured.keys()];
  const names = [...measured.get('RS256').keys()];
  const table = (title, rows, format) => ({
    title,
    columns: ['', ...algorithms],
    rows: rows.map((name) => [name, ...algorithms.map((alg) => format(measured.get(alg), name))]),
  });
  const others = names.filter((name) => name !== BARE);
  return {
    tables: [
      table('New tokens: speed relative to the bare call', others, (all, name) =>
        formatFigure(speedOf(all, name)),
      ),
      table('New tokens: µs per token', names, (all, name) => {
        const costs = all.get(name);
        return formatFigure(costs && summarise(costs));
      }),
    ],
    charts: ['RS256', 'ES256'].map((alg) => chartOf(alg, measured.get(alg))),
    figures: {
      'verify.cold-RS256': figureOf(measured.get('RS256')),
      'verify.cold-ES256': figureOf(measured.get('ES256')),
    },
  };
}

/** 1 is the bare call. */
function speedOf(all, name) {
  const costs = all.get(name);
  return costs && ratio(all.get(BARE), costs);
}

function figureOf(all) {
  const peers = [...all.keys()].filter((name) => name !== BARE && !name.startsWith(OWN));
  const speeds = peers.map((name) => ({ name, ...speedOf(all, name) }));
  const bestPeer = speeds.reduce((best, peer) => (peer.value > best.value ? peer : best));
  return { ...speedOf(all, UNCACHED), cached: speedOf(all, OWN), bestPeer };
}

function chartOf(alg, all) {
  const others = [...all.keys()].filter((name) => name !== BARE);
  return {
    title: `New tokens, ${alg}`,
    unit: 'speed relative to the bare call',
    better: 'higher',
    bars: others.map((label) => ({
      label,
      kind: label.startsWith(OWN) ? 'own' : 'peer',
      ...speedOf(all, label),
    })),
  };
}
