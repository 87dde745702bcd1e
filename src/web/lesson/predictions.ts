import type { PredictionState } from '../../protocol/live.ts';

/** What to show at a prediction: how far it has come, and in which words. */
export interface PredictionView {
  readonly stage: 'open' | 'locked' | 'settled';
  /** Marks per choice. */
  readonly mine: string | undefined;
  readonly cameTrue: string | undefined;
  readonly heading: string;
  readonly text: string;
}

export function predictionView(prediction: PredictionState | undefined): PredictionView {
  const mine = prediction?.choice;
  const settled = prediction?.settled;
  if (settled) {
    const heading =
      mine === undefined
        ? 'What happened:'
        : mine === settled.choice
          ? 'As you predicted:'
          : 'The cluster did something else:';
    return {
      stage: mine === undefined ? 'locked' : 'settled',
      mine,
      cameTrue: settled.choice,
      heading,
      text: settled.observed,
    };
  }
  if (mine === undefined) return { stage: 'open', mine, cameTrue: undefined, heading: '', text: '' };
  return {
    stage: 'locked',
    mine,
    cameTrue: undefined,
    heading: 'Noted.',
    text: 'Now do it and see: the cluster settles it.',
  };
}

/** Brings a `<fieldset class="predict">` of a step's text up to date. */
export function reflectPrediction(fieldset: HTMLFieldSetElement, prediction: PredictionState | undefined): void {
  const view = predictionView(prediction);
  fieldset.classList.toggle('locked', view.stage !== 'open');
  for (const input of fieldset.querySelectorAll<HTMLInputElement>('input[type=radio]')) {
    input.name ||= `predict-${fieldset.dataset.predict}`;
    input.disabled = view.stage !== 'open';
    if (view.mine !== undefined) input.checked = input.value === view.mine;
    const label = input.closest('label');
    if (!label) continue;
    label.classList.toggle('came-true', input.value === view.cameTrue);
    child(label, 'span', 'mark-text').textContent = mark(input.value, view);
  }
  const button = child(fieldset, 'button', 'button primary lock') as HTMLButtonElement;
  button.type = 'button';
  button.dataset.do = 'predict';
  button.textContent = 'This is my prediction';
  button.hidden = view.stage !== 'open';
  button.disabled = !fieldset.querySelector('input:checked');
  const outcome = child(fieldset, 'p', 'outcome');
  outcome.hidden = view.heading === '';
  outcome.replaceChildren(Object.assign(document.createElement('b'), { textContent: view.heading }), ` ${view.text}`);
}

function mark(choice: string, view: PredictionView): string {
  if (choice === view.cameTrue) return choice === view.mine ? 'your prediction, and what happened' : 'what happened';
  return choice === view.mine ? 'your prediction' : '';
}

/** The child with these classes, made where it is not there yet. */
function child(parent: HTMLElement, tag: string, classes: string): HTMLElement {
  const found = parent.querySelector<HTMLElement>(`:scope > .${classes.split(' ').at(-1)}`);
  if (found) return found;
  const made = document.createElement(tag);
  made.className = classes;
  parent.append(made);
  return made;
}
