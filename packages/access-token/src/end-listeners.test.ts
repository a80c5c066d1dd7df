import { describe, expect, it } from 'vitest';
import { EndListeners } from './end-listeners.js';

const nextTurn = (): Promise<void> => Promise.resolve();

describe('EndListeners', () => {
  it('calls every listener of the subject that ends, after the running code', async () => {
    const listeners = new EndListeners();
    const [subject, other] = [{}, {}];
    const called: string[] = [];
    listeners.add(subject, () => called.push('first'));
    listeners.add(subject, () => called.push('second'));
    listeners.add(other, () => called.push('other'));
    listeners.end(subject);
    expect(called).toEqual([]);
    await nextTurn();
    expect(called).toEqual(['first', 'second']);
  });

  it('calls no listener twice, and none that was removed', async () => {
    const listeners = new EndListeners();
    const subject = {};
    const called: string[] = [];
    listeners.add(subject, () => called.push('kept'));
    listeners.add(subject, () => called.push('removed'))();
    listeners.end(subject);
    listeners.end(subject);
    await nextTurn();
    expect(called).toEqual(['kept']);
  });
});
