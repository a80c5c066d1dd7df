import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, answerOf } from '../compare/answer.js';
import { EXPECTED } from '../compare/expected.js';
import { type Library, LIBRARIES } from '../compare/libraries.js';
import type { RequestName } from '../compare/requests.js';
import type { Setting } from '../compare/setting.js';

function expectedAnswer(name: RequestName, { realm }: Library, { writeScope }: Setting): Answer {
  const { status, challenge } = EXPECTED[name];
  const isRefused = status >= 400;
  return {
    status,
    mediaType: isRefused ? 'application/problem+json' : 'application/json',
    challenge: challenge?.({ realm, writeScope }),
    retryAfter: status === 503,
    body: isRefused ? undefined : expect.anything(),
  };
}

describe.each(LIBRARIES)('the app moved from $name', (library) => {
  let setting: Setting;
  beforeAll(async () => {
    setting = await library.openSetting();
  });
  afterAll(() => setting.issuer.close());

  it.each(library.requests)('responds as documented: %s', async (name) => {
    const answer = await answerOf(library.createAfter(setting), name, setting);
    expect(answer).toEqual(expectedAnswer(name, library, setting));
  });
});
