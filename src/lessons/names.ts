/** Whether a file of that name stays in the working folder: relative, with no detours, nothing hidden. */
export function isFileName(name: string): boolean {
  return name.length <= 200 && /^[\w][\w.-]*(\/[\w][\w.-]*)*$/.test(name);
}
