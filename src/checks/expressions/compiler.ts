import { type ASTNode, Environment, type ParseError } from '@marcbachmann/cel-js';
import { NotYet } from '../history.ts';
import { canonical } from '../kinds.ts';
import { PatternError } from '../pattern.ts';
import { closest } from '../text.ts';
import {
  type Answer,
  type Expression,
  ExpressionError,
  type Problem,
  type Template,
  type World,
} from './expression.ts';
import { type Runtime, readers, registerFunctions } from './functions.ts';
import { guard, LimitError, limits } from './guard.ts';
import { operandSources, parts } from './syntax.ts';
import { rewritten } from './text-functions.ts';
import { CelValues, toText } from './value.ts';

/** Variables an expression may use, with their CEL types: `{ object: 'dyn' }`. */
export type Variables = Readonly<Record<string, string>>;

/**
 * Compiles the expressions of lessons. One compiler serves any number of lessons: compiled expressions share its
 * functions, and the place where those find the world they are asked about.
 */
export class ExpressionCompiler {
  readonly #values = new CelValues();
  readonly #base: Environment;
  readonly #environments = new Map<string, Environment>();
  #world: World | undefined;

  constructor() {
    const values = this.#values;
    const world = () => this.#current();
    const runtime: Runtime = { values, world, spend: (steps) => world().budget.spend(steps) };
    this.#base = new Environment({
      enableOptionalTypes: true,
      homogeneousAggregateLiterals: false,
      limits: limits.structure,
    });
    registerFunctions(this.#base, runtime);
  }

  /**
   * An assertion or a condition.
   * @throws ExpressionError where it does not compile, or is not a yes-or-no question
   */
  condition(source: string, variables: Variables): Expression {
    return this.#compile(source, variables, 'bool', true);
  }

  /** An assertion, told apart at its outermost `&&`. @throws ExpressionError */
  conditions(source: string, variables: Variables): Expression[] {
    const whole = this.condition(source, variables);
    const sources = parts(this.#parse(source, variables).ast, source);
    if (sources.length === 1) return [whole];
    return sources.map((part) => this.condition(part, variables));
  }

  /** @throws ExpressionError */
  value(source: string, variables: Variables): Expression {
    return this.#compile(source, variables, 'any', false);
  }

  /** Text in which `${…}` is evaluated. @throws ExpressionError */
  template(source: string, variables: Variables): Template {
    const pieces: (string | Expression)[] = [];
    let at = 0;
    for (const match of source.matchAll(/\$\{((?:[^{}"']|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\{[^{}]*\})*)\}/g)) {
      const inner = match[1]!;
      try {
        pieces.push(source.slice(at, match.index), this.value(inner, variables));
      } catch (error) {
        if (error instanceof ExpressionError) throw new ExpressionError(error.message, match.index + 2 + error.offset);
        throw error;
      }
      at = match.index + match[0].length;
    }
    pieces.push(source.slice(at));
    const open = source.indexOf('${', at);
    if (open >= 0) throw new ExpressionError('"$" and "{" without the "}" that ends it', open);
    const expressions = pieces.filter((piece) => typeof piece !== 'string');
    return {
      source,
      kinds: [...new Set(expressions.flatMap(({ kinds }) => kinds))],
      transcript: expressions.some(({ transcript }) => transcript),
      variables: new Set(expressions.flatMap(({ variables }) => [...variables])),
      render(world) {
        let text = '';
        for (const piece of pieces) {
          if (typeof piece === 'string') {
            text += piece;
            continue;
          }
          const { value, problem } = piece.evaluate(world);
          if (problem) return undefined;
          text += toText(value);
        }
        return text.replaceAll('{{namespace}}', world.namespace);
      },
    };
  }

  #environment(variables: Variables): Environment {
    const key = JSON.stringify(Object.entries(variables).sort());
    let environment = this.#environments.get(key);
    if (!environment) {
      environment = this.#base.clone();
      for (const [name, type] of Object.entries({ ns: 'string', ...variables })) {
        environment.registerVariable(name, type);
      }
      this.#environments.set(key, environment);
    }
    return environment;
  }

  #parse(source: string, variables: Variables) {
    if (source.length > limits.source) {
      throw new ExpressionError(
        `${source.length} characters are too many: the limit is ${limits.source}`,
        limits.source,
      );
    }
    const literal = source.indexOf('{{namespace}}');
    if (literal >= 0) throw new ExpressionError('write the variable ns instead of {{namespace}}', literal);
    try {
      return this.#environment(variables).parse(source);
    } catch (error) {
      throw this.#explain(error, source, variables);
    }
  }

  #compile(source: string, variables: Variables, type: 'bool' | 'any', withOperands: boolean): Expression {
    const parsed = this.#parse(source, variables);
    const mentioned = inspect(parsed.ast, variables);
    const operands = withOperands ? operandSources(parsed.ast, source, new Set(Object.keys(variables))) : undefined;
    const checked = parsed.check();
    if (!checked.valid) throw this.#explain(checked.error, source, variables);
    if (type === 'bool' && checked.type !== 'bool' && checked.type !== 'dyn') {
      throw new ExpressionError(`gives ${checked.type}, not true or false: compare it with something`, 0);
    }
    guard(parsed.ast, () => this.#current().budget);
    return {
      source: source.trim(),
      ...mentioned,
      evaluate: (world) => this.#evaluate(parsed, world, type),
      parts: withOperands ? parts(parsed.ast, source) : [],
      operands: operands?.paths.map((path) => this.value(path, variables)) ?? [],
      ...(operands?.exceptions && { exceptions: this.value(operands.exceptions, variables) }),
    };
  }

  #current(): World {
    if (!this.#world) throw new Error('an expression was evaluated outside evaluate()');
    return this.#world;
  }

  #evaluate(parsed: (variables: Record<string, unknown>) => unknown, world: World, type: 'bool' | 'any'): Answer {
    const variables: Record<string, unknown> = { ns: world.namespace };
    for (const [name, value] of Object.entries(world.variables)) variables[name] = this.#values.of(value);
    this.#world = world;
    try {
      const value = parsed(variables);
      if (world.budget.exceeded) return { problem: problemOf(world.budget.exceeded) };
      if (type === 'bool' && typeof value !== 'boolean') {
        return { problem: { kind: 'wrong', message: `gives ${toText(value)}, not true or false` } };
      }
      return { value };
    } catch (error) {
      return { problem: problemOf(world.budget.exceeded ?? error) };
    } finally {
      this.#world = undefined;
    }
  }

  #explain(error: unknown, source: string, variables: Variables): ExpressionError {
    if (error instanceof ExpressionError) return error;
    const { summary, range, code } = error as ParseError;
    if (typeof summary !== 'string') throw error;
    const offset = Math.min(range?.start ?? 0, source.length);
    const unknown = /^Unknown variable: (\w+)$/.exec(summary)?.[1];
    if (unknown) {
      const names = [...Object.keys(variables), 'ns'];
      return new ExpressionError(`there is no variable ${unknown} here, but ${names.join(', ')}`, offset);
    }
    const call = /^found no matching overload for '(?:(.*)\.)?(?:bounded_)?(\w+)\((.*)\)'$/.exec(summary);
    if (call) {
      const known = this.#base.getDefinitions().functions.map(({ name }) => name.replace(/^bounded_/, ''));
      const name = call[2]!;
      if (known.includes(name)) return new ExpressionError(`${name}() does not take (${call[3]})`, offset);
      const meant = closest(name, known);
      return new ExpressionError(`there is no function ${name}()${meant ? `: did you mean ${meant}()?` : ''}`, offset);
    }
    if (code === 'limit_exceeded') return new ExpressionError(`is too large: ${summary}`, offset);
    return new ExpressionError(summary, offset);
  }
}

/** What an expression reads; names of objects have to be literal, so that it is known what to watch. */
function inspect(root: ASTNode, variables: Variables): Pick<Expression, 'kinds' | 'transcript' | 'variables'> {
  const kinds = new Set<string>();
  let transcript = false;
  const mentioned = new Set<string>();
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) {
      value.forEach(visit);
      return;
    }
    if (typeof value !== 'object' || value === null || !('op' in value)) return;
    const node = value as ASTNode;
    if (node.op === 'id' && (Object.hasOwn(variables, node.args) || node.args === 'ns')) mentioned.add(node.args);
    if (node.op === 'rcall' && rewritten.has(node.args[0])) node.args[0] = `bounded_${node.args[0]}`;
    if (node.op === 'call' && node.args[0] === 'ran') transcript = true;
    if (node.op === 'call' && readers.has(node.args[0])) {
      const [name, [first]] = node.args;
      if (name === 'events') kinds.add('events');
      else if (first?.op === 'value' && typeof first.args === 'string') kinds.add(canonical(first.args.split('/')[0]!));
      else
        throw new ExpressionError(
          `${name}() takes a literal such as "pod/kubia-0": what to watch has to be known`,
          node.start,
        );
    }
    visit(node.args);
  };
  visit(root);
  return { kinds: [...kinds], transcript, variables: mentioned };
}

const missing = new Set(['no_such_key', 'index_out_of_range', 'index_out_of_bounds', 'optional_value_missing']);

function problemOf(error: unknown): Problem {
  if (error instanceof NotYet) return { kind: 'not-yet', message: error.message };
  if (error instanceof LimitError || error instanceof PatternError) return { kind: 'wrong', message: error.message };
  const { summary, code } = error as { summary?: unknown; code?: unknown };
  if (typeof summary !== 'string')
    return { kind: 'wrong', message: error instanceof Error ? error.message : String(error) };
  const message = summary.replace('bounded_', '');
  return { kind: missing.has(String(code)) ? 'missing' : 'wrong', message };
}
