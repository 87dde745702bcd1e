import type { Preferences } from '../model/preferences.ts';

/** What the learner wants, said by the element they touched. It bubbles to app-shell, which alone changes the state. */
export type Intent =
  | { readonly type: 'go'; readonly step: string }
  | { readonly type: 'predict'; readonly id: string; readonly choice: string }
  | { readonly type: 'hint'; readonly step: string; readonly task: string }
  | { readonly type: 'write-file'; readonly step: string; readonly name: string }
  /** `terminal` counts from 1 and is opened when absent; without it, the one in front. */
  | { readonly type: 'run'; readonly step: string; readonly command: string; readonly terminal: number | undefined }
  /** Puts text before the cursor of the terminal in front, for editing. */
  | { readonly type: 'insert'; readonly text: string }
  | { readonly type: 'open-terminal' }
  | { readonly type: 'close-terminal'; readonly terminal: string }
  | { readonly type: 'show-terminal'; readonly terminal: string }
  | { readonly type: 'prefer'; readonly change: Partial<Preferences> }
  /** Which of the views that share a place on a small screen is in front. */
  | { readonly type: 'view'; readonly view: View }
  | { readonly type: 'restart' }
  | { readonly type: 'retry' }
  | { readonly type: 'help' }
  | { readonly type: 'dismiss'; readonly notice: number };

export type View = 'lesson' | 'terminal' | 'cluster';

export class IntentEvent extends Event {
  static readonly type = 'ordinal-intent';

  constructor(readonly intent: Intent) {
    super(IntentEvent.type, { bubbles: true, composed: true });
  }
}

export function intend(from: EventTarget, intent: Intent): void {
  from.dispatchEvent(new IntentEvent(intent));
}

declare global {
  interface HTMLElementEventMap {
    'ordinal-intent': IntentEvent;
  }
}
