import { describe, expect, it } from 'vitest';
import { chromiumPath, terminalText } from './browser.ts';
import { lessonPath as lesson, useInterface } from './interface.ts';

/** Terminals in the page, against a made-up server. */
describe.skipIf(!chromiumPath)('terminals', () => {
  const ui = useInterface();
  const { visit, button, heading, shows, type } = ui;

  it('show what was there after a reload, and go on', async () => {
    await visit(lesson);
    await type('kubectl get nodes');
    await shows('ordinal-worker2');
    await ui.page.reload();
    await shows('ordinal-worker2');
    await type('kubectl get pods');
    await shows('No resources found');
  });

  it('acknowledge what they have drawn', async () => {
    await visit(lesson);
    await type('flood');
    await shows('line 2999');
    const drawn = () =>
      ui.server.received.reduce((sum, message) => sum + (message.type === 'ack' ? Number(message.characters) : 0), 0);
    await expect.poll(drawn).toBeGreaterThan(200_000);
  });

  it('let no program write the clipboard, name the window, or hide where a link leads', async () => {
    await visit(lesson);
    await ui.page.evaluate(() => navigator.clipboard.writeText('mine'));
    await type('links');
    await shows('done');
    expect(await ui.page.title()).toBe('Your first StatefulSet · Ordinal');
    expect(await ui.page.evaluate(() => navigator.clipboard.readText())).toBe('mine');
    const row = (await terminalText(ui.page)).split('\n').findIndex((line) => line.includes('hidden target'));
    const column = (await terminalText(ui.page)).split('\n')[row]!.indexOf('hidden target') + 4;
    const cell = await ui.page.evaluate(() => {
      const screen = document
        .querySelector('app-shell')!
        .shadowRoot!.querySelector('lesson-view')!
        .shadowRoot!.querySelector('terminal-panel')!
        .shadowRoot!.querySelector('terminal-view')!
        .shadowRoot!.querySelector('.xterm-screen')!
        .getBoundingClientRect();
      return { x: screen.x, y: screen.y };
    });
    await ui.page.mouse.move(cell.x + column * 8, cell.y + row * 17 + 8);
    await ui.page.getByText('https://example.org/elsewhere').waitFor();
    await ui.page.mouse.click(cell.x + column * 8, cell.y + row * 17 + 8);
    await heading('Open this address?');
    expect(ui.page.context().pages()).toHaveLength(1);
  });

  it('copy the selection and paste, by keyboard and by menu', async () => {
    await visit(lesson);
    await shows('learner');
    await ui.page.evaluate(() => navigator.clipboard.writeText('kubectl get'));
    await ui.page.getByRole('textbox', { name: /^Terminal/ }).focus();
    await ui.page.keyboard.press('Control+Shift+V');
    await shows(/\$ kubectl get$/);
    await button('Terminal settings').click();
    await button(/^Paste/).click();
    await shows(/\$ kubectl getkubectl get$/);
    const screen = (await ui.page.locator('.xterm-screen').boundingBox())!;
    await ui.page.mouse.dblclick(screen.x + 8 * 36, screen.y + 8);
    await ui.page.keyboard.press('Control+Shift+C');
    await expect.poll(() => ui.page.evaluate(() => navigator.clipboard.readText())).toBe('kubectl');
  });

  it('can be opened, changed between, and closed', async () => {
    await visit(lesson);
    await button('Open another terminal').click();
    await ui.page.getByRole('tab', { name: /2 bash/, selected: true }).waitFor();
    await ui.page.getByRole('tab', { name: /1 bash/ }).click();
    await type('kubectl get pods');
    await shows('No resources found');
    await ui.page.keyboard.press('Control+Shift+E');
    await ui.page.keyboard.press('ArrowRight');
    await ui.page.getByRole('tab', { name: /2 bash/, selected: true }).waitFor();
    await button('Open another terminal').click();
    await ui.page.getByRole('tab', { name: /3 bash/, selected: true }).waitFor();
    await ui.page.getByTitle('Close (Delete)').last().click();
    await expect.poll(() => ui.page.getByRole('tab').count()).toBe(2);
    await ui.page.getByRole('tab', { selected: true }).focus();
    await ui.page.keyboard.press('Delete');
    await expect.poll(() => ui.page.getByRole('tab').count()).toBe(1);
  });

  it('say that the shell has ended, and start a new one', async () => {
    await visit(lesson);
    await type('exit');
    await ui.page.getByText('The shell has ended.').waitFor();
    await ui.page.reload();
    await button('Start a new one').click();
    await type('kubectl get pods');
    await shows('No resources found');
    expect(await ui.page.getByText('The shell has ended.').count()).toBe(0);
  });

  it('can be searched', async () => {
    await visit(lesson);
    await type('kubectl get nodes');
    await shows('ordinal-worker2');
    await ui.page.keyboard.press('Control+Shift+F');
    await ui.page.getByRole('searchbox').fill('worker2');
    expect(await ui.page.getByText('not found').count()).toBe(0);
    await ui.page.getByRole('searchbox').fill('worker9');
    await ui.page.getByText('not found').waitFor();
    await ui.page.keyboard.press('Escape');
    await expect.poll(() => ui.page.getByRole('searchbox').count()).toBe(0);
  });

  it('can be left by keyboard, and keep their font size and reading mode', async () => {
    await visit(lesson);
    await type('kubectl get pods');
    await ui.page.keyboard.press('Control+Shift+E');
    const focused = () => ui.page.getByRole('tab', { selected: true }).evaluate((element) => element.matches(':focus'));
    await expect.poll(focused).toBe(true);
    await button('Terminal settings').click();
    await button('Larger').click();
    await ui.page.getByRole('checkbox', { name: /Screen-reader/ }).check();
    await ui.page.reload();
    await shows('No resources found');
    await button('Terminal settings').click();
    await ui.page.getByText('14', { exact: true }).waitFor();
    expect(await ui.page.getByRole('checkbox', { name: /Screen-reader/ }).isChecked()).toBe(true);
  });
});
