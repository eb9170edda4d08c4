/** The page by the keyboard; what the keys do stands in the dialog `#keys`. */
import type { ChartView } from './chart-view.ts';
import { byId } from './dom.ts';
import type { Player } from './player.ts';
import { toggleTheme } from './theme.ts';

export type Keyed = {
  player: Player;
  chart: ChartView;
  /** So many shown events on, or back. */
  step: (rows: number) => void;
  goLive: () => void;
  showTab: (name: string) => void;
};

const TABS: Readonly<Record<string, readonly [tab: string, focus: string]>> = {
  1: ['actors', '#tree'],
  2: ['chart', '#canvas'],
  3: ['events', '#sequence'],
};

const ZOOM = 1.25;
const MANY = 100;

export function listenToKeys({ player, chart, step, goLive, showTab }: Keyed): void {
  const dialog = byId<HTMLDialogElement>('keys');
  byId('help').addEventListener('click', () => dialog.showModal());
  byId('theme').addEventListener('click', toggleTheme);
  const keys: Record<string, (event: KeyboardEvent) => void> = {
    ' ': () => player.toggle(),
    ArrowLeft: ({ shiftKey }) => (shiftKey ? player.goTo(player.at - 1) : step(-1)),
    ArrowRight: ({ shiftKey }) => (shiftKey ? player.goTo(player.at + 1) : step(1)),
    ',': () => step(-1),
    '.': () => step(1),
    '[': () => step(-MANY),
    ']': () => step(MANY),
    Home: () => player.goTo(0),
    End: goLive,
    '+': () => chart.zoom(ZOOM),
    '-': () => chart.zoom(1 / ZOOM),
    0: () => chart.fit(),
    '/': () => byId('filter').focus(),
    f: () => {
      showTab('actors');
      byId('find-actor').focus();
    },
    t: toggleTheme,
    '?': () => dialog.showModal(),
  };
  for (const [key, [tab, focus]] of Object.entries(TABS)) {
    keys[key] = () => {
      showTab(tab);
      document.querySelector<HTMLElement>(focus)?.focus();
    };
  }
  addEventListener('keydown', (event) => {
    const target = event.target as Element;
    if (event.ctrlKey || event.metaKey || event.altKey || dialog.open) return;
    if (target.matches('input, select')) {
      if (event.key === 'Escape') (target as HTMLElement).blur();
      return;
    }
    // A button answers the space bar itself.
    if (event.key === ' ' && target.matches('button, summary')) return;
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act(event);
  });
}
