import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import { answerOf } from './answer.js';
import { loadBefore } from './before-apps.js';
import { type AnswerPair, formatBehaviours, type Measured } from './behaviours.js';
import { EXPECTED } from './expected.js';
import { type Library, LIBRARIES } from './libraries.js';
import type { RequestName } from './requests.js';

/** Sends the requests to both apps of a library, one at a time, because they share an issuer. */
async function measure(library: Library): Promise<Measured> {
  const setting = await library.openSetting();
  const createBefore = await loadBefore(library);
  const answers = new Map<RequestName, AnswerPair>();
  for (const name of library.requests) {
    const before = await answerOf(createBefore(setting), name, setting);
    const after = await answerOf(library.createAfter(setting), name, setting);
    answers.set(name, { before, after });
  }
  await setting.issuer.close();
  return { library, answers };
}

const measured: Measured[] = [];
// One after the other: Node 20 cannot import and require() the same ES module at the same time.
for (const library of LIBRARIES) measured.push(await measure(library));

describe.each(measured)('moving from $library.name', ({ library, answers }) => {
  const pairs = [...answers].map(([name, pair]) => ({ name, ...pair }));
  const isSame = ({ name }: { readonly name: RequestName }): boolean => {
    return library.statusBefore[name] === undefined;
  };

  it.each(pairs.filter(isSame))('does not change the status: $name', ({ before, after }) => {
    expect(before.status).toBe(after.status);
  });

  it.each(pairs.filter((pair) => !isSame(pair)))(
    'changes the status from $before.status to $after.status: $name',
    ({ name, before, after }) => {
      expect(before.status).toBe(library.statusBefore[name]);
      expect(after.status).toBe(EXPECTED[name].status);
      expect(after.status).not.toBe(before.status);
    },
  );

  it.each(
    pairs.filter(({ before, after }) => before.body !== undefined && after.body !== undefined),
  )('does not change the body: $name', ({ before, after }) => {
    expect(after.body).toEqual(before.body);
  });
});

it('README.md shows what was measured', async () => {
  const path = fileURLToPath(new URL('../README.md', import.meta.url));
  const page = readFileSync(path, 'utf8');
  const [begin, end] = ['<!-- behaviours -->', '<!-- /behaviours -->'];
  expect(page).toContain(begin);
  expect(page).toContain(end);
  const [head = ''] = page.split(begin);
  const [, tail = ''] = page.split(end);
  const options = await resolveConfig(path);
  const text = await format(formatBehaviours(measured), { ...options, parser: 'markdown' });
  await expect(`${head}${begin}\n\n${text}\n${end}${tail}`).toMatchFileSnapshot(path);
});
