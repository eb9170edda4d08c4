/**
 * An event whose contexts are large, without what is large in it: the text is read past, not parsed, as its values would
 * take ten times as much time and memory. Stately's client tells contexts whole, and each of them twice.
 */
import { EVENT_CHARS, SKIMMED_CHARS } from '../limits.ts';

/** Objects whose fields are looked at one by one, by their path. */
const OPENED = new Set(['', 'snapshot', 'snapshot.context', 'event']);

/** Characters of a part that is kept; less if there are too many parts. */
const SHARES = [SKIMMED_CHARS, SKIMMED_CHARS / 64, 64];

/** @returns the text as it is if it is short enough to be parsed; undefined if nothing makes it so */
export function skim(text: string): string | undefined {
  if (text.length <= EVENT_CHARS) return text;
  for (const share of SHARES) {
    const short = new Skimming(text, share).object('');
    if (short !== undefined && short.length <= EVENT_CHARS) return short;
  }
  return undefined;
}

/** Half a definition is none, but the context that a machine begins with is no part of what is drawn. */
function definitionIn(json: string): string {
  if (json.length <= DEFINITION_SHARE) return json;
  let text: unknown;
  try {
    text = JSON.parse(json);
  } catch {}
  if (typeof text !== 'string') return 'null';
  const short = JSON.stringify(new Skimming(text, SKIMMED_CHARS).object('definition'));
  return short !== undefined && short.length <= DEFINITION_SHARE ? short : 'null';
}

/** Characters of an event that its definition may take. */
const DEFINITION_SHARE = EVENT_CHARS / 2;

const QUOTE = 34;
const BACKSLASH = 92;
const OPENERS = new Set(['{', '['].map((char) => char.charCodeAt(0)));
const CLOSERS = new Set(['}', ']'].map((char) => char.charCodeAt(0)));

class Skimming {
  readonly #text: string;
  readonly #share: number;
  #at = 0;

  constructor(text: string, share: number) {
    this.#text = text;
    this.#share = share;
  }

  /** The object that begins here, undefined if there is none; what is no JSON is found out when it is parsed. */
  object(path: string): string | undefined {
    if (this.#text[this.#at] !== '{') return undefined;
    const fields: string[] = [];
    while (this.#at < this.#text.length) {
      this.#at += 1;
      if (this.#text[this.#at] !== '"') break;
      const key = this.#past();
      this.#at += 1;
      fields.push(`${key}:${this.#field(path, key.slice(1, -1))}`);
      if (this.#text[this.#at] !== ',') break;
    }
    this.#at += 1;
    return `{${fields.join(',')}}`;
  }

  #field(path: string, key: string): string {
    const inner = path === '' ? key : `${path}.${key}`;
    if (OPENED.has(inner) && this.#text[this.#at] === '{') return this.object(inner) ?? '';
    const value = this.#past();
    if (inner === 'definition') return definitionIn(value);
    const isKept = path === 'definition' && key !== 'context';
    return isKept || value.length <= this.#share ? value : `"‹some ${value.length} characters›"`;
  }

  /** Reads past the value that begins here. */
  #past(): string {
    const start = this.#at;
    let depth = 0;
    for (; this.#at < this.#text.length; this.#at += 1) {
      const char = this.#text.charCodeAt(this.#at);
      if (char === QUOTE) this.#pastText();
      else if (OPENERS.has(char)) depth += 1;
      else if (CLOSERS.has(char)) depth -= 1;
      else if (depth > 0 || this.#text[this.#at] !== ',') continue;
      // It has ended: with its own last character, or before one that is not its own.
      if (depth > 0) continue;
      const isOwn = depth === 0 && this.#text[this.#at] !== ',';
      if (isOwn) this.#at += 1;
      break;
    }
    return this.#text.slice(start, this.#at);
  }

  /** To the quote that ends the text which begins here. */
  #pastText(): void {
    do {
      this.#at = this.#text.indexOf('"', this.#at + 1);
    } while (this.#at !== -1 && this.#isEscaped());
    if (this.#at === -1) this.#at = this.#text.length;
  }

  #isEscaped(): boolean {
    let backslashes = 0;
    while (this.#text.charCodeAt(this.#at - 1 - backslashes) === BACKSLASH) backslashes += 1;
    return backslashes % 2 === 1;
  }
}
