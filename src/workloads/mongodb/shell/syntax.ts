import { lex, ShellSyntaxError, type Token } from './tokens.ts';

/** The part of JavaScript that the stand-in's mongosh reads. It is interpreted; nothing of it is ever run as code. */
export type Expression =
  | { readonly kind: 'value'; readonly value: null | undefined | boolean | number | string }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'array'; readonly items: readonly Expression[] }
  | { readonly kind: 'object'; readonly fields: readonly (readonly [name: string, value: Expression])[] }
  | { readonly kind: 'member'; readonly of: Expression; readonly name: Expression }
  | { readonly kind: 'call'; readonly callee: Expression; readonly args: readonly Expression[] }
  | { readonly kind: 'function'; readonly parameters: readonly string[]; readonly body: Expression }
  | { readonly kind: 'unary'; readonly operator: '-' | '!'; readonly operand: Expression }
  | { readonly kind: 'binary'; readonly operator: string; readonly left: Expression; readonly right: Expression };

/** From the weakest to the strongest. */
const operators: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['===', '!==', '==', '!='],
  ['<=', '>=', '<', '>'],
  ['+', '-'],
];

/** Expressions, one after the other. @throws ShellSyntaxError */
export function parse(text: string): Expression[] {
  const parser = new Parser(lex(text));
  const statements: Expression[] = [];
  while (!parser.atEnd()) {
    if (parser.takes(';')) continue;
    statements.push(parser.expression());
    parser.endStatement();
  }
  return statements;
}

class Parser {
  readonly #tokens: readonly Token[];
  #place = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  atEnd(): boolean {
    return this.#place >= this.#tokens.length;
  }

  takes(sign: string): boolean {
    const token = this.#tokens[this.#place];
    if (token?.kind !== 'sign' || token.text !== sign) return false;
    this.#place++;
    return true;
  }

  /** A semicolon, a new line, or the end. */
  endStatement(): void {
    const next = this.#tokens[this.#place];
    if (!next || this.takes(';') || next.afterLine) return;
    throw this.#unexpected();
  }

  expression(level = 0): Expression {
    if (level === 0) {
      const arrow = this.#arrow();
      if (arrow) return arrow;
    }
    if (level === operators.length) return this.#unary();
    let left = this.expression(level + 1);
    for (;;) {
      const operator = operators[level]!.find((sign) => this.takes(sign));
      if (operator === undefined) return left;
      left = { kind: 'binary', operator, left, right: this.expression(level + 1) };
    }
  }

  /** `x => …`, `(x, y) => …`; undefined where there is none. */
  #arrow(): Expression | undefined {
    const start = this.#place;
    const parameters: string[] = [];
    if (this.#peek('name')) parameters.push(this.#next().text);
    else if (this.takes('(')) {
      while (this.#peek('name')) {
        parameters.push(this.#next().text);
        if (!this.takes(',')) break;
      }
      if (!this.takes(')')) parameters.length = 0;
    }
    if (!this.takes('=>')) {
      this.#place = start;
      return undefined;
    }
    const token = this.#tokens[this.#place];
    if (token?.kind === 'sign' && token.text === '{') {
      throw new ShellSyntaxError(
        'the stand-in knows functions of one expression: write x => EXPRESSION, and ({ … }) for a document',
      );
    }
    return { kind: 'function', parameters, body: this.expression() };
  }

  #unary(): Expression {
    for (const operator of ['-', '!'] as const)
      if (this.takes(operator)) return { kind: 'unary', operator, operand: this.#unary() };
    let expression = this.#primary();
    for (;;) {
      if (this.takes('.')) {
        const name = this.#next();
        if (name.kind !== 'name') throw this.#unexpected(-1);
        expression = { kind: 'member', of: expression, name: { kind: 'value', value: name.text } };
      } else if (this.takes('[')) {
        expression = { kind: 'member', of: expression, name: this.expression() };
        this.#expect(']');
      } else if (this.takes('(')) {
        expression = { kind: 'call', callee: expression, args: this.#list(')') };
      } else return expression;
    }
  }

  #primary(): Expression {
    const token = this.#next();
    if (token.kind === 'text') return { kind: 'value', value: token.text };
    if (token.kind === 'number') return { kind: 'value', value: Number(token.text) };
    if (token.kind === 'name') return this.#named(token.text);
    if (token.text === '[') return { kind: 'array', items: this.#list(']') };
    if (token.text === '{') return this.#object();
    if (token.text === '(') {
      const inner = this.expression();
      this.#expect(')');
      return inner;
    }
    throw this.#unexpected(-1);
  }

  #named(name: string): Expression {
    const constants: Readonly<Record<string, null | undefined | boolean>> = {
      null: null,
      true: true,
      false: false,
      undefined: undefined,
    };
    if (Object.hasOwn(constants, name)) return { kind: 'value', value: constants[name] };
    // `new Date()` and `Date()` make no difference here.
    if (name === 'new') return this.#unary();
    if (['var', 'let', 'const', 'function', 'if', 'for', 'while', 'async', 'await'].includes(name)) {
      throw new ShellSyntaxError(`the stand-in does not know '${name}': it reads expressions, not programs`);
    }
    return { kind: 'name', name };
  }

  #object(): Expression {
    const fields: [string, Expression][] = [];
    while (!this.takes('}')) {
      const name = this.#next();
      if (name.kind === 'sign') throw this.#unexpected(-1);
      if (name.text === '__proto__') throw new ShellSyntaxError('a field cannot be named __proto__');
      this.#expect(':');
      fields.push([name.text, this.expression()]);
      if (this.takes(',')) continue;
      this.#expect('}');
      break;
    }
    return { kind: 'object', fields };
  }

  #list(end: string): Expression[] {
    const items: Expression[] = [];
    while (!this.takes(end)) {
      items.push(this.expression());
      if (this.takes(',')) continue;
      this.#expect(end);
      break;
    }
    return items;
  }

  #peek(kind: Token['kind']): boolean {
    return this.#tokens[this.#place]?.kind === kind;
  }

  #next(): Token {
    const token = this.#tokens[this.#place++];
    if (!token) throw new ShellSyntaxError('Unexpected end of input', true);
    return token;
  }

  #expect(sign: string): void {
    if (!this.takes(sign)) throw this.#unexpected();
  }

  #unexpected(offset = 0): ShellSyntaxError {
    const token = this.#tokens[this.#place + offset];
    return token
      ? new ShellSyntaxError(`Unexpected token '${token.text}'`)
      : new ShellSyntaxError('Unexpected end of input', true);
  }
}
