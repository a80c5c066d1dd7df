/**
 * Scopegate as it would be published: the build output of this repository.
 */
export { createAccessTokenVerifier } from '../../packages/access-token/dist/index.js';
export { internalsOf } from '../../packages/access-token/dist/internal.js';
export { createResourceServer } from '../../packages/express/dist/index.js';
