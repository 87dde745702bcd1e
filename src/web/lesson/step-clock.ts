import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { PageStep } from '../../protocol/lesson.ts';
import type { TaskState } from '../../protocol/live.ts';
import { timingOf, timingWords } from '../model/timing.ts';
import { shared } from '../styles/shared.ts';

/** The time that is left for a step with a limit, or how long it took. Empty for any other step. */
@customElement('step-clock')
export class StepClock extends LitElement {
  @property({ attribute: false }) step!: PageStep;
  @property({ attribute: false }) tasks: ReadonlyMap<string, TaskState> = new Map();

  #timer: number | undefined;

  static override styles = [
    shared,
    css`
      :host {
        display: block;
      }
      p {
        display: inline-block;
        margin: 2px 0 16px;
        padding: 4px 11px;
        border: 1px solid var(--line-strong);
        border-radius: 99px;
        color: var(--text-soft);
        font-size: 13.5px;
        font-variant-numeric: tabular-nums;
      }
      .late {
        border-color: var(--bad-line);
        color: var(--bad);
      }
      .done:not(.late) {
        border-color: var(--good-line);
        background: var(--good-soft);
        color: var(--good);
      }
    `,
  ];

  override render() {
    const timing = timingOf(this.step, this.tasks, Date.now());
    if (!timing) return nothing;
    // Not announced every second: who wants to know the time can read it.
    return html`<p class="${timing.state} ${timing.elapsed > timing.limit ? 'late' : ''}" role="timer" aria-live="off">
      ${timingWords(timing)}
    </p>`;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#timer = window.setInterval(() => {
      if (timingOf(this.step, this.tasks, 0)?.state === 'running') this.requestUpdate();
    }, 1000);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.clearInterval(this.#timer);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'step-clock': StepClock;
  }
}
