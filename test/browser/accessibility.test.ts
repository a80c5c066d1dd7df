import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeInBrowser } from './support/chromium.js';
import { openInspector, openView, startInspector } from './support/open-inspector.js';
import { openPage, type PageOptions } from './support/open-page.js';

const VIEWS = ['overview', 'decisions', 'routes', 'keys', 'privileges', 'explain'] as const;

const MODES: Readonly<Record<string, PageOptions>> = {
  light: { colorScheme: 'light' },
  dark: { colorScheme: 'dark' },
  'forced colours': { forcedColors: 'active' },
  'more contrast': { contrast: 'more' },
  'a width of 320 px': { viewport: { width: 320, height: 640 } },
};

interface AxeViolation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** The violations of WCAG 2.2 AA and of best practices, in a line each. */
async function findViolations(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  const { violations }: { violations: AxeViolation[] } = await page.evaluate(
    `axe.run({ runOnly: ${JSON.stringify(tags)} })`,
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary = '' }) => `${id}: ${html} ${failureSummary}`),
  );
}

describeInBrowser('accessibility of the page', (browser) => {
  it.each(Object.entries(MODES))('has no violation in any view in %s', async (_name, context) => {
    const { page, inspector } = await openInspector(browser(), { context });
    for (const view of VIEWS) {
      await openView(page, inspector.origin, view);
      if (view === 'overview') await page.getByText('The same as a table').click();
      if (view === 'decisions') {
        inspector.say('gap', { missed: 2 });
        await page.getByText('2 decisions were not sent').waitFor();
        await page
          .getByRole('button', { name: /details/ })
          .first()
          .click();
      }
      if (view === 'explain') {
        await page.getByLabel('Access token').fill('x');
        await page.getByRole('button', { name: 'Explain' }).click();
        await page.getByText('1 of 5 checks failed').waitFor();
      }
      expect(await findViolations(page), view).toEqual([]);
    }
  });

  it('has no violation while denied, paused or disconnected', async () => {
    const { page, inspector } = await openInspector(browser(), { view: 'decisions' });
    await page.getByRole('button', { name: 'Pause' }).click();
    expect(await findViolations(page)).toEqual([]);
    await inspector.close();
    await page.getByText('reconnecting').waitFor();
    expect(await findViolations(page)).toEqual([]);
    const other = await startInspector();
    other.access = 'token';
    const denied = await openPage(browser(), `${other.origin}/`);
    await denied.page.getByRole('heading', { name: 'Access token required' }).waitFor();
    expect(await findViolations(denied.page)).toEqual([]);
  });

  it.each([320, 640])('never scrolls the page sideways at %i px', async (width) => {
    const { page, inspector } = await openInspector(browser(), {
      context: { viewport: { width, height: 640 } },
    });
    for (const view of VIEWS) {
      await openView(page, inspector.origin, view);
      const overflow =
        'document.documentElement.scrollWidth - document.documentElement.clientWidth';
      expect(await page.evaluate(overflow), view).toBe(0);
    }
  });

  it('has targets of at least 24 px', async () => {
    const { page, inspector } = await openInspector(browser());
    for (const view of VIEWS) {
      await openView(page, inspector.origin, view);
      const small = await page.evaluate(
        `[...document.querySelectorAll('button, select, input, summary, nav a, a.button')]
          .filter((element) => element.getBoundingClientRect().height < 24)
          .map((element) => element.outerHTML)`,
      );
      expect(small, view).toEqual([]);
    }
  });

  it('is usable by the keyboard alone', async () => {
    const { page } = await openInspector(browser());
    const press = async (...keys: readonly string[]): Promise<void> => {
      for (const key of keys) await page.keyboard.press(key);
    };
    const focused = (): Promise<string> =>
      page.evaluate(
        `(({ tagName, innerText, role }) => ['A', 'BUTTON', 'H1'].includes(tagName) ? innerText : role ?? '')(
          document.activeElement)`,
      );
    await press('Tab');
    expect(await focused()).toBe('Skip to the view');
    await press('Enter');
    expect(await focused()).toBe('Overview');
    const reach = async (text: string): Promise<void> => {
      for (let step = 0; step < 60; step += 1) {
        if ((await focused()).includes(text)) return;
        await press('Tab');
      }
      expect.fail(`${text} was not reached`);
    };
    await page.evaluate("document.querySelector('nav a').focus()");
    await reach('Decisions');
    await press('Enter');
    await page.getByRole('heading', { name: 'Decisions' }).waitFor();
    await reach('details');
    await press('Enter');
    await page.locator('tr.details').waitFor();
    await press('Space');
    await page.locator('tr.details').waitFor({ state: 'detached' });
    expect(await focused()).toContain('details');
    await press('Shift+Tab');
    // The frame of the table scrolls by keyboard.
    expect(await focused()).toBe('region');
  });

  it('shows the focus on the heading of a view to users of the keyboard, not of a pointer', async () => {
    const { page } = await openInspector(browser());
    const outline = 'getComputedStyle(document.activeElement).outlineStyle';
    const open = async (view: string, how: 'click' | 'press'): Promise<unknown> => {
      const link = page.getByRole('link', { name: view, exact: true });
      await (how === 'click' ? link.click() : link.press('Enter'));
      await page.locator('h1:focus').filter({ hasText: view }).waitFor();
      return page.evaluate(outline);
    };
    expect(await open('Decisions', 'click')).toBe('none');
    await page.keyboard.press('Tab');
    expect(await open('Routes', 'press')).toBe('solid');
    expect(await open('Keys', 'click')).toBe('none');
  });

  it('stands still for readers who prefer reduced motion', async () => {
    const { page } = await openInspector(browser(), { view: 'decisions' });
    const moving = await page.evaluate(
      `[...document.querySelectorAll('*')].filter((element) => {
        const style = getComputedStyle(element);
        return style.animationName !== 'none' || !/^0s(, 0s)*$/.test(style.transitionDuration);
      }).length`,
    );
    expect(moving).toBe(0);
  });
});
