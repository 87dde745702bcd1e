import { html, LitElement, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { Catalogue, LessonPage } from '../../protocol/lesson.ts';
import type { ServerMessage } from '../../protocol/live.ts';
import { announcement } from '../model/announce.ts';
import { keyAction, keyPress } from '../model/keys.ts';
import { loadPreferences, type Preferences, savePreferences } from '../model/preferences.ts';
import { FINISH, lessonHref, parseRoute, type Route } from '../model/route.ts';
import type { SessionState } from '../model/session-state.ts';
import { fetchCatalogue, fetchLesson } from '../net/api.ts';
import { shared } from '../styles/shared.ts';
import type { Intent, IntentEvent, View } from '../ui/intent.ts';
import { appShellStyles } from './app-shell.styles.ts';
import { Resource } from './resource.ts';
import { SessionStore } from './session-store.ts';
import '../catalogue/catalogue-view.ts';
import '../lesson/lesson-view.ts';
import './app-header.ts';
import './help-dialog.ts';
import './message-page.ts';
import './notice-list.ts';
import './status-strip.ts';

/** The one owner of the state: route, preferences, what was fetched, the session. Others show it and say intents. */
@customElement('app-shell')
export class AppShell extends LitElement {
  @state() private route: Route = parseRoute(location.pathname, location.hash);
  @state() private preferences: Preferences = loadPreferences(() => localStorage);
  @state() private view: View = 'lesson';
  @state() private terminal = '';
  @state() private announced = '';

  private readonly catalogue = new Resource<Catalogue>(fetchCatalogue, () => this.requestUpdate());
  private page: Resource<LessonPage> | undefined;
  private session: SessionStore | undefined;

  static override styles = [shared, appShellStyles];

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener('ordinal-intent', (event) => this.#carryOut((event as IntentEvent).intent));
    this.addEventListener('click', this.#followLink);
    addEventListener('popstate', this.#located);
    addEventListener('hashchange', this.#located);
    addEventListener('keydown', this.#key);
    addEventListener('online', () => this.#carryOut({ type: 'retry' }));
    this.#applyTheme();
    this.#enter();
  }

  override render() {
    const catalogue = this.catalogue.value;
    return html`
      <a class="skip" href="#main" @click=${this.#skip}>Skip to the content</a>
      <app-header
        .page=${this.#lessonPage}
        .session=${this.session?.state}
        .preferences=${this.preferences}
      ></app-header>
      <main id="main" tabindex="-1">${this.#renderMain()}</main>
      <status-strip
        .provider=${catalogue?.provider}
        .version=${catalogue?.product.version}
        .session=${this.session?.state}
        .connection=${this.session?.connection}
        .gone=${this.catalogue.current.state === 'gone'}
      ></status-strip>
      <notice-list .notices=${this.session?.state.notices ?? []}></notice-list>
      <help-dialog></help-dialog>
      <div class="visually-hidden" role="status" aria-live="polite">${this.announced}</div>
    `;
  }

  get #lessonPage(): LessonPage | undefined {
    return this.route.view === 'lesson' ? this.page?.value : undefined;
  }

  #renderMain() {
    if (this.session?.connection.state === 'expired') return html`<message-page kind="expired"></message-page>`;
    if (this.route.view === 'unknown') return html`<message-page kind="missing"></message-page>`;
    const resource = this.route.view === 'lesson' ? this.page : this.catalogue;
    const current = resource?.current;
    if (current?.state === 'failed') {
      return html`<message-page .kind=${current.error.reason} .detail=${current.error.message}></message-page>`;
    }
    if (resource?.value === undefined) {
      return html`<message-page .kind=${current?.state === 'gone' ? 'gone' : 'loading'}></message-page>`;
    }
    if (this.route.view === 'catalogue') {
      return html`<catalogue-view .catalogue=${this.catalogue.value}></catalogue-view>`;
    }
    const page = this.page?.value;
    if (!page || !this.session) return nothing;
    return html`<lesson-view
      .page=${page}
      .session=${this.session.state}
      .connection=${this.session.connection}
      .preferences=${this.preferences}
      .step=${this.#step(page)}
      .view=${this.view}
      .terminal=${this.terminal}
    ></lesson-view>`;
  }

  /** The step in the address; without one, where the learner was last; without that, the first. */
  #step(page: LessonPage): string {
    const known = (id: string | undefined) => id === FINISH || page.steps.some((step) => step.id === id);
    const asked = this.route.view === 'lesson' ? this.route.step : undefined;
    const remembered = this.session?.state.step;
    return [asked, remembered].find(known) ?? page.steps[0]?.id ?? FINISH;
  }

  /** Fetches what the route shows, and leaves what it no longer does. */
  #enter(): void {
    const lesson = this.route.view === 'lesson' ? this.route.lesson : undefined;
    if (lesson === this.session?.state.lesson && (lesson || !this.session)) return;
    this.page?.close();
    this.session?.close();
    this.page = this.session = undefined;
    this.terminal = '';
    this.view = 'lesson';
    if (lesson === undefined) {
      document.title = 'Ordinal';
      void this.catalogue.refresh();
      return;
    }
    this.page = new Resource(
      (signal) => fetchLesson(lesson, signal),
      () => this.#pageChanged(),
    );
    this.session = new SessionStore(lesson, (before, message) => this.#sessionChanged(before, message));
  }

  #pageChanged(): void {
    const page = this.#lessonPage;
    if (page) document.title = `${page.title} · Ordinal`;
    this.#tellStep();
    this.requestUpdate();
  }

  #sessionChanged(before: SessionState, message: ServerMessage | undefined): void {
    const { session } = this;
    if (!session) return;
    const page = this.#lessonPage;
    if (message?.type === 'reload') void this.page?.refresh();
    if (message?.type === 'step') this.#show(message.step);
    if (page) {
      this.announced = announcement(page, before, session.state, this.#step(page)) ?? this.announced;
    }
    if (message?.type === 'session') this.#tellStep();
    const ids = session.state.terminals.map((tab) => tab.id);
    if (!ids.includes(this.terminal)) this.terminal = ids.at(-1) ?? '';
    else if (ids.length > before.terminals.length && before.known && message?.type === 'terminals') {
      this.terminal = ids.at(-1) ?? '';
    }
    this.requestUpdate();
  }

  /** A link straight to a step moves the learner there, as far as the server is concerned too. */
  #tellStep(): void {
    const page = this.#lessonPage;
    const step = page && this.#step(page);
    if (!step || step === FINISH || !this.session?.state.known || this.session.state.step === step) return;
    this.session.send({ type: 'step', step });
  }

  #carryOut(intent: Intent): void {
    const { session } = this;
    switch (intent.type) {
      case 'go':
        this.#show(intent.step);
        if (intent.step !== FINISH) session?.send({ type: 'step', step: intent.step });
        break;
      case 'run': {
        const front = (session?.state.terminals.findIndex((tab) => tab.id === this.terminal) ?? -1) + 1;
        const position = intent.terminal ?? Math.max(1, front);
        session?.run(intent.step, intent.command, position);
        this.terminal = session?.state.terminals[position - 1]?.id ?? this.terminal;
        this.view = 'terminal';
        break;
      }
      case 'insert':
        this.view = 'terminal';
        void this.updateComplete.then(() => this.renderRoot.querySelector('lesson-view')?.insert(intent.text));
        break;
      case 'show-terminal':
        this.terminal = intent.terminal;
        break;
      case 'view':
        this.view = intent.view;
        break;
      case 'prefer':
        this.preferences = { ...this.preferences, ...intent.change };
        savePreferences(() => localStorage, this.preferences);
        this.#applyTheme();
        break;
      case 'retry':
        session?.retryNow();
        if (this.catalogue.current.state !== 'ready') void this.catalogue.refresh();
        if (this.page && this.page.current.state !== 'ready') void this.page.refresh();
        break;
      case 'help':
        this.renderRoot.querySelector('help-dialog')?.show();
        break;
      case 'dismiss':
        session?.dismiss(intent.notice);
        break;
      case 'restart':
        session?.send({ type: 'reset' });
        this.#show(this.#lessonPage?.steps[0]?.id ?? '');
        break;
      default:
        session?.send(intent);
    }
  }

  #show(step: string): void {
    if (this.route.view !== 'lesson' || this.route.step === step) return;
    history.pushState(null, '', lessonHref(this.route.lesson, step));
    this.route = { ...this.route, step };
    this.view = 'lesson';
  }

  readonly #located = () => {
    const before = this.route;
    this.route = parseRoute(location.pathname, location.hash);
    this.#enter();
    const { route } = this;
    if (before.view === 'lesson' && route.view === 'lesson' && route.step && route.step !== FINISH) {
      this.session?.send({ type: 'step', step: route.step });
    }
  };

  /** Links within the interface change the view instead of loading the document again. */
  readonly #followLink = (event: MouseEvent) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const link = event.composedPath().find((target) => target instanceof HTMLAnchorElement);
    if (!link || link.target || link.origin !== location.origin || link.pathname.includes('/assets/')) return;
    if (link.pathname === location.pathname && link.hash) return;
    event.preventDefault();
    history.pushState(null, '', link.href);
    this.#located();
  };

  readonly #key = (event: KeyboardEvent) => {
    const action = keyAction(keyPress(event));
    if (action === 'help') this.#carryOut({ type: 'help' });
    const page = this.#lessonPage;
    if (!page || (action !== 'next' && action !== 'previous')) return;
    const steps = [...page.steps.map((step) => step.id), FINISH];
    const target = steps[steps.indexOf(this.#step(page)) + (action === 'next' ? 1 : -1)];
    if (target) this.#carryOut({ type: 'go', step: target });
  };

  readonly #skip = (event: Event) => {
    event.preventDefault();
    this.renderRoot.querySelector('main')?.focus();
  };

  #applyTheme(): void {
    const { theme } = this.preferences;
    document.documentElement.style.colorScheme = theme === 'system' ? '' : theme;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'app-shell': AppShell;
  }
}
