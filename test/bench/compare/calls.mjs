/**
 * The calls in process, by part. They use only what every version exports: a resource server with its
 * guards, and `verify`.
 */
import {
  claimsOf,
  createSigner,
  encodeHeader,
  encodeSegment,
  madeUpSignature,
  signTokens,
} from '../issuer/signer.mjs';
import { Caller } from '../measure/call-cost.mjs';
import { LikeResponse, likeExpress } from '../peers/response.mjs';
import { STORY } from '../settings.mjs';

const { issuer, audience, scope } = STORY;

/**
 * Makes the callers of a part.
 *
 * @param {keyof typeof PARTS} part
 * @param {{ own: object, base: object }} trees - What `loadTree` returns.
 * @param {ReturnType<typeof import('../settings.mjs').settingsFor>} settings
 * @returns {Promise<Map<string, { own: Caller, base: Caller }>>}
 */
export async function createCallers(part, trees, settings) {
  const rows = await PARTS[part](settings);
  return new Map(
    rows.map(([name, create]) => [name, { own: create(trees.own), base: create(trees.base) }]),
  );
}

const PARTS = { verify: verifyRows, attack: attackRows, scale: scaleRows };

/** The parts that measure calls in process. */
export const CALL_PARTS = Object.keys(PARTS);

async function verifyRows({ coldTokens, knownTokens }) {
  const rs = await createSigner('RS256');
  const tokens = await signTokens(rs, Math.max(coldTokens, knownTokens));
  const jwks = jwksOf(rs);
  const cold = async (alg) => {
    const signer = await createSigner(alg);
    const fresh = await signTokens(signer, coldTokens / 4);
    return [
      `new token, ${alg}`,
      (tree) => guardCaller(tree, fresh, { ...jwksOf(signer), ...COLD }),
    ];
  };
  return [
    ['known token', (tree) => guardCaller(tree, tokens.slice(0, 1), jwks)],
    ['many known tokens', (tree) => guardCaller(tree, tokens.slice(0, knownTokens), jwks)],
    ['known token, by verify()', (tree) => verifyCaller(tree, tokens.slice(0, 1), jwks)],
    ['new token, RS256', (tree) => guardCaller(tree, tokens, { ...jwks, ...COLD })],
    ['new token, RS256, full cache', (tree) => guardCaller(tree, tokens, { ...jwks, ...SMALL })],
    await cold('PS256'),
    await cold('ES256'),
    await cold('EdDSA'),
  ];
}

const COLD = { tokenCache: false };
// Smaller than the number of tokens, so that each has been evicted by the time it is used again.
const SMALL = { tokenCache: { maxEntries: 500 } };

async function attackRows() {
  const signer = await createSigner('ES256');
  const jwks = jwksOf(signer);
  const input = (header, claims) => `${header}.${encodeSegment(claims)}`;
  const own = encodeHeader('ES256', signer.kid);
  const forged = `${input(own, claimsOf())}.${madeUpSignature().slice(0, 86)}`;
  const [, payload, signature] = String(await signer.token(claimsOf())).split('.');
  const rows = {
    'no token': undefined,
    'made-up signature': forged,
    'made-up kid': `${encodeHeader('ES256', 'made-up')}.${payload}.${signature}`,
    'another issuer': `${input(own, claimsOf({ iss: 'https://other.example.com' }))}.${signature}`,
    'not a JWT': 'a'.repeat(900),
    expired: await signer.token(claimsOf({ iat: 1_000_000_000, exp: 1_000_000_300 })),
    'another audience': await signer.token(claimsOf({ aud: 'https://other.example.com' })),
    'without the scope': await signer.token(claimsOf({ scope: 'write:analytics' })),
  };
  return Object.entries(rows).map(([name, token]) => [
    `refused: ${name}`,
    (tree) => refusalCaller(tree, Buffer.from(token ?? ''), jwks),
  ]);
}

async function scaleRows() {
  const signers = [];
  while (signers.length < 100) signers.push(await createSigner('ES256'));
  const last = signers.at(-1);
  const jwks = jwksOf(last);
  const scopes = Array.from({ length: 500 }, (_, index) => `read:report-${index}`);
  const one = [await last.token(claimsOf())];
  const wide = [await last.token(claimsOf({ scope: [scope, ...scopes].join(' ') }))];
  const far = [await last.token(claimsOf({ iss: issuerAt(99) }))];
  return [
    ['known token, 500 scopes', (tree) => guardCaller(tree, wide, jwks)],
    ['new token, 500 scopes', (tree) => guardCaller(tree, wide, { ...jwks, ...COLD })],
    ['new token, 100 keys', (tree) => guardCaller(tree, one, { ...jwksOf(...signers), ...COLD })],
    ['new token, 100 issuers', (tree) => guardCaller(tree, far, { ...manyIssuers(last), ...COLD })],
  ];
}

function manyIssuers(signer) {
  const entry = (_, index) => ({ issuer: issuerAt(index), ...jwksOf(signer) });
  return { issuer: undefined, issuers: Array.from({ length: 100 }, entry) };
}

function issuerAt(index) {
  return `https://tenant-${index}.auth.example.com`;
}

function jwksOf(...signers) {
  return { jwks: { keys: signers.map(({ jwk }) => jwk) } };
}

function optionsOf({ issuers, ...options }) {
  return issuers === undefined ? { issuer, audience, ...options } : withIssuers(issuers, options);
}

function withIssuers(issuers, { issuer: _none, ...options }) {
  return { audience, issuers, ...options };
}

function guardOf(tree, options) {
  return tree.createResourceServer(optionsOf(options)).requireScope(scope);
}

/** A whole guard, called as Express would. It throws when a good token does not pass. */
function guardCaller(tree, tokens, options) {
  const guard = guardOf(tree, options);
  let passed = 0;
  const next = () => (passed += 1);
  const response = new LikeResponse();
  return new Caller((token) => {
    const before = passed;
    guard(likeExpress(`Bearer ${token}`, response), response, next);
    if (passed === before) throw new Error('a guard did not let a good token through');
  }, tokens);
}

/** A whole guard that refuses. It throws when a bad token passes. */
function refusalCaller(tree, token, options) {
  const guard = guardOf(tree, options);
  const next = () => {
    throw new Error('a guard let a bad token through');
  };
  const call = (text) =>
    new Promise((resolve) => {
      const header = text === '' ? undefined : `Bearer ${text}`;
      const response = new LikeResponse(resolve);
      guard(likeExpress(header, response), response, next);
    });
  return new Caller(call, [token], { isAsync: true });
}

function verifyCaller(tree, tokens, options) {
  const { verify } = tree.createAccessTokenVerifier(optionsOf(options));
  return new Caller((token) => verify(token), tokens, { isAsync: true });
}
