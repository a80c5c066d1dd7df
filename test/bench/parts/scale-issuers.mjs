/** Many issuers that one API trusts. */
import { JwtVerifier } from 'aws-jwt-verify';
import { claimsOf, createSigner } from '../issuer/signer.mjs';
import { Caller } from '../measure/call-cost.mjs';
import { measureGrowth, reportGrowth } from '../measure/growth.mjs';
import { createAccessTokenVerifier, internalsOf } from '../scopegate.mjs';
import { OWN, STORY } from '../settings.mjs';

const SIZES = [1, 10, 100, 1000];
const NEW = `${OWN}, new`;

export async function measureIssuers(settings) {
  const signer = await createSigner('ES256');
  const last = (count) => issuerAt(count - 1);
  const tokens = await Promise.all(
    SIZES.map((count) => signer.token(claimsOf({ iss: last(count) }))),
  );
  const each = (create) =>
    SIZES.map((count, place) => new Caller(create(signer, count), [tokens[place]]));
  const series = {
    [`${OWN}, known`]: each((_, count) => createOwn(signer, count)),
    [NEW]: each((_, count) => createOwn(signer, count, false)),
    'aws-jwt-verify': each(createAws),
  };
  const costs = await measureGrowth(SIZES, series, settings);
  return reportGrowth({ what: 'issuers', id: 'scale.issuers', sizes: SIZES, own: NEW }, costs);
}

/** Every issuer has its own key set; for simplicity all contain the same key. */
function createOwn({ jwk }, count, tokenCache) {
  const jwks = { keys: [jwk] };
  const issuers = Array.from({ length: count }, (_, at) => ({ issuer: issuerAt(at), jwks }));
  const { audience } = STORY;
  const verifier = createAccessTokenVerifier({ audience, issuers, tokenCache });
  return internalsOf(verifier).verifyMaybeSync;
}

function createAws({ jwk }, count) {
  const { audience } = STORY;
  const issuers = Array.from({ length: count }, (_, at) => ({ issuer: issuerAt(at), audience }));
  const verifier = JwtVerifier.create(issuers);
  for (const { issuer } of issuers) verifier.cacheJwks({ keys: [jwk] }, issuer);
  return (token) => verifier.verifySync(token);
}

function issuerAt(index) {
  return `https://tenant-${index}.auth.example.com`;
}
