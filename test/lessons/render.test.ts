import { describe, expect, it } from 'vitest';
import { createHighlighter, type Highlighter } from '../../src/lessons/highlight.ts';
import { loadLesson } from '../../src/lessons/load.ts';
import { LessonRenderer } from '../../src/lessons/render.ts';
import { frontMatter, lessonFolder, tools } from './lesson-tools.ts';

const plain = async (): Promise<Highlighter> => ({
  html: (code: string) => `<pre><code>${tools.markdown.utils.escapeHtml(code)}</code></pre>`,
});

async function render(body: string, load = plain): Promise<string> {
  using folder = lessonFolder({ 'lesson.md': `${frontMatter}\n## One {#one}\n\n${body}\n` });
  const { lesson, problems } = loadLesson(folder.path, tools);
  if (!lesson) throw new Error(JSON.stringify(problems));
  const [step] = await new LessonRenderer(load).render({ ...lesson, id: '01-first' }, { namespace: 'learn-1' });
  return step!.html;
}

describe('what the page relies on', () => {
  it('commands', async () => {
    const html = await render('```sh {terminal=2 background expect-failure}\necho "{{namespace}}" <a>\n```');
    expect(html).toContain(
      '<figure class="command" data-command="echo &quot;learn-1&quot; &lt;a&gt;" data-terminal="2" data-background data-expect-failure><pre>',
    );
    expect(await render('```sh\nls\n```')).toContain('<figure class="command" data-command="ls"><pre>');
    expect(await render('```text\nls\n```')).not.toContain('figure');
  });

  it('files', async () => {
    expect(await render('```yaml file=app/kubia.yaml\na: 1\n```')).toContain(
      '<figure class="file" data-file="app/kubia.yaml"><pre>',
    );
  });

  it('boxes', async () => {
    const html = await render(
      ':::note\nA *note*.\n:::\n\n:::hint\nText\n:::\n\n:::deeper Why `this`?\nText\n\n```sh\nls\n```\n:::',
    );
    expect(html).toContain('<aside class="note">\n<p>A <em>note</em>.</p>\n</aside>');
    expect(html).toContain('<details class="hint"><summary>Hint</summary>');
    expect(html).toContain('<details class="deeper"><summary>Why <code>this</code>?</summary>');
    expect(html).toContain('<figure class="command" data-command="ls">');
  });

  it('predictions', async () => {
    const body = ':::predict {#what}\nWhat *now*?\n\n- `a` happens {#a}\n- b {#b}\n:::';
    using folder = lessonFolder({
      'lesson.md': `${frontMatter}\n## One {#one}\n\n${body}\n`,
      'checks.yaml': `steps:
  one:
    tasks: [{id: t, title: T, object: pod/a}]
    predictions:
      what: {settle: t, object: pod/a, options: {a: object == null, b: object != null}, observed: x}
`,
    });
    const { lesson } = loadLesson(folder.path, tools);
    const [step] = await new LessonRenderer(plain).render(lesson!, { namespace: 'x' });
    expect(step!.html.replace(/\n/g, '')).toBe(
      '<fieldset class="predict" data-predict="what"><legend>What <em>now</em>?</legend>' +
        '<label><input type="radio" name="predict-what" value="a"> <span><code>a</code> happens</span></label>' +
        '<label><input type="radio" name="predict-what" value="b"> <span>b</span></label></fieldset>',
    );
  });

  it('links to steps, lessons and the web', async () => {
    const html = await render(
      '[a](#two) [b](../02-next/lesson.md#x) [c](https://kubernetes.io/docs/) [{{namespace}}](#{{namespace}})',
    );
    expect(html).toContain('<a href="#two">a</a>');
    expect(html).toContain('<a href="/lessons/02-next#x">b</a>');
    expect(html).toContain('<a href="https://kubernetes.io/docs/" target="_blank" rel="noopener noreferrer">c</a>');
    expect(html).toContain('<a href="#learn-1">learn-1</a>');
  });

  it("pictures from the lesson's folder", async () => {
    expect(await render('![Two Pods](pictures/pods.svg)')).toContain(
      '<img src="/lessons/01-first/assets/pictures/pods.svg" alt="Two Pods">',
    );
  });

  it('colours for light and dark', async () => {
    const html = await render('```yaml\na: 1\n```', createHighlighter);
    expect(html).toMatch(/<span style="--shiki-light:#[0-9A-F]+;--shiki-dark:#[0-9A-F]+">/i);
  });

  it('fills in the namespace of each session, rendering once', async () => {
    using folder = lessonFolder({ 'lesson.md': `${frontMatter}\n## One {#one}\n\n{{namespace}}\n` });
    const { lesson } = loadLesson(folder.path, tools);
    let loads = 0;
    const renderer = new LessonRenderer(async () => {
      loads++;
      return plain();
    });
    const html = async (namespace: string) => (await renderer.render(lesson!, { namespace }))[0]?.html;
    expect([await html('a'), await html('b<')]).toEqual(['<p>a</p>\n', '<p>b&lt;</p>\n']);
    expect(loads).toBe(1);
    expect(await renderer.renderText(lesson!, '```sh\nls {{namespace}}\n```', { namespace: 'c' })).toBe(
      '<pre><code>ls c</code></pre>\n',
    );
  });
});

describe('what an author writes cannot run', () => {
  it.each([
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '[a](javascript:alert(1))',
    '[a](JaVaScRiPt:alert(1))',
    '[a](data:text/html,x)',
    '[a](vbscript:x)',
    '[a](file:///etc/passwd)',
    '[a](//evil.test)',
    '[a](/api/lessons)',
    '[a](\\\\evil.test)',
    '[a](../../etc/passwd)',
    '<javascript:alert(1)>',
    '![a](javascript:alert(1))',
    '![a](data:image/svg+xml,x)',
    '![a](https://evil.test/a.png)',
    '![a](../other/a.png)',
    '![a](pictures/../../a.png)',
    '![a](%2e%2e/a.png)',
    '[a][r]\n\n[r]: javascript:alert(1)',
    '`x`{onclick=alert(1)}',
    '```sh {onclick=alert(1)}\nls\n```',
    '```sh"onmouseover="alert(1)\nls\n```',
    '```yaml file="><script>\nls\n```',
    ':::note <script>\nx\n:::',
    '[a](https://ok.test "onclick=")',
  ])('%s', async (body) => {
    // What is refused altogether does not reach a page either.
    const html = await render(body).catch(() => '');
    // Tags and attributes that an author's text must never turn into.
    const tags = [...html.matchAll(/<\/?([a-z]+)((?:\s+[\w-]+(?:="[^"]*")?)*)\s*>/g)];
    expect(tags.length).toBe([...html.matchAll(/<[a-z/!?]/gi)].length);
    const attributes = tags.flatMap(([, , list]) => [...(list ?? '').matchAll(/([\w-]+)(?:="([^"]*)")?/g)]);
    expect(tags.map(([, tag]) => tag)).not.toContain('script');
    expect(attributes.map(([, name]) => name).filter((name) => name?.startsWith('on'))).toEqual([]);
    for (const [, name, value] of attributes) {
      if (name === 'href') expect(value).toMatch(/^(https:\/\/ok\.test|#|\/lessons\/)/);
      if (name === 'src') expect(value).toMatch(/^\/lessons\/01-first\/assets\/[\w./-]+$/);
    }
  });
});
