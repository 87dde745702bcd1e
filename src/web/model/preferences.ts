/** What this browser remembers about how the learner likes it. Progress is the server's business. */
export interface Preferences {
  readonly theme: Theme;
  /** Terminal font size in CSS pixels. */
  readonly fontSize: number;
  readonly screenReader: boolean;
  /** Share of the width that the lesson's text takes, and of the height beside it that the terminal takes, in percent. */
  readonly lessonWidth: number;
  readonly terminalHeight: number;
  /** The same where text stands above the terminal. */
  readonly lessonHeight: number;
  readonly pictureOpen: boolean;
  readonly timelineOpen: boolean;
}

export type Theme = 'system' | 'light' | 'dark';

export const FONT_SIZES = { smallest: 10, largest: 26 } as const;

export const defaultPreferences: Preferences = {
  theme: 'system',
  fontSize: 13,
  screenReader: false,
  lessonWidth: 42,
  terminalHeight: 50,
  lessonHeight: 52,
  pictureOpen: true,
  timelineOpen: true,
};

/** The key stands in public/theme.js too, which runs before any module. */
const KEY = 'ordinal.preferences';

/** Anything stored that is not what it should be falls back to its default, field by field. */
export function parsePreferences(stored: string | null): Preferences {
  const values = asRecord(stored);
  const number = (key: keyof Preferences, low: number, high: number): number => {
    const value = values[key];
    return typeof value === 'number' && Number.isFinite(value)
      ? Math.min(high, Math.max(low, value))
      : (defaultPreferences[key] as number);
  };
  const flag = (key: keyof Preferences): boolean => {
    const value = values[key];
    return typeof value === 'boolean' ? value : (defaultPreferences[key] as boolean);
  };
  return {
    theme: values.theme === 'light' || values.theme === 'dark' ? values.theme : 'system',
    fontSize: Math.round(number('fontSize', FONT_SIZES.smallest, FONT_SIZES.largest)),
    screenReader: flag('screenReader'),
    lessonWidth: number('lessonWidth', 20, 80),
    terminalHeight: number('terminalHeight', 15, 85),
    lessonHeight: number('lessonHeight', 20, 80),
    pictureOpen: flag('pictureOpen'),
    timelineOpen: flag('timelineOpen'),
  };
}

/** Private windows and blocked storage throw on access: the page works without. */
export function loadPreferences(storage: () => Pick<Storage, 'getItem'>): Preferences {
  try {
    return parsePreferences(storage().getItem(KEY));
  } catch {
    return defaultPreferences;
  }
}

export function savePreferences(storage: () => Pick<Storage, 'setItem'>, preferences: Preferences): void {
  try {
    storage().setItem(KEY, JSON.stringify(preferences));
  } catch {
    // Nothing is lost but the choice's surviving a reload.
  }
}

function asRecord(text: string | null): Record<string, unknown> {
  if (!text) return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
