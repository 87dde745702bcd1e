import type { CommandNode, PipelineNode, ScriptNode, SimpleCommandNode, StatementNode, WordNode } from 'just-bash';

/** Names for the parts of just-bash's syntax tree that it does not export by name. */

export type { CommandNode, PipelineNode, ScriptNode, SimpleCommandNode, StatementNode, WordNode };

export type WordPart = WordNode['parts'][number];
export type ParameterPart = Extract<WordPart, { type: 'ParameterExpansion' }>;
export type ParameterOperation = NonNullable<ParameterPart['operation']>;
export type BracePart = Extract<WordPart, { type: 'BraceExpansion' }>;
export type ProcessSubstitution = Extract<WordPart, { type: 'ProcessSubstitution' }>;
export type ArithmeticNode = Extract<WordPart, { type: 'ArithmeticExpansion' }>['expression'];
export type RedirectionNode = SimpleCommandNode['redirections'][number];
export type AssignmentNode = SimpleCommandNode['assignments'][number];
export type FunctionNode = Extract<CommandNode, { type: 'FunctionDef' }>;
export type CompoundNode = Exclude<CommandNode, SimpleCommandNode | FunctionNode>;
export type ConditionalNode = Extract<CommandNode, { type: 'ConditionalCommand' }>['expression'];
