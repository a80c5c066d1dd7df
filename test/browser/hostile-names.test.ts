import { expect, it } from 'vitest';
import type { WireDecision } from '../../packages/inspector/src/wire.js';
import { describeInBrowser } from './support/chromium.js';
import { openInspector, openView } from './support/open-inspector.js';
import { createDecision, SAMPLE_ANSWERS } from './support/sample-answers.js';
import { SAMPLE_PRIVILEGES } from './support/sample-privileges.js';

const HOSTILE = [
  ['an element with a handler', '<img src=x onerror=alert(1)>'],
  ['the end of an attribute', '"><script>alert(1)</script>'],
  ['a URL with a script', "javascript:alert('1')"],
  ['a template', '{{constructor.constructor("alert(1)")()}}'],
  ['the end of an element', '</textarea></style><svg/onload=alert(1)>'],
  ['control characters', '\u202Egnp.exe\u202C \u0000\u001B[31m'],
  ['the name of a prototype', '__proto__'],
  ['a long name', 'x'.repeat(2_000)],
] as const;

/** Replaces every text of an answer. */
function poison<T>(value: T, text: string): T {
  const replaced = JSON.stringify(value, (name: string, member: unknown) =>
    typeof member === 'string' && !STATES.has(name) ? text : member,
  );
  return JSON.parse(replaced) as T;
}

/** Members whose values the process does not take from anywhere. */
const STATES = new Set([
  'state',
  'result',
  'verdict',
  'outcome',
  'advice',
  'until',
  'reportOnlyUntil',
]);

describeInBrowser('hostile names', (browser) => {
  it.each(HOSTILE)('are text in every view: %s', async (_name, text) => {
    const decision: WireDecision = {
      ...poison({ ...createDecision(3), guard: 'a', requires: 'b' }, text),
      outcome: 'refused',
      seq: 1,
      held: { declared: [text], others: 3 },
      excess: { declared: [text], others: 0 },
      trial: { outcome: 'refused', reason: 'scope' },
    };
    const { page, inspector } = await openInspector(browser(), {
      answers: {
        overview: poison(SAMPLE_ANSWERS.overview, text),
        routes: poison(SAMPLE_ANSWERS.routes, text),
        keys: poison(SAMPLE_ANSWERS.keys, text),
        privileges: poison(SAMPLE_PRIVILEGES, text),
        explain: poison(SAMPLE_ANSWERS.explain, text),
      },
      start: {
        decisions: [decision],
        counters: {
          windowSeconds: 900,
          slotSeconds: 10,
          slots: [],
          by: [
            { server: text, outcome: 'refused', reason: text, method: text, route: text, count: 7 },
          ],
        },
      },
    });
    const known = await page.evaluate("document.querySelectorAll('script').length");
    for (const view of ['overview', 'decisions', 'routes', 'keys', 'privileges', 'explain']) {
      await openView(page, inspector.origin, view);
      if (view === 'decisions') await page.locator('.expander').click();
      if (view === 'explain') {
        await page.getByLabel('Access token').fill('x');
        await page.getByRole('button', { name: 'Explain' }).click();
        await page.getByText('Checks').first().waitFor();
      }
      // Browsers may leave out the character that ends strings in C.
      await expect
        .poll(async () => (await page.locator('main').textContent())?.replaceAll('\u0000', ''))
        .toContain(text.replaceAll('\u0000', ''));
      expect(await page.locator('main img, main script, [onerror], [onload]').count()).toBe(0);
      expect(await page.locator('a:not([href^="#"])').count()).toBe(0);
    }
    expect(await page.evaluate("document.querySelectorAll('script').length")).toBe(known);
  });
});
