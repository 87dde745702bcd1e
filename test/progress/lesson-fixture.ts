import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTools, type LoadedLesson, loadLesson } from '../../src/lessons/load.ts';

/** A small lesson with each kind of thing a session deals with. */

const text = `---
title: Two replicas
summary: A StatefulSet, scaled.
minutes: 5
objectives: [Scale a StatefulSet]
---

## Apply {#apply}

\`\`\`yaml file=kubia.yaml
kind: StatefulSet
\`\`\`

\`\`\`sh
kubectl apply -f kubia.yaml
\`\`\`

![A picture](picture.svg)

## Scale {#scale}

:::predict {#which}
Which Pod goes?

- The newest {#newest}
- The oldest {#oldest}
:::

\`\`\`sh
kubectl scale sts kubia --replicas=1
\`\`\`
`;

const checks = `
steps:
  apply:
    tasks:
      - id: two
        title: Create the StatefulSet
        object: statefulset/kubia
        assert: object.spec.replicas == 2
        explain:
          - id: three
            when: object != null && object.spec.replicas == 3
            saw: There are three.
            hints: [Not three., Two., "\`replicas: 2\`"]
        hints: [Look., "Look *closer*.", Two.]
        wrong:
          - name: three replicas
            run: "true three"
            explain: three
      - id: reads
        title: Read it
        http: pod/kubia-0:8080/
        assert: response.status == 200
        hints: [Look., Closer., There.]
        wrong: []
  scale:
    tasks:
      - id: one
        title: Scale it down
        object: statefulset/kubia
        before: object.spec.replicas
        assert: before == 2 && after == 1
        hints: [Look., Closer., There.]
      - id: typed
        title: With kubectl
        terminal: /kubectl scale/
        hints: [Look., Closer., There.]
    predictions:
      which:
        settle: one
        objects: pods
        options:
          newest: objects.exists(pod, pod.metadata.name == 'kubia-0')
          oldest: objects.exists(pod, pod.metadata.name == 'kubia-1')
        observed: "\${objects[0].metadata.name} stays."
`;

export function lessonFolder(): { readonly root: string; readonly folder: string; remove(): void } {
  const root = mkdtempSync(join(tmpdir(), 'ordinal-lessons-'));
  const folder = join(root, '01-two-replicas');
  mkdirSync(join(folder, 'files'), { recursive: true });
  writeFileSync(join(folder, 'lesson.md'), text);
  writeFileSync(join(folder, 'checks.yaml'), checks);
  writeFileSync(join(folder, 'files', 'notes.txt'), 'in {{namespace}}\n');
  writeFileSync(join(folder, 'picture.svg'), '<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>');
  return { root, folder, remove: () => rmSync(root, { recursive: true, force: true }) };
}

export function load(folder: string): LoadedLesson {
  return loadLesson(folder, createTools());
}
