import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { checksTemplate, textTemplate } from '../../src/cli/new/template.ts';
import { TemporaryFolder } from './lesson-tools.ts';

/** docs/authoring.md, and the lesson that whoever follows it ends up with. */

export const guide = readFileSync(resolve(import.meta.dirname, '../../docs/authoring.md'), 'utf8');

/** The lesson of "Your first lesson": what "new lesson" writes, with what is to be appended. */
export function followGuide(): TemporaryFolder {
  const text = /^````markdown\n(.*?)^````$/ms.exec(guide)?.[1];
  const checks = /^```yaml\n( {2}label:.*?)^```$/ms.exec(guide)?.[1];
  if (!text || !checks) throw new Error('docs/authoring.md has no step to append any more');
  return new TemporaryFolder().write({
    '15-labels/lesson.md': `${textTemplate('Labels')}\n${text}`,
    '15-labels/checks.yaml': `${checksTemplate('../.schema/checks.json')}\n${checks}`,
  });
}
