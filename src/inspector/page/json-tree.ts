/** A value as a tree that one opens: what is told of a context or an event, with a way to copy it. */
import { element, setText } from './dom.ts';

/** Items of one object that are shown at once; the others when they are asked for. */
const MOST_ITEMS = 100;

const OF_PATH = '\u0000';

export class JsonTree {
  readonly element: HTMLElement;
  readonly #whole: HTMLElement;
  readonly #depth: number;
  /** Paths that the user has opened or closed. */
  readonly #decided = new Map<string, boolean>();
  #value: unknown;
  #isShown = false;

  /** @param depth objects inside objects that are open from the start */
  constructor(label: string, depth = 1) {
    this.#depth = depth;
    this.#whole = element('div', { class: 'json' });
    this.element = element('div', { class: 'json-tree', role: 'group', 'aria-label': label });
    this.element.append(
      copyButton(`Copy ${label} as JSON`, () => this.#value),
      this.#whole,
    );
  }

  show(value: unknown): void {
    if (this.#isShown && value === this.#value) return;
    this.#value = value;
    this.#isShown = true;
    if (isNest(value)) this.#whole.replaceChildren(...this.#items(value, '', 0));
    else this.#whole.replaceChildren(leafOf(value));
  }

  #items(value: object, path: string, depth: number, from = 0): HTMLElement[] {
    const entries = Object.entries(value);
    const shown = entries
      .slice(from, from + MOST_ITEMS)
      .map(([key, item]) => this.#item(key, item, `${path}${OF_PATH}${key}`, depth));
    const more = entries.length - from - MOST_ITEMS;
    if (more <= 0) return shown;
    const button = element('button', { type: 'button' }, `${more} more`);
    button.addEventListener('click', () =>
      button.replaceWith(...this.#items(value, path, depth, from + MOST_ITEMS)),
    );
    return [...shown, button];
  }

  #item(key: string, value: unknown, path: string, depth: number): HTMLElement {
    const name = element('span', { class: 'key' }, key === '' ? '""' : key);
    if (!isNest(value) || isPlainLine(value)) return element('div', { class: 'field' }, name, leafOf(value));
    const inner = element('div', { class: 'inner' });
    const summary = element('summary', {}, name, element('span', { class: 'preview' }, previewOf(value)));
    const nest = element('details', {}, summary, inner);
    const fill = (): void => {
      if (nest.open && inner.childElementCount === 0)
        inner.replaceChildren(...this.#items(value, path, depth + 1));
    };
    nest.open = this.#decided.get(path) ?? (depth < this.#depth && Object.keys(value).length <= 12);
    fill();
    summary.addEventListener('click', () => this.#decided.set(path, !nest.open));
    nest.addEventListener('toggle', fill);
    return nest;
  }
}

/** A button that copies a value as JSON, and says so. */
export function copyButton(name: string, read: () => unknown): HTMLButtonElement {
  const button = element(
    'button',
    { type: 'button', class: 'copy', 'aria-label': name, title: name },
    'Copy',
  );
  button.addEventListener('click', async () => {
    const text = JSON.stringify(read(), null, 2) ?? 'undefined';
    const isCopied = await navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
    setText(button, isCopied ? 'Copied' : 'The browser does not let it');
    setTimeout(() => setText(button, 'Copy'), COPIED_MS);
  });
  return button;
}

/** Milliseconds for which a button says that it has copied. */
const COPIED_MS = 1_500;

const isNest = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** A short list of words or numbers is read as one. */
const isPlainLine = (value: object): boolean =>
  Object.keys(value).length === 0 ||
  (Array.isArray(value) && value.length <= 16 && !value.some((item) => isNest(item)));

const leafOf = (value: unknown): HTMLElement => {
  const kind = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  return element('span', { class: `leaf ${kind}` }, leafText(value));
};

/** JSON as one reads it: a word that needs no quotes has none. */
const leafText = (value: unknown): string => {
  if (typeof value === 'string') return /^[^\s"\\,:{}[\]]+$/.test(value) ? value : JSON.stringify(value);
  return JSON.stringify(value) ?? 'undefined';
};

/** A line of what is inside. */
export function previewOf(value: unknown): string {
  if (!isNest(value)) return leafText(value);
  const text = Array.isArray(value)
    ? `[${value.map((item) => (isNest(item) ? '…' : leafText(item))).join(', ')}]`
    : `{ ${Object.entries(value)
        .map(([key, item]) => `${key}: ${isNest(item) ? '…' : leafText(item)}`)
        .join(', ')} }`;
  return text.length > PREVIEW_CHARS ? `${text.slice(0, PREVIEW_CHARS)}…` : text;
}

const PREVIEW_CHARS = 120;
