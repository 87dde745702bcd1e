import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { Preferences } from '../model/preferences.ts';
import type { ClusterState, TerminalTab } from '../model/session-state.ts';
import type { Connection } from '../net/reconnecting-socket.ts';
import { shared } from '../styles/shared.ts';
import { icon } from '../ui/icons.ts';
import { intend } from '../ui/intent.ts';
import { terminalPanelStyles } from './terminal-panel.styles.ts';
import './terminal-keys.ts';
import './terminal-search.ts';
import './terminal-settings.ts';
import './terminal-view.ts';

/** The learner's terminals, as tabs. Those behind keep running and keep their screens. */
@customElement('terminal-panel')
export class TerminalPanel extends LitElement {
  @property({ attribute: false }) tabs: readonly TerminalTab[] = [];
  @property() active = '';
  @property({ attribute: false }) preferences!: Preferences;
  @property({ attribute: false }) connection!: Connection;
  @property({ attribute: false }) cluster: ClusterState | undefined;

  @state() private searching = false;
  /** Arrow keys walk along the tabs, so the focus stays with them. */
  #walking = false;
  @query('terminal-view[active]') private front: HTMLElementTagNameMap['terminal-view'] | null | undefined;

  static override styles = [shared, terminalPanelStyles];

  insert(text: string): void {
    this.front?.paste(text);
  }

  override render() {
    const { preferences } = this;
    return html`
      <header>
        <div class="tabs" role="tablist" aria-label="Terminals" @keydown=${this.#keys}>
          ${repeat(
            this.tabs,
            (tab) => tab.id,
            (tab, index) => this.#renderTab(tab, index),
          )}
        </div>
        <button class="icon-button" title="Another terminal" aria-label="Open another terminal" @click=${() => intend(this, { type: 'open-terminal' })}>
          ${icon('plus')}
        </button>
        <span class="space"></span>
        <button
          class="icon-button"
          title="Search (Ctrl+Shift+F)"
          aria-label="Search in the terminal"
          aria-expanded=${this.searching}
          @click=${() => {
            this.searching = !this.searching;
          }}
        >
          ${icon('search')}
        </button>
        <terminal-settings .preferences=${preferences} @copy-selection=${this.#copy} @paste-clipboard=${this.#paste}></terminal-settings>
      </header>
      ${
        this.searching
          ? html`<terminal-search
            .view=${this.front ?? undefined}
            @close=${() => {
              this.searching = false;
              this.front?.focus();
            }}
          ></terminal-search>`
          : nothing
      }
      <div
        class="screens"
        @search=${() => {
          this.searching = true;
        }}
        @leave=${() => this.renderRoot.querySelector<HTMLElement>('[role=tab][aria-selected=true]')?.focus()}
      >
        ${repeat(
          this.tabs,
          (tab) => tab.id,
          (tab, index) => html`<terminal-view
            id="screen-${tab.id}"
            role="tabpanel"
            aria-label=${this.#label(tab, index)}
            .terminal=${tab.id}
            .label="${this.#label(tab, index)}. Ctrl+Shift+E leaves it."
            ?active=${tab.id === this.active}
            ?hidden=${tab.id !== this.active}
            .active=${tab.id === this.active}
            .fontSize=${preferences.fontSize}
            .screenReader=${preferences.screenReader}
          ></terminal-view>`,
        )}
        ${this.tabs.length === 0 ? this.#renderNone() : nothing}
      </div>
      <terminal-keys @press=${(event: CustomEvent<string>) => this.front?.press(event.detail)}></terminal-keys>
    `;
  }

  protected override updated(changed: PropertyValues<this>): void {
    // Only for those who are here already: a command run from the text must not take the focus away from it.
    if (!changed.get('active') || !this.matches(':focus-within')) return;
    if (this.#walking) this.renderRoot.querySelector<HTMLElement>('[role=tab][aria-selected=true]')?.focus();
    else this.front?.focus();
    this.#walking = false;
  }

  #renderTab(tab: TerminalTab, index: number) {
    const selected = tab.id === this.active;
    return html`<span class="tab ${selected ? 'selected' : ''}">
      <button
        role="tab"
        aria-selected=${selected}
        aria-controls="screen-${tab.id}"
        aria-keyshortcuts="Delete"
        tabindex=${selected ? 0 : -1}
        data-id=${tab.id}
        @click=${() => intend(this, { type: 'show-terminal', terminal: tab.id })}
      >
        <span class="number">${index + 1}</span><span class="name">${tab.title || 'shell'}</span>
      </button>
      ${
        this.tabs.length > 1
          ? // A list of tabs has nothing but tabs in it: for keyboards and screen readers there is the Delete key.
            html`<button
            class="close"
            aria-hidden="true"
            title="Close (Delete)"
            tabindex="-1"
            @click=${() => intend(this, { type: 'close-terminal', terminal: tab.id })}
          >
            ${icon('close')}
          </button>`
          : nothing
      }
    </span>`;
  }

  #renderNone() {
    const words =
      this.cluster?.state === 'failed'
        ? html`<b>The cluster did not start.</b><span>${this.cluster.message ?? ''}</span>`
        : this.cluster?.state === 'starting'
          ? html`<b>The cluster is starting</b><span>${this.cluster.message ?? 'The terminal opens as soon as it is there.'}</span>`
          : this.connection.state === 'open'
            ? html`<span>No terminal is open.</span>
                <button class="button" @click=${() => intend(this, { type: 'open-terminal' })}>Open one</button>`
            : html`<span>Connecting…</span>`;
    return html`<div class="none" role="status">${words}</div>`;
  }

  #label(tab: TerminalTab, index: number): string {
    return `Terminal ${index + 1}${tab.title ? `, ${tab.title}` : ''}`;
  }

  readonly #keys = (event: KeyboardEvent) => {
    if (event.key === 'Delete' && this.tabs.length > 1) {
      intend(this, { type: 'close-terminal', terminal: this.active });
      return;
    }
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const index = this.tabs.findIndex((tab) => tab.id === this.active);
    const next = step && this.tabs[(index + step + this.tabs.length) % this.tabs.length];
    if (!next) return;
    event.preventDefault();
    this.#walking = true;
    intend(this, { type: 'show-terminal', terminal: next.id });
  };

  readonly #copy = () => void navigator.clipboard.writeText(this.front?.selection ?? '');

  readonly #paste = async () => {
    this.front?.paste(await navigator.clipboard.readText());
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'terminal-panel': TerminalPanel;
  }
}
