import { css, html, LitElement } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { shared } from '../styles/shared.ts';
import { icon } from '../ui/icons.ts';
import type { TerminalView } from './terminal-view.ts';

/** Finds text in what the terminal in front has shown. Enter goes back in time, Shift+Enter forth, Escape ends it. */
@customElement('terminal-search')
export class TerminalSearch extends LitElement {
  @property({ attribute: false }) view: TerminalView | undefined;
  @state() private found = true;
  @query('input') private input!: HTMLInputElement;

  static override styles = [
    shared,
    css`
      :host {
        display: flex;
        align-items: center;
        gap: 4px;
        padding: 5px 8px;
        border-bottom: 1px solid var(--line);
        background: var(--sunken);
      }
      input {
        flex: 1;
        min-width: 0;
        height: 28px;
        padding: 0 10px;
        border: 1px solid var(--line-strong);
        border-radius: var(--radius-small);
        background: var(--surface);
        color: var(--text);
        font: 13px var(--mono);
      }
      input:focus-visible {
        outline-offset: -1px;
      }
      span {
        color: var(--bad);
        font-size: 13px;
        padding: 0 6px;
      }
    `,
  ];

  override render() {
    return html`<input
        type="search"
        aria-label="Search in the terminal"
        placeholder="Search"
        spellcheck="false"
        autocomplete="off"
        @input=${() => this.#find('previous', true)}
        @keydown=${this.#key}
      />
      <span role="status">${this.found ? '' : 'not found'}</span>
      <button class="icon-button up" aria-label="Earlier" @click=${() => this.#find('previous')}>${icon('down')}</button>
      <button class="icon-button" aria-label="Later" @click=${() => this.#find('next')}>${icon('down')}</button>
      <button class="icon-button" aria-label="End the search" @click=${this.#close}>${icon('close')}</button>`;
  }

  protected override firstUpdated(): void {
    this.renderRoot.querySelector<HTMLElement>('.up svg')?.style.setProperty('rotate', '180deg');
    this.input.focus();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.view?.endFind();
  }

  #find(direction: 'next' | 'previous', incremental = false): void {
    const term = this.input.value;
    const decorations = {
      matchBackground: '#e2b45c',
      matchOverviewRuler: '#e2b45c',
      activeMatchBackground: '#ff9d3c',
      activeMatchColorOverviewRuler: '#ff9d3c',
    };
    this.found = term === '' || (this.view?.find(term, direction, { incremental, decorations }) ?? false);
    if (term === '') this.view?.endFind();
  }

  readonly #key = (event: KeyboardEvent) => {
    if (event.key === 'Escape') this.#close();
    if (event.key === 'Enter') this.#find(event.shiftKey ? 'next' : 'previous');
  };

  readonly #close = () => this.dispatchEvent(new Event('close'));
}

declare global {
  interface HTMLElementTagNameMap {
    'terminal-search': TerminalSearch;
  }
}
