import { FitAddon } from '@xterm/addon-fit';
import { SearchAddon } from '@xterm/addon-search';
import { Unicode11Addon } from '@xterm/addon-unicode11';
import { WebLinksAddon } from '@xterm/addon-web-links';
import { type ILinkHandler, Terminal } from '@xterm/xterm';
import styles from '@xterm/xterm/css/xterm.css?inline';
import { isWebAddress } from './addresses.ts';

/** Everything heavy about terminals, in a chunk of its own that only a lesson loads. */

export interface XtermOptions {
  readonly fontSize: number;
  readonly fontFamily: string;
  readonly screenReaderMode: boolean;
  /** A link whose text is its address was clicked. */
  openLink(address: string): void;
  /** A link whose text may say anything (OSC 8). */
  readonly hyperlinks: ILinkHandler;
}

export interface Xterm {
  readonly terminal: Terminal;
  readonly fit: FitAddon;
  readonly search: SearchAddon;
}

export const xtermStyles = styles;

export function createXterm(options: XtermOptions): Xterm {
  const terminal = new Terminal({
    allowProposedApi: true,
    cursorBlink: false,
    cursorInactiveStyle: 'outline',
    fontFamily: options.fontFamily,
    fontSize: options.fontSize,
    fontWeightBold: 600,
    lineHeight: 1.25,
    scrollback: 5000,
    screenReaderMode: options.screenReaderMode,
    minimumContrastRatio: 4.5,
    macOptionIsMeta: true,
    linkHandler: options.hyperlinks,
  });
  const fit = new FitAddon();
  const search = new SearchAddon();
  terminal.loadAddon(fit);
  terminal.loadAddon(search);
  terminal.loadAddon(new Unicode11Addon());
  terminal.unicode.activeVersion = '11';
  terminal.loadAddon(
    new WebLinksAddon((_, address) => {
      if (isWebAddress(address)) options.openLink(address);
    }),
  );
  // No program may write the clipboard (OSC 52) or name the window (OSC 0 and 2): swallowed, whatever they carry.
  for (const command of [0, 1, 2, 52]) terminal.parser.registerOscHandler(command, () => true);
  return { terminal, fit, search };
}

/**
 * Draws with the graphics card where there is one; xterm's own renderer does it otherwise, and after a lost context.
 * Resolves when cells have their final size.
 */
export async function accelerate(terminal: Terminal): Promise<boolean> {
  try {
    const { WebglAddon } = await import('@xterm/addon-webgl');
    const addon = new WebglAddon();
    addon.onContextLoss(() => {
      addon.dispose();
      terminal.options.letterSpacing = 0;
    });
    terminal.loadAddon(addon);
    return true;
  } catch {
    return false;
  }
}
