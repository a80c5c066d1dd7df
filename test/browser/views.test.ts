import { describe, expect, it } from 'vitest';
import { describeInBrowser } from './support/chromium.js';
import { openInspector } from './support/open-inspector.js';
import { SAMPLE_ANSWERS } from './support/sample-answers.js';
import { SAMPLE_PRIVILEGES } from './support/sample-privileges.js';

const EMPTY_ROUTES = { state: 'no-app', routes: [], findings: [] } as const;
const QUIET_OVERVIEW = {
  servers: ['sales'],
  reportOnly: [],
  trials: [],
  isExplainOn: true,
} as const;

describeInBrowser('views of the inspector', (browser) => {
  it('have a title, a heading and a current link each', async () => {
    const { page } = await openInspector(browser());
    for (const name of ['Decisions', 'Routes', 'Keys', 'Privileges', 'Explain', 'Overview']) {
      await page.getByRole('link', { name, exact: true }).click();
      const heading = page.getByRole('heading', { level: 1 });
      await heading.filter({ hasText: name }).waitFor();
      expect(await page.title()).toContain(name);
      expect(await page.locator('nav [aria-current=page]').innerText()).toBe(name);
      expect(await page.evaluate('document.activeElement.id')).toBe('view');
    }
  });

  describe('overview', () => {
    it('shows counts, reasons with fixes, keys, trials and privileges', async () => {
      const { page } = await openInspector(browser());
      const reasons = page.getByRole('region', { name: 'Why refused' });
      const expired = reasons.getByRole('row').filter({ hasText: 'expired' });
      // The page reads what the reasons mean after the counters.
      await expired.filter({ hasText: 'client: request a new token' }).waitFor();
      expect(await expired.innerText()).toMatch(/201[\s\S]*client: request a new token/);
      await page.getByText('12,410 requests, 3 would be refused').waitFor();
      await page.getByText('2 of 4 clients').waitFor();
      await page.getByText('https://partner.example').waitFor();
      expect(await page.locator('.banner').innerText()).toMatch(
        /1 guard reports only, until .*\(23 d \d+ h left\).*1 route is open/s,
      );
    });

    it('shows the counters as a table for readers', async () => {
      const { page } = await openInspector(browser());
      await page.getByText('The same as a table').click();
      const rows = page.getByRole('region', { name: 'Requests over time' }).getByRole('row');
      await expect.poll(() => rows.count()).toBe(16);
    });

    it('leads from a reason to its decisions', async () => {
      const { page } = await openInspector(browser());
      await page.getByRole('link', { name: 'expired' }).click();
      await page.getByRole('heading', { name: 'Decisions' }).waitFor();
      await expect.poll(() => page.getByLabel('Reason').inputValue()).toBe('expired');
    });

    it('shows no zeros before the first decision, and no banner without a reason for one', async () => {
      const { page } = await openInspector(browser(), {
        start: {},
        answers: { overview: QUIET_OVERVIEW },
      });
      await page.getByText('No request has been counted yet.').waitFor();
      await page.getByText('No request was checked against a policy on trial.').waitFor();
      await page.getByText('created without a recorder').waitFor();
      expect(await page.locator('.banner, .tile').count()).toBe(0);
    });
  });

  describe('routes', () => {
    it('shows routes, an open one by word, the date of a guard that reports only, and findings', async () => {
      const { page } = await openInspector(browser(), { view: 'routes' });
      const open = page.getByRole('row').filter({ hasText: '/v1/refunds' });
      expect(await open.innerText()).toMatch(/OPEN[\s\S]*reports only until/);
      await page.getByText('POST /v1/refunds is open: no guard runs').waitFor();
      await page.getByText('1 route exposed').waitFor();
    });

    it('says what to do without an application', async () => {
      const { page } = await openInspector(browser(), {
        view: 'routes',
        answers: { routes: EMPTY_ROUTES },
      });
      await page.getByText('No route is mounted.').waitFor();
      await page.getByText('createInspector({ app').waitFor();
    });

    it('shows the message of an audit that throws instead of a table', async () => {
      const error = 'the router of the application cannot be read';
      const { page } = await openInspector(browser(), {
        view: 'routes',
        answers: { routes: { state: 'failed', error, routes: [], findings: [] } },
      });
      await page.getByText(error).waitFor();
      expect(await page.getByRole('table').count()).toBe(0);
    });

    it('shows why it has no answer', async () => {
      const { page } = await openInspector(browser(), { view: 'routes', answers: { routes: 500 } });
      await page
        .getByText('The process answered with an unexpected response (status 500).')
        .waitFor();
      expect(await page.getByRole('table').count()).toBe(0);
    });

    it('keeps the last answer when a later request fails, and says so', async () => {
      const { page, inspector } = await openInspector(browser(), { view: 'routes' });
      inspector.answers = { ...inspector.answers, routes: 503 };
      inspector.say('key-set', {});
      await page.getByText('What follows is the last answer.').waitFor();
      await page.getByText('/v1/refunds', { exact: true }).waitFor();
    });

    it('shows the text to copy where the clipboard is not available', async () => {
      const { page } = await openInspector(browser(), { view: 'routes' });
      await page.evaluate(
        "Object.defineProperty(navigator, 'clipboard', { value: undefined, configurable: true })",
      );
      await page.getByRole('button', { name: 'Copy as Markdown' }).click();
      const text = page.getByLabel('Copy as Markdown: copy this text');
      expect(await text.inputValue()).toContain('| GET | /v1/sales |');
      expect(await page.evaluate('getSelection().toString()')).toContain('| method | path |');
    });
  });

  describe('keys', () => {
    it('shows states, refreshes, failures and unknown keys', async () => {
      const { page } = await openInspector(browser(), { view: 'keys' });
      const text = await page.getByRole('main').innerText();
      for (const part of [
        '4 min 4 s of 10 min',
        '1: rsa_too_small',
        '1 added, 1 withdrawn',
        '38 ms',
      ]) {
        expect(text).toContain(part);
      }
      expect(text).toContain('ERR_KEY_SET_UNAVAILABLE (timeout), next try after 12 s');
      expect(text).toContain('3 found, 12 unknown, 0 not looked up');
    });

    it('says what to do without a server', async () => {
      const { page } = await openInspector(browser(), {
        view: 'keys',
        answers: { keys: { keySets: [], introspection: [] } },
      });
      await page.getByText('No server was given.').waitFor();
    });
  });

  describe('privileges', () => {
    it('shows which scopes are needed, by word, and what a limit would refuse', async () => {
      const { page } = await openInspector(browser(), { view: 'privileges' });
      const reports = page.getByRole('row').filter({ hasText: 'reports' }).first();
      const text = (await reports.locator('td, th').allTextContents()).join('|');
      expect(text).toContain('needed 40,911');
      expect(text).toContain('held, not neededcut');
      await page
        .getByText('unknown: undeclared scopes are held, or requests are missing')
        .waitFor();
      await page.getByText('observed for 4 of 30 days').waitFor();
    });

    it.each([
      ['no-recorder', 'createPrivilegeRecorder()'],
      ['empty', 'No request has been recorded yet.'],
    ] as const)('explains the state %s', async (state, expected) => {
      const { page } = await openInspector(browser(), {
        view: 'privileges',
        answers: { privileges: { state } },
      });
      await page.getByText(expected).first().waitFor();
    });

    it('names the option that identifies clients', async () => {
      const { page } = await openInspector(browser(), {
        view: 'privileges',
        answers: { privileges: { ...SAMPLE_PRIVILEGES, state: 'not-identified' } },
      });
      await page.getByText('identifyClients: true').waitFor();
    });
  });

  it('read their answers again every five seconds', async () => {
    const context = { hasClock: true };
    const { page, inspector } = await openInspector(browser(), { view: 'privileges', context });
    inspector.answers = { ...SAMPLE_ANSWERS, privileges: { state: 'empty' } };
    await page.clock.runFor(5_000);
    await page.getByText('No request has been recorded yet.').waitFor();
  });
});
