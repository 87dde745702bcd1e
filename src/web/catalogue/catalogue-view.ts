import { html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Catalogue, LessonSummary } from '../../protocol/lesson.ts';
import { duration, lessonState, needs, nextLesson } from '../model/catalogue.ts';
import { lessonHref } from '../model/route.ts';
import { shared } from '../styles/shared.ts';
import { icon } from '../ui/icons.ts';
import { catalogueViewStyles } from './catalogue-view.styles.ts';

/** What Ordinal is, what to do next, and every lesson in order. */
@customElement('catalogue-view')
export class CatalogueView extends LitElement {
  @property({ attribute: false }) catalogue!: Catalogue;

  static override styles = [shared, catalogueViewStyles];

  override render() {
    const { lessons } = this.catalogue;
    const next = nextLesson(this.catalogue);
    const finished = lessons.filter((lesson) => lessonState(lesson) === 'finished').length;
    return html`<div class="page">
      <header>
        <h1>Learn how Kubernetes runs stateful workloads</h1>
        <p>
          A real terminal, the real kubectl and a live cluster beside every lesson. Predict what the cluster will do, do
          it, and see each step tick itself off.
        </p>
      </header>
      ${next ? this.#renderNext(next) : nothing}
      ${
        lessons.length > 1 || !next
          ? html`<section aria-labelledby="all">
            <div class="heading">
              <h2 id="all">Lessons</h2>
              <span>${finished} of ${lessons.length} finished</span>
            </div>
            ${lessons.length === 0 ? html`<p class="none">There are no lessons in this folder yet.</p>` : nothing}
            <ol>
              ${lessons.map((lesson, index) => html`<li>${this.#renderLesson(lesson, index)}</li>`)}
            </ol>
          </section>`
          : nothing
      }
    </div>`;
  }

  #renderNext(lesson: LessonSummary) {
    const begun = lessonState(lesson) === 'started';
    return html`<section class="next" aria-labelledby="next">
      <div>
        <p class="kicker">${begun ? 'Continue where you were' : 'Start here'}</p>
        <h2 id="next">${lesson.title}</h2>
        <p class="summary">${lesson.summary}</p>
        <a class="button primary" href=${lessonHref(lesson.id)}>${begun ? 'Continue' : 'Start the lesson'} ${icon('right')}</a>
        <span class="facts">${this.#facts(lesson)}</span>
      </div>
      ${
        lesson.objectives.length > 0
          ? html`<div class="objectives">
            <h3>You will</h3>
            <ul>
              ${lesson.objectives.map((objective) => html`<li>${objective}</li>`)}
            </ul>
          </div>`
          : nothing
      }
    </section>`;
  }

  #renderLesson(lesson: LessonSummary, index: number) {
    const state = lessonState(lesson);
    const body = html`<span class="number" aria-hidden="true">${index + 1}</span>
      <span class="words">
        <span class="title">${lesson.title}</span>
        <span class="summary">${lesson.summary}</span>
        ${this.#renderHindrance(lesson)}
      </span>
      <span class="meta">${this.#renderProgress(lesson)}<span>${duration(lesson.minutes)}</span></span>`;
    return state === 'locked' || state === 'broken'
      ? html`<div class="lesson ${state}">${body}</div>`
      : html`<a class="lesson ${state}" href=${lessonHref(lesson.id)}>${body}</a>`;
  }

  #renderHindrance(lesson: LessonSummary) {
    switch (lessonState(lesson)) {
      case 'locked':
        return html`<span class="why">
          ${icon('lock')}<span>
            Needs ${needs(lesson.missing)}, which a cluster of the ${this.catalogue.provider.name} provider does not have.
          </span>
        </span>`;
      case 'broken':
        return html`<span class="problems">
          <b>For its author: ${lesson.problems.length === 1 ? 'a problem keeps' : 'problems keep'} this lesson from loading</b>
          ${lesson.problems.map((problem) => html`<code>${problem}</code>`)}
        </span>`;
      default:
        return nothing;
    }
  }

  #renderProgress(lesson: LessonSummary) {
    switch (lessonState(lesson)) {
      case 'finished':
        return html`<span class="done">${icon('passed')} finished</span>`;
      case 'started':
        return html`<span class="steps">
          <span class="pips" aria-hidden="true">
            ${Array.from({ length: lesson.steps }, (_, step) => html`<i class=${step < lesson.stepsPassed ? 'on' : ''}></i>`)}
          </span>
          ${lesson.stepsPassed} of ${lesson.steps} steps
        </span>`;
      default:
        return lesson.steps > 0 ? html`<span>${lesson.steps} steps</span>` : nothing;
    }
  }

  #facts(lesson: LessonSummary): string {
    const steps =
      lesson.stepsPassed > 0 ? `${lesson.stepsPassed} of ${lesson.steps} steps done` : `${lesson.steps} steps`;
    return `${duration(lesson.minutes)} · ${steps}`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'catalogue-view': CatalogueView;
  }
}
