import { html, render } from 'lit';
import { icon } from '../ui/icons.ts';

/** Files with more lines are folded, so that the text around them is found. */
const LONG = 22;

/** An address may break anywhere; a flag may not. */
const LONGEST_WORD = 28;

/**
 * Adds to a step's HTML, which comes from the server, what a learner can do with it. Buttons carry `data-do`; lesson-text
 * listens for them once, at the root.
 */
export function decorate(root: HTMLElement): void {
  for (const figure of root.querySelectorAll<HTMLElement>('figure.command')) decorateCommand(figure);
  for (const figure of root.querySelectorAll<HTMLElement>('figure.file')) decorateFile(figure);
  for (const link of root.querySelectorAll('a')) {
    if (link.origin === location.origin) continue;
    link.target = '_blank';
    link.rel = 'noopener noreferrer';
  }
  // Wide blocks scroll, and what scrolls must be reachable without a mouse.
  for (const block of root.querySelectorAll('figure.file pre, pre:not(figure pre)'))
    block.setAttribute('tabindex', '0');
}

function decorateCommand(figure: HTMLElement): void {
  const command = figure.dataset.command ?? '';
  for (const code of figure.querySelectorAll('code')) keepWords(code);
  const tools = toolbar();
  render(
    html`
      <button class="button run" data-do="run" aria-label="Run ${command}">${icon('play')}Run</button>
      <button class="icon-button" data-do="insert" title="Put into the terminal to edit it" aria-label="Put into the terminal to edit: ${command}">
        ${icon('insert')}
      </button>
      <button class="icon-button" data-do="copy" title="Copy" aria-label="Copy ${command}">${icon('copy')}</button>
    `,
    tools,
  );
  figure.append(tools);
  const remark = remarkFor(figure.dataset);
  if (remark)
    figure.append(Object.assign(document.createElement('span'), { className: 'remark', textContent: remark }));
}

/** Browsers break lines after a hyphen, and "--" at the end of a line is no way to show a flag. */
function keepWords(code: Element): void {
  const texts = document.createTreeWalker(code, NodeFilter.SHOW_TEXT);
  const nodes: Text[] = [];
  while (texts.nextNode()) nodes.push(texts.currentNode as Text);
  for (const node of nodes) {
    const parts = node.data.split(/(\s+)/).map((part) => {
      if (!part.includes('-') || part.length > LONGEST_WORD) return part;
      return Object.assign(document.createElement('span'), { className: 'word', textContent: part });
    });
    node.replaceWith(...parts);
  }
}

function remarkFor({ expectFailure, background, terminal }: DOMStringMap): string {
  return [
    expectFailure !== undefined && 'meant to fail',
    background !== undefined && 'keeps running',
    terminal !== undefined && terminal !== '1' && `in terminal ${terminal}`,
  ]
    .filter((part) => part !== false)
    .join(', ');
}

function decorateFile(figure: HTMLElement): void {
  const name = figure.dataset.file ?? '';
  figure.querySelector('figcaption')?.remove();
  const caption = document.createElement('figcaption');
  render(
    html`${icon('file')}<span class="name">${name}</span>
      <div class="tools">
        <button class="button run" data-do="write">
          ${icon('save')}<span>Write file</span><span class="visually-hidden">${name}</span>
        </button>
        <button class="icon-button" data-do="copy" title="Copy" aria-label="Copy ${name}">${icon('copy')}</button>
      </div>`,
    caption,
  );
  figure.prepend(caption);
  const block = figure.querySelector('pre');
  block?.setAttribute('role', 'group');
  block?.setAttribute('aria-label', name);
  const lines = block?.textContent?.trimEnd().split('\n').length ?? 0;
  if (lines <= LONG) return;
  figure.classList.add('folded');
  const unfold = Object.assign(document.createElement('button'), {
    className: 'unfold',
    textContent: `Show all ${lines} lines`,
  });
  unfold.dataset.do = 'unfold';
  figure.append(unfold);
}

function toolbar(): HTMLElement {
  return Object.assign(document.createElement('div'), { className: 'tools' });
}

/** Shows that a button did what it says, then shows the button again. */
export function acknowledge(button: HTMLElement): void {
  const slot = button.querySelector('svg');
  if (!slot || button.classList.contains('said')) return;
  const holder = document.createElement('span');
  render(icon('check'), holder);
  const tick = holder.querySelector('svg')!;
  slot.replaceWith(tick);
  button.classList.add('said');
  setTimeout(() => {
    tick.replaceWith(slot);
    button.classList.remove('said');
  }, 1400);
}
