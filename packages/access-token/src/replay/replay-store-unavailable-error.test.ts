import { UnavailableError } from '@scopegate/protocol';
import { describe, expect, it } from 'vitest';
import {
  type ReplayFailure,
  ReplayStoreUnavailableError,
} from './replay-store-unavailable-error.js';

describe('ReplayStoreUnavailableError', () => {
  it.each<[ReplayFailure, string, string]>([
    ['error', 'the replay store failed', '1'],
    ['timeout', 'the replay store did not answer in time', '1'],
    ['answer', 'the replay store answered neither true nor false', '1'],
    ['data_lost', 'the replay store has lost data, and the proof was created before', '5'],
    ['full', 'the memory for used proofs is full', '5'],
  ])('describes the failure %s, and says when to try again', (failure, message, retryAfter) => {
    const error = new ReplayStoreUnavailableError(failure);
    expect(error).toBeInstanceOf(UnavailableError);
    expect(error).toMatchObject({
      name: 'ReplayStoreUnavailableError',
      code: 'ERR_REPLAY_STORE_UNAVAILABLE',
      reason: 'unavailable',
      status: 503,
      expose: false,
      failure,
      message,
      systemCode: undefined,
      headers: { 'Retry-After': retryAfter },
      detail:
        'whether the DPoP proof was used before is unknown now; try again later with a new proof',
    });
  });

  it('keeps the cause, and shows only its system code', () => {
    const cause = Object.assign(new Error('SET proof-of-a-caller failed'), {
      code: 'ECONNREFUSED',
    });
    const error = new ReplayStoreUnavailableError('error', { cause });
    expect(error).toMatchObject({ cause, systemCode: 'ECONNREFUSED' });
    expect(error.message).toBe('the replay store failed: ECONNREFUSED');
  });
});
