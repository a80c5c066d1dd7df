/** For the test of aws-jwt-verify.js: a cache whose keys come from the issuer of the test. */
import { SimpleJwksCache } from 'aws-jwt-verify/jwk';

export function createJwksCache(fetchJwks) {
  const fetchBytes = async (uri) => {
    const response = await fetchJwks(uri);
    if (!response.ok) throw new Error(`the issuer responded with status ${response.status}`);
    return response.arrayBuffer();
  };
  return new SimpleJwksCache({ fetcher: { fetch: fetchBytes } });
}
