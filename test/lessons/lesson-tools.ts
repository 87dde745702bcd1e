import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createTools } from '../../src/lessons/load.ts';

export const tools = createTools();

/** A folder of files that is removed with `using`. */
export class TemporaryFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'ordinal-lessons-'));

  write(files: Readonly<Record<string, string>>): this {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(this.path, name)), { recursive: true });
      writeFileSync(join(this.path, name), content);
    }
    return this;
  }

  join(...names: string[]): string {
    return join(this.path, ...names);
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

export const frontMatter = `---
title: A lesson
summary: About something.
minutes: 10
objectives:
  - Do something
images:
  - ordinal/kubia:1
---
`;

export const text = `${frontMatter}
## One {#one}

Text.

\`\`\`sh
kubectl get pods
\`\`\`
`;

export const checks = `steps:
  one:
    tasks:
      - id: task
        title: Do it
        object: pod/kubia-0
        explain:
          - id: nothing
            when: object == null
        hints: [one, two, three]
        wrong:
          - name: Nothing
            run: kubectl get pods
            explain: nothing
`;

/** A lesson's folder, with one of its files replaced or added. */
export function lessonFolder(files: Readonly<Record<string, string>> = {}): TemporaryFolder {
  return new TemporaryFolder().write({ 'lesson.md': text, 'checks.yaml': checks, ...files });
}
