/** The menu by which a run, a chart or a link is taken along, and the ways in which a run of a file comes in. */

import { EXAMPLE_MS } from '../../limits.ts';
import type { Moments } from '../../view/moments.ts';
import { byId, setText } from '../dom.ts';
import { toPngFile, toSvgFile } from './picture-file.ts';
import { linesOf } from './run-file.ts';

export type ShareOptions = {
  moments: Moments;
  /** The chart that is shown, and its machine. */
  chart: () => { svg: SVGSVGElement; machine: string } | undefined;
  /** The run is one of a file that was opened here. */
  isFile: () => boolean;
  /** The moment that is shown is of an inspector that was there before. */
  isEarlier: () => boolean;
  /** A file was dropped or chosen, or is on its way. */
  open: (file: Blob | Promise<Blob>, name: string) => void;
};

export function listenToShares({ moments, chart, isFile, isEarlier, open }: ShareOptions): void {
  const menu = byId('share-menu');
  const say = (text: string): void => setText(byId('notice'), text);
  const on = (id: string, act: () => void | Promise<void>): void =>
    byId(id).addEventListener('click', async () => {
      menu.hidePopover();
      try {
        await act();
      } catch (error) {
        say(`That did not work: ${error instanceof Error ? error.message : error}`);
      }
    });
  const ground = (): string => getComputedStyle(byId('canvas')).backgroundColor;

  on('share-link', async () => {
    await navigator.clipboard.writeText(location.href);
    const whom = isFile()
      ? 'this moment where the inspector of this address replays this file'
      : isEarlier()
        ? 'what happens now, as this moment is of an inspector that has ended'
        : 'this moment to whoever reaches this inspector';
    say(`The link is copied: it shows ${whom}`);
  });
  on('share-run', () =>
    download(new Blob([...linesOf(moments)], { type: 'application/x-ndjson' }), 'run.ndjson'),
  );
  on('share-svg', () => {
    const shown = chart();
    if (!shown) return say('There is no chart to be saved: choose an actor that is a machine');
    download(
      new Blob([toSvgFile(shown.svg, ground())], { type: 'image/svg+xml' }),
      `${fileName(shown.machine)}.svg`,
    );
  });
  on('share-png', async () => {
    const shown = chart();
    if (!shown) return say('There is no chart to be saved: choose an actor that is a machine');
    download(await toPngFile(shown.svg, ground()), `${fileName(shown.machine)}.png`);
  });
  on('share-open', () => byId('open-run').click());
  on('watch-example', () => open(loadExample(), 'example.ndjson'));
  byId<HTMLInputElement>('open-run').addEventListener('change', ({ target }) => {
    const [file] = (target as HTMLInputElement).files ?? [];
    if (file) open(file, file.name);
    (target as HTMLInputElement).value = '';
  });
  listenToDrops(open);
}

/** @throws if the run that comes along has not come whole in time */
async function loadExample(): Promise<Blob> {
  const patience = AbortSignal.timeout(EXAMPLE_MS);
  try {
    const answer = await fetch('/example.ndjson', { signal: patience });
    if (!answer.ok) throw new Error(`the inspector answers ${answer.status}`);
    return await answer.blob();
  } catch (error) {
    if (!patience.aborted) throw error;
    throw new Error(`it did not come within ${EXAMPLE_MS / 1000} seconds, try again`);
  }
}

function listenToDrops(open: (file: Blob, name: string) => void): void {
  const hasFile = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;
  const mark = (is: boolean): void => {
    document.body.classList.toggle('dropping', is);
  };
  addEventListener('dragover', (event) => {
    if (!hasFile(event)) return;
    event.preventDefault();
    mark(true);
  });
  addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) mark(false);
  });
  addEventListener('drop', (event) => {
    if (!hasFile(event)) return;
    event.preventDefault();
    mark(false);
    const [file] = event.dataTransfer?.files ?? [];
    if (file) open(file, file.name);
  });
}

/** A machine may be called anything. */
const fileName = (name: string): string => name.replace(/[^\w.-]+/g, '-').slice(0, 60) || 'chart';

function download(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), REVOKE_MS);
}

/** Milliseconds after which a browser has begun to save a file. */
const REVOKE_MS = 60_000;
