import { KeySetUnavailableError } from '@scopegate/access-token';
import {
  InsufficientScopeError,
  InsufficientUserAuthenticationError,
  InvalidRequestError,
  InvalidTokenError,
  MissingCredentialsError,
} from '@scopegate/protocol';
import { describe, expect, it } from 'vitest';
import { isRefusal } from './refusal.js';

describe('isRefusal', () => {
  it.each([
    new MissingCredentialsError({ realm: 'sales' }),
    new InvalidRequestError('several_locations'),
    new InvalidTokenError('expired'),
    new InsufficientScopeError('scope', 'read'),
    new InsufficientUserAuthenticationError('acr', { acrValues: ['phr'] }),
    new KeySetUnavailableError(1),
  ])('is true for $name', (error) => {
    expect(isRefusal(error)).toBe(true);
  });

  it.each([
    new Error('x'),
    undefined,
    { status: 401 },
    Object.assign(new Error('x'), { status: 401, code: 'ERR_BEARER_INVALID_TOKEN' }),
  ])('is false for %s', (error) => {
    expect(isRefusal(error)).toBe(false);
  });
});
