/** Who may act on a running demo, what it means, and what an event came of. */
import type { Bug } from '../bug.ts';

const LAB = 'src/inspector/hub/lab.ts';
const RUN = 'machines/demo/run.ts';
const SEEN_BY = ['inspector/lab.test.ts'];

export const LAB_BUGS: readonly Bug[] = [
  {
    name: 'ticket-good-twice',
    breaks: 'the address of the lab is good once',
    edits: [{ file: LAB, find: '    this.#ticket = undefined;\n', put: '' }],
    seenBy: SEEN_BY,
  },
  {
    name: 'lab-for-nothing',
    breaks: 'a ticket that was used, or a cookie that nobody has, is not the same as none',
    edits: [{ file: LAB, find: 'return known !== undefined && one.length', put: 'return one.length' }],
    seenBy: ['inspector/lab.test.ts'],
  },
  {
    name: 'lab-for-any-page',
    breaks: 'only the own page of the inspector acts, no other one that the browser has open',
    edits: [{ file: LAB, find: 'if (origin !== ', put: 'if (origin === undefined && host === ' }],
    seenBy: SEEN_BY,
  },
  {
    name: 'lab-for-any-browser',
    breaks: 'only the browser that has opened the address of the lab acts',
    edits: [
      { file: LAB, find: '    if (!this.#isIn(request))\n', put: '    if (!request.headers.cookie)\n' },
    ],
    seenBy: SEEN_BY,
  },
  {
    name: 'lab-for-any-network',
    breaks: 'an inspector by which one may act is for this machine only',
    edits: [
      { file: 'src/commands/inspector.ts', find: '!LOOPBACK.test(host) || allowHost', put: 'allowHost' },
    ],
    seenBy: SEEN_BY,
  },
  {
    name: 'paused-for-ever',
    breaks: 'a machine that is paused hears that it is to stop',
    edits: [
      {
        file: 'src/inspector/probe/obey.ts',
        find: 'for (const actor of [...paused.keys()]) resume(actor);',
        put: 'paused.clear();',
      },
    ],
    seenBy: ['processes/lab.test.ts'],
  },
  {
    name: 'restarted-elsewhere',
    breaks: 'a server that is started again listens where it did',
    edits: [
      { file: RUN, find: 'port: isServer(who) ? ports.get(who) : undefined,', put: 'port: undefined,' },
    ],
    seenBy: ['machines/demo.test.ts'],
  },
  {
    name: 'cause-of-a-queue',
    breaks: 'what an actor sends is caused by what it was taking, not by what it was sent meanwhile',
    edits: [
      {
        file: 'src/inspector/view/causes.ts',
        find: 'const during = taken[next];',
        put: 'const during = this.#told.get(source)?.findLast((one) => one.number < number);',
      },
    ],
    seenBy: ['inspector/causes.test.ts'],
  },
];
