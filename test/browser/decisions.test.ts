import { expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { describeInBrowser } from './support/chromium.js';
import { openInspector } from './support/open-inspector.js';
import { createDecision, listDecisions } from './support/sample-answers.js';

/** The numbers of the decisions that are listed, by their routes. */
async function listRoutes(page: Page): Promise<readonly string[]> {
  return page.locator('tr.decision .route').allInnerTexts();
}

function refusalAt(seq: number, route: string): ReturnType<typeof createDecision> {
  return { ...createDecision(seq), outcome: 'refused', reason: 'expired', route };
}

describeInBrowser('list of decisions', (browser) => {
  const start = { decisions: listDecisions(3) };

  it('says how to get the first decision', async () => {
    const { page } = await openInspector(browser(), { view: 'decisions', start: {} });
    await page.getByText('No decision yet.').waitFor();
    await page.getByText('curl -i').waitFor();
  });

  it('shows a decision as soon as it arrives, above the others', async () => {
    const { page, inspector } = await openInspector(browser(), { view: 'decisions', start });
    inspector.decide(refusalAt(4, '/new'));
    await page.getByText('/new').waitFor();
    expect((await listRoutes(page))[0]).toBe('/new');
  });

  it('opens a row with the status, the sections, the guard and the fixes', async () => {
    const decisions = [{ ...refusalAt(1, '/expired'), claimedIssuer: 'https://auth.example.com' }];
    const { page } = await openInspector(browser(), { view: 'decisions', start: { decisions } });
    await page.getByRole('button', { name: /details/ }).click();
    // The page reads what the reasons mean after the decisions.
    const fix = 'client: request a new token before the old one expires';
    await page.locator('tr.details').filter({ hasText: fix }).waitFor();
    const details = await page.locator('tr.details').innerText();
    expect(details).toMatch(/refused, 401 invalid_token/);
    expect(details).toContain('RFC 7519 §4.1.4');
    expect(details).toMatch(/issuer, as the token says\s+https:\/\/auth\.example\.com/);
    await page.getByRole('link', { name: 'Explain a token like it' }).click();
    await page.getByRole('heading', { name: 'Explain a token' }).waitFor();
  });

  it('filters by what the address says, and puts what is typed there without new history', async () => {
    const decisions = [refusalAt(1, '/one'), refusalAt(2, '/two'), createDecision(11)];
    const { page } = await openInspector(browser(), {
      view: 'decisions?outcome=refused',
      start: { decisions },
    });
    await expect.poll(() => listRoutes(page)).toEqual(['/two', '/one']);
    const before = await page.evaluate('history.length');
    await page.getByLabel('Route').pressSequentially('TWO');
    await page.getByText('1 decision', { exact: true }).waitFor();
    expect(await listRoutes(page)).toEqual(['/two']);
    expect(page.url()).toContain('#/decisions?outcome=refused&route=TWO');
    expect(await page.evaluate('history.length')).toBe(before);
    await page.getByLabel('Route').fill('nothing');
    await page.getByText('No decision matches the filter.').waitFor();
    await page.getByRole('link', { name: 'Show all decisions' }).click();
    await expect.poll(() => listRoutes(page)).toHaveLength(3);
  });

  it('keeps the focus and the place of a row while 200 decisions arrive', async () => {
    const { page, inspector } = await openInspector(browser(), { view: 'decisions', start });
    // The banner is read from the process, and moves what is below it.
    await page.locator('.banner').waitFor();
    const row = page.locator('tr.decision .expander').nth(1);
    await row.focus();
    const before = await row.boundingBox();
    await page.evaluate('window.focused = document.activeElement');
    for (let batch = 0; batch < 10; batch += 1) {
      inspector.decide(
        ...Array.from({ length: 20 }, (_, index) => createDecision(4 + batch * 20 + index)),
      );
    }
    await page.getByRole('button', { name: '200 newer: show' }).waitFor();
    expect(await page.evaluate('window.focused === document.activeElement')).toBe(true);
    expect(await row.boundingBox()).toEqual(before);
  });

  it('is held before the browser paints the row that was opened', async () => {
    const { page } = await openInspector(browser(), { view: 'decisions', start });
    await page.locator('tr.decision').first().waitFor();
    // The page renders in microtasks, which run before the next frame.
    const state = await page.evaluate(`(async () => {
      document.querySelector('tr.decision .expander').click();
      for (let turn = 0; turn < 10; turn += 1) await undefined;
      return document.querySelector('.list-state').innerText;
    })()`);
    expect(state).toContain('held while a row is open');
  });

  it('is held while a row is open, shows newer rows on demand, and goes on when it is closed', async () => {
    const { page, inspector } = await openInspector(browser(), { view: 'decisions', start });
    await page.locator('tr.decision .expander').first().click();
    inspector.decide(refusalAt(4, '/newer'));
    await page.getByRole('button', { name: '1 newer: show' }).click();
    await expect.poll(async () => (await listRoutes(page))[0]).toBe('/newer');
    expect(await page.locator('tr.details').count()).toBe(1);
    inspector.decide(refusalAt(5, '/newest'));
    await page.getByRole('button', { name: '1 newer: show' }).waitFor();
    await page.locator('[aria-expanded=true]').click();
    await page.getByLabel('Route').focus();
    await page.getByText('/newest').waitFor();
  });

  it('stops everything while paused: rows, counters and requests', async () => {
    const context = { hasClock: true };
    const { page, inspector } = await openInspector(browser(), {
      view: 'decisions',
      start,
      context,
    });
    const pause = page.getByRole('button', { name: 'Pause' });
    await pause.click();
    await expect.poll(() => pause.getAttribute('aria-pressed')).toBe('true');
    inspector.decide(refusalAt(4, '/while-paused'));
    await page.getByRole('button', { name: '1 newer: show' }).waitFor();
    expect(await listRoutes(page)).not.toContain('/while-paused');
    // A silent stream is opened again, also while the page is paused.
    const countReads = (): number =>
      inspector.requests.filter(({ path }) => path !== 'api/stream').length;
    const before = countReads();
    await page.clock.runFor(60_000);
    expect(countReads()).toBe(before);
    await pause.click();
    await page.getByText('/while-paused').waitFor();
  });

  it('says in a row how many decisions were not sent, and that the process was restarted', async () => {
    const { page, inspector } = await openInspector(browser(), { view: 'decisions', start });
    inspector.say('gap', { missed: 400 });
    inspector.say('gap', { missed: 12 });
    await page.getByText('412 decisions were not sent').waitFor();
    inspector.say('hello', {
      boot: 'other',
      version: '0.1.0',
      pid: 1,
      startedAt: 1,
      now: Date.now(),
    });
    await page.getByText('The process was restarted').waitFor();
  });

  it('keeps at most 2,000 rows, and renders 100 at a time', async () => {
    const { page, inspector } = await openInspector(browser(), { view: 'decisions', start });
    for (let batch = 0; batch < 12; batch += 1) {
      inspector.decide(
        ...Array.from({ length: 200 }, (_, index) => createDecision(4 + batch * 200 + index)),
      );
    }
    await page.getByText('2,000 decisions').waitFor();
    expect(await page.locator('tr.decision').count()).toBe(100);
    await page.getByRole('button', { name: 'Show 100 older' }).click();
    await expect.poll(() => page.locator('tr.decision').count()).toBe(200);
  });

  it('is announced every ten seconds as a sum, never row by row', async () => {
    const context = { hasClock: true };
    const { page, inspector } = await openInspector(browser(), {
      view: 'decisions',
      start,
      context,
    });
    inspector.decide(refusalAt(4, '/a'), refusalAt(5, '/b'), { ...createDecision(11), seq: 6 });
    await page.getByText('/b').waitFor();
    const read = (): Promise<string> => page.locator('#announcement').innerText();
    // The clock of the page runs, so that ten seconds may be over on a slow machine.
    expect(await read()).toMatch(/^(?:\d+ decisions, \d+ refused)?$/);
    await page.clock.runFor(10_000);
    await expect.poll(read).toMatch(/^\d+ decisions, \d+ refused$/);
    expect(await page.locator('table [aria-live], table [role=status]').count()).toBe(0);
  });
});
