// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is the syntax of lessons' templates
import { describe, expect, it } from 'vitest';
import { compileCheck } from '../../src/checks/compile.ts';
import type { RawCheck } from '../../src/checks/schema.ts';
import { compiled, scope } from './check-tools.ts';

describe('inputs', () => {
  it('name everything that decides the outcome or its words', () => {
    const { inputs } = compiled({
      object: 'sts/kubia',
      assert: 'ready(object)',
      explain: [{ id: 'a', when: 'exists("svc/kubia")', saw: '${get("node/a").metadata.name}' }],
    });
    expect(new Set(inputs.kinds)).toEqual(new Set(['statefulsets', 'pods', 'events', 'services', 'nodes']));
    expect(compiled({ terminal: 'ls' }).inputs).toEqual({ kinds: [], histories: [], terminal: true, probes: false });
    expect(compiled({ http: 'pod/a' }).inputs.probes).toBe(true);
    expect(compiled({ history: 'po', assert: 'history.created() == []' }).inputs.histories).toEqual(['pods']);
  });
});

describe('what is written wrong is said, all of it, with its place', () => {
  it.each([
    [{}, [], 'asks nothing: write one of object, objects'],
    [{ object: 'pod/a', http: 'pod/a' }, ['http'], 'asks object and http: one question a task'],
    [{ object: 'kubia' }, ['object'], '"kubia" names no object: write kind/name'],
    [{ object: 'statefulst/kubia' }, ['object'], '"statefulst" is no kind: did you mean statefulset?'],
    [{ http: 'kubia/' }, ['http'], 'write pod/kubia-0:8080/path'],
    [{ terminal: '/(a/' }, ['terminal'], 'does not compile: missing closing )'],
    [{ terminal: '/a(?=b)/' }, ['terminal'], 'no look-around'],
    [{ terminal: { command: 'kubectl proxy', exit: 'running' } }, ['terminal'], 'every command is running at first'],
    [{ terminal: '/[ab]*a[ab]{900}/' }, ['terminal'], 'too large'],
    [
      { terminal: { command: 'a', since: 'taks' } },
      ['terminal', 'since'],
      'there is no task taks: did you mean one/task?',
    ],
    [{ object: 'pod/a', follows: 'othr' }, ['follows'], 'there is no task othr: did you mean one/other?'],
    [{ object: 'pod/a', follows: 'task' }, ['follows'], 'is the task itself'],
    [{ object: 'pod/a', after: 'object' }, ['after'], 'goes with before'],
    [{ object: 'pod/a', before: 'object.metadata.uid' }, ['before'], 'is compared with nothing'],
    [{ object: 'pod/a', absent: true, assert: 'true' }, ['assert'], 'of what is absent nothing can be asserted'],
    [{ object: 'pod/a', assert: ['true', 'redy(object)'] }, ['assert', 1], 'did you mean ready()?'],
    [{ object: 'pod/a', explain: [{ id: 'a' }, { id: 'b' }] }, ['explain', 1], 'is never told: a above it has no when'],
    [
      {
        object: 'pod/a',
        explain: [
          { id: 'a', when: 'ready(object)' },
          { id: 'b', when: 'ready(object) ' },
        ],
      },
      ['explain', 1, 'when'],
      'the same condition',
    ],
    [
      { object: 'pod/a', explain: [{ id: 'a', saw: 'x ${objct}' }] },
      ['explain', 0, 'saw'],
      'there is no variable objct',
    ],
  ] as [RawCheck, (string | number)[], string][])('%j', (raw, path, message) => {
    const { value, problems } = compileCheck(raw, 'task', scope);
    expect(value).toBeUndefined();
    expect(problems).toContainEqual(expect.objectContaining({ path, message: expect.stringContaining(message) }));
  });
});
