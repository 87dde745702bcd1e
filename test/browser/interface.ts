import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { startFakeServer } from '../web/fake/server.mjs';
import { launchBrowser, openProfile, openTab, type Tab, terminalText } from './browser.ts';
import { requireWebBuild } from './build.ts';

/** Of the one lesson that the made-up server has. */
export const lessonPath = '/lessons/01-first-statefulset';

/**
 * For a file of tests, or a describe: a made-up server and a page for each of them, in which nothing may have gone wrong
 * in the end.
 */
export function useInterface(options: Parameters<typeof openProfile>[1] = {}) {
  let browser: Browser;
  let profile: BrowserContext;
  let server: Awaited<ReturnType<typeof startFakeServer>>;
  let tab: Tab;

  beforeAll(async () => {
    requireWebBuild();
    browser = await launchBrowser();
    profile = await openProfile(browser, options);
  });
  afterAll(() => browser?.close());

  beforeEach(async () => {
    server = await startFakeServer();
    tab = await openTab(profile);
  });
  afterEach(async () => {
    const { page, errors } = tab;
    await page.close();
    await server.close();
    expect(errors).toEqual([]);
  });

  return {
    get server() {
      return server;
    },
    get page(): Page {
      return tab.page;
    },
    async visit(path: string): Promise<void> {
      await tab.page.goto(server.url + path);
      await tab.page.locator(path === '/' ? 'catalogue-view' : 'lesson-view').waitFor();
    },
    button: (name: string | RegExp) => tab.page.getByRole('button', { name, exact: typeof name === 'string' }),
    heading: (name: string | RegExp) => tab.page.getByRole('heading', { name }).first().waitFor(),
    shows: (text: string | RegExp) => expect.poll(() => terminalText(tab.page)).toMatch(text),
    async type(line: string): Promise<void> {
      await tab.page.getByRole('textbox', { name: /^Terminal/ }).focus();
      await tab.page.keyboard.type(`${line}\n`);
    },
  };
}
