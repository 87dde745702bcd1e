/** Words that GitHub Actions reads in what a step prints. */

export interface AnnotatedPlace {
  /** Relative to the repository. */
  readonly file: string;
  /** From 1, as the next. */
  readonly line: number;
  readonly column: number;
}

/** A remark at a line of a file, as it is shown beside a pull request's changes. */
export function annotation(
  level: 'error' | 'warning' | 'notice',
  { file, line, column }: AnnotatedPlace,
  title: string,
  message: string,
): string {
  return `::${level} file=${property(file)},line=${line},col=${column},title=${property(title)}::${data(message)}\n`;
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
