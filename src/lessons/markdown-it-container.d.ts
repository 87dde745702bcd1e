declare module 'markdown-it-container' {
  import type { MarkdownIt, Token } from 'markdown-it';

  interface ContainerOptions {
    render?(tokens: Token[], index: number): string;
    validate?(params: string): boolean;
    marker?: string;
  }

  export default function container(markdown: MarkdownIt, name: string, options?: ContainerOptions): void;
}
