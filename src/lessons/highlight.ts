/** Colours code. Loaded when the first lesson is shown: shiki and its grammars take a tenth of a second. */
export interface Highlighter {
  /** `<pre>` with `style="--shiki-light:…;--shiki-dark:…"` on its spans; plain where the language is not known. */
  html(code: string, language: string): string;
}

const languages: Readonly<Record<string, string>> = {
  sh: 'shellscript',
  bash: 'shellscript',
  shell: 'shellscript',
  console: 'shellsession',
  yaml: 'yaml',
  yml: 'yaml',
  json: 'json',
  js: 'javascript',
  javascript: 'javascript',
  ts: 'typescript',
  typescript: 'typescript',
};

export async function createHighlighter(): Promise<Highlighter> {
  const [{ createHighlighterCore }, { createJavaScriptRegexEngine }, ...grammars] = await Promise.all([
    import('shiki/core'),
    import('shiki/engine/javascript'),
    import('shiki/langs/shellscript.mjs'),
    import('shiki/langs/shellsession.mjs'),
    import('shiki/langs/yaml.mjs'),
    import('shiki/langs/json.mjs'),
    import('shiki/langs/javascript.mjs'),
    import('shiki/langs/typescript.mjs'),
  ]);
  const shiki = await createHighlighterCore({
    themes: [import('shiki/themes/github-light-default.mjs'), import('shiki/themes/github-dark-default.mjs')],
    langs: grammars.map((grammar) => grammar.default),
    engine: createJavaScriptRegexEngine(),
  });
  return {
    html: (code, language) =>
      shiki.codeToHtml(code, {
        lang: languages[language] ?? 'text',
        themes: { light: 'github-light-default', dark: 'github-dark-default' },
        defaultColor: false,
      }),
  };
}
