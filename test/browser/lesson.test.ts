import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessibilityProblems } from './axe.ts';
import { chromiumPath, launchBrowser, openProfile, openTab, type Tab, terminalText } from './browser.ts';
import { requireWebBuild } from './build.ts';
import { Ordinal } from './learner.ts';

const kubectl = process.env.ORDINAL_KUBECTL;

/** The first lesson as a learner does it: with the built program, the real kubectl, and a browser. */
describe.skipIf(!chromiumPath || !kubectl)('the first lesson', () => {
  const ordinal = new Ordinal();
  let browser: Browser;
  let tab: Tab;

  beforeAll(async () => {
    requireWebBuild();
    browser = await launchBrowser();
    tab = await openTab(await openProfile(browser));
    await tab.page.goto(await ordinal.start());
  });
  afterAll(async () => {
    await browser?.close();
    await ordinal.remove();
    expect(tab?.errors).toEqual([]);
  });

  const heading = (name: string) => tab.page.getByRole('heading', { name, exact: true, level: 1 }).waitFor();
  const done = (step: number) => tab.page.getByRole('button', { name: new RegExp(`^Step ${step}: .*done\\)`) });

  const next = async (title: string) => {
    await tab.page.getByRole('button', { name: `${title} (next step)` }).click();
    await heading(title);
  };

  /** What the terminal in front shows, as if its lines were endless. */
  const shown = async () => (await terminalText(tab.page)).replaceAll('\n', '');
  const eventually = (look: () => Promise<unknown>) => expect.poll(look, { timeout: 30_000 });
  /** The shell waits for a command. */
  const prompt = () => eventually(shown).toMatch(/[$#] ?$/);

  /** Does everything that the step's text asks for, in its order: what a click does, by clicking. */
  async function followText(): Promise<void> {
    const blocks = tab.page.locator(
      'lesson-text figure.file, lesson-text figure.command, lesson-text fieldset.predict',
    );
    for (let index = 0; index < (await blocks.count()); index++) await follow(blocks.nth(index));
  }

  async function follow(block: Locator): Promise<void> {
    const { command, background, file } = await block.evaluate((element) => ({ ...(element as HTMLElement).dataset }));
    if (command !== undefined) {
      const before = (await shown()).split(command).length;
      await block.locator('[data-do=run]').click();
      if (background !== undefined) {
        await eventually(shown).toContain('Starting to serve');
        return;
      }
      await eventually(async () => (await shown()).split(command).length).toBe(before + 1);
      await prompt();
    } else if (file !== undefined) {
      await block.locator('[data-do=write]').click();
    } else {
      await block.locator('label').first().click();
      await block.getByRole('button', { name: 'This is my prediction' }).click();
      await block.locator('.outcome').getByText('Noted.').waitFor();
    }
  }

  it('is in the catalogue, and opens with a terminal', async () => {
    await tab.page
      .getByRole('link', { name: /Start the lesson/ })
      .first()
      .click();
    await heading('Names first');
    await prompt();
  });

  it('ticks what was done, from what the cluster is like', async () => {
    await followText();
    await done(1).waitFor();
    await next('Two Pods, one after the other');
    await followText();
    await done(2).waitFor();
    await tab.page.getByText('As you predicted:').or(tab.page.getByText('The cluster did something else:')).waitFor();
    expect(await accessibilityProblems(tab.page)).toEqual([]);
  });

  it('is the same after a reload, and in a second tab', async () => {
    await next('A claim for each Pod');
    await followText();
    await done(3).waitFor();
    const before = await shown();
    await tab.page.reload();
    await heading('A claim for each Pod');
    await done(2).waitFor();
    await eventually(shown).toBe(before);
    const second = await tab.context.newPage();
    await second.goto(tab.page.url());
    await second.getByRole('button', { name: /^Step 3: .*done\)/ }).waitFor();
    await second.close();
  });

  it('goes on where it was after the program was killed', async () => {
    await next('Reach one particular Pod');
    await followText();
    await done(4).waitFor();
    await next('Something to remember');
    await followText();
    await done(5).waitFor();

    await ordinal.end('SIGKILL');
    await tab.page
      .getByText(/connection/i)
      .first()
      .waitFor();
    await ordinal.start();
    // The terminals were the program's own, and `kubectl proxy` ended with them.
    await eventually(() => tab.page.getByRole('tab').count()).toBe(1);
    await prompt();
    await done(5).waitFor();
    await tab.page.keyboard.press('ArrowLeft');
    await heading('Reach one particular Pod');
    await follow(tab.page.locator('lesson-text figure.command').first());
    await next('Something to remember');
  });

  it('keeps the data of a Pod that was deleted, through all of that', async () => {
    await next('Delete the Pod');
    await followText();
    await done(6).waitFor();
    expect(await shown()).toContain('I belong to kubia-0.');
    await next('Scale down, and up again');
    await followText();
    await done(7).waitFor();
  });

  it('ends with what was learned', async () => {
    await next('Break the names, and repair them');
    await followText();
    await done(8).waitFor();
    await next('Put it away');
    await followText();
    await done(9).waitFor();
    await tab.page.keyboard.press('ArrowRight');
    await tab.page.getByRole('heading', { name: /You have finished/ }).waitFor();
    expect(await accessibilityProblems(tab.page)).toEqual([]);
  });
});
