import { css, html, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { LessonPage } from '../../protocol/lesson.ts';
import type { TaskState } from '../../protocol/live.ts';
import { openSteps, type StepState, stepState } from '../model/progress.ts';
import { FINISH } from '../model/route.ts';
import { shared } from '../styles/shared.ts';
import { icon } from '../ui/icons.ts';
import { intend } from '../ui/intent.ts';
import './restart-dialog.ts';

const WORDS: Record<StepState, string> = {
  passed: 'done',
  open: 'not done',
  trouble: 'a task needs a look',
  reading: 'to read',
};

/** The steps as numbers on a line: where one is, what is done, where something is wrong. */
@customElement('step-rail')
export class StepRail extends LitElement {
  @property({ attribute: false }) page!: LessonPage;
  @property({ attribute: false }) tasks: ReadonlyMap<string, TaskState> = new Map();
  @property() step = '';
  @property() namespace = '';

  static override styles = [
    shared,
    css`
      :host {
        display: block;
        border-bottom: 1px solid var(--line);
      }
      nav {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        align-items: center;
        padding-right: 8px;
      }
      ol {
        display: flex;
        align-items: center;
        gap: 0;
        margin: 0;
        padding: 8px 12px;
        list-style: none;
        overflow-x: auto;
        scrollbar-width: none;
      }
      li {
        display: flex;
        align-items: center;
        flex: none;
      }
      li + li::before {
        content: '';
        width: clamp(2px, 1.1cqi, 14px);
        height: 1.5px;
        background: var(--line-strong);
        flex: none;
      }
      li.passed + li::before {
        background: var(--good-fill);
      }
      li button {
        display: grid;
        place-items: center;
        width: 28px;
        height: 28px;
        border: 1.5px solid var(--line-strong);
        border-radius: 50%;
        color: var(--text-muted);
        font-size: 12.5px;
        font-weight: 500;
        font-variant-numeric: tabular-nums;
        flex: none;
        transition:
          background var(--calm),
          border-color var(--calm),
          color var(--calm);
      }
      li button:hover {
        background: var(--hover);
      }
      li.passed button {
        border-color: var(--good-line);
        background: var(--good-soft);
        color: var(--good);
      }
      li.trouble button {
        border-color: var(--bad-fill);
        color: var(--bad);
        border-style: dashed;
      }
      li button[aria-current='step'] {
        border-color: var(--accent);
        background: var(--accent-fill);
        border-style: solid;
        color: var(--on-accent);
      }
      li.finish button {
        border-radius: 9px;
      }
      li svg.icon {
        width: 14px;
        height: 14px;
      }
    `,
  ];

  override render() {
    const finished = openSteps(this.page, this.tasks).length === 0;
    return html`<nav aria-label="Steps">
      <ol>
        ${this.page.steps.map((step, index) => {
          const own = stepState(step, this.tasks);
          const state = own === 'reading' && finished ? 'passed' : own;
          return html`<li class=${state}>
            ${this.#button(
              step.id,
              `Step ${index + 1}: ${step.title} (${WORDS[state]})`,
              state === 'passed' && this.step !== step.id ? icon('check') : html`${index + 1}`,
            )}
          </li>`;
        })}
        <li class="finish ${finished ? 'passed' : ''}">
          ${this.#button(FINISH, finished ? 'The end: lesson finished' : 'The end', icon('flag'))}
        </li>
      </ol>
      <button
        class="icon-button restart"
        title="Start over"
        aria-label="Start this lesson over"
        @click=${() => this.renderRoot.querySelector('restart-dialog')?.show()}
      >
        ${icon('restart')}
      </button>
    </nav>
      <restart-dialog .namespace=${this.namespace}></restart-dialog>`;
  }

  protected override updated(): void {
    this.renderRoot.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  #button(step: string, label: string, content: unknown) {
    return html`<button
      aria-label=${label}
      title=${label}
      aria-current=${this.step === step ? 'step' : 'false'}
      @click=${() => intend(this, { type: 'go', step })}
    >
      ${content}
    </button>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'step-rail': StepRail;
  }
}
