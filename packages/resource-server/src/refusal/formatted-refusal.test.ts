import { describe, expect, it } from 'vitest';
import { formatRefusal } from './formatted-refusal.js';

describe('formatRefusal', () => {
  it.each([new Error('the database is down'), undefined])('throws for %s', (error) => {
    const format = (): unknown => formatRefusal(error as never);
    const message = 'formatRefusal() requires a refusal; check errors with isRefusal() first';
    expect(format).toThrow(new TypeError(message, { cause: error }));
  });
});
