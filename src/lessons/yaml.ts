import { isAlias, isMap, isNode, isPair, isScalar, isSeq, LineCounter, type Node, parseDocument, visit } from 'yaml';
import { type Problem, positionAt } from './problem.ts';

/** YAML that a lesson's author wrote: data, and where each part of it stands. */
export interface YamlSource {
  readonly data: unknown;
  /** Where the value at a path stands, or the innermost part of the path that exists. */
  locate(path: readonly PropertyKey[], options?: LocateOptions): Place;
}

export interface LocateOptions {
  /** The key of the last step instead of its value. */
  readonly key?: boolean;
  /** Character of the text at the path. */
  readonly offset?: number;
}

export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Bytes of a file; a lesson's longest is a tenth of this. */
const longest = 256 * 1024;
const mostAliases = 50;

/** What people mostly meant who are told this. */
const advice: Readonly<Record<string, string>> = {
  BLOCK_AS_IMPLICIT_KEY: '. Text that contains ": " has to stand in quotes, or on lines of its own after >-',
  BAD_ALIAS: '. Text that begins with * has to stand in quotes',
  TAG_RESOLVE_FAILED: '. Text that begins with ! has to stand in quotes',
};

/**
 * @param lines how many lines of the file stand before the text
 * @returns the problems where it cannot be read
 */
export function readYaml(text: string, file: string, lines = 0): YamlSource | Problem[] {
  const wrong = (offset: number, message: string): Problem => {
    const { line, column } = positionAt(text, offset);
    return { file, line: line + lines, column, message, severity: 'error' };
  };
  if (text.length > longest) return [wrong(0, `${text.length} characters are too many: the limit is ${longest}`)];
  const lineCounter = new LineCounter();
  try {
    const document = parseDocument(text, { lineCounter, prettyErrors: false, stringKeys: true, version: '1.2' });
    const complaints = [...document.errors, ...document.warnings];
    if (complaints.length > 0)
      return complaints.map(({ message, pos, code }) => wrong(pos[0], message + (advice[code] ?? '')));
    const contents: Node | null = document.contents;
    try {
      const data: unknown = document.toJS({ maxAliasCount: mostAliases });
      return { data, locate: (path, options = {}) => locate(contents, text, lines, path, options) };
    } catch (error) {
      if (!(error instanceof ReferenceError)) throw error;
      let alias = 0;
      visit(document, {
        Alias(_, node) {
          alias = node.range?.[0] ?? 0;
          return visit.BREAK;
        },
      });
      return [wrong(alias, `${error.message}: write out what the aliases stand for`)];
    }
  } catch (error) {
    // The parser is recursive: nesting that no lesson has exhausts the stack.
    if (error instanceof RangeError) return [wrong(0, 'is nested too deeply')];
    throw error;
  }
}

function locate(
  contents: Node | null,
  text: string,
  lines: number,
  path: readonly PropertyKey[],
  { key = false, offset }: LocateOptions,
): Place {
  let node: Node | null = contents;
  let start = node?.range?.[0] ?? 0;
  path.forEach((step, index) => {
    const last = index === path.length - 1;
    if (isMap(node)) {
      const pair = node.items.find(
        (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(step),
      );
      if (!pair) {
        node = null;
        return;
      }
      const keyStart = isNode(pair.key) ? (pair.key.range?.[0] ?? start) : start;
      node = isNode(pair.value) ? pair.value : null;
      start = last && key ? keyStart : (node?.range?.[0] ?? keyStart);
    } else if (isSeq(node)) {
      const item: unknown = node.items[Number(step)];
      node = isNode(item) ? item : null;
      start = node?.range?.[0] ?? start;
    } else {
      node = null;
    }
  });
  if (isAlias(node)) return shift(positionAt(text, start), lines);
  if (offset !== undefined && isScalar(node)) return shift(within(node, text, start, offset), lines);
  return shift(positionAt(text, start), lines);
}

function shift({ line, column }: Place, lines: number): Place {
  return { line: line + lines, column };
}

/** The place of a character of a scalar's value. Exact but for escapes and folded lines. */
function within(node: { type?: unknown; value: unknown }, text: string, start: number, offset: number): Place {
  const value = String(node.value);
  if (node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED') {
    const header = positionAt(text, start);
    const before = value.slice(0, offset);
    const row = before.split('\n').length;
    const line = text.split('\n')[header.line + row - 1] ?? '';
    const indent = line.length - line.trimStart().length;
    return { line: header.line + row, column: indent + (offset - before.lastIndexOf('\n') - 1) + 1 };
  }
  return positionAt(text, start + (node.type === 'PLAIN' ? 0 : 1) + offset);
}
