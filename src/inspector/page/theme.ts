/** Light or dark: as the system has it, until the user says otherwise. */

const KEY = 'quiniela-theme';

export function applyTheme(): void {
  const wanted = localStorage.getItem(KEY);
  if (wanted) document.documentElement.dataset.theme = wanted;
}

export function toggleTheme(): void {
  const { dataset } = document.documentElement;
  const isDark = dataset.theme
    ? dataset.theme === 'dark'
    : matchMedia('(prefers-color-scheme: dark)').matches;
  dataset.theme = isDark ? 'light' : 'dark';
  localStorage.setItem(KEY, dataset.theme);
}
