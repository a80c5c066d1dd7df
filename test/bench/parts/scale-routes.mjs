/** Guards of an API with many routes, each with a different scope. */
import { claimsOf, createSigner } from '../issuer/signer.mjs';
import { Caller } from '../measure/call-cost.mjs';
import { measureGrowth, reportGrowth } from '../measure/growth.mjs';
import { LikeRequest } from '../peers/request.mjs';
import { createResourceServer } from '../scopegate.mjs';
import { OWN, STORY } from '../settings.mjs';

const SIZES = [1, 10, 100, 1000];
const KNOWN = `${OWN}, known`;

export async function measureRoutes(settings) {
  const signer = await createSigner('ES256');
  const tokens = [await signer.token(claimsOf())];
  const callers = SIZES.map((count) => new Caller(createApi(signer, count), tokens));
  const costs = await measureGrowth(SIZES, { [KNOWN]: callers }, settings);
  return reportGrowth(
    {
      what: 'routes',
      id: 'scale.routes',
      sizes: SIZES,
      own: KNOWN,
      note: 'Whole guards, called in turn.',
    },
    costs,
  );
}

function createApi(signer, count) {
  const { issuer, audience, scope } = STORY;
  const own = Array.from({ length: count }, (_, index) => `read:report-${index}`);
  const jwks = { keys: [signer.jwk] };
  const api = createResourceServer({ issuer, audience, jwks, scopes: [scope, ...own] });
  const guards = own.map((ownScope) => api.requireAnyScope(ownScope, scope));
  let passed = 0;
  let next = 0;
  return (token) => {
    const before = passed;
    const guard = guards[next++ % count];
    guard(new LikeRequest(`Bearer ${token}`), {}, () => (passed += 1));
    if (passed === before) throw new Error('a guard did not let a good token through');
  };
}
