import type { ASTNode } from '@marcbachmann/cel-js';

/** What can be told from an expression's form, for evidence: its parts, and the paths it reads. */

/** Sources of what the outermost && joins. */
export function parts(root: ASTNode, source: string): string[] {
  if (root.op !== '&&') return [slice(root, source)];
  return root.args.flatMap((side) => parts(side, source));
}

export interface OperandSources {
  /** Paths such as `object.spec.replicas`, and calls such as `size(objects)`. */
  readonly paths: readonly string[];
  /** For `list.all(item, condition)`: `list.filter(item, !(condition))`. */
  readonly exceptions?: string;
}

export function operandSources(root: ASTNode, source: string, variables: ReadonlySet<string>): OperandSources {
  const paths = new Set<string>();
  const visit = (node: ASTNode, whole: boolean): void => {
    if (isPath(node, variables) || (!whole && isCall(node))) {
      paths.add(slice(node, source));
      return;
    }
    for (const child of children(node)) visit(child, false);
  };
  visit(root, true);
  return { paths: [...paths].slice(0, 4), ...exceptions(root, source) };
}

function exceptions(root: ASTNode, source: string): { exceptions?: string } {
  if (root.op !== 'rcall' || root.args[0] !== 'all') return {};
  const [, list, [item, condition]] = root.args;
  if (item?.op !== 'id' || !condition) return {};
  return { exceptions: `${slice(list, source)}.filter(${item.args}, !(${slice(condition, source)}))` };
}

const macros = new Set(['all', 'exists', 'exists_one', 'map', 'filter', 'bind', 'has']);

function isCall(node: ASTNode): boolean {
  if (node.op !== 'call' && node.op !== 'rcall') return false;
  return !macros.has(node.args[0]);
}

/** A variable, and what is reached from it (or from what a call returns) by names and literal indexes. */
function isPath(node: ASTNode, variables: ReadonlySet<string>): boolean {
  switch (node.op) {
    case 'id':
      return variables.has(node.args);
    case '.':
    case '.?':
      return isPath(node.args[0], variables) || isCall(node.args[0]);
    case '[]':
    case '[?]':
      return node.args[1].op === 'value' && (isPath(node.args[0], variables) || isCall(node.args[0]));
    default:
      return false;
  }
}

/** Operands of a node; of a macro only those that stand outside its own variable's reach. */
function children(node: ASTNode): readonly ASTNode[] {
  switch (node.op) {
    case 'value':
    case 'id':
      return [];
    case '.':
    case '.?':
      return [node.args[0]];
    case 'call':
      return node.args[1];
    case 'rcall':
      return macros.has(node.args[0]) ? [node.args[1]] : [node.args[1], ...node.args[2]];
    case 'map':
      return node.args.flat();
    case '!_':
    case '-_':
      return [node.args];
    default:
      return node.args;
  }
}

function slice(node: ASTNode, source: string): string {
  return source.slice(node.start, node.end).trim();
}
