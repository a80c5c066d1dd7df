/** Tokens that carry many scopes. */
import { claimsOf, createSigner } from '../issuer/signer.mjs';
import { startEndpoint } from '../issuer/endpoint.mjs';
import { Caller } from '../measure/call-cost.mjs';
import { measureGrowth, reportGrowth } from '../measure/growth.mjs';
import { fastJwt, jose, scopegate } from '../peers/contestants.mjs';
import { OWN, STORY } from '../settings.mjs';

const SIZES = [1, 10, 100, 500];
const KNOWN = `${OWN}, known`;

export async function measureScopes(settings) {
  const endpoint = await startEndpoint();
  try {
    const signer = await createSigner('ES256');
    const { uri } = endpoint.publish('scopes', [signer]);
    const given = { alg: signer.alg, jwksUri: uri, jwks: { keys: [signer.jwk] }, pem: signer.pem };
    const tokens = await Promise.all(SIZES.map((count) => signer.token(claimsOf(scopesOf(count)))));
    const costs = await measureGrowth(SIZES, seriesOf(given, tokens), settings);
    const lengths = tokens.map((token) => token.length).join(', ');
    const note = `The tokens are ${lengths} bytes long; the whole string of a known token is hashed.`;
    return reportGrowth(
      { what: 'scopes per token', id: 'scale.scopes', sizes: SIZES, own: KNOWN, note },
      costs,
    );
  } finally {
    endpoint.close();
  }
}

function seriesOf(given, tokens) {
  const each = (create, manner) => tokens.map((token) => new Caller(create(), [token], manner));
  return {
    [KNOWN]: each(() => scopegate.createVerifier(given)),
    [`${OWN}, new`]: each(() => scopegate.createVerifier({ ...given, tokenCache: false })),
    'fast-jwt, known': each(() => fastJwt.createVerifier({ ...given, cache: true })),
    'fast-jwt, new': each(() => fastJwt.createVerifier(given)),
    jose: each(() => jose.createVerifier(given), { isAsync: true }),
  };
}

function scopesOf(count) {
  const more = Array.from({ length: count - 1 }, (_, index) => `read:report-${index}`);
  return { scope: [STORY.scope, ...more].join(' ') };
}
