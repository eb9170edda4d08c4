/**
 * The inspector's bounds, with their units and the reason for their values. They stand apart from src/limits.ts, which
 * would be half as long again: whoever looks for a bound of the draw has nothing to do with these.
 */

/** Milliseconds that inspection events wait for others, to be sent together: each request takes 1 ms of processor time, and
 * nobody sees a shorter one. */
export const FLUSH_MS = 100;

/** Characters of events that are sent at once, however little time has passed. */
export const BATCH_CHARS = 128 * 1024;

/** Characters of events that may wait in a process for the hub: some 30,000 events. */
export const QUEUE_CHARS = 8 * 1024 * 1024;

/** Milliseconds for the hub to be reached and to answer: a busy machine's hub takes its time. */
export const HUB_MS = 10_000;

/** Milliseconds that a process's end waits for the hub's last answer: a hub of this machine needs five. */
export const END_MS = 300;

/** Milliseconds for a name server to answer where the hub is. */
export const LOOKUP_MS = 2_000;

/** Milliseconds before the hub is tried again, doubled for each further time up to the cap. */
export const RETRY_MS = 250;
export const RETRY_CAP_MS = 4_000;

/** Characters of events that one request carries: a hub that comes back takes a long queue in several. */
export const POST_CHARS = 1024 * 1024;

/** Milliseconds between two times that all living actors are told of: hubs that take turns are no reason for more. */
export const ANNOUNCE_MS = 2_000;

/** Bytes of one request that the hub takes in; processes send far less (POST_CHARS, at most three bytes each). */
export const REQUEST_BYTES = 16 * 1024 * 1024;

/** Bytes of one request, and of all together, that wait to be read; the rest waits in its process. */
export const BODY_BYTES = 1024 * 1024;
export const BODIES_BYTES = 32 * 1024 * 1024;

/** Bytes that a piece of a request takes besides what is in it. */
export const PIECE_BYTES = 256;

/** Milliseconds for a request to arrive whole: as long as a process waits for the hub, and some more. */
export const REQUEST_MS = 30_000;

/** Connections to the hub at once: each process holds one, and each page two or three. */
export const CONNECTIONS = 2_048;

/** Processes that the hub remembers, so that what one sends twice counts once. */
export const SENDERS = 4_096;

/** Processes that speak over one connection, a proxy's perhaps; ours have one each. */
export const SPEAKERS = 64;

/** Characters of one event that is looked at: parsing it takes the hub 10 ms at most. */
export const EVENT_CHARS = 256 * 1024;

/** Bytes of a message of Stately's client that waits until it is whole; of a longer one, as the client tells contexts whole,
 * only what is short is kept as it comes: so many characters of a part of it. */
export const MESSAGE_BYTES = EVENT_CHARS;
export const SKIMMED_CHARS = 16 * 1024;

/** Actors of one client that are remembered, as those that it never told of are told of by the hub. */
export const CLIENT_ACTORS = 10_000;

/** Characters of an id, of a name, and of an event's, a state's or a transition's name: that of what an unnamed actor's
 * end causes holds the names of all states around it twice. */
export const ID_CHARS = 128;
export const NAME_CHARS = 120;
export const WORD_CHARS = 1_024;

/** Bytes in memory of one part of an event (a context, an output, a payload); of more, only the size is told. */
export const PART_BYTES = 64 * 1024;

/** Objects inside objects; real states and contexts have five. */
export const DEPTH = 24;

/** Transitions of one step, and different ones that are counted for one actor: our largest machine has 90. */
export const STEP_TRANSITIONS = 64;
export const COUNTED_TRANSITIONS = 512;

/** Milliseconds by which an event may be ahead of the hub's clock, and older than it, a queue that waited over night
 * included; one that is more happened when it arrived: clocks differ, and its order is that of its arrival then. */
export const AHEAD_MS = 1_000;
export const AGE_MS = 24 * 60 * 60 * 1_000;

/** Milliseconds that the hub holds events back, to put those of all processes into the order of their times: as long as they
 * wait in their process, and for a request. */
export const SETTLE_MS = 180;

/** Milliseconds between two deliveries to the pages: more often than a screen needs is of no use. */
export const DELIVER_MS = 50;

/** Events that can be gone back to: a draw of five agencies with the real data has about 20,000. */
export const HISTORY_EVENTS = 30_000;

/** Events that fall out of the history together, so that it is not moved for each. */
export const HISTORY_SLACK = 1_000;

/** Characters of events that can be gone back to, two bytes each at most. */
export const HISTORY_CHARS = 32 * 1024 * 1024;

/** Characters of a recorded run that can be gone back to: 400,000 events. */
export const REPLAY_CHARS = 160 * 1024 * 1024;

/** Milliseconds by which the lines of a recording may be out of their order: several processes append to one file. */
export const REPLAY_ORDER_MS = 10_000;

/** Bytes of a file in which an event must have been found, or it is no recording. */
export const REPLAY_SEARCH_BYTES = 1024 * 1024;

/** Characters of events that wait for their place in the order; while there are more, no request is read on. */
export const ARRIVED_CHARS = 4 * 1024 * 1024;

/** Milliseconds of one turn in which posted lines are read, and in which events are put in order; then others have
 * theirs. */
export const LINES_TURN_MS = 8;
export const SETTLE_TURN_MS = 15;

/** Bytes in memory of all actors as they are, by an estimate that is rather too high: 25,000 of ours. */
export const PICTURE_BYTES = 64 * 1024 * 1024;

/** Machines whose definitions are kept, and characters of all of them: the largest of ours has 20,000. */
export const DEFINITIONS = 256;
export const DEFINITION_CHARS = 2 * 1024 * 1024;

/** States and transitions of a machine that is drawn: our largest has 40 and 90. */
export const DRAWN_STATES = 500;
export const DRAWN_TRANSITIONS = 2_000;

/** Ways of regions side by side that are thought of together, to find out which transitions a machine took: each takes
 * 60 microseconds of a machine of 240 states. Of more, each region's are weighed by themselves; of what is left then, nothing is said. */
export const INFERRED_WAYS = 64;

/** Milliseconds in which a machine must be laid out, or it is drawn simply: our largest takes a second. And those after which
 * it is drawn simply until then: what lays it out, 1.6 MB, may have to be loaded first, by a machine that does much else. */
export const LAYOUT_MS = 15_000;
export const SIMPLE_MS = 2_000;

/** Milliseconds in which the run that comes along must have come, 0.3 MB: a line that is slower shows no run live either. */
export const EXAMPLE_MS = 15_000;

/** Machines that have ended and are still shown, besides the roots. */
export const ENDED_ACTORS = 300;

/** Characters that wait for a page or a client at most; the rest stays in the history until it has read these. */
export const PAGE_CHARS = 256 * 1024;

/** Milliseconds in which a page takes something of what waits for it; it is cut then, and may come back. */
export const PAGE_MS = 30_000;

/** Pages, bridges and readers of the picture at once, and WebSocket clients. */
export const PAGES = 32;
export const CLIENTS = 16;

/** Bytes of what is asked of the lab, an event with its payload: as much as of one event is looked at. */
export const LAB_ORDER_BYTES = 64 * 1024;

/** Milliseconds for the demo, and the process that it asks, to answer. */
export const LAB_ANSWER_MS = 5_000;

/** Batches whose way is kept, the newest: those of 100 agencies with 20,000 bets each; some 5 MB. */
export const TRACES = 20_000;

/** States of all agencies and connections that are made into spans: 10,000 uploads of twenty. */
export const OTLP_STAYS = 200_000;

/** Events of one span: OpenTelemetry's own bound; further ones are counted. */
export const OTLP_EVENTS_OF_STAY = 128;

/** Spans that one request carries, if no trace has more: some 2 MB, half of what collectors take by default. */
export const OTLP_SPANS_AT_ONCE = 1_000;

/** Milliseconds for a collector to take one request and to answer it, and characters of what it says that are read. */
export const OTLP_MS = 30_000;
export const OTLP_ANSWER_BYTES = 1_024;
