import type { TextFile } from './scenario.ts';
import type { Todo } from './todo.ts';

export interface ConvertedText {
  readonly markdown: string;
  readonly todos: readonly Todo[];
  /** Pictures, as the text names them; in the lesson each is below pictures/. */
  readonly pictures: readonly string[];
}

/** Where a picture of a scenario is in the lesson. */
export function pictureName(source: string): string {
  return `pictures/${source.split('/').at(-1)}`;
}

/** @param title of the step, which the text need not say once more */
export function convertText({ file, content }: TextFile, title: string | undefined): ConvertedText {
  return new Text(file, title).convert(content);
}

const closingFence = /^\s*(`{3,}|~{3,})\s*(\{\{.*\}\})?\s*$/;

class Text {
  readonly #file: string;
  readonly #title: string | undefined;
  readonly #todos: Todo[] = [];
  readonly #pictures: string[] = [];
  readonly #out: string[] = [];
  /** Blocks for commands of the current paragraph, which stand below it. */
  #pending: string[] = [];
  #line = 0;

  constructor(file: string, title: string | undefined) {
    this.#file = file;
    this.#title = title;
  }

  convert(content: string): ConvertedText {
    const lines = content.replace(/<!--.*?-->/gs, (comment) => comment.replace(/[^\n]/g, '')).split('\n');
    for (let index = 0; index < lines.length; index++) {
      this.#line = index + 1;
      const line = lines[index]!;
      const fence = /^(\s*)(`{3,}|~{3,})\s*([^\s`{]*)/.exec(line);
      if (fence) {
        const length = lines.slice(index + 1).findIndex((each) => closingFence.exec(each)?.[1]?.startsWith(fence[2]!));
        const end = length < 0 ? lines.length : index + 1 + length;
        this.#block(fence, lines.slice(index + 1, end), closingFence.exec(lines[end] ?? '')?.[2] ?? '');
        index = end;
      } else if (/^(=+|-{2,})\s*$/.test(lines[index + 1] ?? '') && /^\w/.test(line)) {
        this.#heading(line);
        index++;
      } else {
        this.#text(line);
      }
    }
    this.#paragraphEnds();
    const markdown = this.#out
      .join('\n')
      .replace(/\n{3,}/g, '\n\n')
      .trim();
    return { markdown, todos: this.#todos, pictures: this.#pictures };
  }

  #block([, , , language = '']: RegExpExecArray, content: readonly string[], marker: string): void {
    this.#paragraphEnds();
    const shell = /^(|sh|bash|shell|console|plain)$/.test(language);
    const runs = /\{\{\s*exec/.test(marker);
    // A block of shell runs by a click here: one that was only to be looked at, or copied, is called otherwise.
    const info = runs ? this.#runnable(marker) : shell ? 'console' : language;
    this.#out.push(`\`\`\`${info}`, ...content.map((line) => this.#placeholders(line)), '```', '');
  }

  /** "sh", and in which terminal. */
  #runnable(marker: string): string {
    if (/interrupt/.test(marker)) {
      this.#todo('the command was to interrupt what runs: have it run {background} in a terminal of its own');
    }
    const terminal = /\bT(\d)\b/.exec(marker)?.[1];
    return terminal && terminal !== '1' ? `sh {terminal=${terminal}}` : 'sh';
  }

  #text(line: string): void {
    const heading = /^(#{1,6})\s+(.*?)\s*#*$/.exec(line);
    if (heading) {
      this.#heading(heading[2]!, heading[1]!.length);
      return;
    }
    if (line.trim() === '') this.#paragraphEnds();
    const only = /^\s*`([^`]+)`\s*(\{\{\s*exec[^}]*\}\})\s*$/.exec(line);
    if (only) {
      this.#paragraphEnds();
      this.#out.push(`\`\`\`${this.#runnable(only[2]!)}`, only[1]!, '```', '');
      return;
    }
    this.#out.push(this.#inline(line));
  }

  #heading(text: string, level = 2): void {
    this.#paragraphEnds();
    const same = (one: string) => one.toLowerCase().replace(/\W/g, '');
    if (this.#title !== undefined && same(text) === same(this.#title) && this.#out.join('').trim() === '') return;
    // Headings of the first two levels are the lesson's and its steps'.
    this.#out.push('', `${'#'.repeat(Math.max(3, level))} ${text.trim()}`, '');
  }

  #inline(line: string): string {
    const marked = line.replace(/(`[^`]+`)\s*\{\{([^}]*)\}\}/g, (_, code: string, marker: string) => {
      if (/^\s*exec/.test(marker)) this.#pending.push(`\`\`\`${this.#runnable(marker)}`, code.slice(1, -1), '```', '');
      else if (!/^\s*copy/.test(marker))
        this.#todo(`{{${marker.trim()}}} did something with ${code} that there is not here`);
      return code;
    });
    return this.#placeholders(this.#html(this.#references(marked)));
  }

  #html(line: string): string {
    const converted = line
      .replace(/<details[^>]*>\s*(?:<summary>(.*?)<\/summary>)?/i, (_, summary?: string) =>
        `\n:::hint ${summary ?? ''}`.trimEnd(),
      )
      .replace(/^\s*<summary>(.*?)<\/summary>/i, (_, summary: string) => `**${summary}**\n`)
      .replace(/<\/details>/i, '\n:::\n')
      .replace(/<br\s*\/?>/gi, '');
    const tag = /<\/?[a-z][\w-]*(\s[^<>]*)?>/i.exec(converted.replace(/`[^`]*`/g, ''));
    if (tag && !/^<(https?:|mailto:)/.test(tag[0])) this.#todo(`HTML is shown as text: write Markdown for ${tag[0]}`);
    return converted;
  }

  #references(line: string): string {
    return line.replace(/(!?)\[([^\]]*)\]\(([^)\s]+)\)/g, (whole, mark: string, words: string, target: string) => {
      if (/^(https:|mailto:|#)/.test(target)) {
        if (!mark) return whole;
        this.#todo(`the picture ${target} is not the lesson's own: put it into its folder`);
        return `[${words || 'picture'}](${target})`;
      }
      if (mark) {
        this.#pictures.push(target);
        if (!words.trim()) this.#todo(`say what the picture ${target} shows, for those who cannot see it`);
        return `![${words.trim() || 'picture'}](${pictureName(target)})`;
      }
      if (target.startsWith('http:')) return `[${words}](${target.replace(/^http:/, 'https:')})`;
      this.#todo(`the link ${target} leads nowhere here`);
      return words;
    });
  }

  /** Addresses of the platform's machines, and whatever else it filled in. */
  #placeholders(line: string): string {
    return line.replace(/\{\{\s*(TRAFFIC_\w+)\s*\}\}|\[\[(HOST\w*|CLIENT\w*|KATACODA\w*)\]\]/g, (_, traffic, host) => {
      const name = (traffic ?? host) as string;
      this.#todo(`${name} was an address of the platform's: write what reaches it here, such as kubectl port-forward`);
      return name;
    });
  }

  #paragraphEnds(): void {
    if (this.#pending.length > 0) this.#out.push('', ...this.#pending);
    this.#pending = [];
  }

  #todo(message: string): void {
    this.#todos.push({ file: this.#file, line: this.#line, message });
  }
}
