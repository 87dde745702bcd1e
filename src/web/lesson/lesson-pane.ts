import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import type { LessonPage, PageStep } from '../../protocol/lesson.ts';
import { countStep, openSteps, stepState } from '../model/progress.ts';
import { FINISH } from '../model/route.ts';
import type { SessionState } from '../model/session-state.ts';
import { shared } from '../styles/shared.ts';
import { icon } from '../ui/icons.ts';
import { intend } from '../ui/intent.ts';
import { lessonPaneStyles } from './lesson-pane.styles.ts';
import './lesson-finish.ts';
import './lesson-text.ts';
import './step-clock.ts';
import './step-rail.ts';
import './task-card.ts';

/** One step at a time: its text, its tasks, and the way on. */
@customElement('lesson-pane')
export class LessonPane extends LitElement {
  @property({ attribute: false }) page!: LessonPage;
  @property({ attribute: false }) session!: SessionState;
  @property() step = '';

  @query('.scroll') private scroller!: HTMLElement;
  @query('h1') private heading: HTMLElement | undefined;

  static override styles = [shared, lessonPaneStyles];

  override render() {
    const { page, session, step } = this;
    const index = page.steps.findIndex((one) => one.id === step);
    const current = page.steps[index];
    return html`
      <step-rail .page=${page} .tasks=${session.tasks} .step=${step} .namespace=${session.namespace}></step-rail>
      <div class="scroll" tabindex="-1">
        ${
          current
            ? this.#renderStep(current, index)
            : html`<lesson-finish .page=${page} .session=${session}></lesson-finish>`
        }
      </div>
      ${this.#renderWay(current, index)}
    `;
  }

  protected override updated(changed: PropertyValues<this>): void {
    const before = changed.get('step');
    if (!before || !changed.has('step')) return;
    this.scroller.scrollTop = 0;
    // Screen readers go on from the new step's title; sighted readers see no ring around a heading.
    (this.heading ?? this.scroller).focus({ preventScroll: true });
  }

  #renderStep(step: PageStep, index: number) {
    return html`<article aria-labelledby="title">
      <p class="where">Step ${index + 1} of ${this.page.steps.length}</p>
      <h1 id="title" tabindex="-1">${step.title}</h1>
      <step-clock .step=${step} .tasks=${this.session.tasks}></step-clock>
      ${index === 0 ? this.#renderObjectives() : nothing}
      <lesson-text
        .html=${step.html}
        .step=${step.id}
        .predictions=${this.session.predictions}
        .files=${this.session.files}
      ></lesson-text>
      ${step.tasks.length > 0 ? this.#renderTasks(step) : nothing}
    </article>`;
  }

  #renderObjectives() {
    const { objectives } = this.page;
    if (objectives.length === 0) return nothing;
    return html`<section class="objectives" aria-labelledby="objectives">
      <h2 id="objectives">In this lesson you will</h2>
      <ul>
        ${objectives.map((objective) => html`<li>${objective}</li>`)}
      </ul>
    </section>`;
  }

  #renderTasks(step: PageStep) {
    const { passed, total } = countStep(step, this.session.tasks);
    const done = passed === total;
    return html`<section class="tasks" aria-labelledby="tasks">
      <h2 id="tasks">
        ${total === 1 ? 'Your task' : 'Your tasks'}
        <span>${done ? html`${icon('passed')} all done` : `${passed} of ${total} done`}</span>
      </h2>
      <ul>
        ${step.tasks.map(
          (task) => html`<li>
            <task-card
              .step=${step.id}
              .task=${task}
              .quiet=${step.limit !== undefined}
              .known=${this.session.known}
              .state=${this.session.tasks.get(`${step.id}/${task.id}`)}
            ></task-card>
          </li>`,
        )}
      </ul>
    </section>`;
  }

  #renderWay(step: PageStep | undefined, index: number) {
    const { steps } = this.page;
    const before = steps[(step ? index : steps.length) - 1];
    const after = step && steps[index + 1];
    const { tasks } = this.session;
    const done = step !== undefined && stepState(step, tasks) !== 'open' && stepState(step, tasks) !== 'trouble';
    const count = step && countStep(step, tasks);
    const finished = openSteps(this.page, tasks).length === 0;
    return html`<footer>
      ${
        before
          ? html`<button class="button quiet" @click=${() => intend(this, { type: 'go', step: before.id })}>
            ${icon('left')}<span class="direction">Back</span>
          </button>`
          : html`<span></span>`
      }
      ${
        count && count.total > 0 && !done
          ? html`<button class="button quiet count" @click=${this.#toTasks}>
            ${icon('waiting')}${count.passed} of ${count.total} ${count.total === 1 ? 'task' : 'tasks'}
          </button>`
          : html`<span></span>`
      }
      ${
        step
          ? html`<button
            class="button ${done ? 'primary' : ''}"
            @click=${() => intend(this, { type: 'go', step: after?.id ?? FINISH })}
          >
            <span class="next">${after ? after.title : finished ? 'Finish' : 'To the end'}</span>
            <span class="visually-hidden">(next step)</span>${icon('right')}
          </button>`
          : html`<span></span>`
      }
    </footer>`;
  }

  readonly #toTasks = () => {
    this.renderRoot.querySelector('.tasks')?.scrollIntoView({ block: 'start', behavior: 'smooth' });
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'lesson-pane': LessonPane;
  }
}
