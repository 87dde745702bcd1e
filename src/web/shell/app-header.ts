import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { LessonPage } from '../../protocol/lesson.ts';
import type { Preferences, Theme } from '../model/preferences.ts';
import { countLesson } from '../model/progress.ts';
import type { SessionState } from '../model/session-state.ts';
import { shared } from '../styles/shared.ts';
import { icon, mark } from '../ui/icons.ts';
import { intend } from '../ui/intent.ts';

const NEXT_THEME: Record<Theme, Theme> = { system: 'light', light: 'dark', dark: 'system' };
const THEME_ICON = { system: 'system', light: 'sun', dark: 'moon' } as const;

/** Where one is, how far one has come, and the few things that concern the whole page. */
@customElement('app-header')
export class AppHeader extends LitElement {
  @property({ attribute: false }) page: LessonPage | undefined;
  @property({ attribute: false }) session: SessionState | undefined;
  @property({ attribute: false }) preferences!: Preferences;

  static override styles = [
    shared,
    css`
      :host {
        display: block;
        background: var(--surface);
        border-bottom: 1px solid var(--line);
      }
      header {
        display: flex;
        align-items: center;
        gap: 10px;
        height: 48px;
        padding: 0 10px 0 14px;
      }
      .brand {
        display: flex;
        align-items: center;
        gap: 9px;
        color: var(--text);
        font-weight: 600;
        letter-spacing: -0.015em;
        text-decoration: none;
        border-radius: var(--radius-small);
      }
      .mark {
        width: 24px;
        height: 24px;
      }
      .slash {
        color: var(--line-strong);
        font-weight: 300;
        font-size: 18px;
      }
      .title {
        min-width: 0;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
        font-weight: 500;
        color: var(--text-soft);
      }
      .space {
        flex: 1;
      }
      .progress {
        display: flex;
        align-items: center;
        gap: 8px;
        margin-right: 6px;
        color: var(--text-muted);
        font-size: 13px;
        font-variant-numeric: tabular-nums;
        white-space: nowrap;
      }
      .bar {
        width: 72px;
        height: 4px;
        border-radius: 2px;
        background: var(--line);
        overflow: hidden;
      }
      .bar i {
        display: block;
        height: 100%;
        border-radius: 2px;
        background: var(--good-fill);
        transform-origin: left;
        transition: transform var(--calm);
      }
      @media (max-width: 560px) {
        .brand span,
        .slash,
        .bar {
          display: none;
        }
        header {
          gap: 6px;
        }
      }
    `,
  ];

  override render() {
    const { theme } = this.preferences;
    const next = NEXT_THEME[theme];
    return html`<header>
      <a class="brand" href="/" aria-label="Ordinal: all lessons">${mark()}<span>Ordinal</span></a>
      ${this.page ? html`<span class="slash" aria-hidden="true">/</span><span class="title">${this.page.title}</span>` : nothing}
      <span class="space"></span>
      ${this.#renderProgress()}
      <button
        class="icon-button"
        title="Theme: ${theme}"
        aria-label="Theme: ${theme}. Switch to ${next}"
        @click=${() => intend(this, { type: 'prefer', change: { theme: next } })}
      >
        ${icon(THEME_ICON[theme])}
      </button>
      <button class="icon-button" title="Help (?)" aria-label="Help and keys" @click=${() => intend(this, { type: 'help' })}>
        ${icon('help')}
      </button>
    </header>`;
  }

  #renderProgress() {
    if (!this.page || !this.session?.known) return nothing;
    const { passed, total } = countLesson(this.page, this.session.tasks);
    return html`<span class="progress" title="Tasks done in this lesson">
      <span class="bar" aria-hidden="true"><i style="transform: scaleX(${total ? passed / total : 0})"></i></span>
      <span>${passed}<span aria-hidden="true">/</span><span class="visually-hidden"> of </span>${total}</span>
      <span class="visually-hidden">tasks done</span>
    </span>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'app-header': AppHeader;
  }
}
