/**
 * An event whose contexts are large, without what is large in it: the text is read past as it comes, not kept and
 * parsed, so that it may be of any length. Stately's client tells contexts whole, and each of them twice.
 */
import { EVENT_CHARS, SKIMMED_CHARS } from '../limits.ts';
import { type Room, SkimmedObject, sizeOf } from './skimmed-object.ts';

/** Objects whose fields are looked at one by one, by their path. */
const OPENED: Readonly<Record<string, Room>> = {
  '': {
    chars: EVENT_CHARS,
    needed: ['type', 'sessionId', 'rootId', 'createdAt', 'definition', 'snapshot', 'event'],
  },
  snapshot: { chars: EVENT_CHARS / 4, needed: ['status', 'value', 'context'] },
  'snapshot.context': { chars: EVENT_CHARS / 8, needed: [] },
  event: { chars: EVENT_CHARS / 8, needed: ['type'] },
};

/** Characters that a definition may take of an event. */
const DEFINITION_SHARE = EVENT_CHARS / 2;
const OF_DEFINITION: Room = { chars: DEFINITION_SHARE, needed: ['id'] };

/** Reads what it is given, and waits for more; at the end it is given nothing. */
type Reading<Result> = Generator<undefined, Result, string | undefined>;

const SPACES = ' \t\r\n';
/** What begins or ends something; and in a text, what is read past in pairs. */
const MARK = /["[\]{},]/g;
const TEXT_MARK = /["\\]/g;
/** An escaped character. */
const ESCAPE_CHARS = 2;
const UNICODE_ESCAPE_CHARS = 6;

export class Skimming {
  #text = '';
  #at = 0;
  /** The whole text, as long as it is short enough to be parsed as it is. */
  #whole = '';
  #length = 0;
  readonly #most: number;
  #result: string | undefined;
  readonly #reading: Reading<void>;

  /** @param path '' for an event, `definition` for the definition in one */
  constructor(path: '' | 'definition' = '') {
    // A definition comes without its context in any case.
    this.#most = path === '' ? EVENT_CHARS : 0;
    this.#reading = this.#read(path);
    this.#reading.next();
  }

  push(text: string): void {
    this.#length += text.length;
    this.#whole = this.#length <= this.#most ? this.#whole + text : '';
    this.#reading.next(text);
  }

  /** @returns the text as it is if it is short enough to be parsed; undefined if nothing makes it so */
  end(): string | undefined {
    this.#reading.next(undefined);
    const text = this.#length <= this.#most ? this.#whole : this.#result;
    return text !== undefined && text.length <= EVENT_CHARS ? text : undefined;
  }

  *#read(path: string): Reading<void> {
    this.#result = yield* this.#object(path);
    // What follows is of no interest.
    while ((yield) !== undefined);
  }

  /** Whether there is anything to be read: at the end of what there is, it waits for more. */
  *#hasMore(): Reading<boolean> {
    while (this.#at >= this.#text.length) {
      const text = yield;
      if (text === undefined) return false;
      this.#text = text;
      this.#at = 0;
    }
    return true;
  }

  /** What comes next, besides spaces. */
  *#sees(char: string): Reading<boolean> {
    while (yield* this.#hasMore()) {
      const next = this.#text[this.#at] ?? '';
      if (!SPACES.includes(next)) return next === char;
      this.#at += 1;
    }
    return false;
  }

  /** The object that begins here, undefined if there is none; what is no JSON is found out when it is parsed. */
  *#object(path: string): Reading<string | undefined> {
    if (!(yield* this.#sees('{'))) return undefined;
    const object = new SkimmedObject(OPENED[path] ?? OF_DEFINITION);
    do {
      this.#at += 1;
      if (!(yield* this.#sees('"'))) break;
      const name = new Kept();
      yield* this.#past(name);
      if (!(yield* this.#sees(':'))) break;
      this.#at += 1;
      const key = name.json.slice(1, -1);
      object.add(key, yield* this.#value(path === '' ? key : `${path}.${key}`, path));
    } while (yield* this.#sees(','));
    this.#at += 1;
    return object.json;
  }

  *#value(inner: string, path: string): Reading<string> {
    if (Object.hasOwn(OPENED, inner) && (yield* this.#sees('{'))) return (yield* this.#object(inner)) ?? '';
    if (inner === 'definition' && (yield* this.#sees('"'))) return yield* this.#definition();
    // Half a definition is none, but the context that a machine begins with is no part of what is drawn.
    const isWhole = path === 'definition' && inner !== 'definition.context';
    const value = new Kept(isWhole ? DEFINITION_SHARE : SKIMMED_CHARS);
    yield* this.#past(value);
    return value.json;
  }

  /** JSON in a text. */
  *#definition(): Reading<string> {
    const inner = new Skimming('definition');
    this.#at += 1;
    yield* this.#pastText((piece) => {
      try {
        inner.push(JSON.parse(`"${piece}"`));
      } catch {}
    });
    return definitionOf(inner.end());
  }

  /** Reads past the value that begins here. */
  *#past(value: Kept): Reading<void> {
    let depth = 0;
    while (yield* this.#hasMore()) {
      const start = this.#at;
      this.#at = indexOf(MARK, this.#text, start);
      const mark = this.#text[this.#at];
      // What belongs to the object around it ends it.
      const isOver = depth === 0 && mark !== undefined && ',]}'.includes(mark);
      if (mark !== undefined && !isOver) this.#at += 1;
      value.add(this.#text.slice(start, this.#at));
      if (isOver) return;
      if (mark === '{' || mark === '[') depth += 1;
      else if (mark === '}' || mark === ']') depth -= 1;
      else if (mark === '"') {
        yield* this.#pastText((piece) => value.add(piece));
        value.add('"');
      } else continue;
      if (depth === 0) return;
    }
  }

  /** To the quote that ends the text which is being read; in pieces that hold whole characters, however they are written. */
  *#pastText(take: (piece: string) => void): Reading<void> {
    let rest = '';
    while (yield* this.#hasMore()) {
      const text = rest + this.#text.slice(this.#at);
      let at = indexOf(TEXT_MARK, text, 0);
      while (text[at] === '\\') {
        const next = at + (text[at + 1] === 'u' ? UNICODE_ESCAPE_CHARS : ESCAPE_CHARS);
        if (next > text.length) break;
        at = indexOf(TEXT_MARK, text, next);
      }
      take(text.slice(0, at));
      const isOver = text[at] === '"';
      this.#at = isOver ? this.#at + at + 1 - rest.length : this.#text.length;
      if (isOver) return;
      rest = text.slice(at);
    }
  }
}

/** @returns the text's length if nothing is found */
function indexOf(mark: RegExp, text: string, from: number): number {
  mark.lastIndex = from;
  return mark.test(text) ? mark.lastIndex - 1 : text.length;
}

/** A value: as it is, or its size if it has more characters than are kept. */
class Kept {
  readonly #most: number;
  #text = '';
  #length = 0;

  constructor(most = SKIMMED_CHARS) {
    this.#most = most;
  }

  add(piece: string): void {
    this.#length += piece.length;
    this.#text = this.#length <= this.#most ? this.#text + piece : '';
  }

  get json(): string {
    return this.#length <= this.#most ? this.#text : sizeOf(this.#length);
  }
}

/** Of a machine that is too large to be drawn at least the name. */
function definitionOf(text: string | undefined): string {
  const json = JSON.stringify(text);
  if (text === undefined || json.length <= DEFINITION_SHARE) return json ?? 'null';
  let id: unknown;
  try {
    id = JSON.parse(text).id;
  } catch {}
  return JSON.stringify(JSON.stringify({ id, states: JSON.parse(sizeOf(text.length)) }));
}
