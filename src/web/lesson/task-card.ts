import { html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { unsafeHTML } from 'lit/directives/unsafe-html.js';
import type { PageTask } from '../../protocol/lesson.ts';
import type { Evidence, TaskState } from '../../protocol/live.ts';
import { clockTime, splitQuoted } from '../model/text.ts';
import { proseStyles } from '../styles/prose.ts';
import { shared } from '../styles/shared.ts';
import { icon } from '../ui/icons.ts';
import { intend } from '../ui/intent.ts';
import { taskCardStyles } from './task-card.styles.ts';

const WORDS = { waiting: 'Waiting', passed: 'Done', failed: 'Not yet', unknown: 'Cannot be told' } as const;

/** A task, how it stands, and while it does not hold: what was expected, what was seen, why it matters, what to try. */
@customElement('task-card')
export class TaskCard extends LitElement {
  @property() step = '';
  @property({ attribute: false }) task!: PageTask;
  /** Shows what was seen, and what to try, only when asked: in an exam. */
  @property({ type: Boolean }) quiet = false;
  /** False before the server has said anything. */
  @property({ type: Boolean }) known = false;
  @property({ attribute: false }) state: TaskState | undefined;
  /** Whether the learner opened or closed the evidence; until then it is open where something went wrong, unless quiet. */
  @state() private opened: boolean | undefined;

  static override styles = [shared, proseStyles, taskCardStyles];

  override render() {
    const { task } = this;
    const now = this.state?.state ?? 'waiting';
    const evidence = now === 'passed' ? undefined : this.state?.evidence;
    const open = this.opened ?? (!this.quiet && (now === 'failed' || now === 'unknown'));
    return html`<div class="card ${now} ${this.known ? '' : 'dim'}">
      <div class="head">
        <span class="state" title=${WORDS[now]}>${icon(now)}<span class="visually-hidden">${WORDS[now]}:</span></span>
        <span class="title">${quoted(task.title)}</span>
        ${this.state?.passedAt ? html`<time>${clockTime(this.state.passedAt)}</time>` : nothing}
        ${
          evidence
            ? html`<button
              class="icon-button"
              aria-expanded=${open}
              aria-label=${open ? 'Hide what was seen' : 'Show what was seen'}
              @click=${() => {
                this.opened = !open;
              }}
            >
              ${icon('down')}
            </button>`
            : nothing
        }
      </div>
      ${evidence && open ? renderEvidence(evidence) : nothing} ${now === 'passed' ? nothing : this.#renderHints()}
    </div>`;
  }

  #renderHints() {
    const hints = this.state?.hints ?? [];
    const left = this.task.hints - hints.length;
    if (hints.length === 0 && left <= 0) return nothing;
    return html`<div class="hints">
      ${
        hints.length > 0
          ? html`<ol class="prose" aria-label="Hints">
            ${hints.map((hint) => html`<li>${unsafeHTML(hint)}</li>`)}
          </ol>`
          : nothing
      }
      ${
        left > 0
          ? html`<button
            class="button quiet"
            @click=${() => intend(this, { type: 'hint', step: this.step, task: this.task.id })}
          >
            ${icon('hint')}${hints.length === 0 ? 'Show a hint' : 'Another hint'}
            <span class="left">${hints.length} of ${this.task.hints}</span>
          </button>`
          : nothing
      }
    </div>`;
  }
}

function renderEvidence(evidence: Evidence) {
  const row = (term: string, text: string | undefined, name: string) =>
    text ? html`<dt>${term}</dt><dd class=${name}>${quoted(text)}</dd>` : nothing;
  return html`<dl>
    ${row('Expected', evidence.expected, 'expected')} ${row('Saw', evidence.saw, 'saw')}
    ${row('Why it matters', evidence.why, 'why')} ${row('Try', evidence.try, 'try')}
  </dl>`;
}

function quoted(text: string) {
  return splitQuoted(text).map((part) => (part.code ? html`<code>${part.text}</code>` : part.text));
}

declare global {
  interface HTMLElementTagNameMap {
    'task-card': TaskCard;
  }
}
