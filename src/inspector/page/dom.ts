/** What the page needs of the DOM. Texts are only ever set as text: nothing that a peer sent becomes markup. */
import { straight } from '../view/naming.ts';

type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** Makes an element; an attribute that is false or undefined is left out. */
export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) made.setAttribute(key, value === true ? '' : String(value));
  }
  made.append(...children.map((child) => (typeof child === 'string' ? straight(child) : child)));
  return made;
}

/** The page's own element with this id. */
export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found as T;
}

/** Touches the DOM only where something is new. */
export function setText(target: Element, text: string): void {
  const shown = straight(text);
  if (target.textContent !== shown) target.textContent = shown;
}

export function setAttribute(target: Element, name: string, value: string | undefined): void {
  if (value === undefined) target.removeAttribute(name);
  else if (target.getAttribute(name) !== value) target.setAttribute(name, value);
}

/** By element: what it shows. */
const shown = new WeakMap<Element, readonly unknown[]>();

/** Whether an element shows something else than this already; most rows are what they were in the last frame. */
export function isNew(target: Element, what: readonly unknown[]): boolean {
  const before = shown.get(target);
  if (before && what.every((part, index) => part === before[index])) return false;
  shown.set(target, what);
  return true;
}

/** Makes a list's children as many as there are items, and brings each up to date. */
export function keepChildren<T>(
  list: HTMLElement,
  items: readonly T[],
  make: () => HTMLElement,
  update: (child: HTMLElement, item: T) => void,
): void {
  while (list.children.length > items.length) list.lastElementChild!.remove();
  while (list.children.length < items.length) list.append(make());
  for (const [index, item] of items.entries()) update(list.children[index] as HTMLElement, item);
}
