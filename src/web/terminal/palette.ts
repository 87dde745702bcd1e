import type { ITheme } from '@xterm/xterm';

/** Sixteen colours that keep their contrast on our own surfaces; programs that bring their own keep theirs. */
export const palettes: { readonly light: ITheme; readonly dark: ITheme } = {
  light: {
    background: '#ffffff',
    foreground: '#1d1f23',
    cursor: '#1d4ed8',
    cursorAccent: '#ffffff',
    selectionBackground: '#bcd0ff',
    selectionInactiveBackground: '#dfe4ee',
    black: '#1d1f23',
    red: '#b3261e',
    green: '#12724a',
    yellow: '#84570a',
    blue: '#1d4ed8',
    magenta: '#8a2f9c',
    cyan: '#0b6b7d',
    white: '#62676f',
    brightBlack: '#6b7078',
    brightRed: '#c5362d',
    brightGreen: '#147e52',
    brightYellow: '#8f6010',
    brightBlue: '#2b5ce6',
    brightMagenta: '#9b3fae',
    brightCyan: '#0e7788',
    brightWhite: '#41454b',
    scrollbarSliderBackground: '#1718191f',
    scrollbarSliderHoverBackground: '#17181938',
    scrollbarSliderActiveBackground: '#17181950',
  },
  dark: {
    background: '#131519',
    foreground: '#dfe2e6',
    cursor: '#8db0ff',
    cursorAccent: '#131519',
    selectionBackground: '#2f4680',
    selectionInactiveBackground: '#2a3040',
    black: '#3a4048',
    red: '#ff8a80',
    green: '#55c993',
    yellow: '#e2b45c',
    blue: '#8db0ff',
    magenta: '#d79bea',
    cyan: '#62c8d8',
    white: '#c0c5cc',
    brightBlack: '#868d98',
    brightRed: '#ffa49c',
    brightGreen: '#7fdcae',
    brightYellow: '#f0cb84',
    brightBlue: '#b0c8ff',
    brightMagenta: '#e5b8f3',
    brightCyan: '#8adbe8',
    brightWhite: '#f2f3f5',
    scrollbarSliderBackground: '#ffffff1c',
    scrollbarSliderHoverBackground: '#ffffff33',
    scrollbarSliderActiveBackground: '#ffffff4a',
  },
};

export type Scheme = keyof typeof palettes;

/** Calls back with the scheme that is in force for an element, now and whenever it changes. Returns an unsubscriber. */
export function watchScheme(changed: (scheme: Scheme) => void): () => void {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const tell = () => {
    const chosen = document.documentElement.style.colorScheme;
    changed(chosen === 'light' || chosen === 'dark' ? chosen : system.matches ? 'dark' : 'light');
  };
  const observer = new MutationObserver(tell);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
  system.addEventListener('change', tell);
  tell();
  return () => {
    observer.disconnect();
    system.removeEventListener('change', tell);
  };
}
