import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { badRequest } from '../../../kubernetes/errors.ts';
import { goQuote } from '../../../kubernetes/go-format.ts';
import { deepestNesting, type ParsedText, parseJson } from './json-text.ts';

/** Aliases may multiply a document's size so far and no further. */
const mostAliases = 100;

/**
 * Parses one YAML document as Kubernetes does: YAML 1.1, in which `yes` is true and 0644 octal, timestamps stay text,
 * and the result is plain JSON. JSON is YAML, too, and what clients mostly send under its name.
 * @throws ApiError BadRequest
 */
export function parseYaml(text: string): ParsedText {
  if (/^\s*[{[]/.test(text)) {
    try {
      return parseJson(text);
    } catch {
      // YAML's flow style looks the same from the outside.
    }
  }
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: '1.1',
    merge: true,
    uniqueKeys: false,
    lineCounter: lines,
    customTags: (tags) => tags.filter((tag) => typeof tag !== 'object' || !unsupportedTags.has(tag.tag)),
  });
  const [error] = document.errors;
  if (error) {
    const { line } = lines.linePos(error.pos[0]);
    throw unreadable(`line ${line}: ${error.message.split('\n', 1)[0]!.replace(/ at line \d+, column \d+:?$/, '')}`);
  }
  const duplicates = new Set<string>();
  inspect(document.contents, [], duplicates);
  try {
    return { value: document.toJS({ maxAliasCount: mostAliases }) as unknown, duplicates: [...duplicates] };
  } catch (cause) {
    throw unreadable(cause instanceof Error ? cause.message : String(cause));
  }
}

/** Their JavaScript values are not JSON: dates, bytes, sets and the like stay what they are in the text. */
const unsupportedTags = new Set([
  'tag:yaml.org,2002:timestamp',
  'tag:yaml.org,2002:binary',
  'tag:yaml.org,2002:omap',
  'tag:yaml.org,2002:pairs',
  'tag:yaml.org,2002:set',
]);

/** Notes duplicate keys and refuses what JSON does not have. */
function inspect(node: Node | null, path: readonly string[], duplicates: Set<string>): void {
  if (path.length > deepestNesting) throw unreadable('exceeded max depth');
  if (isSeq<Node>(node)) {
    node.items.forEach((item, index) => {
      inspect(item, [...path, `[${index}]`], duplicates);
    });
  } else if (isMap<Node, Node | null>(node)) {
    const seen = new Set<string>();
    for (const { key, value } of node.items) {
      if (isAlias(key)) continue;
      if (!isScalar(key)) throw unreadable('mapping keys must be scalars');
      const name = String(key.value);
      if (name === '<<') continue;
      const step = path.length > 0 ? `.${name}` : name;
      if (seen.has(name)) duplicates.add(`duplicate field ${goQuote([...path, step].join(''))}`);
      seen.add(name);
      inspect(value, [...path, step], duplicates);
    }
  } else if (isScalar(node) && typeof node.value === 'number' && !Number.isFinite(node.value)) {
    throw unreadable(`json: unsupported value: ${node.source ?? node.value}`);
  }
}

function unreadable(why: string) {
  return badRequest(`error converting YAML to JSON: yaml: ${why}`);
}
