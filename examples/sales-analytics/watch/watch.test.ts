import { EventEmitter, once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DecisionLog, openDecisionLog } from '../show/decision-log.js';
import { REAL_CLOCK } from '../show/demo-clock.js';
import { type Demo, startDemo } from '../show/demo.js';
import { BAD_CALLS } from './bad-calls.js';
import { type Callers, createCallers } from './callers.js';
import { GOOD_CALLS } from './good-calls.js';
import { selectCall, startTraffic } from './traffic.js';

describe('traffic calls', () => {
  let demo: Demo;
  let callers: Callers;
  let decisions: DecisionLog;

  beforeAll(async () => {
    demo = await startDemo(REAL_CLOCK);
    callers = createCallers(demo);
    decisions = openDecisionLog();
  });

  afterAll(async () => {
    decisions.close();
    callers.close();
    await demo.close();
  });

  const decideOn = async (index: number): Promise<unknown> => {
    const { title, run } = selectCall(index);
    const response = await run({ demo, callers });
    await response.arrayBuffer();
    return [title, decisions.take().at(-1)];
  };

  it('get the decisions that they expect, also after a rotation of the keys', async () => {
    const count = 3 * BAD_CALLS.length;
    for (let index = 0; index < count; index += 1) {
      if (index === Math.floor(count / 2)) demo.authorizationServer.rotateKeys();
      const { title, expected } = selectCall(index);
      expect(await decideOn(index)).toEqual([title, expected]);
    }
  });
});

describe('selectCall', () => {
  it('selects every call, two good ones for a bad one', () => {
    const selected = Array.from({ length: 3 * BAD_CALLS.length }, (_, index) => selectCall(index));
    expect(new Set(selected)).toEqual(new Set([...GOOD_CALLS, ...BAD_CALLS]));
    expect(selected.filter(({ expected }) => expected === 'allowed')).toHaveLength(
      2 * BAD_CALLS.length,
    );
  });
});

describe('startTraffic', () => {
  it('reports a call without a response once, and ends when it is stopped', async () => {
    const demo = await startDemo(REAL_CLOCK);
    await demo.close();
    const printed: string[] = [];
    const reports = new EventEmitter();
    const reported = once(reports, 'report');
    const traffic = startTraffic(demo, (text) => {
      printed.push(text);
      reports.emit('report');
    });
    await reported;
    await traffic.stop();
    expect(printed).toHaveLength(1);
    expect(printed[0]).toMatch(/^No response: the report service reads: /);
  });
});
