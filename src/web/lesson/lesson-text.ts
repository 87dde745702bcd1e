import { html, LitElement, type PropertyValues } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import type { PredictionState } from '../../protocol/live.ts';
import { proseStyles } from '../styles/prose.ts';
import { shared } from '../styles/shared.ts';
import { intend } from '../ui/intent.ts';
import { acknowledge, decorate } from './decorate.ts';
import { lessonTextStyles } from './lesson-text.styles.ts';
import { reflectPrediction } from './predictions.ts';

/** A step's text as the server rendered it, with what can be done about its commands, files and predictions. */
@customElement('lesson-text')
export class LessonText extends LitElement {
  @property({ attribute: false }) html = '';
  @property() step = '';
  @property({ attribute: false }) predictions: ReadonlyMap<string, PredictionState> = new Map();
  @property({ attribute: false }) files: ReadonlyMap<string, { readonly existed: boolean }> = new Map();

  @query('.prose') private text!: HTMLElement;

  static override styles = [shared, proseStyles, lessonTextStyles];

  override render() {
    return html`<div class="prose" @click=${this.#click} @change=${() => this.#reflect()}></div>`;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('html')) {
      this.text.innerHTML = this.html;
      decorate(this.text);
    }
    this.#reflect();
  }

  #reflect(): void {
    for (const fieldset of this.text.querySelectorAll<HTMLFieldSetElement>('fieldset.predict')) {
      reflectPrediction(fieldset, this.predictions.get(fieldset.dataset.predict ?? ''));
    }
    for (const figure of this.text.querySelectorAll<HTMLElement>('figure.file')) {
      const words = figure.querySelector('[data-do=write] span');
      if (words) words.textContent = this.files.has(figure.dataset.file ?? '') ? 'Write again' : 'Write file';
    }
  }

  readonly #click = async (event: MouseEvent) => {
    const button = (event.target as Element).closest<HTMLElement>('[data-do]');
    if (!button) return;
    const block = button.closest<HTMLElement>('figure, fieldset');
    if (!block) return;
    const { command, file = '', predict = '', terminal } = block.dataset;
    const { step } = this;
    switch (button.dataset.do) {
      case 'run':
        intend(this, { type: 'run', step, command: command ?? '', terminal: terminal ? Number(terminal) : undefined });
        break;
      case 'insert':
        intend(this, { type: 'insert', text: command ?? '' });
        break;
      case 'write':
        intend(this, { type: 'write-file', step, name: file });
        break;
      case 'copy':
        await navigator.clipboard.writeText(command ?? block.querySelector('pre')?.textContent ?? '');
        break;
      case 'unfold':
        block.classList.remove('folded');
        button.remove();
        return;
      case 'predict': {
        const choice = block.querySelector<HTMLInputElement>('input:checked')?.value;
        if (choice !== undefined) intend(this, { type: 'predict', id: predict, choice });
        return;
      }
    }
    acknowledge(button);
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'lesson-text': LessonText;
  }
}
