/** What a key does anywhere on the page. */
export type KeyAction = 'previous' | 'next' | 'help';

export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly defaultPrevented: boolean;
  /** The elements it goes through, innermost first, by tag name in lower case and role. */
  readonly path: readonly { readonly tag: string; readonly role: string | null; readonly editable: boolean }[];
}

const TYPING = new Set(['input', 'textarea', 'select', 'terminal-view', 'dialog']);
/** Roles and elements that have a use for arrow keys of their own: they move within, or scroll. */
const ARROWS = new Set(['tab', 'tablist', 'separator', 'radiogroup', 'slider', 'menu', 'toolbar', 'region', 'pre']);

/** Nothing where the key belongs to a text field, a terminal, a dialog or a browser shortcut. */
export function keyAction(press: KeyPress): KeyAction | undefined {
  if (press.defaultPrevented || press.ctrlKey || press.metaKey || press.altKey) return undefined;
  if (press.path.some(({ tag, editable }) => TYPING.has(tag) || editable)) return undefined;
  if (press.key === '?') return 'help';
  if (press.path.some(({ tag, role }) => ARROWS.has(role ?? tag) || ARROWS.has(tag))) return undefined;
  if (press.key === 'ArrowLeft') return 'previous';
  if (press.key === 'ArrowRight') return 'next';
  return undefined;
}

export function keyPress(event: KeyboardEvent): KeyPress {
  const { key, ctrlKey, metaKey, altKey, defaultPrevented } = event;
  const path = event
    .composedPath()
    .filter((target) => target instanceof HTMLElement)
    .map((element) => ({
      tag: element.localName,
      role: element.getAttribute('role'),
      editable: element.isContentEditable,
    }));
  return { key, ctrlKey, metaKey, altKey, defaultPrevented, path };
}
