import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The smallest lesson there is: one command, one check. Each part can be replaced by a wrong one. */
export interface SmallLesson {
  readonly command?: string;
  /** What the check asks: fields in YAML. */
  readonly check?: readonly string[];
}

/** A folder with the lesson `01-pet` in it, to be given as --lessons. */
export class LessonsFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'ordinal-lessons-'));

  constructor({
    command = 'kubectl create configmap pet --from-literal=name=kubia',
    check = ['object: configmap/pet', 'assert: object.data.name == "kubia"'],
  }: SmallLesson = {}) {
    const lesson = join(this.path, '01-pet');
    mkdirSync(lesson);
    writeFileSync(
      join(lesson, 'lesson.md'),
      `---
title: A pet
summary: A ConfigMap is made.
minutes: 1
objectives:
  - Make a ConfigMap
---

## Make one {#make}

\`\`\`sh
${command}
\`\`\`
`,
    );
    writeFileSync(
      join(lesson, 'checks.yaml'),
      `steps:
  make:
    tasks:
      - id: made
        ${check.join('\n        ')}
        title: Make the ConfigMap pet
        expected: A ConfigMap pet whose name is kubia.
        why: The rest would need it.
        try: Run the command of this step.
`,
    );
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
