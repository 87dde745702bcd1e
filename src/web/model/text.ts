/** Evidence is plain text that quotes names in backticks: "`kubia-1` is Pending". Odd parts were quoted. */
export function splitQuoted(text: string): { readonly text: string; readonly code: boolean }[] {
  return text
    .split(/`([^`\n]+)`/)
    .map((part, index) => ({ text: part, code: index % 2 === 1 }))
    .filter((part) => part.text !== '');
}

/** "pvc-3f2a8c1e-…-9d41" cut in the middle, because the beginning says what it is and the end which one it is. */
export function shorten(text: string, length: number): string {
  if (text.length <= length) return text;
  const tail = Math.floor((length - 1) / 3);
  return `${text.slice(0, length - 1 - tail)}…${text.slice(text.length - tail)}`;
}

/** "pvc-943adcfc-dec0-4f1d-8aa9-e15d829c5428" as "pvc-943adcfc": the first block is enough to tell volumes apart. */
export function shortenUids(text: string): string {
  return text.replace(/\b([0-9a-f]{8})(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, '$1');
}

/** The learner's wall clock, "12:03:05". */
export function clockTime(iso: string): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? '' : date.toLocaleTimeString('en-GB');
}
