/** Key sets with many keys, the last of which signs. */
import { claimsOf, createSigner } from '../issuer/signer.mjs';
import { startEndpoint } from '../issuer/endpoint.mjs';
import { Caller } from '../measure/call-cost.mjs';
import { measureGrowth, reportGrowth } from '../measure/growth.mjs';
import { aws, jose, scopegate } from '../peers/contestants.mjs';
import { OWN } from '../settings.mjs';

const SIZES = [1, 10, 100];
const NEW = `${OWN}, new`;

export async function measureKeys(settings) {
  const endpoint = await startEndpoint();
  try {
    const signers = [];
    while (signers.length < SIZES.at(-1)) signers.push(await createSigner('ES256'));
    const sets = SIZES.map((size) => signers.slice(-size));
    const tokens = [await signers.at(-1).token(claimsOf())];
    const each = (create, manner) =>
      sets.map((set, place) => {
        const { uri } = endpoint.publish(`keys-${place}`, set);
        const given = { alg: 'ES256', jwksUri: uri, jwks: { keys: set.map(({ jwk }) => jwk) } };
        return new Caller(create(given), tokens, manner);
      });
    const series = {
      [NEW]: each((given) => scopegate.createVerifier({ ...given, tokenCache: false })),
      'aws-jwt-verify': each(aws.createVerifier),
      jose: each(jose.createVerifier, { isAsync: true }),
    };
    const costs = await measureGrowth(SIZES, series, settings);
    return reportGrowth({ what: 'keys per set', id: 'scale.keys', sizes: SIZES, own: NEW }, costs);
  } finally {
    endpoint.close();
  }
}
