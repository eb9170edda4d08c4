/** A bug that somebody could write tomorrow: text that takes the place of other text, and the promise it breaks. */

type Edit = {
  /** From the project's folder. */
  file: string;
  /** Stands exactly once in the file; how it is broken into lines and indented does not matter. */
  find: string;
  put: string;
};

export type Bug = {
  name: string;
  /** What is then no longer true. */
  breaks: string;
  edits: readonly Edit[];
  /** The tests that should see it, those that are done first in front: files, from `tests/`. */
  seenBy: readonly string[];
  /** The simulation, which knows nothing of the parts, sees it too. */
  isSimulated?: true;
};

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Any run of spaces and line ends for another. */
const patternOf = (find: string): RegExp => {
  const words = find.trim().split(/\s+/).map(escaped);
  return new RegExp(words.join('\\s+'), 'g');
};

/**
 * The file's text with the bug in it.
 *
 * @throws if what is to be replaced does not stand there once: the code has moved on, and the bug with it
 */
export const applyEdit = (text: string, { file, find, put }: Edit): string => {
  const places = [...text.matchAll(patternOf(find))];
  if (places.length !== 1) {
    throw new Error(`${file} has ${places.length} times, not once: ${JSON.stringify(find)}`);
  }
  const [{ index, 0: found }] = places as [RegExpMatchArray & { index: number }];
  return text.slice(0, index) + put + text.slice(index + found.length);
};

/** The files that a bug changes, with its text, read by `read`. @throws as `applyEdit` */
export const applyBug = (bug: Bug, read: (file: string) => string): Map<string, string> => {
  const files = new Map<string, string>();
  for (const edit of bug.edits)
    files.set(edit.file, applyEdit(files.get(edit.file) ?? read(edit.file), edit));
  return files;
};
