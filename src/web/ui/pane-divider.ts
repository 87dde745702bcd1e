import { css, html, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';

/** The share the learner dragged to, in percent of the parent's width or height. */
export class DividerEvent extends Event {
  constructor(
    readonly value: number,
    /** False while dragging: worth showing, not worth remembering. */
    readonly final: boolean,
  ) {
    super('divide');
  }
}

/**
 * A window splitter as WAI-ARIA describes it: drag it, or focus it and use the arrow keys, Home, End; double-click or
 * Enter for the middle. `axis` is the direction it moves in.
 */
@customElement('pane-divider')
export class PaneDivider extends LitElement {
  @property({ reflect: true }) axis: 'x' | 'y' = 'x';
  @property({ type: Number }) value = 50;
  @property({ type: Number }) low = 20;
  @property({ type: Number }) high = 80;
  @property() label = '';

  static override styles = css`
    :host {
      position: relative;
      z-index: 3;
      background: var(--line);
      touch-action: none;
    }
    :host([axis='x']) {
      cursor: col-resize;
      width: 1px;
    }
    :host([axis='y']) {
      cursor: row-resize;
      height: 1px;
    }
    div {
      position: absolute;
      inset: -4px;
      border-radius: 4px;
    }
    div::after {
      content: '';
      position: absolute;
      inset: 3px;
      border-radius: 2px;
      background: var(--accent);
      opacity: 0;
      transition: opacity var(--quick);
    }
    div:hover::after,
    div:focus-visible::after,
    div.dragging::after {
      opacity: 1;
    }
    div:focus-visible {
      outline: 2px solid var(--accent);
    }
    @media (pointer: coarse) {
      div {
        inset: -9px;
      }
      div::after {
        inset: 8px;
      }
    }
  `;

  override render() {
    return html`<div
      role="separator"
      tabindex="0"
      aria-label=${this.label}
      aria-orientation=${this.axis === 'x' ? 'vertical' : 'horizontal'}
      aria-valuenow=${Math.round(this.value)}
      aria-valuemin=${this.low}
      aria-valuemax=${this.high}
      @pointerdown=${this.#down}
      @keydown=${this.#key}
      @dblclick=${() => this.#move(50, true)}
    ></div>`;
  }

  readonly #down = (event: PointerEvent) => {
    const handle = event.currentTarget as HTMLElement;
    if (event.button !== 0) return;
    // Directly in a shadow root it has no parent element: the host is what it divides.
    const divided = this.parentElement ?? (this.getRootNode() as ShadowRoot).host;
    const area = divided.getBoundingClientRect();
    event.preventDefault();
    handle.setPointerCapture(event.pointerId);
    handle.classList.add('dragging');
    handle.focus({ preventScroll: true });
    const share = ({ clientX, clientY }: PointerEvent) =>
      100 * (this.axis === 'x' ? (clientX - area.left) / area.width : (clientY - area.top) / area.height);
    const move = (moved: PointerEvent) => this.#move(share(moved), false);
    const end = (ended: PointerEvent) => {
      handle.classList.remove('dragging');
      handle.removeEventListener('pointermove', move);
      handle.removeEventListener('pointerup', end);
      handle.removeEventListener('pointercancel', end);
      this.#move(ended.type === 'pointerup' ? share(ended) : this.value, true);
    };
    handle.addEventListener('pointermove', move);
    handle.addEventListener('pointerup', end);
    handle.addEventListener('pointercancel', end);
  };

  readonly #key = (event: KeyboardEvent) => {
    const step = event.shiftKey ? 10 : 2;
    const [back, forth] = this.axis === 'x' ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown'];
    const target = new Map([
      [back, this.value - step],
      [forth, this.value + step],
      ['Home', this.low],
      ['End', this.high],
      ['Enter', 50],
    ]).get(event.key);
    if (target === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.#move(target, true);
  };

  #move(value: number, final: boolean): void {
    this.value = Math.min(this.high, Math.max(this.low, value));
    this.dispatchEvent(new DividerEvent(this.value, final));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'pane-divider': PaneDivider;
  }
}
