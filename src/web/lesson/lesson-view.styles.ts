import { css } from 'lit';

export const lessonViewStyles = css`
  :host {
    display: grid;
    height: 100%;
    min-height: 0;
    grid-template:
      'lesson across terminal' var(--terminalHeight)
      'lesson across down' auto
      'lesson across cluster' minmax(0, 1fr) / var(--lessonWidth) auto minmax(0, 1fr);
  }
  :host([picture-closed]) {
    grid-template-rows: minmax(0, 1fr) auto auto;
  }
  lesson-pane {
    grid-area: lesson;
  }
  terminal-panel {
    grid-area: terminal;
  }
  picture-panel {
    grid-area: cluster;
  }
  lesson-pane,
  terminal-panel,
  picture-panel {
    min-width: 0;
    min-height: 0;
  }
  .lessonWidth {
    grid-area: across;
  }
  .terminalHeight {
    grid-area: down;
  }
  .lessonHeight,
  .views {
    display: none;
  }
  .views {
    background: var(--surface);
    border-top: 1px solid var(--line);
  }
  .views button {
    display: flex;
    align-items: center;
    justify-content: center;
    gap: 7px;
    padding: 0 14px;
    min-height: 36px;
    color: var(--text-muted);
    font-size: 13.5px;
    font-weight: 500;
  }
  .views button:focus-visible {
    outline-offset: -2px;
  }
  .views button[aria-pressed='true'] {
    color: var(--accent);
    box-shadow: inset 0 -2px var(--accent);
  }

  @media (max-width: 999px) {
    :host,
    :host([picture-closed]) {
      grid-template:
        'lesson' var(--lessonHeight)
        'across' auto
        'views' auto
        'work' minmax(0, 1fr) / minmax(0, 1fr);
    }
    .lessonWidth,
    .terminalHeight {
      display: none;
    }
    .lessonHeight {
      display: block;
      grid-area: across;
    }
    .views {
      display: flex;
      grid-area: views;
      border-top: 0;
      border-bottom: 1px solid var(--line);
    }
    .views .lesson {
      display: none;
    }
    :host([view='lesson']) .views .terminal {
      color: var(--accent);
      box-shadow: inset 0 -2px var(--accent);
    }
    terminal-panel,
    picture-panel {
      grid-area: work;
    }
    :host([view='cluster']) terminal-panel,
    :host(:not([view='cluster'])) picture-panel {
      display: none;
    }
  }

  @media (max-width: 639px) {
    :host,
    :host([picture-closed]) {
      grid-template:
        'work' minmax(0, 1fr)
        'views' auto / minmax(0, 1fr);
    }
    .lessonHeight {
      display: none;
    }
    lesson-pane {
      grid-area: work;
    }
    .views {
      border-top: 1px solid var(--line);
      border-bottom: 0;
    }
    .views .lesson {
      display: flex;
    }
    .views button {
      flex: 1;
      min-height: 46px;
    }
    .views button[aria-pressed='true'] {
      box-shadow: inset 0 2px var(--accent);
    }
    :host([view='lesson']) .views .terminal {
      color: var(--text-muted);
      box-shadow: none;
    }
    :host(:not([view='lesson'])) lesson-pane,
    :host(:not([view='terminal'])) terminal-panel,
    :host(:not([view='cluster'])) picture-panel {
      display: none;
    }
  }
`;
