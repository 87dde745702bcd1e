import type { ScriptNode, WordNode } from './ast.ts';

/** A script that cannot be parsed. `incomplete`: more input could complete it, as an interactive shell wants to know. */
export class ShellSyntaxError extends Error {
  constructor(
    message: string,
    readonly line: number,
    readonly incomplete: boolean,
  ) {
    super(message);
  }
}

type Parse = (source: string) => ScriptNode;

const largestScript = 1024 * 1024;

/** Loads the parser, which is large, when the first shell needs it. */
export async function loadParser(): Promise<Parser> {
  const { parse } = await import('just-bash');
  return new Parser(parse as Parse);
}

/** Bash's grammar, from just-bash. Small sources, which loops and prompts repeat, are remembered. */
export class Parser {
  readonly #parse: Parse;
  readonly #scripts = new Map<string, ScriptNode>();

  constructor(parse: Parse) {
    this.#parse = parse;
  }

  /** @throws ShellSyntaxError */
  script(source: string): ScriptNode {
    const known = this.#scripts.get(source);
    if (known) return known;
    if (source.length > largestScript) throw new ShellSyntaxError('script is too large', 1, false);
    let script: ScriptNode;
    try {
      script = this.#parse(source);
    } catch (error) {
      throw translate(error);
    }
    const problem = dangling(script);
    if (problem) throw problem;
    if (source.length < 4096) {
      if (this.#scripts.size > 256) this.#scripts.clear();
      this.#scripts.set(source, script);
    }
    return script;
  }

  /** Text with its expansions, as between double quotes. */
  quotedText(text: string): WordNode {
    const escaped = text.replace(/"/g, '\\"');
    const [statement] = this.script(`: "${escaped}"`).statements;
    const command = statement?.pipelines[0]?.commands[0];
    if (command?.type !== 'SimpleCommand' || !command.args[0]) throw new ShellSyntaxError('bad substitution', 1, false);
    return command.args[0];
  }
}

/** An operator with nothing after it, which the parser lets pass. */
function dangling(script: ScriptNode): ShellSyntaxError | undefined {
  for (const statement of script.statements) {
    const { deferredError, pipelines } = statement;
    if (deferredError)
      return new ShellSyntaxError(`syntax error near unexpected token \`${deferredError.token}'`, 1, false);
    for (const [index, pipeline] of pipelines.entries()) {
      for (const [place, command] of pipeline.commands.entries()) {
        if (command.type !== 'SimpleCommand') continue;
        const empty = !command.name && command.assignments.length === 0 && command.redirections.length === 0;
        const lone = pipelines.length === 1 && pipeline.commands.length === 1;
        if (!empty || lone) continue;
        const last = index === pipelines.length - 1 && place === pipeline.commands.length - 1;
        if (last) return new ShellSyntaxError('syntax error: unexpected end of file', command.line ?? 1, true);
        return new ShellSyntaxError("syntax error near unexpected token `|'", command.line ?? 1, false);
      }
    }
  }
  return undefined;
}

function translate(error: unknown): ShellSyntaxError {
  if (!(error instanceof Error)) return new ShellSyntaxError('syntax error', 1, false);
  const details = error as Error & { line?: number; token?: { type?: string; value?: string } };
  const message = error.message.replace(/^Parse error at \d+:\d+: /, '').replace(/^line \d+: /, '');
  const line = details.line ?? 1;
  const atEnd = /got EOF|unexpected EOF|unexpected end of file/.test(message);
  const emptyBody = details.token?.value === '' || details.token?.type === 'EOF';
  if (atEnd && message.includes('looking for')) return new ShellSyntaxError(message, line, true);
  if (atEnd || emptyBody) return new ShellSyntaxError('syntax error: unexpected end of file', line, true);
  const got = /^Expected \w+, got (\w+)$/.exec(message);
  if (!got) return new ShellSyntaxError(message, line, false);
  const value = details.token?.value ?? got[1]!;
  return new ShellSyntaxError(
    `syntax error near unexpected token \`${value === '\n' ? 'newline' : value}'`,
    line,
    false,
  );
}

/** Whether more input could complete the text: a command that goes on, or a here-document that has not ended. */
export function isIncomplete(parser: Parser, text: string): boolean {
  if (/(^|[^\\])(\\\\)*\\\n$/.test(text)) return true;
  try {
    return JSON.stringify(parser.script(text), (key, value) => (key === 'sourceText' ? undefined : value)).includes(
      '"terminated":false',
    );
  } catch (error) {
    return error instanceof Error && 'incomplete' in error && error.incomplete === true;
  }
}
