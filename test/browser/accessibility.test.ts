import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startFakeServer } from '../web/fake/server.mjs';
import { accessibilityProblems } from './axe.ts';
import { chromiumPath, launchBrowser, openProfile, openTab, sizes, type Tab } from './browser.ts';
import { requireWebBuild } from './build.ts';

/** WCAG A and AA as axe sees it, at three sizes and in both themes, in the states a learner meets. */

type Server = Awaited<ReturnType<typeof startFakeServer>>;
type Page = Tab['page'];
type Size = keyof typeof sizes;

/** The rules whose answer depends on the theme, which changes colours and nothing else. */
const coloured = ['color-contrast', 'link-in-text-block'];

const lesson = '/lessons/01-first-statefulset';

const allSizes = Object.keys(sizes) as Size[];

interface Scene {
  readonly path: string;
  prepare?(server: Server): void;
  reach?(page: Page, size: Size): Promise<void>;
}

const showCluster = async (page: Page, size: Size) => {
  if (size !== 'desktop') await page.getByRole('button', { name: 'Cluster', exact: true }).click();
};

const scenes: Readonly<Record<string, Scene>> = {
  catalogue: { path: '/' },
  'first step': { path: lesson },
  'a step with everything': {
    path: `${lesson}#create`,
    prepare({ session }) {
      session.receive({ type: 'predict', id: 'order', choice: 'together' });
      session.cluster.apply(2);
      session.settle();
      const evidence = { expected: '2 Pods', saw: 'Pod `kubia-1` is Pending', why: 'It waits.', try: 'Describe it.' };
      session.setTask('create/ready', { state: 'failed', passedAt: undefined, evidence, hints: ['<p>Look.</p>'] });
      session.setTask('create/order', { state: 'unknown', evidence });
    },
  },
  'an open prediction': { path: `${lesson}#delete` },
  'a troubled cluster': {
    path: lesson,
    prepare({ session }) {
      session.cluster.apply(3);
      session.settle();
      session.cluster.apply(2);
      session.settle();
      session.cluster.crash('kubia-1');
      session.cluster.node('ordinal-worker2', 'Unknown');
      session.refresh();
    },
    async reach(page, size) {
      await showCluster(page, size);
      await page.getByRole('button', { name: /^Pod kubia-1/ }).click();
    },
  },
  'a terminal': {
    path: lesson,
    async reach(page, size) {
      if (size !== 'desktop') await page.getByRole('button', { name: 'Terminal', exact: true }).click();
      await page.getByRole('button', { name: 'Terminal settings' }).click();
    },
  },
  help: { path: lesson, reach: (page) => page.keyboard.press('?') },
  'the end': {
    path: `${lesson}#~finish`,
    prepare({ session }) {
      for (const key of session.tasks.keys()) session.setTask(key, { state: 'passed' });
    },
  },
  'an ended session': {
    path: lesson,
    prepare: (server) => server.expire(),
  },
};

describe.skipIf(!chromiumPath)('accessibility', () => {
  let browser: Browser;
  let server: Server;
  const tabs = new Map<Size, Tab>();

  beforeAll(async () => {
    requireWebBuild();
    browser = await launchBrowser();
    for (const size of allSizes) tabs.set(size, await openTab(await openProfile(browser, { size })));
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    server = await startFakeServer();
  });
  afterEach(() => server.close());

  const cases = Object.keys(scenes).flatMap((scene) => allSizes.map((size) => ({ scene, size })));

  it.each(cases)('$scene, $size', async ({ scene, size }) => {
    const { path, prepare, reach } = scenes[scene]!;
    prepare?.(server);
    const { page } = tabs.get(size)!;
    await page.emulateMedia({ colorScheme: 'light' });
    await page.goto(server.url + path);
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    await reach?.(page, size);
    expect(await accessibilityProblems(page), 'light').toEqual([]);
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await accessibilityProblems(page, coloured), 'dark').toEqual([]);
  });
});
