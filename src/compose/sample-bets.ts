/** Exercise 5's variables for agency N: invented people, always the same ones, a different bet for each agency. */

const FIRST_NAMES = ['Santiago Lionel', 'María José', 'Joaquín', 'Ana', 'Ramón Ángel', 'Lucía', 'Íñigo'];
const LAST_NAMES = [
  'Lorca',
  'Núñez',
  'Zambrano',
  'Agüero',
  'Fernández Paz',
  'Quiroga',
  'Ibáñez',
  'Sosa',
  'Vera',
];

/** The exercise's own example for agency 1; then steps that share no factor with the ranges, so that none repeats. */
const FIRST_DOCUMENT = 30_904_465;
const DOCUMENT_STEP = 1_009;
const FIRST_NUMBER = 2_201;
const NUMBER_STEP = 37;
const FIRST_DAY = Date.UTC(1999, 2, 17);
const DAY_MS = 24 * 60 * 60 * 1000;
const DAY_STEP = 97;
const DAYS = 10_007;

type SampleBet = {
  'first-name': string;
  'last-name': string;
  document: string;
  birthdate: string;
  number: string;
};

/** @param id the agency's number, from 1 */
export function sampleBet(id: number): SampleBet {
  const n = id - 1;
  const birthdate = new Date(FIRST_DAY - ((n * DAY_STEP) % DAYS) * DAY_MS);
  return {
    'first-name': FIRST_NAMES[n % FIRST_NAMES.length] ?? '',
    'last-name': LAST_NAMES[n % LAST_NAMES.length] ?? '',
    document: String(FIRST_DOCUMENT + n * DOCUMENT_STEP),
    birthdate: birthdate.toISOString().slice(0, 10),
    number: String((FIRST_NUMBER + n * NUMBER_STEP) % 10_000),
  };
}
