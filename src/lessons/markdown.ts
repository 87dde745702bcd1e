import createMarkdownIt, { type MarkdownIt, type StateCore, type Token } from 'markdown-it';
import container from 'markdown-it-container';
import { trailingAttributes } from './attributes.ts';

/** Lessons' Markdown: CommonMark and tables, boxes (`:::hint`) and questions (`:::predict {#id}`). No HTML. */

/** What a piece of Markdown refers to and is wrong about, collected while it is parsed. Lines count from 0. */
export interface Collected {
  readonly links: { readonly target: string; readonly line: number }[];
  readonly images: { readonly source: string; readonly alt: string; readonly line: number }[];
  readonly questions: Question[];
  readonly problems: { readonly line: number; readonly message: string }[];
}

export interface Question {
  readonly id: string;
  /** Ids. */
  readonly options: readonly string[];
  readonly line: number;
}

/** How targets of links and images appear in the page. Where a target leads nowhere: undefined, and it is left out. */
export interface Addresses {
  link(target: string): string | undefined;
  image(source: string): string | undefined;
}

export function collected(): Collected {
  return { links: [], images: [], questions: [], problems: [] };
}

interface Environment {
  readonly collected: Collected;
  readonly addresses?: Addresses;
}

/** markdown-it hands on what `parse` was given; a box's title is parsed alone, and nobody asks what it refers to. */
function environmentOf(state: StateCore): Environment {
  return (state.env.lesson as Environment | undefined) ?? { collected: collected() };
}

const boxes = ['note', 'hint', 'deeper', 'predict'] as const;
const summaries: Readonly<Record<string, string>> = { hint: 'Hint', deeper: 'Looking deeper' };

export function createMarkdown(): MarkdownIt {
  const markdown = createMarkdownIt('default', { html: false, linkify: false, typographer: false });
  // Every target becomes a token, and is judged where it can be reported.
  markdown.validateLink = () => true;
  for (const box of boxes) {
    markdown.use(container, box, {
      render: (tokens: Token[], index: number) => renderBox(markdown, box, tokens[index]!),
    });
  }
  markdown.core.ruler.push('questions', (state) => {
    const environment = environmentOf(state);
    state.tokens = questions(state, environment.collected);
    inspect(state.tokens, environment);
  });
  return markdown;
}

/** Parses, and collects what the text refers to. */
export function parseMarkdown(markdown: MarkdownIt, text: string, addresses?: Addresses): [Token[], Collected] {
  const environment: Environment = { collected: collected(), ...(addresses && { addresses }) };
  return [markdown.parse(text, { lesson: environment }), environment.collected];
}

function renderBox(markdown: MarkdownIt, box: string, token: Token): string {
  const title = markdown.renderInline(token.info.trim().slice(box.length).trim(), {});
  if (box === 'note') {
    if (token.nesting < 0) return '</aside>\n';
    return `<aside class="note">${title ? `<p class="title">${title}</p>` : ''}\n`;
  }
  if (token.nesting < 0) return '</details>\n';
  return `<details class="${box}"><summary>${title || summaries[box]}</summary>\n`;
}

/** Turns each question's tokens into a fieldset. */
function questions(state: StateCore, { questions: found, problems }: Collected): Token[] {
  const { tokens } = state;
  const result: Token[] = [];
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index]!;
    if (token.type !== 'container_predict_open') {
      result.push(token);
      continue;
    }
    const end = tokens.findIndex(
      ({ type, level }, at) => at > index && type === 'container_predict_close' && level === token.level,
    );
    const inner = tokens.slice(index + 1, end);
    const line = token.map?.[0] ?? 0;
    const { attributes } = trailingAttributes(token.info);
    const options = readOptions(inner);
    if (!attributes.id) problems.push({ line, message: 'a question needs an id: write :::predict {#same-name}' });
    if (options.length < 2) problems.push({ line, message: 'a question needs a list of at least two options' });
    for (const option of options) {
      if (!option.id)
        problems.push({ line: option.line, message: 'an option needs an id: write - A new Pod {#new-pod}' });
    }
    const id = attributes.id ?? '';
    found.push({ id, options: options.map((option) => option.id), line });
    result.push(...fieldset(id, inner, options, state));
    index = end;
  }
  return result;
}

interface Option {
  readonly id: string;
  readonly line: number;
  readonly inline: Token;
}

/** The items of the question's list. */
function readOptions(tokens: readonly Token[]): Option[] {
  const options: Option[] = [];
  tokens.forEach((token, index) => {
    if (token.type !== 'list_item_open') return;
    const inline = tokens.slice(index).find(({ type }) => type === 'inline');
    if (!inline) return;
    const { text, attributes } = trailingAttributes(inline.content);
    inline.content = text;
    options.push({ id: attributes.id ?? '', line: token.map?.[0] ?? 0, inline });
  });
  return options;
}

function fieldset(id: string, inner: readonly Token[], options: readonly Option[], state: StateCore): Token[] {
  const { escapeHtml } = state.md.utils;
  const list = inner.findIndex(({ type }) => type === 'bullet_list_open');
  const question = inner.slice(0, list < 0 ? inner.length : list);
  const legend = question.find(({ type }) => type === 'inline');
  const rest = question.filter((token) => token !== legend).slice(legend ? 2 : 0);
  const html = (content: string): Token => {
    const token = new state.Token('html_block', '', 0);
    token.content = content;
    return token;
  };
  const inline = (token: Token): Token => {
    // What the attributes left of the text has to be parsed again.
    token.children = [];
    state.md.inline.parse(token.content, state.md, state.env, token.children);
    return token;
  };
  return [
    html(`<fieldset class="predict" data-predict="${escapeHtml(id)}"><legend>`),
    ...(legend ? [legend] : []),
    html('</legend>\n'),
    ...rest,
    ...options.flatMap(({ id: option, inline: words }) => [
      html(`<label><input type="radio" name="predict-${escapeHtml(id)}" value="${escapeHtml(option)}"> <span>`),
      inline(words),
      html('</span></label>\n'),
    ]),
    html('</fieldset>\n'),
  ];
}

/** Collects links and images, gives them their addresses, and takes away those that have none. */
function inspect(tokens: readonly Token[], { collected, addresses }: Environment, above = 0): void {
  for (const token of tokens) {
    const line = token.map?.[0] ?? above;
    if (token.type === 'inline') {
      const unknown = /^:::\s*(\S+)/.exec(token.content);
      if (unknown)
        collected.problems.push({ line, message: `there is no box ${unknown[1]}: write ${boxes.join(', ')}` });
      inspect(token.children ?? [], { collected, ...(addresses && { addresses }) }, line);
    } else if (token.type === 'link_open') {
      const target = String(token.attrGet('href') ?? '');
      collected.links.push({ target, line });
      setAddress(token, 'href', addresses?.link(target));
    } else if (token.type === 'image') {
      const source = String(token.attrGet('src') ?? '');
      collected.images.push({ source, alt: token.content, line });
      setAddress(token, 'src', addresses?.image(source));
    }
  }
}

function setAddress(token: Token, name: string, address: string | undefined): void {
  if (address === undefined) token.attrs = (token.attrs ?? []).filter(([attribute]) => attribute !== name);
  else token.attrSet(name, address);
  if (name === 'href' && address && /^https?:/.test(address)) {
    token.attrSet('target', '_blank');
    token.attrSet('rel', 'noopener noreferrer');
  }
}
