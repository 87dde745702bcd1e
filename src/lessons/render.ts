import type { MarkdownIt } from 'markdown-it';
import { isPicture } from './assets.ts';
import { fenceInfo } from './attributes.ts';
import { createHighlighter, type Highlighter } from './highlight.ts';
import type { Lesson } from './lesson.ts';
import { type Addresses, createMarkdown, parseMarkdown } from './markdown.ts';
import { actionOf, type Fence } from './text.ts';

export interface RenderedStep {
  readonly id: string;
  readonly title: string;
  /** Safe to insert into a page; what its parts are is said in src/protocol/lesson.ts. */
  readonly html: string;
}

/** A character that stands for `{{namespace}}` while text is parsed and coloured: no syntax takes notice of it. */
const stand = '\uE000';
const standing = new RegExp(`${stand}|${encodeURIComponent(stand)}`, 'g');

/** Turns lessons into HTML. Each is rendered once, whatever the number of sessions; a lesson read anew is rendered anew. */
export class LessonRenderer {
  readonly #markdown: MarkdownIt = createMarkdown();
  readonly #rendered = new WeakMap<Lesson, Promise<readonly RenderedStep[]>>();
  #highlighter: Promise<Highlighter> | undefined;
  readonly #load: () => Promise<Highlighter>;

  constructor(load: () => Promise<Highlighter> = createHighlighter) {
    this.#load = load;
  }

  /** @param lesson as it was loaded, without a namespace filled in */
  async render(lesson: Lesson, { namespace }: { readonly namespace: string }): Promise<readonly RenderedStep[]> {
    let rendered = this.#rendered.get(lesson);
    if (!rendered) {
      rendered = this.#renderSteps(lesson);
      this.#rendered.set(lesson, rendered);
    }
    const name = this.#markdown.utils.escapeHtml(namespace);
    return (await rendered).map(({ html, ...step }) => ({ ...step, html: html.replace(standing, name) }));
  }

  /** A piece of a lesson's Markdown, such as a hint: its commands are shown, not runnable. */
  async renderText(lesson: Lesson, text: string, { namespace }: { readonly namespace: string }): Promise<string> {
    const html = this.#html(text, addressesOf(lesson), await this.#highlight(), false);
    return html.replace(standing, this.#markdown.utils.escapeHtml(namespace));
  }

  async #renderSteps(lesson: Lesson): Promise<readonly RenderedStep[]> {
    const highlighter = await this.#highlight();
    const addresses = addressesOf(lesson);
    return lesson.steps.map(({ id, title, markdown }) => ({
      id,
      title,
      html: this.#html(markdown, addresses, highlighter),
    }));
  }

  #highlight(): Promise<Highlighter> {
    this.#highlighter ??= this.#load();
    return this.#highlighter;
  }

  #html(text: string, addresses: Addresses, highlighter: Highlighter, runnable = true): string {
    const [tokens] = parseMarkdown(this.#markdown, text.replaceAll('{{namespace}}', stand), addresses);
    for (const token of tokens) {
      if (token.type !== 'fence') continue;
      const block = { ...fenceInfo(token.info), content: token.content, line: 0 };
      const html = runnable ? figure(block, highlighter, this.#markdown.utils.escapeHtml) : code(block, highlighter);
      token.type = 'html_block';
      token.content = html;
    }
    return this.#markdown.renderer.render(tokens, this.#markdown.options, {});
  }
}

function code({ language, content }: Fence, highlighter: Highlighter): string {
  return `${highlighter.html(content.replace(/\n$/, ''), language)}\n`;
}

function figure(block: Fence, highlighter: Highlighter, escapeHtml: (text: string) => string): string {
  const html = code(block, highlighter);
  const action = actionOf(block);
  if (!action) return html;
  if (action.type === 'file') return `<figure class="file" data-file="${escapeHtml(action.name)}">${html}</figure>\n`;
  const attributes = [
    `data-command="${escapeHtml(action.text)}"`,
    ...(action.terminal === 1 ? [] : [`data-terminal="${action.terminal}"`]),
    ...(action.background ? ['data-background'] : []),
    ...(action.expectFailure ? ['data-expect-failure'] : []),
  ];
  return `<figure class="command" ${attributes.join(' ')}>${html}</figure>\n`;
}

/** Links may lead to the web, to another step (`#scale`) and to another lesson (`../02-why/lesson.md`). */
export function addressesOf({ id }: Pick<Lesson, 'id'>): Addresses {
  return {
    link(target) {
      if (/^(https?|mailto):/i.test(target) || target.startsWith('#')) return target;
      const lesson = lessonOf(target);
      return lesson && `/lessons/${encodeURIComponent(lesson.id)}${lesson.anchor}`;
    },
    image(source) {
      if (!isPicture(source)) return undefined;
      return `/lessons/${encodeURIComponent(id)}/assets/${source}`;
    },
  };
}

/** The lesson that a relative link leads to, as it also works where the sources are browsed. */
export function lessonOf(target: string): { readonly id: string; readonly anchor: string } | undefined {
  const match = /^\.\.\/([\w.-]+)(?:\/(?:lesson\.md)?)?(#[\w-]+)?$/.exec(target);
  if (!match || match[1] === '..' || match[1] === '.') return undefined;
  return { id: match[1]!, anchor: match[2] ?? '' };
}
