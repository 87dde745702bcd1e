import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import type { LessonPage } from '../../protocol/lesson.ts';
import { countStep, openSteps } from '../model/progress.ts';
import { lessonHref } from '../model/route.ts';
import type { SessionState } from '../model/session-state.ts';
import { shared } from '../styles/shared.ts';
import { icon } from '../ui/icons.ts';
import { intend } from '../ui/intent.ts';
import './restart-dialog.ts';

/** After the last step: what is still open, or what the learner now knows and where to go on. */
@customElement('lesson-finish')
export class LessonFinish extends LitElement {
  @property({ attribute: false }) page!: LessonPage;
  @property({ attribute: false }) session!: SessionState;

  @query('restart-dialog') private dialog!: HTMLElementTagNameMap['restart-dialog'];

  static override styles = [
    shared,
    css`
      :host {
        display: block;
        max-width: 720px;
        margin: 0 auto;
        padding: 40px 32px;
      }
      .seal {
        display: grid;
        place-items: center;
        width: 46px;
        height: 46px;
        border-radius: 50%;
        background: var(--good-fill);
        color: #fff;
        animation: tick 420ms cubic-bezier(0.2, 1.4, 0.4, 1);
      }
      .seal svg {
        width: 24px;
        height: 24px;
      }
      h1 {
        margin: 18px 0 6px;
        font-size: 28px;
        font-weight: 600;
        letter-spacing: -0.028em;
        line-height: 1.2;
      }
      .lead {
        color: var(--text-soft);
      }
      h2 {
        margin: 28px 0 10px;
        font-size: 15px;
        font-weight: 600;
      }
      ul {
        display: grid;
        gap: 8px;
        list-style: none;
        color: var(--text-soft);
      }
      li {
        display: grid;
        grid-template-columns: 18px 1fr auto;
        gap: 10px;
        align-items: baseline;
      }
      li svg.icon {
        color: var(--good);
        translate: 0 3px;
      }
      li button {
        text-align: left;
        color: var(--accent);
        text-decoration: underline;
        text-underline-offset: 0.2em;
      }
      li span {
        color: var(--text-muted);
        font-size: 13px;
      }
      .ways {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
        margin-top: 30px;
      }
      @keyframes tick {
        from {
          scale: 0.4;
          opacity: 0;
        }
      }
    `,
  ];

  override render() {
    const open = openSteps(this.page, this.session.tasks);
    return html`
      ${open.length > 0 && this.session.known ? this.#renderOpen(open) : this.#renderDone()}
      <div class="ways">
        ${
          this.page.next
            ? html`<a class="button ${open.length === 0 ? 'primary' : ''}" href=${lessonHref(this.page.next.id)}>
              Next lesson: ${this.page.next.title} ${icon('right')}
            </a>`
            : nothing
        }
        <a class="button" href="/">All lessons</a>
        <button class="button quiet" @click=${() => this.dialog.show()}>${icon('restart')} Start over</button>
      </div>
      <restart-dialog .namespace=${this.session.namespace}></restart-dialog>
    `;
  }

  #renderDone() {
    return html`<div class="seal">${icon('check')}</div>
      <h1 tabindex="-1">You have finished “${this.page.title}”</h1>
      <p class="lead">Every task held on a cluster you worked on yourself.</p>
      ${
        this.page.objectives.length > 0
          ? html`<h2>You can now</h2>
            <ul>
              ${this.page.objectives.map((objective) => html`<li>${icon('check')}${objective}</li>`)}
            </ul>`
          : nothing
      }`;
  }

  #renderOpen(open: LessonPage['steps']) {
    return html`<h1 tabindex="-1">Almost there</h1>
      <p class="lead">These steps still have something to do:</p>
      <h2 class="visually-hidden">Open steps</h2>
      <ul>
        ${open.map((step) => {
          const { passed, total } = countStep(step, this.session.tasks);
          return html`<li>
            ${icon('waiting')}
            <button @click=${() => intend(this, { type: 'go', step: step.id })}>${step.title}</button>
            <span>${passed} of ${total} ${total === 1 ? 'task' : 'tasks'}</span>
          </li>`;
        })}
      </ul>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lesson-finish': LessonFinish;
  }
}
