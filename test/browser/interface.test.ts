import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { chromiumPath, terminalText } from './browser.ts';
import { lessonPath as lesson, useInterface } from './interface.ts';

/** The interface against a made-up server: what a learner sees and does, without the parts behind it. */

describe.skipIf(!chromiumPath)('the interface', () => {
  const ui = useInterface();
  const { visit, button, heading, shows, type } = ui;

  describe('catalogue', () => {
    it('leads into a lesson and back without loading the document again', async () => {
      await visit('/');
      await ui.page.evaluate(() => Object.assign(window, { same: true }));
      await ui.page.getByRole('link', { name: /Your first StatefulSet/ }).click();
      await heading('Look around');
      expect(await ui.page.title()).toBe('Your first StatefulSet · Ordinal');
      expect(await ui.page.locator('main').evaluate((element) => element.matches(':focus'))).toBe(true);
      await ui.page.getByRole('link', { name: /all lessons/ }).click();
      await heading(/stateful workloads/);
      expect(await ui.page.evaluate(() => 'same' in window)).toBe(true);
    });

    it('says why a lesson cannot be started, and what its author has to repair', async () => {
      await visit('/');
      await ui.page.getByText('Needs nodes that can be stopped').waitFor();
      await ui.page.getByText('checks.yaml:14:7').waitFor();
      expect(await ui.page.getByRole('link', { name: /At most one/ }).count()).toBe(0);
    });

    it('says that there is no such lesson', async () => {
      await ui.page.goto(`${ui.server.url}/lessons/nowhere`);
      await heading('There is no such lesson');
    });
  });

  describe('steps', () => {
    it('move with arrow keys and buttons, are in the address, and are told to the server', async () => {
      await visit(`${lesson}#create`);
      await heading('Create a Service and a StatefulSet');
      await ui.page.keyboard.press('ArrowRight');
      await heading('See what was made for each Pod');
      expect(new URL(ui.page.url()).hash).toBe('#storage');
      await expect.poll(() => ui.server.session.step).toBe('storage');
      await button('Back').click();
      await heading('Create a Service and a StatefulSet');
      await ui.page.goBack();
      await heading('See what was made for each Pod');
    });

    it('begin where the learner last was', async () => {
      ui.server.session.step = 'write';
      await visit(lesson);
      await heading('Give one Pod something to remember');
    });

    it('follow the learner’s other tab', async () => {
      await visit(lesson);
      ui.server.session.tell({ type: 'step', step: 'delete' });
      await heading('Delete the Pod');
    });

    it('end with what is still open, then with what was learned', async () => {
      await visit(`${lesson}#~finish`);
      await heading('Almost there');
      for (const key of ui.server.session.tasks.keys()) ui.server.session.setTask(key, { state: 'passed' });
      await heading(/You have finished/);
      await ui.page.getByRole('link', { name: /Next lesson/ }).waitFor();
    });

    it('can be started over, after asking', async () => {
      await visit(lesson);
      await button('Start this lesson over').click();
      await ui.page.getByRole('dialog').getByRole('button', { name: 'Start over' }).click();
      await ui.page.getByText('The lesson starts over.').waitFor();
    });
  });

  describe('help', () => {
    it('opens with a question mark, unless that is typed into the terminal', async () => {
      await visit(lesson);
      await ui.page.keyboard.press('?');
      await heading('How this works');
      await ui.page.keyboard.press('Escape');
      await type('echo ?');
      expect(await ui.page.getByRole('dialog').count()).toBe(0);
    });
  });

  describe('tasks', () => {
    it('tick when the cluster is as they ask, and are announced', async () => {
      await visit(lesson);
      await button('Run kubectl get nodes').click();
      await shows('ordinal-control-plane');
      await ui.page
        .getByText('Done: List the nodes of the cluster. Step 1 is complete.')
        .waitFor({ state: 'attached' });
      expect(await ui.page.getByRole('button', { name: /Step 1: .*done\)/ }).count()).toBe(1);
    });

    it('say what was seen where they fail, and give hints one by one', async () => {
      await visit(`${lesson}#create`);
      const evidence = { expected: '2 Pods', saw: 'Pod `kubia-1` is Pending', why: 'It waits.', try: 'Describe it.' };
      ui.server.session.setTask('create/ready', { state: 'failed', evidence });
      for (const text of ['Expected', 'is Pending', 'Why it matters', 'Describe it.']) {
        await ui.page.locator('.failed').getByText(text).waitFor();
      }
      const card = ui.page.locator('task-card', { hasText: 'Both Pods' });
      await card.getByRole('button', { name: /hint/ }).click();
      await card.getByText('What does the manifest ask for').waitFor();
      expect(await card.getByText('Apply the file again').count()).toBe(0);
    });
  });

  describe('the text', () => {
    it('writes files, copies commands and puts them into the terminal for editing', async () => {
      await visit(`${lesson}#create`);
      await button(/Write file kubia.yaml/).click();
      await ui.page.getByText('Write again').waitFor();
      await button('Copy kubectl apply -f kubia.yaml').click();
      const copied = () => ui.page.evaluate(() => navigator.clipboard.readText());
      await expect.poll(copied).toBe('kubectl apply -f kubia.yaml');
      await button('Put into the terminal to edit: kubectl apply -f kubia.yaml').click();
      await shows(/\$ kubectl apply -f kubia.yaml$/);
      expect(ui.server.session.commands).toEqual([]);
    });

    it('runs a command in the terminal it is meant for, opening that first', async () => {
      await visit(`${lesson}#create`);
      await button(/^Run kubectl get pods/).click();
      await ui.page.getByRole('tab', { name: /2 bash/, selected: true }).waitFor();
      await shows('No resources found');
      expect(ui.server.session.terminals).toHaveLength(2);
    });

    it('takes a prediction once, and shows what the cluster did', async () => {
      await visit(`${lesson}#create`);
      const question = ui.page.getByRole('group', { name: /When will the second Pod/ });
      expect(await button('This is my prediction').isDisabled()).toBe(true);
      await question.getByText('Together with the first').click();
      await button('This is my prediction').click();
      await question.getByText('Noted.').waitFor();
      expect(await question.getByRole('radio', { name: /As soon as/ }).isDisabled()).toBe(true);
      ui.server.session.cluster.apply(2);
      ui.server.session.settle();
      await question.getByText('The cluster did something else:').waitFor();
      await ui.page.reload();
      await question.getByText('your prediction', { exact: true }).waitFor();
    });
  });

  describe('the picture', () => {
    it('shows slots, keeps the ghost of one that was scaled away, and tells about each thing', async () => {
      await visit(lesson);
      await ui.page.getByText('Nothing here yet.').waitFor();
      ui.server.session.cluster.apply(2);
      ui.server.session.settle();
      await button(/^Pod kubia-1 Ready.*on node ordinal-worker2/).waitFor();
      await button(/^Ordinal 1 kubia-1.kubia 10\.244.* resolves/).waitFor();
      ui.server.session.cluster.apply(1);
      ui.server.session.settle();
      await ui.page.getByText('scaled away').waitFor();
      await button(/^Ordinal 1 kubia-1.kubia no address.* does not resolve/).waitFor();
      await button(/^PersistentVolumeClaim data-kubia-1.*, Bound/).waitFor();
      await button(/^Pod kubia-0/).click();
      await button(/kubectl describe/).click();
      await shows(/\$ kubectl describe pod kubia-0$/);
    });

    it('writes down what happened, newest first, and can be folded away for good', async () => {
      await visit(lesson);
      ui.server.session.cluster.apply(1);
      ui.server.session.settle();
      const timeline = ui.page.getByRole('region', { name: 'Timeline' });
      await timeline.getByText('became ready').waitFor();
      expect(await timeline.getByRole('listitem').first().textContent()).toMatch(/became ready/);
      await button('Timeline').click();
      await ui.page.reload();
      await button(/^Pod kubia-0/).waitFor();
      expect(await timeline.count()).toBe(0);
    });
  });

  describe('panes', () => {
    it('are resized by keyboard and stay so', async () => {
      await visit(lesson);
      const divider = ui.page.getByRole('separator', { name: 'Width of the lesson' });
      await divider.focus();
      await ui.page.keyboard.press('Shift+ArrowRight');
      expect(await divider.getAttribute('aria-valuenow')).toBe('52');
      const width = () => ui.page.locator('lesson-pane').evaluate((element) => element.clientWidth);
      const wide = await width();
      expect(wide).toBeGreaterThan(720);
      await ui.page.reload();
      await ui.page.locator('lesson-pane').waitFor();
      expect(await width()).toBe(wide);
    });

    it('are resized with the mouse', async () => {
      await visit(lesson);
      const before = await ui.page.locator('terminal-panel').evaluate((element) => element.clientHeight);
      const box = (await ui.page.getByRole('separator', { name: 'Height of the terminal' }).boundingBox())!;
      const [x, y] = [box.x + 200, box.y + box.height / 2];
      await ui.page.mouse.move(x, y);
      await ui.page.mouse.down();
      await ui.page.mouse.move(x, y - 120);
      await ui.page.mouse.up();
      const height = () => ui.page.locator('terminal-panel').evaluate((element) => element.clientHeight);
      await expect.poll(async () => Math.abs(before - (await height()) - 120)).toBeLessThan(4);
    });
  });

  describe('when something is wrong', () => {
    it('keeps what is on screen while the server is away, and comes back by itself', async () => {
      await visit(`${lesson}#create`);
      await type('kubectl get nodes');
      await shows('ordinal-worker2');
      ui.server.down();
      await ui.page.getByText('server not reachable').waitFor();
      await heading('Create a Service and a StatefulSet');
      expect(await terminalText(ui.page)).toContain('ordinal-worker2');
      ui.server.session.cluster.apply(1);
      ui.server.session.settle();
      // Once the server is back, the page may be sooner than a click.
      await button('try now').click();
      ui.server.up();
      await ui.page.getByText('connected', { exact: true }).waitFor();
      await button(/^Pod kubia-0 Ready/).waitFor();
    });

    it('explains that the session has ended', async () => {
      await visit(lesson);
      ui.server.expire();
      await heading('This page’s session has ended');
      await ui.page.getByText('npm start').waitFor();
    });

    it('shows that the cluster is starting, and why it failed', async () => {
      ui.server.session.terminals = [];
      ui.server.session.clusterState = {
        type: 'cluster',
        state: 'starting',
        provider: 'kind',
        message: 'pulling the node image',
      };
      await visit(lesson);
      await ui.page.locator('status-strip').getByText('pulling the node image').waitFor();
      ui.server.session.tell({ type: 'cluster', state: 'failed', provider: 'kind', message: 'Docker is not running' });
      await ui.page.locator('terminal-panel').getByText('Docker is not running').waitFor();
    });
  });

  describe('loading', () => {
    it('asks nobody else, and stays within 350 kB compressed, terminal and fonts included', async () => {
      const sizes = new Map<string, number>();
      ui.page.on('response', async (response) => {
        const { pathname, origin } = new URL(response.url());
        expect(origin).toBe(ui.server.url);
        if (pathname.startsWith('/api/')) return;
        const body = await response.body();
        sizes.set(pathname, pathname.endsWith('.woff2') ? body.length : gzipSync(body).length);
      });
      await visit(lesson);
      await shows('learner');
      await ui.page.waitForLoadState('networkidle');
      const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
      expect([...sizes.keys()].some((path) => path.includes('xterm'))).toBe(true);
      expect(total).toBeLessThan(350_000);
    });

    it('leaves xterm to lessons', async () => {
      const paths: string[] = [];
      ui.page.on('request', (request) => paths.push(request.url()));
      await visit('/');
      await ui.page.waitForLoadState('networkidle');
      expect(paths.filter((path) => path.includes('xterm'))).toEqual([]);
    });
  });
});

describe.skipIf(!chromiumPath)('the interface on a telephone', () => {
  const ui = useInterface({ size: 'phone', touch: true });
  const { visit, button, heading, shows } = ui;

  it('shows one thing at a time, and goes to the terminal when a command is run', async () => {
    await visit(lesson);
    expect(await ui.page.locator('terminal-panel').isVisible()).toBe(false);
    await button('Run kubectl get nodes').tap();
    await ui.page.locator('terminal-panel').waitFor();
    await shows('ordinal-worker2');
    expect(await ui.page.locator('lesson-pane').isVisible()).toBe(false);
    await button('Cluster').tap();
    await ui.page.getByText('Nothing here yet.').waitFor();
    await button('Lesson').tap();
    await heading('Look around');
  });

  it('never scrolls sideways', async () => {
    for (const path of ['/', `${lesson}#create`]) {
      await visit(path);
      const spare = await ui.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(spare).toBeLessThanOrEqual(0);
    }
  });
});
