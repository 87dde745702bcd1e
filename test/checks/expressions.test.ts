// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is the syntax of lessons' templates
import { describe, expect, it } from 'vitest';
import { ExpressionCompiler } from '../../src/checks/expressions/compiler.ts';
import { ExpressionError, type World } from '../../src/checks/expressions/expression.ts';
import { Budget } from '../../src/checks/expressions/guard.ts';
import { FakeReader, pod } from './fake-reader.ts';

const compiler = new ExpressionCompiler();

function world(variables: Record<string, unknown> = {}, reader = new FakeReader()): World {
  return { variables, namespace: 'learn-1', reader, commands: [], budget: new Budget() };
}

function ask(source: string, variables: Record<string, unknown> = {}, reader = new FakeReader()) {
  const types = Object.fromEntries(Object.keys(variables).map((name) => [name, 'dyn']));
  return compiler.value(source, types).evaluate(world(variables, reader));
}

function compileError(source: string, variables: Record<string, string> = { object: 'dyn' }): ExpressionError {
  try {
    compiler.condition(source, variables);
  } catch (error) {
    if (error instanceof ExpressionError) return error;
    throw error;
  }
  throw new Error(`${source} compiled`);
}

describe('values', () => {
  it.each([
    ['object.spec.replicas + 1 == 3', true],
    ['object.spec.replicas > 1.5', true],
    ['object.metadata.labels["app.kubernetes.io/name"] == "kubia"', true],
    ['object.?status.?readyReplicas.orValue(0) == 0', true],
    ['has(object.spec.replicas) && !has(object.spec.missing)', true],
    ['object.metadata.name in ["kubia", "other"]', true],
    ['object.spec.ratio == 0.5', true],
    ['ns == "learn-1"', true],
    ['object.spec.list.map(x, x * 2) == [2, 4]', true],
    ['object.spec.nothing == null', true],
  ])('%s', (source, expected) => {
    const object = {
      metadata: { name: 'kubia', labels: { 'app.kubernetes.io/name': 'kubia' } },
      spec: { replicas: 2, ratio: 0.5, list: [1, 2], nothing: null },
    };
    expect(ask(source, { object })).toEqual({ value: expected });
  });

  it('tells a field that is missing from an expression that does not fit', () => {
    const object = { spec: { replicas: 2 } };
    expect(ask('object.status.readyReplicas == 2', { object }).problem?.kind).toBe('missing');
    expect(ask('object.spec.list[0] == 2', { object: { spec: { list: [] } } }).problem?.kind).toBe('missing');
    expect(ask('object.spec.replicas + "a"', { object }).problem?.kind).toBe('wrong');
  });

  it('sees the new content of a list that has grown', () => {
    const objects = [1];
    const size = compiler.value('size(objects)', { objects: 'list' });
    expect(size.evaluate(world({ objects })).value).toBe(1n);
    objects.push(2);
    expect(size.evaluate(world({ objects })).value).toBe(2n);
  });
});

describe('functions', () => {
  it.each([
    ['quantity("1Gi") == quantity("1024Mi")', true],
    ['quantity("50M").compareTo(quantity("50Mi"))', -1n],
    ['quantity("50k").sub(20000).asInteger()', 30000n],
    ['quantity("150Mi").isGreaterThan(quantity("100Mi"))', true],
    ['isQuantity("1,3G")', false],
    ['ordinal("kubia-12")', 12n],
    ['ordinal("kubia-7c9f8d-x")', -1n],
    ['"abc 123".find("[0-9]+")', '123'],
    ['"123 abc 456".findAll("[0-9]+")', ['123', '456']],
    ['"123 abc 456".findAll("[0-9]+", 1)', ['123']],
    ['"kubia-0.kubia".matches("^kubia-\\\\d+\\\\.")', true],
    ['"a,b,c".split(",")', ['a', 'b', 'c']],
    ['["a", "b"].join("-")', 'a-b'],
    ['"banana".replace("a", "o")', 'bonono'],
    ['"banana".replace("a", "o", 1)', 'bonana'],
    ['"kubia".charAt(1)', 'u'],
    ['"kubia".indexOf("b")', 2n],
    ['[3, 1, 2].sort()', [1n, 2n, 3n]],
    ['[3, 1, 2].min()', 1n],
    ['[3, 1, 2].max()', 3n],
    ['[3, 1, 2].sum()', 6n],
    ['[1, 1, 2].distinct()', [1n, 2n]],
    ['["a", "b", "b"].isSorted()', true],
    ['["b", "a"].isSorted()', false],
    ['["a", "b"].indexOf("b")', 1n],
    ['["a", "b"].lastIndexOf("c")', -1n],
  ])('%s', (source, expected) => {
    expect(ask(source)).toEqual({ value: expected });
  });

  it('reads the cluster', () => {
    const reader = new FakeReader();
    const kubia0 = pod('kubia-0', { ready: true, claims: ['data-kubia-0'], owner: 'StatefulSet/kubia' });
    reader.put(kubia0, pod('kubia-1', { labels: { app: 'other' } }));
    reader.put({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: 'kubia-0.1' },
      involvedObject: { uid: kubia0.metadata.uid },
      reason: 'Started',
    });
    expect(ask('exists("pod/kubia-0") && !exists("pod/kubia-2")', {}, reader).value).toBe(true);
    expect(ask('list("pods", "app=kubia").map(p, p.metadata.name)', {}, reader).value).toEqual(['kubia-0']);
    expect(ask('ready(get("po/kubia-0")) && !ready(get("po/kubia-1"))', {}, reader).value).toBe(true);
    expect(ask('owner(get("pod/kubia-0"))', {}, reader).value).toBe('StatefulSet/kubia');
    expect(ask('claims(get("pod/kubia-0"))', {}, reader).value).toEqual(['data-kubia-0']);
    expect(ask('condition(get("pod/kubia-0"), "Ready")', {}, reader).value).toBe('True');
    expect(ask('matchesLabels(get("pod/kubia-0"), "app in (kubia, web)")', {}, reader).value).toBe(true);
    expect(ask('events(get("pod/kubia-0")).map(e, e.reason)', {}, reader).value).toEqual(['Started']);
    expect(ask('get("pod/kubia-2") == null', {}, reader).value).toBe(true);
    expect(ask('ready(get("pod/kubia-2"))', {}, reader).value).toBe(false);
  });

  it('knows which kinds an expression reads', () => {
    const { kinds } = compiler.condition('exists("svc/kubia") && events(get("sts/kubia")).size() > 0', {});
    expect(new Set(kinds)).toEqual(new Set(['services', 'statefulsets', 'events']));
  });
});

describe('errors say what is wrong, where, and what to write', () => {
  it.each([
    ['objct.spec.replicas == 2', 0, 'there is no variable objct here, but object, ns'],
    ['redy(object)', 0, 'there is no function redy(): did you mean ready()?'],
    ['object.spec.replicas == ', 24, 'Unexpected token: EOF'],
    ['size(object.x)', 0, 'gives int, not true or false: compare it with something'],
    ['ready(object) && get("pod/" + ns) != null', 17, 'get() takes a literal such as "pod/kubia-0"'],
    ['object.metadata.namespace == "{{namespace}}"', 30, 'write the variable ns instead of {{namespace}}'],
    ['ordinal(3) == 1', 0, 'ordinal() does not take (int)'],
    ['"a".matches(3)', 0, 'matches() does not take (int)'],
  ])('%s', (source, offset, message) => {
    const error = compileError(source);
    expect(error.message).toContain(message);
    expect(error.offset).toBe(offset);
  });
});

describe('nothing a lesson writes takes long', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => index);
  const long = 'a'.repeat(60_000);

  it.each([
    ['nested comprehensions', 'many.all(a, many.all(b, many.all(c, many.all(d, a + b + c + d >= 0))))'],
    ['errors inside exists', 'many.exists(a, many.exists(b, many.exists(c, many.exists(d, a.x == d.y))))'],
    ['the error hidden by ||', 'many.all(a, many.all(b, many.all(c, many.all(d, a >= 0)))) || true'],
    ['lists that double', `cel.bind(a, many + many, ${bind('b c d e f g h i j k l m n o p', 'a', '+')})`],
    ['texts that double', `cel.bind(a, text + text, ${bind('b c d e f g h i j k l m n o p', 'a', '+')})`],
    ['joining', 'many.map(a, text).join(text) != ""'],
    ['replacing', 'text.replace("", text) != ""'],
    ['searching', 'many.all(a, !text.contains("b" + text.substring(0, 30000)))'],
    ['a pattern on a long text', 'many.all(a, !text.matches("[ab]*a[ab]{400}[cd]"))'],
    ['many patterns', 'many.all(a, many.all(b, !text.matches(string(a) + "[ab]*[ab]{400}[cd]" + string(b))))'],
    ['splitting', 'text.split("").map(a, text.split("")).size() > 0'],
  ])('%s', (_, source) => {
    const condition = compiler.condition(`${source}`, { many: 'list', text: 'string' });
    const { problem } = condition.evaluate(world({ many: hundred, text: long }));
    expect(problem?.message).toMatch(/^takes more than|^makes a/);
  });

  function bind(names: string, first: string, operator: string): string {
    return names.split(' ').reduceRight(
      ({ inner }, name, index, all) => {
        const from = index === 0 ? first : all[index - 1]!;
        return { inner: `cel.bind(${name}, ${from} ${operator} ${from}, ${inner})` };
      },
      { inner: `size(${names.split(' ').at(-1)}) > 0` },
    ).inner;
  }

  it.each([
    ['a long source', `"${'a'.repeat(5000)}" == ""`],
    ['deep nesting', `${'('.repeat(100)}true${')'.repeat(100)}`],
    ['deep negation', `${'!'.repeat(3000)}true`],
    ['many nodes', Array.from({ length: 700 }, () => 'true').join('||')],
    ['a long list', `size([${Array.from({ length: 500 }, () => '1').join(',')}]) == 500`],
  ])('%s does not compile', (_, source) => {
    expect(compileError(source).message).toMatch(/too many|too large/);
  });

  it('gives ordinary checks over many objects enough', () => {
    const objects = Array.from({ length: 1000 }, (_, index) => pod(`web-${index}`, { ready: true }));
    const condition = compiler.condition(
      'objects.all(p, ready(p) && p.metadata.labels.app == "kubia" && p.metadata.name.matches("^web-[0-9]+$"))',
      { objects: 'list' },
    );
    expect(condition.evaluate(world({ objects }))).toEqual({ value: true });
  });

  it('answers the same after a limit was hit', () => {
    const bomb = compiler.condition('many.all(a, many.all(b, many.all(c, many.all(d, true))))', { many: 'list' });
    expect(bomb.evaluate(world({ many: hundred })).problem).toBeDefined();
    expect(bomb.evaluate(world({ many: [1, 2] }))).toEqual({ value: true });
  });
});

describe('templates', () => {
  const variables = { object: 'dyn' };

  it('evaluate what stands in ${}', () => {
    const template = compiler.template(
      '${object.spec.replicas} of {{namespace}}: ${"{" + object.kind + "}"}',
      variables,
    );
    expect(template.render(world({ object: { kind: 'Pod', spec: { replicas: 2 } } }))).toBe('2 of learn-1: {Pod}');
    expect(template.render(world({ object: {} }))).toBeUndefined();
  });

  it('say where they do not compile', () => {
    const compile = (source: string) => () => compiler.template(source, variables);
    expect(compile('a ${objct.kind}')).toThrow(expect.objectContaining({ offset: 4 }));
    expect(compile('a ${object.kind')).toThrow(expect.objectContaining({ offset: 2 }));
  });
});

describe('parts and operands', () => {
  it('tells the parts of a conjunction apart, and what each reads', () => {
    const [one, two, three] = compiler.conditions(
      'object.spec.replicas == 2 && (ready(object) || size(object.spec.list) > 1) && object.items.all(i, i.ok)',
      { object: 'dyn' },
    );
    expect(one?.operands.map(({ source }) => source)).toEqual(['object.spec.replicas']);
    expect(two?.source).toBe('ready(object) || size(object.spec.list) > 1');
    expect(two?.operands.map(({ source }) => source)).toEqual(['ready(object)', 'size(object.spec.list)']);
    const object = { items: [{ ok: true }, { ok: false, name: 'b' }] };
    expect(three?.exceptions?.evaluate(world({ object })).value).toHaveLength(1);
  });
});
