import { expect, it } from 'vitest';
import { describeInBrowser } from './support/chromium.js';
import {
  openInspector,
  openView,
  startInspector,
  waitUntilLive,
} from './support/open-inspector.js';
import { openPage } from './support/open-page.js';
import { createDecision, listDecisions, SAMPLE_ANSWERS } from './support/sample-answers.js';

describeInBrowser('connection of the page', (browser) => {
  it('moves the key from the address to the storage of the tab, and survives a reload', async () => {
    const { page, inspector } = await openInspector(browser());
    expect(page.url()).toBe(`${inspector.origin}/#/overview`);
    expect(await page.evaluate('JSON.stringify([localStorage.length, document.cookie])')).toBe(
      '[0,""]',
    );
    await page.reload();
    await waitUntilLive(page);
    expect(inspector.requests.filter(({ path }) => path.includes(inspector.key))).toEqual([]);
  });

  it('asks for the address of the process without a key, and opens nothing', async () => {
    const inspector = await startInspector();
    const { page } = await openPage(browser(), `${inspector.origin}/`);
    await page.getByRole('heading', { name: 'Denied' }).waitFor();
    await page.getByText('Open the address that the process printed.').waitFor();
    expect(inspector.requests.filter(({ path }) => path.startsWith('api/'))).toEqual([]);
  });

  it('is denied with the key of an ended process, and accepts the new address in the same tab', async () => {
    const { page, inspector } = await openInspector(browser());
    await inspector.close();
    inspector.key = 'key-of-the-next-process';
    await inspector.listen();
    await page.getByRole('heading', { name: 'Denied' }).waitFor();
    await page.goto(inspector.url);
    await waitUntilLive(page);
    expect(page.url()).toBe(`${inspector.origin}/#/overview`);
  });

  it('explains a refused host or proxy', async () => {
    const inspector = await startInspector();
    inspector.streamStatus = 421;
    const { page } = await openPage(browser(), inspector.url);
    await page.getByText('The page is served to this machine alone').waitFor();
  });

  it('keeps old rows while the process does not respond, and continues after it', async () => {
    const start = { decisions: listDecisions(3) };
    const { page, inspector } = await openInspector(browser(), { view: 'decisions', start });
    inspector.decide({ ...createDecision(4), route: '/before' });
    await page.getByText('/before').waitFor();
    await inspector.close();
    await page
      .getByText(/reconnecting, (next try in \d s|trying now) \(since \d\d:\d\d:\d\d\)/)
      .waitFor();
    expect(await page.locator('tr.decision').count()).toBe(4);
    expect(await page.locator('main').getAttribute('class')).toBe('lost');
    inspector.start = { decisions: [{ ...createDecision(5), route: '/after' }] };
    await inspector.listen();
    await page.getByText('/after').waitFor();
    expect(await page.locator('tr.decision').count()).toBe(5);
    const stream = inspector.requests.findLast(({ path }) => path === 'api/stream');
    expect(stream?.lastEventId).toBe('boot-4');
  });

  it('shows what another process at the same address says, and that it is another one', async () => {
    const start = { decisions: listDecisions(3) };
    const { page, inspector } = await openInspector(browser(), { view: 'decisions', start });
    await inspector.close();
    inspector.start = { boot: 'second', decisions: [{ ...createDecision(1), route: '/second' }] };
    await inspector.listen();
    await page.getByText('The process was restarted').waitFor();
    await expect.poll(() => page.locator('tbody tr').count()).toBe(5);
  });

  it('says that the process has ended, and tries again on demand', async () => {
    const { page, inspector } = await openInspector(browser());
    await inspector.end();
    await page.getByText('the process has ended').waitFor();
    // Later attempts leave the time to press the button.
    await page.getByText(/next try in [3-8] s/).waitFor();
    await inspector.listen();
    await page.getByRole('button', { name: 'Try now' }).click();
    await waitUntilLive(page);
  });

  it('waits while too many pages are open', async () => {
    const inspector = await startInspector();
    inspector.streamStatus = 503;
    const { page } = await openPage(browser(), inspector.url);
    await page.getByText('too many pages are open').waitFor();
    inspector.streamStatus = 200;
    await waitUntilLive(page);
  });

  it('ignores messages that it does not know or cannot read', async () => {
    const { page, inspector } = await openInspector(browser(), { view: 'decisions', start: {} });
    inspector.say('weather', { sun: true });
    inspector.say('decisions', { not: 'an array' });
    inspector.say('counters', null);
    inspector.say('counters', { slots: 1 });
    inspector.say('hello', {});
    inspector.say('gap', { missed: -1 });
    inspector.decide({ ...createDecision(1), route: '/after-them' });
    await page.getByText('/after-them').waitFor();
  });

  it('shows the other rows and views when it cannot show what the process has sent', async () => {
    const { page, inspector } = await openInspector(browser(), { view: 'decisions', start: {} });
    inspector.decide({ ...createDecision(1), time: 1e20 }, createDecision(2));
    await page.getByText('100000000000000000000').waitFor();
    const counters = { windowSeconds: 900, slotSeconds: 10, slots: [null], by: [] };
    inspector.say('counters', counters);
    await page.goto(`${inspector.origin}/#/overview`);
    await page.getByText('This view cannot show what the process has sent.').waitFor();
    await openView(page, inspector.origin, 'decisions');
    expect(await page.locator('tr.decision').count()).toBe(2);
  });

  it('asks for an access token where a guard protects the page, and keeps it in memory alone', async () => {
    const inspector = await startInspector(SAMPLE_ANSWERS);
    inspector.access = 'token';
    const { page } = await openPage(browser(), `${inspector.origin}/`);
    const field = page.getByLabel('An access token that the guard in front of this page accepts');
    await field.fill('a-wrong-token');
    await page.getByRole('button', { name: 'Open' }).click();
    await page.getByText('has refused the token (status 401)').waitFor();
    await field.fill(inspector.key);
    await page.getByRole('button', { name: 'Open' }).click();
    await waitUntilLive(page);
    expect(await page.evaluate('sessionStorage.length + localStorage.length')).toBe(0);
    expect(page.url()).not.toContain(inspector.key);
  });

  it('resumes after the last decision with another token', async () => {
    const inspector = await startInspector(SAMPLE_ANSWERS, {});
    inspector.access = 'token';
    const { page } = await openPage(browser(), `${inspector.origin}/#/decisions`);
    const signIn = async (): Promise<void> => {
      await page.getByLabel(/^An access token/).fill(inspector.key);
      await page.getByRole('button', { name: 'Open' }).click();
      await waitUntilLive(page);
    };
    await signIn();
    inspector.decide(...listDecisions(3));
    await page.getByText('3 decisions').waitFor();
    await inspector.close();
    inspector.key = 'the-next-token';
    await inspector.listen();
    await page.getByText('has refused the token').waitFor();
    await signIn();
    const stream = inspector.requests.findLast(({ path }) => path === 'api/stream');
    expect(stream?.lastEventId).toBe('boot-3');
  });

  it('takes no token from the address where a guard protects the page', async () => {
    const inspector = await startInspector();
    inspector.access = 'token';
    const { page } = await openPage(browser(), inspector.url);
    await page.getByRole('heading', { name: 'Access token required' }).waitFor();
    expect(await page.evaluate('sessionStorage.length')).toBe(0);
    expect(inspector.requests.filter(({ path }) => path.startsWith('api/'))).toEqual([]);
  });

  it('asks for a new login when what protects everything redirects the stream', async () => {
    const inspector = await startInspector();
    inspector.access = 'none';
    const { page } = await openPage(browser(), `${inspector.origin}/`);
    await waitUntilLive(page);
    await page.route('**/api/stream', (route) =>
      route.fulfill({ status: 302, headers: { location: '/login' } }),
    );
    await inspector.close();
    await inspector.listen();
    await page.getByText('has redirected the request. Log in again.').waitFor();
  });

  it('sends neither a key nor a token where something else protects everything', async () => {
    const inspector = await startInspector();
    inspector.access = 'none';
    const { page } = await openPage(browser(), `${inspector.origin}/`);
    await waitUntilLive(page);
    expect(inspector.requests.some(({ authorization }) => authorization !== undefined)).toBe(false);
  });
});
