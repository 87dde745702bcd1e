import { gzipSync } from 'node:zlib';
import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startFakeServer } from '../web/fake/server.mjs';
import { chromiumPath, launchBrowser, openProfile, openTab, type Tab, terminalText } from './browser.ts';
import { requireWebBuild } from './build.ts';

/** The interface against a made-up server: what a learner sees and does, without the parts behind it. */

const lesson = '/lessons/01-first-statefulset';

describe.skipIf(!chromiumPath)('the interface', () => {
  let browser: Browser;
  let profile: BrowserContext;
  let server: Awaited<ReturnType<typeof startFakeServer>>;
  let tab: Tab;

  beforeAll(async () => {
    requireWebBuild();
    browser = await launchBrowser();
    profile = await openProfile(browser);
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

  const visit = async (path: string) => {
    await tab.page.goto(server.url + path);
    await tab.page.locator(path === '/' ? 'catalogue-view' : 'lesson-view').waitFor();
  };
  const button = (name: string | RegExp) => tab.page.getByRole('button', { name, exact: typeof name === 'string' });
  const heading = (name: string | RegExp) => tab.page.getByRole('heading', { name }).first().waitFor();
  const shows = (text: string | RegExp) => expect.poll(() => terminalText(tab.page)).toMatch(text);
  const type = async (line: string) => {
    await tab.page.getByRole('textbox', { name: /^Terminal/ }).focus();
    await tab.page.keyboard.type(`${line}\n`);
  };

  describe('catalogue', () => {
    it('leads into a lesson and back without loading the document again', async () => {
      await visit('/');
      await tab.page.evaluate(() => Object.assign(window, { same: true }));
      await tab.page.getByRole('link', { name: /Your first StatefulSet/ }).click();
      await heading('Look around');
      expect(await tab.page.title()).toBe('Your first StatefulSet · Ordinal');
      expect(await tab.page.locator('main').evaluate((element) => element.matches(':focus'))).toBe(true);
      await tab.page.getByRole('link', { name: /all lessons/ }).click();
      await heading(/stateful workloads/);
      expect(await tab.page.evaluate(() => 'same' in window)).toBe(true);
    });

    it('says why a lesson cannot be started, and what its author has to repair', async () => {
      await visit('/');
      await tab.page.getByText('Needs nodes that can be stopped').waitFor();
      await tab.page.getByText('checks.yaml:14:7').waitFor();
      expect(await tab.page.getByRole('link', { name: /At most one/ }).count()).toBe(0);
    });

    it('says that there is no such lesson', async () => {
      await tab.page.goto(`${server.url}/lessons/nowhere`);
      await heading('There is no such lesson');
    });
  });

  describe('steps', () => {
    it('move with arrow keys and buttons, are in the address, and are told to the server', async () => {
      await visit(`${lesson}#create`);
      await heading('Create a Service and a StatefulSet');
      await tab.page.keyboard.press('ArrowRight');
      await heading('See what was made for each Pod');
      expect(new URL(tab.page.url()).hash).toBe('#storage');
      await expect.poll(() => server.session.step).toBe('storage');
      await button('Back').click();
      await heading('Create a Service and a StatefulSet');
      await tab.page.goBack();
      await heading('See what was made for each Pod');
    });

    it('begin where the learner last was', async () => {
      server.session.step = 'write';
      await visit(lesson);
      await heading('Give one Pod something to remember');
    });

    it('follow the learner’s other tab', async () => {
      await visit(lesson);
      server.session.tell({ type: 'step', step: 'delete' });
      await heading('Delete the Pod');
    });

    it('end with what is still open, then with what was learned', async () => {
      await visit(`${lesson}#~finish`);
      await heading('Almost there');
      for (const key of server.session.tasks.keys()) server.session.setTask(key, { state: 'passed' });
      await heading(/You have finished/);
      await tab.page.getByRole('link', { name: /Next lesson/ }).waitFor();
    });

    it('can be started over, after asking', async () => {
      await visit(lesson);
      await button('Start this lesson over').click();
      await tab.page.getByRole('dialog').getByRole('button', { name: 'Start over' }).click();
      await tab.page.getByText('The lesson starts over.').waitFor();
    });
  });

  describe('help', () => {
    it('opens with a question mark, unless that is typed into the terminal', async () => {
      await visit(lesson);
      await tab.page.keyboard.press('?');
      await heading('How this works');
      await tab.page.keyboard.press('Escape');
      await type('echo ?');
      expect(await tab.page.getByRole('dialog').count()).toBe(0);
    });
  });

  describe('tasks', () => {
    it('tick when the cluster is as they ask, and are announced', async () => {
      await visit(lesson);
      await button('Run kubectl get nodes').click();
      await shows('ordinal-control-plane');
      await tab.page
        .getByText('Done: List the nodes of the cluster. Step 1 is complete.')
        .waitFor({ state: 'attached' });
      expect(await tab.page.getByRole('button', { name: /Step 1: .*done\)/ }).count()).toBe(1);
    });

    it('say what was seen where they fail, and give hints one by one', async () => {
      await visit(`${lesson}#create`);
      const evidence = { expected: '2 Pods', saw: 'Pod `kubia-1` is Pending', why: 'It waits.', try: 'Describe it.' };
      server.session.setTask('create/ready', { state: 'failed', evidence });
      for (const text of ['Expected', 'is Pending', 'Why it matters', 'Describe it.']) {
        await tab.page.locator('.failed').getByText(text).waitFor();
      }
      const card = tab.page.locator('task-card', { hasText: 'Both Pods' });
      await card.getByRole('button', { name: /hint/ }).click();
      await card.getByText('What does the manifest ask for').waitFor();
      expect(await card.getByText('Apply the file again').count()).toBe(0);
    });
  });

  describe('the text', () => {
    it('writes files, copies commands and puts them into the terminal for editing', async () => {
      await visit(`${lesson}#create`);
      await button(/Write file kubia.yaml/).click();
      await tab.page.getByText('Write again').waitFor();
      await button('Copy kubectl apply -f kubia.yaml').click();
      const copied = () => tab.page.evaluate(() => navigator.clipboard.readText());
      await expect.poll(copied).toBe('kubectl apply -f kubia.yaml');
      await button('Put into the terminal to edit: kubectl apply -f kubia.yaml').click();
      await shows(/\$ kubectl apply -f kubia.yaml$/);
      expect(server.session.commands).toEqual([]);
    });

    it('runs a command in the terminal it is meant for, opening that first', async () => {
      await visit(`${lesson}#create`);
      await button(/^Run kubectl get pods/).click();
      await tab.page.getByRole('tab', { name: /2 bash/, selected: true }).waitFor();
      await shows('No resources found');
      expect(server.session.terminals).toHaveLength(2);
    });

    it('takes a prediction once, and shows what the cluster did', async () => {
      await visit(`${lesson}#create`);
      const question = tab.page.getByRole('group', { name: /When will the second Pod/ });
      expect(await button('This is my prediction').isDisabled()).toBe(true);
      await question.getByText('Together with the first').click();
      await button('This is my prediction').click();
      await question.getByText('Noted.').waitFor();
      expect(await question.getByRole('radio', { name: /As soon as/ }).isDisabled()).toBe(true);
      server.session.cluster.apply(2);
      server.session.settle();
      await question.getByText('The cluster did something else:').waitFor();
      await tab.page.reload();
      await question.getByText('your prediction', { exact: true }).waitFor();
    });
  });

  describe('terminals', () => {
    it('show what was there after a reload, and go on', async () => {
      await visit(lesson);
      await type('kubectl get nodes');
      await shows('ordinal-worker2');
      await tab.page.reload();
      await shows('ordinal-worker2');
      await type('kubectl get pods');
      await shows('No resources found');
    });

    it('acknowledge what they have drawn', async () => {
      await visit(lesson);
      await type('flood');
      await shows('line 2999');
      const drawn = () =>
        server.received.reduce((sum, message) => sum + (message.type === 'ack' ? Number(message.characters) : 0), 0);
      await expect.poll(drawn).toBeGreaterThan(200_000);
    });

    it('let no program write the clipboard, name the window, or hide where a link leads', async () => {
      await visit(lesson);
      await tab.page.evaluate(() => navigator.clipboard.writeText('mine'));
      await type('links');
      await shows('done');
      expect(await tab.page.title()).toBe('Your first StatefulSet · Ordinal');
      expect(await tab.page.evaluate(() => navigator.clipboard.readText())).toBe('mine');
      const row = (await terminalText(tab.page)).split('\n').findIndex((line) => line.includes('hidden target'));
      const column = (await terminalText(tab.page)).split('\n')[row]!.indexOf('hidden target') + 4;
      const cell = await tab.page.evaluate(() => {
        const screen = document
          .querySelector('app-shell')!
          .shadowRoot!.querySelector('lesson-view')!
          .shadowRoot!.querySelector('terminal-panel')!
          .shadowRoot!.querySelector('terminal-view')!
          .shadowRoot!.querySelector('.xterm-screen')!
          .getBoundingClientRect();
        return { x: screen.x, y: screen.y };
      });
      await tab.page.mouse.move(cell.x + column * 8, cell.y + row * 17 + 8);
      await tab.page.getByText('https://example.org/elsewhere').waitFor();
      await tab.page.mouse.click(cell.x + column * 8, cell.y + row * 17 + 8);
      await heading('Open this address?');
      expect(tab.context.pages()).toHaveLength(1);
    });

    it('copy the selection and paste, by keyboard and by menu', async () => {
      await visit(lesson);
      await shows('learner');
      await tab.page.evaluate(() => navigator.clipboard.writeText('kubectl get'));
      await tab.page.getByRole('textbox', { name: /^Terminal/ }).focus();
      await tab.page.keyboard.press('Control+Shift+V');
      await shows(/\$ kubectl get$/);
      await button('Terminal settings').click();
      await button(/^Paste/).click();
      await shows(/\$ kubectl getkubectl get$/);
      const screen = (await tab.page.locator('.xterm-screen').boundingBox())!;
      await tab.page.mouse.dblclick(screen.x + 8 * 36, screen.y + 8);
      await tab.page.keyboard.press('Control+Shift+C');
      await expect.poll(() => tab.page.evaluate(() => navigator.clipboard.readText())).toBe('kubectl');
    });

    it('can be opened, changed between, and closed', async () => {
      await visit(lesson);
      await button('Open another terminal').click();
      await tab.page.getByRole('tab', { name: /2 bash/, selected: true }).waitFor();
      await tab.page.getByRole('tab', { name: /1 bash/ }).click();
      await type('kubectl get pods');
      await shows('No resources found');
      await tab.page.keyboard.press('Control+Shift+E');
      await tab.page.keyboard.press('ArrowRight');
      await tab.page.getByRole('tab', { name: /2 bash/, selected: true }).waitFor();
      await button('Open another terminal').click();
      await tab.page.getByRole('tab', { name: /3 bash/, selected: true }).waitFor();
      await tab.page.getByTitle('Close (Delete)').last().click();
      await expect.poll(() => tab.page.getByRole('tab').count()).toBe(2);
      await tab.page.getByRole('tab', { selected: true }).focus();
      await tab.page.keyboard.press('Delete');
      await expect.poll(() => tab.page.getByRole('tab').count()).toBe(1);
    });

    it('say that the shell has ended, and start a new one', async () => {
      await visit(lesson);
      await type('exit');
      await tab.page.getByText('The shell has ended.').waitFor();
      await tab.page.reload();
      await button('Start a new one').click();
      await type('kubectl get pods');
      await shows('No resources found');
      expect(await tab.page.getByText('The shell has ended.').count()).toBe(0);
    });

    it('can be searched', async () => {
      await visit(lesson);
      await type('kubectl get nodes');
      await shows('ordinal-worker2');
      await tab.page.keyboard.press('Control+Shift+F');
      await tab.page.getByRole('searchbox').fill('worker2');
      expect(await tab.page.getByText('not found').count()).toBe(0);
      await tab.page.getByRole('searchbox').fill('worker9');
      await tab.page.getByText('not found').waitFor();
      await tab.page.keyboard.press('Escape');
      await expect.poll(() => tab.page.getByRole('searchbox').count()).toBe(0);
    });

    it('can be left by keyboard, and keep their font size and reading mode', async () => {
      await visit(lesson);
      await type('kubectl get pods');
      await tab.page.keyboard.press('Control+Shift+E');
      const focused = () =>
        tab.page.getByRole('tab', { selected: true }).evaluate((element) => element.matches(':focus'));
      await expect.poll(focused).toBe(true);
      await button('Terminal settings').click();
      await button('Larger').click();
      await tab.page.getByRole('checkbox', { name: /Screen-reader/ }).check();
      await tab.page.reload();
      await shows('No resources found');
      await button('Terminal settings').click();
      await tab.page.getByText('14', { exact: true }).waitFor();
      expect(await tab.page.getByRole('checkbox', { name: /Screen-reader/ }).isChecked()).toBe(true);
    });
  });

  describe('the picture', () => {
    it('shows slots, keeps the ghost of one that was scaled away, and tells about each thing', async () => {
      await visit(lesson);
      await tab.page.getByText('Nothing here yet.').waitFor();
      server.session.cluster.apply(2);
      server.session.settle();
      await button(/^Pod kubia-1 Ready.*on node ordinal-worker2/).waitFor();
      await button(/^Ordinal 1 kubia-1.kubia 10\.244.* resolves/).waitFor();
      server.session.cluster.apply(1);
      server.session.settle();
      await tab.page.getByText('scaled away').waitFor();
      await button(/^Ordinal 1 kubia-1.kubia no address.* does not resolve/).waitFor();
      await button(/^PersistentVolumeClaim data-kubia-1.*, Bound/).waitFor();
      await button(/^Pod kubia-0/).click();
      await button(/kubectl describe/).click();
      await shows(/\$ kubectl describe pod kubia-0$/);
    });

    it('writes down what happened, newest first, and can be folded away for good', async () => {
      await visit(lesson);
      server.session.cluster.apply(1);
      server.session.settle();
      const timeline = tab.page.getByRole('region', { name: 'Timeline' });
      await timeline.getByText('became ready').waitFor();
      expect(await timeline.getByRole('listitem').first().textContent()).toMatch(/became ready/);
      await button('Timeline').click();
      await tab.page.reload();
      await button(/^Pod kubia-0/).waitFor();
      expect(await timeline.count()).toBe(0);
    });
  });

  describe('panes', () => {
    it('are resized by keyboard and stay so', async () => {
      await visit(lesson);
      const divider = tab.page.getByRole('separator', { name: 'Width of the lesson' });
      await divider.focus();
      await tab.page.keyboard.press('Shift+ArrowRight');
      expect(await divider.getAttribute('aria-valuenow')).toBe('52');
      const width = () => tab.page.locator('lesson-pane').evaluate((element) => element.clientWidth);
      const wide = await width();
      expect(wide).toBeGreaterThan(720);
      await tab.page.reload();
      await tab.page.locator('lesson-pane').waitFor();
      expect(await width()).toBe(wide);
    });

    it('are resized with the mouse', async () => {
      await visit(lesson);
      const before = await tab.page.locator('terminal-panel').evaluate((element) => element.clientHeight);
      const box = (await tab.page.getByRole('separator', { name: 'Height of the terminal' }).boundingBox())!;
      const [x, y] = [box.x + 200, box.y + box.height / 2];
      await tab.page.mouse.move(x, y);
      await tab.page.mouse.down();
      await tab.page.mouse.move(x, y - 120);
      await tab.page.mouse.up();
      const height = () => tab.page.locator('terminal-panel').evaluate((element) => element.clientHeight);
      await expect.poll(async () => Math.abs(before - (await height()) - 120)).toBeLessThan(4);
    });
  });

  describe('when something is wrong', () => {
    it('keeps what is on screen while the server is away, and comes back by itself', async () => {
      await visit(`${lesson}#create`);
      await type('kubectl get nodes');
      await shows('ordinal-worker2');
      server.down();
      await tab.page.getByText('server not reachable').waitFor();
      await heading('Create a Service and a StatefulSet');
      expect(await terminalText(tab.page)).toContain('ordinal-worker2');
      server.session.cluster.apply(1);
      server.session.settle();
      // Once the server is back, the page may be sooner than a click.
      await button('try now').click();
      server.up();
      await tab.page.getByText('connected', { exact: true }).waitFor();
      await button(/^Pod kubia-0 Ready/).waitFor();
    });

    it('explains that the session has ended', async () => {
      await visit(lesson);
      server.expire();
      await heading('This page’s session has ended');
      await tab.page.getByText('npm start').waitFor();
    });

    it('shows that the cluster is starting, and why it failed', async () => {
      server.session.terminals = [];
      server.session.clusterState = {
        type: 'cluster',
        state: 'starting',
        provider: 'kind',
        message: 'pulling the node image',
      };
      await visit(lesson);
      await tab.page.locator('status-strip').getByText('pulling the node image').waitFor();
      server.session.tell({ type: 'cluster', state: 'failed', provider: 'kind', message: 'Docker is not running' });
      await tab.page.locator('terminal-panel').getByText('Docker is not running').waitFor();
    });
  });

  describe('on a telephone', () => {
    let phone: BrowserContext;
    beforeAll(async () => {
      phone = await openProfile(browser, { size: 'phone', touch: true });
    });
    beforeEach(async () => {
      await tab.page.close();
      tab = await openTab(phone);
    });

    it('shows one thing at a time, and goes to the terminal when a command is run', async () => {
      await visit(lesson);
      expect(await tab.page.locator('terminal-panel').isVisible()).toBe(false);
      await button('Run kubectl get nodes').tap();
      await tab.page.locator('terminal-panel').waitFor();
      await shows('ordinal-worker2');
      expect(await tab.page.locator('lesson-pane').isVisible()).toBe(false);
      await button('Cluster').tap();
      await tab.page.getByText('Nothing here yet.').waitFor();
      await button('Lesson').tap();
      await heading('Look around');
    });

    it('never scrolls sideways', async () => {
      for (const path of ['/', `${lesson}#create`]) {
        await visit(path);
        const spare = await tab.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(spare).toBeLessThanOrEqual(0);
      }
    });
  });

  describe('loading', () => {
    it('asks nobody else, and stays within 350 kB compressed, terminal and fonts included', async () => {
      const sizes = new Map<string, number>();
      tab.page.on('response', async (response) => {
        const { pathname, origin } = new URL(response.url());
        expect(origin).toBe(server.url);
        if (pathname.startsWith('/api/')) return;
        const body = await response.body();
        sizes.set(pathname, pathname.endsWith('.woff2') ? body.length : gzipSync(body).length);
      });
      await visit(lesson);
      await shows('learner');
      await tab.page.waitForLoadState('networkidle');
      const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
      expect([...sizes.keys()].some((path) => path.includes('xterm'))).toBe(true);
      expect(total).toBeLessThan(350_000);
    });

    it('leaves xterm to lessons', async () => {
      const paths: string[] = [];
      tab.page.on('request', (request) => paths.push(request.url()));
      await visit('/');
      await tab.page.waitForLoadState('networkidle');
      expect(paths.filter((path) => path.includes('xterm'))).toEqual([]);
    });
  });
});
