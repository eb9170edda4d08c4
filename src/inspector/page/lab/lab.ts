/** The lab: acts on the chosen actor and on the process that it is in. It comes only to the browser that may. */
import type { ActorPicture, Picture } from '../../view/picture.ts';
import { byId, element, setAttribute, setText } from '../dom.ts';
import { payloadIn } from './payload.ts';
import { isRunning, processNamed, startedOf } from './processes.ts';

export type LabOptions = {
  nameOf: (id: string) => string;
  /** Events that an actor takes as it is now. */
  takenBy: (actor: ActorPicture) => readonly string[];
  choose: (id: string) => void;
};

const SIGNALS = ['SIGTERM', 'SIGHUP', 'SIGSTOP', 'SIGCONT'];

export class Lab {
  readonly #options: LabOptions;
  readonly #section: HTMLElement;
  /** The hub tells those that were paused before this page was opened. */
  readonly #paused = new Set((document.body.dataset.lab ?? '').split(' ').map(decodeURIComponent));
  #chosen: ActorPicture | undefined;
  #picture: Picture | undefined;
  /** What is offered, so that a list that is open is not made anew. */
  #offered = '';
  /** A process whose new start is to be looked at. */
  #awaited: { who: string; start: number } | undefined;

  constructor(options: LabOptions) {
    this.#options = options;
    document.head.append(element('link', { rel: 'stylesheet', href: '/lab.css' }));
    this.#section = element('section', { id: 'lab', 'aria-labelledby': 'lab-title' }, ...contents());
    byId('actors').append(this.#section);
    this.#section.addEventListener('click', ({ target }) => {
      const act = (target as Element).closest<HTMLElement>('[data-act]')?.dataset.act;
      if (act !== undefined) void this.#act(act);
    });
    byId('lab-send').addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#act('send');
    });
    // What is typed here is no key of the page's.
    this.#section.addEventListener('keydown', (event) => event.stopPropagation());
  }

  /** How all is by now, whichever moment the page shows. */
  show(picture: Picture, chosen: string | undefined): void {
    this.#picture = picture;
    this.#chosen = chosen === undefined ? undefined : picture.actors.get(chosen);
    if (this.#awaited) this.#lookFor(picture, this.#awaited);
    const actor = this.#chosen;
    const named = processNamed(actor?.id ?? '');
    byId('lab-none').hidden = named !== undefined;
    byId('lab-process').hidden = named === undefined;
    byId('lab-actor').hidden = named === undefined || actor?.machine === undefined;
    if (!actor || !named) return;
    const { who } = named;
    const runs = isRunning(picture, named);
    const lives = runs && actor.status === 'active';
    const isOld = startedOf(picture, who) > named.start;
    setText(byId('lab-who'), who);
    setText(byId('lab-how'), runs ? 'runs' : isOld ? 'was started again' : 'has ended');
    showButton('restart', !runs && !isOld);
    showButton('again', !runs && isOld);
    for (const act of ['kill', 'signal']) showButton(act, runs);
    byId('lab-signal').hidden = !runs;
    const isPaused = this.#paused.has(actor.id);
    setText(byId('lab-name'), this.#options.nameOf(actor.id));
    setText(byId('lab-state'), !lives ? 'has ended' : isPaused ? 'is paused' : '');
    showButton('pause', lives && !isPaused);
    showButton('resume', lives && isPaused);
    showButton('cut', lives && !isPaused && hasConnection(picture, actor));
    byId('lab-send').hidden = !lives;
    this.#offer(lives ? this.#options.takenBy(actor) : []);
  }

  #offer(events: readonly string[]): void {
    const offered = events.join('\n');
    if (offered === this.#offered) return;
    this.#offered = offered;
    byId('lab-events').replaceChildren(...events.map((value) => element('option', { value })));
  }

  async #act(act: string): Promise<void> {
    const actor = this.#chosen;
    const named = processNamed(actor?.id ?? '');
    if (!actor || !named) return;
    const { who, start } = named;
    const name = this.#options.nameOf(actor.id);
    const about = { who, actor: actor.id };
    switch (act) {
      case 'kill':
        await this.#order({ do: 'signal', who, signal: 'SIGKILL' }, `SIGKILL to ${who}`);
        break;
      case 'signal': {
        const signal = byId<HTMLSelectElement>('lab-signal').value;
        await this.#order({ do: act, who, signal }, `${signal} to ${who}`);
        break;
      }
      case 'restart':
        if (await this.#order({ do: act, who }, `${who} is started again`))
          this.#awaited = { who, start: start + 1 };
        break;
      case 'again':
        this.#awaited = { who, start: startedOf(this.#picture, who) };
        break;
      case 'pause':
        if (await this.#order({ do: act, ...about }, `${name} is paused`)) this.#paused.add(actor.id);
        break;
      case 'resume':
        // It may have been resumed by another page, or by its end.
        await this.#order({ do: act, ...about }, `${name} goes on`);
        this.#paused.delete(actor.id);
        break;
      case 'cut':
        await this.#order({ do: act, ...about }, `the connection of ${name} was cut`);
        break;
      case 'send':
        await this.#send(about, name);
    }
    if (this.#picture) this.show(this.#picture, this.#chosen?.id);
  }

  async #send(about: { who: string; actor: string }, name: string): Promise<void> {
    const type = byId<HTMLInputElement>('lab-event').value.trim();
    const payload = payloadIn(byId<HTMLTextAreaElement>('lab-payload').value);
    if (type === '') this.#tell('An event has a type: choose one, or type it', true);
    else if (typeof payload === 'string') this.#tell(payload, true);
    else
      await this.#order({ do: 'send', ...about, event: { ...payload, type } }, `${type} was sent to ${name}`);
  }

  /** @returns whether it was done */
  async #order(order: object, done: string): Promise<boolean> {
    this.#tell('…', false);
    try {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch('/lab/orders', { method: 'POST', headers, body: JSON.stringify(order) });
      const text = (await answer.text()).trim();
      const { refusal }: { refusal?: string } = answer.ok ? JSON.parse(text) : { refusal: text };
      this.#tell(refusal ?? done, refusal !== undefined);
      return refusal === undefined;
    } catch {
      this.#tell('The inspector does not answer', true);
      return false;
    }
  }

  #tell(text: string, isRefusal: boolean): void {
    setText(byId('lab-said'), text);
    setAttribute(byId('lab-said'), 'data-refused', isRefusal ? 'true' : undefined);
  }

  #lookFor({ actors }: Picture, { who, start }: { who: string; start: number }): void {
    for (const { id, parentId } of actors.values()) {
      const named = processNamed(id);
      if (parentId !== undefined || named?.who !== who || named.start !== start) continue;
      this.#awaited = undefined;
      this.#options.choose(id);
      return;
    }
  }
}

const hasConnection = ({ actors }: Picture, { id }: ActorPicture): boolean =>
  [...actors.values()].some(
    ({ parentId, name, status }) => parentId === id && name === 'socket' && status === 'active',
  );

function showButton(act: string, isShown: boolean): void {
  const button = document.querySelector<HTMLElement>(`#lab [data-act="${act}"]`);
  if (button) button.hidden = !isShown;
}

const button = (act: string, text: string, title: string): HTMLElement =>
  element('button', { type: 'button', 'data-act': act, title }, text);

const contents = (): HTMLElement[] => [
  element('h2', { id: 'lab-title' }, 'Lab: this happens to the running demo'),
  element('p', { id: 'lab-none' }, 'Choose an actor to act on it, and on its process.'),
  element(
    'div',
    { id: 'lab-process', role: 'group', 'aria-labelledby': 'lab-who lab-how' },
    element('p', {}, 'Process ', element('b', { id: 'lab-who' }), ' ', element('span', { id: 'lab-how' })),
    button('kill', 'Kill', 'SIGKILL: it has no time for anything'),
    button('restart', 'Start again', 'A proper start, as it was started first'),
    button('again', 'Look at it', 'The one that runs now'),
    element(
      'select',
      { id: 'lab-signal', 'aria-label': 'Signal' },
      ...SIGNALS.map((signal) => element('option', {}, signal)),
    ),
    button('signal', 'Send signal', 'SIGSTOP stops the whole process, SIGCONT lets it go on'),
  ),
  element(
    'div',
    { id: 'lab-actor', role: 'group', 'aria-labelledby': 'lab-name lab-state' },
    element('p', {}, element('b', { id: 'lab-name' }), ' ', element('span', { id: 'lab-state' })),
    button('pause', 'Pause', 'What it is sent waits until it is resumed'),
    button('resume', 'Resume', 'It takes what has waited'),
    button('cut', 'Cut its connection', 'As if the network had done it'),
    element(
      'form',
      { id: 'lab-send' },
      element('input', {
        id: 'lab-event',
        list: 'lab-events',
        placeholder: 'event',
        'aria-label': 'Event to send; those that its state takes are offered',
        autocomplete: 'off',
        spellcheck: 'false',
      }),
      element('datalist', { id: 'lab-events' }),
      element('textarea', {
        id: 'lab-payload',
        rows: 2,
        placeholder: '{ "its": "payload, as JSON" }',
        'aria-label': 'Its payload, as JSON',
        spellcheck: 'false',
      }),
      element('button', { type: 'submit' }, 'Send event'),
    ),
  ),
  element('p', { id: 'lab-said', role: 'status' }),
];
