/**
 * The resource server of the README of `@scopegate/web`, with the options of a test.
 *
 * @module
 */
import { createResourceServer } from '@scopegate/web';
import { SECRET_OPTIONS } from '../../support/tokens.js';

export const api = createResourceServer({
  ...SECRET_OPTIONS,
  scopes: ['read:analytics', 'write:analytics'],
});

export const metadata = api.metadata();
