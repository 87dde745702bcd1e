import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { onPath } from '../integration/support/program.ts';

/** The system's Chromium; `npm test` passes the one it found or installed. Nothing is ever downloaded from here. */
export const chromiumPath: string | undefined =
  process.env.ORDINAL_CHROMIUM ?? onPath('chromium') ?? onPath('google-chrome');

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath!,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

export const sizes = {
  phone: { width: 390, height: 844 },
  tablet: { width: 768, height: 1024 },
  desktop: { width: 1440, height: 900 },
} as const;

export interface Tab {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Uncaught errors and violations of the Content-Security-Policy since the page was opened. */
  readonly errors: readonly string[];
}

/**
 * A profile of its own. Every server of a test has a port of its own, so that the tests of a file can share a profile,
 * which starts in twice the time of a tab: there is nothing in it for their page.
 */
export function openProfile(
  browser: Browser,
  options: { readonly size?: keyof typeof sizes; readonly touch?: boolean } = {},
): Promise<BrowserContext> {
  const { size = 'desktop', touch = false } = options;
  return browser.newContext({
    viewport: sizes[size],
    colorScheme: 'light',
    hasTouch: touch,
    reducedMotion: 'reduce',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
}

/** A tab that writes down what goes wrong in it. */
export async function openTab(context: BrowserContext): Promise<Tab> {
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && /Content Security Policy|Refused to/.test(message.text())) {
      errors.push(message.text());
    }
  });
  return { page, context, errors };
}

/** Text of the terminal in front, scrolled away or not, whatever draws it. */
export async function terminalText(page: Page): Promise<string> {
  return page.evaluate(() => {
    const find = (root: ParentNode): Element | null => {
      for (const element of root.querySelectorAll('*')) {
        if (element.localName === 'terminal-view' && !element.hasAttribute('hidden')) return element;
        const inner = element.shadowRoot && find(element.shadowRoot);
        if (inner) return inner;
      }
      return null;
    };
    const view = find(document) as (Element & { readonly text?: string }) | null;
    return view?.text ?? '';
  });
}
