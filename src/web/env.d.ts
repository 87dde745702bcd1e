/** What the bundler makes of a style sheet. */
declare module '*.css' {}
declare module '*.css?inline' {
  const text: string;
  export default text;
}
