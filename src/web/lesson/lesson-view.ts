import { html, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { LessonPage } from '../../protocol/lesson.ts';
import type { Preferences } from '../model/preferences.ts';
import type { SessionState } from '../model/session-state.ts';
import type { Connection } from '../net/reconnecting-socket.ts';
import { shared } from '../styles/shared.ts';
import { type IconName, icon } from '../ui/icons.ts';
import { intend, type View } from '../ui/intent.ts';
import type { DividerEvent } from '../ui/pane-divider.ts';
import { lessonViewStyles } from './lesson-view.styles.ts';
import '../picture/picture-panel.ts';
import '../terminal/terminal-panel.ts';
import '../ui/pane-divider.ts';
import './lesson-pane.ts';

type Share = 'lessonWidth' | 'lessonHeight' | 'terminalHeight';

const VIEWS: readonly { readonly view: View; readonly label: string; readonly icon: IconName }[] = [
  { view: 'lesson', label: 'Lesson', icon: 'book' },
  { view: 'terminal', label: 'Terminal', icon: 'terminal' },
  { view: 'cluster', label: 'Cluster', icon: 'cluster' },
];

/**
 * Text, terminal and picture: side by side where there is room, text above where there is less, one at a time on a
 * phone. All three always exist, so that changing between them loses nothing.
 */
@customElement('lesson-view')
export class LessonView extends LitElement {
  @property({ attribute: false }) page!: LessonPage;
  @property({ attribute: false }) session!: SessionState;
  @property({ attribute: false }) connection!: Connection;
  @property({ attribute: false }) preferences!: Preferences;
  @property() step = '';
  @property({ reflect: true }) view: View = 'lesson';
  @property() terminal = '';

  static override styles = [shared, lessonViewStyles];

  /** Puts text into the terminal in front. */
  insert(text: string): void {
    this.renderRoot.querySelector('terminal-panel')?.insert(text);
  }

  protected override willUpdate(): void {
    const { lessonWidth, lessonHeight, terminalHeight, pictureOpen } = this.preferences;
    this.#setShares({ lessonWidth, lessonHeight, terminalHeight });
    this.toggleAttribute('picture-closed', !pictureOpen);
  }

  override render() {
    const { page, session, preferences, connection } = this;
    return html`
      <lesson-pane .page=${page} .session=${session} .step=${this.step}></lesson-pane>
      ${this.#divider('lessonWidth', 'x', 'Width of the lesson')}
      ${this.#divider('lessonHeight', 'y', 'Height of the lesson')}
      <nav class="views" aria-label="Views">
        ${VIEWS.map(
          ({ view, label, icon: name }) => html`<button
            class=${view}
            aria-pressed=${this.view === view}
            @click=${() => intend(this, { type: 'view', view })}
          >
            ${icon(name)}<span>${label}</span>
          </button>`,
        )}
      </nav>
      <terminal-panel
        .tabs=${session.terminals}
        .active=${this.terminal}
        .preferences=${preferences}
        .connection=${connection}
        .cluster=${session.cluster}
      ></terminal-panel>
      ${this.#divider('terminalHeight', 'y', 'Height of the terminal')}
      <picture-panel
        .objects=${session.objects}
        .namespace=${session.namespace}
        .timeline=${session.timeline}
        .cluster=${session.cluster}
        .preferences=${preferences}
      ></picture-panel>
    `;
  }

  #divider(share: Share, axis: 'x' | 'y', label: string) {
    return html`<pane-divider
      class=${share}
      axis=${axis}
      label=${label}
      .value=${this.preferences[share]}
      .low=${share === 'terminalHeight' ? 15 : 20}
      .high=${share === 'terminalHeight' ? 85 : 80}
      @divide=${(event: DividerEvent) => {
        this.#setShares({ [share]: event.value });
        if (event.final) intend(this, { type: 'prefer', change: { [share]: event.value } });
      }}
    ></pane-divider>`;
  }

  #setShares(shares: Partial<Record<Share, number>>): void {
    for (const [share, value] of Object.entries(shares)) this.style.setProperty(`--${share}`, `${value}%`);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lesson-view': LessonView;
  }
}
