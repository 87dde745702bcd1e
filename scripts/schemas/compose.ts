import { specialDescriptions } from '../../src/embedded/apiserver/schema/facts.ts';
import {
  type StoredDescription,
  type StoredDocumentation,
  type StoredFieldDescription,
  type StoredStructure,
  specialTypes,
} from '../../src/embedded/apiserver/schema/stored.ts';
import type { ClientField } from './client-node.ts';
import { FactsLookup } from './facts-lookup.ts';
import type { Model } from './kubernetes-models.ts';

type ClientModels = ReadonlyMap<string, readonly ClientField[]>;
type Models = ReadonlyMap<string, Model>;

/** Joins what the two packages say of the types with the hand-written facts. */
export function composeTypes(
  client: ClientModels,
  models: Models,
): { types: StoredStructure['types']; documentation: StoredDocumentation['types'] } {
  const facts = new FactsLookup();
  const types = new TypeExpressions(client, models);
  const structs: Record<string, StoredStructure['types'][string]> = {};
  const documentation: Record<string, StoredDescription> = {};
  for (const [name, className] of types.structs) {
    const short = name.split('.').slice(-3).join('.');
    const model = models.get(name)!;
    const fields: Record<string, string> = {};
    const descriptions: Record<string, StoredFieldDescription> = {};
    for (const field of client.get(className)!) {
      const type = types.of(name, field, model);
      const goName = facts.goName(short, field.name);
      fields[field.name] = [named(type, goName), ...fieldWords(short, model, field, type, facts)].join(' ');
      descriptions[field.name] = describeField(field.name, model, models);
    }
    const union = facts.union(short);
    structs[name] = { ...(facts.isAtomic(short) && { atomic: true }), fields };
    documentation[name] = {
      description: model.description,
      ...(model.apiVersion !== undefined && { apiVersion: model.apiVersion, kind: model.kind }),
      ...(union && { union }),
      fields: descriptions,
    };
  }
  for (const name of Object.values(specialTypes)) {
    documentation[name] = { description: models.get(name)?.description || specialDescriptions[name] || '' };
  }
  facts.assertAllUsed();
  return { types: structs, documentation };
}

/** Writes types in the words of stored.ts. */
class TypeExpressions {
  /** Each struct's class in client-node by its OpenAPI name, sorted. */
  readonly structs: ReadonlyMap<string, string>;
  readonly #byClass = new Map<string, string>();
  readonly #specials = new Map<string, string>();

  constructor(client: ClientModels, models: Models) {
    for (const [word, name] of Object.entries(specialTypes)) {
      // "IIoK8sApimachineryPkgApiResourceQuantity", as declarations refer to it.
      const capitalised = name.split(/[.-]/).map((part) => part[0]!.toUpperCase() + part.slice(1));
      this.#specials.set(`I${capitalised.join('')}`, word);
    }
    const special = new Set<string>(Object.values(specialTypes));
    const structs: [string, string][] = [];
    for (const name of models.keys()) {
      if (special.has(name)) continue;
      const className = clientClass(name, client);
      if (className === undefined) continue;
      structs.push([name, className]);
      this.#byClass.set(className, name);
    }
    this.structs = new Map(structs.sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  of(owner: string, field: ClientField, model: Model): string {
    const described = model.fields.get(field.name)?.type ?? '';
    const special = described.match(/\bII\w+/)?.[0];
    const word = special === undefined ? undefined : this.#specials.get(special);
    const leaf = (type: string): string => {
      const list = type.match(/^Array<(.*)>$/)?.[1];
      if (list !== undefined) return `[]${leaf(list)}`;
      const map = type.match(/^\{ \[key: string\]: (.*); \}$/)?.[1];
      if (map !== undefined) return `{}${leaf(map)}`;
      if (word !== undefined) return word;
      if (type === 'number') return field.format;
      if (type === 'string') return field.format === 'byte' ? 'bytes' : 'string';
      if (type === 'boolean') return 'boolean';
      const struct = this.#byClass.get(type);
      if (struct === undefined) throw new Error(`${owner}.${field.name} has type ${type}, which no package describes.`);
      return struct;
    };
    return leaf(field.type);
  }
}

/** "io.k8s.api.events.v1.Event" → "EventsV1Event" where client-node needs the group to tell it apart, else "V1Event". */
function clientClass(name: string, client: ClientModels): string | undefined {
  const [group, version, kind] = name.split('.').slice(-3);
  const capitalise = (text: string) => text[0]!.toUpperCase() + text.slice(1);
  const short = capitalise(version!) + kind;
  return [capitalise(group!) + short, short].find((candidate) => client.has(candidate));
}

function named(type: string, goName: string | undefined): string {
  if (goName === undefined) return type;
  // "[]v1.Capability" names the items of a list, anything else the type itself.
  const items = goName.match(/^\[\](.*)$/)?.[1];
  return items === undefined ? `<${goName}>${type}` : `[]<${items}>${type.slice('[]'.length)}`;
}

const scalars = new Set(['string', 'int32', 'int64', 'double', 'boolean']);
const zeros: Readonly<Record<string, unknown>> = { string: '', int32: 0, int64: 0, boolean: false };

/** Everything about a field that follows its type, in the words of stored.ts. */
function fieldWords(short: string, model: Model, field: ClientField, type: string, facts: FactsLookup): string[] {
  const { name, required } = field;
  const kept = facts.has('alwaysWritten', short, name) || (required && !facts.has('droppedWhenEmpty', short, name));
  const pointer = isPointer(short, model, field, type, facts);
  const merging = facts.merging(short, name);
  // Items of lists of objects (PodList, …) have no list type, and neither have the verbs of discovery.
  const untyped = (short.endsWith('List') && name === 'items') || (short === 'meta.v1.APIResource' && name === 'verbs');
  const atomic = type.startsWith('[]') && !untyped && !merging.some((word) => /^(set|map=|atomic)/.test(word));
  const stated = facts.default(short, name);
  const implied = scalars.has(type) && kept && !pointer ? zeros[type] : undefined;
  const fallback = stated ?? implied;
  return [
    ...(required ? ['required'] : []),
    ...(pointer ? ['pointer'] : []),
    ...(kept ? ['kept'] : []),
    ...(atomic ? ['atomic'] : []),
    ...merging,
    ...(fallback === undefined ? [] : [`default=${JSON.stringify(fallback)}`]),
  ];
}

function isPointer(short: string, model: Model, field: ClientField, type: string, facts: FactsLookup): boolean {
  const { name, required } = field;
  if (/^(\[\]|\{\}|bytes$)/.test(type)) return false;
  if (scalars.has(type)) return facts.has('pointerScalars', short, name);
  if (type === 'time' || type === 'microTime') return facts.has('pointerTimes', short, name);
  if (type in specialTypes) return !facts.has('valueSpecials', short, name);
  if (required) return facts.has('pointerStructs', short, name);
  const isObject = model.fields.has('apiVersion') && model.fields.has('kind') && model.fields.has('metadata');
  if (isObject && /^(metadata|spec|status)$/.test(name)) return false;
  return !facts.has('valueStructs', short, name);
}

const typeMeta = new Set(['apiVersion', 'kind']);

function describeField(name: string, model: Model, models: Models): StoredFieldDescription {
  // Declarations of kinds have literals for these two, without a description.
  const bare = model.apiVersion !== undefined && typeMeta.has(name);
  const owner = bare ? models.get('io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions') : model;
  const field = owner?.fields.get(name);
  return { ...(field?.description && { description: field.description }), ...(field?.enum && { enum: field.enum }) };
}
