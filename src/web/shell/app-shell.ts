import { html, LitElement, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { Catalogue, LessonPage } from '../../protocol/lesson.ts';
import type { ServerMessage } from '../../protocol/live.ts';
import { announcement } from '../model/announce.ts';
import { keyAction, keyPress } from '../model/keys.ts';
import { loadPreferences, type Preferences, savePreferences } from '../model/preferences.ts';
import { FINISH, lessonHref, parseRoute, type Route } from '../model/route.ts';
import type { SessionState } from '../model/session-state.ts';
import { chooseStep, stepBeside } from '../model/steps.ts';
import { fetchCatalogue, fetchLesson } from '../net/api.ts';
import { shared } from '../styles/shared.ts';
import { icon } from '../ui/icons.ts';
import type { Intent, IntentEvent, View } from '../ui/intent.ts';
import { appShellStyles } from './app-shell.styles.ts';
import { internalHref } from './links.ts';
import { Resource } from './resource.ts';
import { SessionStore } from './session-store.ts';
import '../catalogue/catalogue-view.ts';
import '../lesson/lesson-view.ts';
import './app-header.ts';
import './help-dialog.ts';
import './message-page.ts';
import './notice-list.ts';
import './status-strip.ts';

/** Failed tries before the learner is told at length. */
const AWAY = 4;

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
  private opening = false;

  static override styles = [shared, appShellStyles];

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener('ordinal-intent', (event) => this.#carryOut((event as IntentEvent).intent));
    this.addEventListener('click', this.#followLink);
    addEventListener('popstate', this.#located);
    addEventListener('hashchange', this.#located);
    addEventListener('keydown', this.#key);
    addEventListener('online', () => this.#carryOut({ type: 'retry' }));
    // Coming back to the tab is a good moment, after sleep or after opening a fresh link in another one.
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden) this.#carryOut({ type: 'retry' });
    });
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
      ${this.#renderAway()}
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

  /** Said over what stays on screen, once it has lasted longer than a restart does. */
  #renderAway() {
    const connection = this.session?.connection;
    if (connection?.state !== 'waiting' || connection.attempt < AWAY) return nothing;
    return html`<p class="away" role="status">
      ${icon('offline')}<span>The server does not answer. If you stopped it, run <code>npm start</code> again: this page
      comes back by itself, and nothing is lost.</span>
      <button class="button" @click=${() => this.#carryOut({ type: 'retry' })}>Try now</button>
    </p>`;
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
    const asked = this.route.view === 'lesson' ? this.route.step : undefined;
    return chooseStep(page, asked, this.session?.state.step);
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
    if (message?.type === 'front') this.terminal = message.terminal;
    this.#chooseTerminal(session.state, before);
    this.requestUpdate();
  }

  /** A terminal opened from here comes to the front; one opened in another tab of the browser does not. */
  #chooseTerminal({ terminals }: SessionState, before: SessionState): void {
    const newest = terminals.at(-1)?.id ?? '';
    if (!terminals.some((tab) => tab.id === this.terminal)) this.terminal = newest;
    if (!this.opening || terminals.length <= before.terminals.length) return;
    this.opening = false;
    this.terminal = newest;
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
        const tab = session?.state.terminals[position - 1];
        if (tab) this.terminal = tab.id;
        else this.opening = true;
        session?.run(intent.step, intent.command, position, intent.terminal === undefined);
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
      case 'open-terminal':
        this.opening = true;
        session?.send(intent);
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

  readonly #followLink = (event: MouseEvent) => {
    const href = internalHref(event);
    if (href === undefined) return;
    event.preventDefault();
    history.pushState(null, '', href);
    this.#located();
    // The link that had the focus is gone with its view.
    this.renderRoot.querySelector('main')?.focus();
  };

  readonly #key = (event: KeyboardEvent) => {
    const action = keyAction(keyPress(event));
    if (action === 'help') this.#carryOut({ type: 'help' });
    const page = this.#lessonPage;
    if (!page || (action !== 'next' && action !== 'previous')) return;
    const target = stepBeside(page, this.#step(page), action);
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
