import type { Report } from './report.ts';

/** Images: that they have versions, that every provider has them, that the front matter tells of them. */

export function lintFrontMatter(report: Report): void {
  const { frontMatter } = report.loaded.sources.text;
  (frontMatter?.images ?? []).forEach((image, index) => {
    const path = ['images', index];
    const lacking = report.options.lacksImage?.(image);
    if (lacking) report.frontMatter(path, lacking);
    if (image.endsWith(':latest')) report.frontMatter(path, `${image} is another image tomorrow: give it a version`);
  });
  (frontMatter?.missingImages ?? []).forEach((image, index) => {
    const { lacksImage } = report.options;
    if (!lacksImage || lacksImage(image)) return;
    report.frontMatter(['missingImages', index], `${image} is there, so its Pod would not fail: name another one`);
  });
}

/** An image that a command or a manifest names. */
export function lintImage(
  image: string,
  report: Report,
  say: (message: string, severity?: 'error' | 'warning') => void,
): void {
  if (image.includes('{{') || image.includes('$')) return;
  const { frontMatter } = report.loaded.sources.text;
  if (frontMatter?.missingImages?.includes(image)) return;
  if (!/:[\w][\w.-]*$/.test(image) && !image.includes('@')) {
    say(`the image ${image} has no tag, so it means :latest and is pulled each time: write ${image}:1`);
  } else if (frontMatter && !(frontMatter.images ?? []).includes(image)) {
    say(`the image ${image} is not in the front matter: list it under images`, 'warning');
    const lacking = report.options.lacksImage?.(image);
    if (lacking) say(lacking);
  }
}
