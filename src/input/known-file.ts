/** An open file of bets, and what is known of it: its form from the start, the rest once something is odd. */
import type { Hash } from 'node:crypto';
import type { BetFileEvent } from '../../machines/vocabulary/bet-file.ts';
import { INVALID_ROWS_TOLD } from '../limits.ts';
import { STANDARD_RULES } from '../lottery/rules.ts';
import type { BatchEncoderOptions } from '../protocol/batch-encoder.ts';
import { describeForm, type FileForm } from './form.ts';
import { canonicalForm } from './glance.ts';
import type { InputFile } from './input-file.ts';
import type { Survey } from './survey.ts';

export type KnownFileOptions = Omit<BatchEncoderOptions, 'skip' | 'form' | 'digest'> & {
  /** What takes in the rows of an upload that is to be signed. */
  newDigest?: (() => Hash) | undefined;
};

type Opened = { file: InputFile; path: string };

export type Emit = (event: BetFileEvent) => void;

export class KnownFile {
  readonly file: InputFile;
  readonly path: string;
  readonly options: KnownFileOptions;
  readonly #emit: Emit;
  #form: FileForm | undefined;
  #survey: Promise<Survey> | undefined;
  #told = 0;
  #lastLine = 0;

  private constructor({ file, path }: Opened, options: KnownFileOptions, emit: Emit) {
    this.file = file;
    this.path = path;
    this.options = options;
    this.#emit = emit;
  }

  /**
   * Tells what the file is; if it begins oddly, all of its rows are read for that.
   *
   * @throws {UserError} `DATA_FILE` if it is none that can be read
   */
  static async get(opened: Opened, options: KnownFileOptions, emit: Emit): Promise<KnownFile> {
    const known = new KnownFile(opened, options, emit);
    known.#form = await canonicalForm(opened.file, options.rules ?? STANDARD_RULES);
    if (known.#form) emit({ type: 'file.recognised', form: describeForm(known.#form) });
    else await known.survey();
    return known;
  }

  get form(): FileForm {
    return this.#form!;
  }

  /** What all of it is, if that was asked. */
  get surveyed(): Promise<Survey> | undefined {
    return this.#survey;
  }

  /** Reads all of the file, once, and tells what it found; the form may be another one after that. */
  survey(): Promise<Survey> {
    this.#survey ??= this.#look();
    return this.#survey;
  }

  /** Tells the first of the rows that are no bets, each once, however often the file is read. */
  tellInvalid(line: number, text: string): void {
    if (line <= this.#lastLine || this.#told === INVALID_ROWS_TOLD) return;
    this.#told++;
    this.#lastLine = line;
    this.#emit({ type: 'row.invalid', line, text });
  }

  async #look(): Promise<Survey> {
    const { rules = STANDARD_RULES } = this.options;
    // Few files need this code: it is loaded only for them.
    const { examineOdd } = await import('./survey.ts');
    const { form, ...found } = await examineOdd(this.file, { ...this.options, rules });
    this.#form = form;
    this.#emit({ type: 'file.recognised', form: describeForm(form) });
    for (const { line, text } of found.invalidRows) this.tellInvalid(line, text);
    this.#emit({ type: 'file.surveyed', ...found.tally });
    return found;
  }
}
