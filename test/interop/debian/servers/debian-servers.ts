/**
 * Every server of Debian that the contract tests.
 *
 * @module
 */
import type { ServerDescription } from '../../contract/server.js';
import { authlib } from './authlib.js';
import { glewlwyd } from './glewlwyd.js';
import { lemonldap } from './lemonldap.js';

/** In the order of docs/interop.md. */
export const DEBIAN_SERVERS: readonly ServerDescription[] = [glewlwyd, authlib, lemonldap];
