/**
 * Every bound of the system, with its unit and the reason for its value. What a user may need to change
 * is also a configuration key (see src/config); the rest is fixed by the protocol. The inspector, which takes no part in a
 * draw, has its own in src/inspector/limits.ts. Nothing is imported: pages of the inspector load this too.
 */

/** Agencies of a draw, of a fleet and of a compose file, and the highest number of one: all of them have a session at
 * once while they wait for the draw. */
export const MOST_AGENCIES = 10_000;

/** Servers of one draw in a compose file or a demo: each reads all of its log, which a handful of them on one machine can. */
export const MOST_SERVERS = 16;

/** Bytes of a line that an agency sends, with its `\n`: the exercise's 8 kB a batch. */
export const LINE_BYTES = 8_192;

/** Bytes of a line in the TP0 dialect's upload: the original server reads at most this much at a time
 * and decodes each read alone, so a longer line could be cut inside a UTF-8 character and lose it. */
export const TP0_READ_BYTES = 1_024;

/** Bytes of a line that the server sends, with its `\n`: as long as an agency's. */
export const REPLY_LINE_BYTES = 8_192;

/** Documents of one line of winners: 9 bytes each, with the longest word before them, fit REPLY_LINE_BYTES. */
export const WINNERS_OF_A_LINE = 800;

/** Documents of one part of the original's list, which is one line: 12 bytes each, as much as a line of ours. */
export const TP0_WINNERS_OF_A_PART = 600;

/** Bytes of a line of the original's server, which lists all winners in one: 1,000,000 of them. */
export const TP0_REPLY_LINE_BYTES = 16 * 1024 * 1024;

/** Bytes of a first or last name; the longest of the real files has 23. */
export const NAME_BYTES = 64;

/** Bets of a batch by default: the real files' longest 120 stay under 8 kB. */
export const BATCH_BETS = 120;

/** Batches on their way at once by default: enough to hide a round trip and a sync, and to make few and large steps of
 * them (see docs/performance.md). A fleet of many has fewer, but FLEET_WINDOW each, as all of them stay in its memory
 * until they are acknowledged: 128 MB. */
export const BATCH_WINDOW = 32;
export const FLEET_WINDOW = 8;
export const FLEET_BATCHES = 16_384;

/** Milliseconds of silence after which what has no newline is whole (an echo, TP0's `DONE:<agency>` and single bet),
 * and an echo session over: many netcats never end their side, and their users wait. */
export const PAUSE_MS = 200;

/** Milliseconds in which a new connection must say who it is. */
export const IDENTIFY_MS = 2_000;

/** Milliseconds for a TLS handshake once the server has begun it: two round trips, and the peer's processor. */
export const HANDSHAKE_MS = 5_000;

/** TLS handshakes under way, and of one address: all of their second halves may arrive at once, and then take a tenth of a
 * second of the event loop. Others wait for their turn; a single address never has all. */
export const HANDSHAKES = 128;
export const HANDSHAKES_OF_ADDRESS = 64;

/** Calls of one process that shake hands at once: a server begins no more of one address, and on a processor a third as fast
 * each is still over in a second. */
export const CALLS = 64;

/** Days before its end from which a certificate is warned of: authorities that renew do so at a third of 90 days. */
export const EXPIRY_DAYS = 30;

/** Milliseconds in which a line that was begun must end, however its bytes drip. */
export const FRAME_MS = 10_000;

/** Milliseconds without a byte after which a session that owes us something is closed. */
export const IDLE_MS = 60_000;

/** Bytes that may wait to be written to a peer that does not read. */
export const UNWRITTEN_BYTES = 1024 * 1024;

/** Requests of one connection that may wait for the store before its socket is paused; batches that arrived
 * together are one. */
export const CONNECTION_BATCHES = 16;

/** Bytes of all requests that may wait for the store before all sockets are paused. */
export const STORE_QUEUE_BYTES = 64 * 1024 * 1024;

/** Bytes of a file's end that no commit speaks of: a crash leaves one commit's at most, so more of them are no
 * crash's doing. They pass through memory as they are cut off, since a full disk has room for them only then. */
export const TORN_BYTES = STORE_QUEUE_BYTES + 1024 * 1024;

/** Single bets of one draw, and of one agency. The server keeps each id with its row's hash, so that it knows a bet
 * that is said again, and a restart reads each one's line of the journal: both stay small (see docs/performance.md).
 * An agency with more bets has a file. */
export const SINGLE_BETS = 200_000;
export const SINGLE_BETS_OF_AN_AGENCY = 50_000;

/** Entries, one for each agency of each commit, that say where its bets stand in bets.csv: 16 bytes each, 64 MB in
 * all. With commits of a whole window they are those of some 10^9 bets. */
export const PLACES = 4_194_304;

/** Bytes of one commit, and what its answers weigh, a batch's or a single bet's 1: to hash and append the one, or to log
 * and say the other, takes 10 ms. */
export const COMMIT_BYTES = 8 * 1024 * 1024;
export const COMMIT_WEIGHT = 1_024;

/** Bytes of rows of one entry of a cluster's log, and how many facts it has: the engine takes 1 MB with all headers, and
 * only large entries are fast if each is synced on most of its nodes. */
export const ENTRY_BYTES = 512 * 1024;
export const ENTRY_FACTS = 128;

/** Commits of a server that may be on their way to a cluster's log at once, an entry or so each. While some are synced,
 * agencies send what goes into the next; with more of them entries get smaller, and each costs the engine the same. */
export const ENTRIES_AT_ONCE = 3;

/** Bytes of all facts of an entry, as they are written: the longest has some 350. What an agency signed comes on top of
 * that, and then fewer facts go into one entry. */
export const ENTRY_FACTS_BYTES = 60 * 1024;

/** Milliseconds between two looks where a cluster's log ends: if nothing has come by then that should have, reading it
 * has stalled, and is begun again. */
export const LOG_LOOK_MS = 1_000;

/** Milliseconds before an engine that does not answer is asked again, doubled up to the cap: a new leader is elected in
 * 5 to 9 s, and is then found within a second. */
export const LOG_ASK_MS = 50;
export const LOG_ASK_CAP_MS = 1_000;

/** Milliseconds in which an entry that the engine has acknowledged must come back in the log, doubled for each time that
 * it is proposed again: an engine may lose what it acknowledged. */
export const ENTRY_RETURN_MS = 2_000;

/** Connections open at once that are no agency's session. */
export const CONNECTIONS = 10_000;

/** Connections that have not said who they are, besides one for each agency, as all may call at once and from one address:
 * when there are more, the one that has said nothing for longest makes room. */
export const UNIDENTIFIED = 4_096;
export const UNIDENTIFIED_OF_ADDRESS = 2_048;

/** Connections that wait to be greeted, besides one for each agency; the server resets further ones. Greeting takes
 * time: see docs/performance.md. */
export const ARRIVALS = 4_096;

/** Files that a process has open besides its peers' sockets, and in a fleet its agencies' files: some thirty (the event
 * loop's, its log, the draw's, its lock), and what it opens for a moment. */
export const OWN_FILES = 48;

/** Strangers for whom there is room beside the agencies wherever nobody need be told that there is not: those of a probe or
 * two, and of people who try something. */
export const STRANGERS_AT_LEAST = 32;

/** Echo sessions, of which the oldest makes room: a container's health check always finds it. */
export const ECHOES = 256;
export const ECHOES_OF_ADDRESS = 128;

/** Batches of a session that may be rejected: a client that only sends what is not taken has nothing to say. */
export const REJECTIONS = 1_000;

/** Lines that a session logs of its echoes; further ones are counted. */
export const SESSION_LOG_LINES = 1_000;

/** Lines of the log that strangers and refusals cause: so many a second, and a burst of so many (10,000 agencies that come
 * and go log three or four each); further ones are counted. */
export const SPARE_LINES_PER_SECOND = 250;
export const SPARE_LINES_BURST = 40_000;

/** Milliseconds in which a peer for whom there is no room takes in why, and ends; then it is cut. */
export const TURN_AWAY_MS = 500;

/** Milliseconds of silence after which the kernel asks whether a peer that owes nothing is still there; ten
 * questions a second apart without an answer close the connection. */
export const KEEP_ALIVE_MS = 10_000;

/** Milliseconds that a shutdown may take before what is still open is cut; Docker gives 10 s. */
export const SHUTDOWN_MS = 4_000;

/** The same for a server of many: what is said last waits for an engine that elects its leader, which takes up to 8 s. */
export const ENGINE_SHUTDOWN_MS = 9_000;

/** Milliseconds of one turn of the event loop for what agencies have sent; then come the disk's answers and the others. */
export const TURN_MS = 10;

/** The same while connections come in, and in which of those turns strangers with much to say have theirs: the kernel hands
 * over one connection a turn, and the last of 200 that wait there is not to wait for half a second. */
export const KNOCK_TURN_MS = 1;
export const KNOCK_HEAVY_TURNS = 4;

/** Messages that are handled for one peer before the next has its turn: each takes some 50 µs, and an agency's batches
 * that arrive together are one. */
export const TURN_PIECES = 8;

/** Bytes after which a stranger waits with those who have much to say: an echo of the longest line, or a HELLO, is less.
 * Whoever sends without an end has said more before its first turn. */
export const LIGHT_BYTES = LINE_BYTES;

/** The part of the time that strangers have if agencies ask for something in every turn. What they cost besides (their
 * closes, the kernel's work) is as much again, so agencies keep a half. */
export const STRANGERS_SHARE = 0.25;

/** Milliseconds for strangers in one turn, until no agency has asked for CALM_MS: an agency waits for them four times
 * between a batch and its answer. After they had too much they pay for at most DEBT_MS. */
export const CREDIT_MS = 0.5;
export const DEBT_MS = 20;

/** The same after that: no agency has anything to do. */
export const SLICE_MS = 2;
export const CALM_MS = 1_000;

/** Bytes that are read and dropped after a session is over, so that its last line is not lost in a reset: twice what an
 * agency may have on its way. Who sends more is cut. */
export const DISCARDED_BYTES = 1024 * 1024;

/** Milliseconds that a connection is charged if it lived for less than SHORT_LIFE_MS: peers that only come and go pay
 * for it. To take one in and to close it costs 0.2 ms of the processor; if it was an agency's, or has sent what nobody
 * wants, the store or the kernel has had work with it too. */
export const SHORT_LIFE_COST_MS = 0.25;
export const SHORT_SESSION_COST_MS = 1;
export const SHORT_LIFE_MS = 1_000;

/** Batches or echoed lines that arrived together and are handled as one message: an agency's window has 64 at most. */
export const JOINED_MESSAGES = 64;

/** Characters of a value in a log line: a stack trace fits, a peer's 8 kB do not. */
export const LOG_VALUE_CHARS = 2_048;

/** Characters of lines that wait for a log's reader who does not keep up; then lines are lost, and counted. As many as
 * a server logs for 10,000,000 bets. */
export const LOG_QUEUE_CHARS = 16 * 1024 * 1024;

/** Milliseconds between two attempts to write to a log's reader who does not keep up. */
export const LOG_RETRY_MS = 20;

/** Milliseconds that a log's reader has for the waiting lines when the process ends. */
export const LOG_EXIT_MS = 1_000;

/** Milliseconds in which a process whose work is over may end by itself; then something hangs, and is left behind. With
 * SHUTDOWN_MS before it still less than Docker's 10 s, and longer than a name is looked up. */
export const LEAVE_MS = 4_000;

/** Milliseconds between two looks whether only names are still looked up: nobody notices so little. */
export const LEAVE_LOOK_MS = 50;

/** Milliseconds for one connection to close before it is forced; several fit into a shutdown. */
export const CLOSE_MS = 2_000;

/** Milliseconds in which the kernel of a peer that died refuses the winners: a slow round trip. */
export const LINGER_MS = 250;

/** Milliseconds between two looks whether a peer that ended its side has refused what was written to it, and how
 * many are taken: all within LINGER_MS. */
export const REFUSAL_PROBE_MS = 40;
export const REFUSAL_PROBES = 6;

/** Milliseconds before the second attempt to connect, doubled for each further one up to the cap: a restart
 * of the server is noticed within a second or two, and thousands of agencies do not call at once. */
export const BACK_OFF_MS = 100;
export const BACK_OFF_CAP_MS = 5_000;

/** Milliseconds at most that an agency lets another connection of its number be, doubled from BACK_OFF_MS: two that
 * were started with one number cut each other, and log it, every half minute at most. */
export const TAKEOVER_CAP_MS = 30_000;

/** Times in a row that a server may close a TP0 agency's connection before its upload got any further. Its twin, if it
 * has one, gives up at as many, so one of them stays; a server that is started again also refuses calls meanwhile. */
export const TP0_CUTS = 5;

/** Agencies of a fleet that are started at once. */
export const FLEET_GROUP_AGENCIES = 64;

/** Milliseconds between two lines that say for whom the draw waits: as often as an operator looks. */
export const REMIND_MS = 60_000;

/** Agencies that a line of the log names: as many as are read; of further ones it says how many. */
export const AGENCIES_NAMED = 20;

/** Milliseconds between the starts of two groups: 3,000 agencies a second call, as fast as a server greets them. */
export const FLEET_PAUSE_MS = 20;

/** Rows of a file that are no bets, told by line and reason; the others are only counted: a log is to be read. */
export const INVALID_ROWS_TOLD = 20;

/** Bytes of a file that is read at once: settings, certificates, credentials, a receipt, a compose file. The authorities
 * of a whole system, with their texts, have one million; a compose file of 10,000 agencies has some four. */
export const WHOLE_FILE_BYTES = 16 * 1024 * 1024;

/** Bytes of a row that no bet of any form exceeds: two names of NAME_BYTES, each byte a doubled quote, and the rest. */
export const LONGEST_ROW_BYTES = 512;

/** Bytes of a short row, of which lost line ends make one long one: the exercise's have 45, the shortest possible 27. */
export const SHORT_ROW_BYTES = 32;

/** Bytes of a file's beginning by which it is taken for plain: eighty rows. To look at more delays an agency's start
 * (see docs/performance.md), and what is odd later is seen when it comes. */
export const GLANCE_BYTES = 4 * 1024;

/** Bytes of a file's beginning by which the form of an odd one is told: a thousand rows. */
export const HEAD_BYTES = 64 * 1024;

/** Rows of it that are tried in every form. */
export const SAMPLE_ROWS = 200;

/** Rows of a file read in one turn, of those that take a microsecond or more: 5 ms of work at most. */
export const ROWS_AT_ONCE = 1_000;

/** Bytes for reading the files of all agencies of a fleet, which is three chunks each; 341 have whole ones. */
export const FLEET_FILE_BYTES = 256 * 1024 * 1024;

/** Bytes of an agency's file that are read, or made, at once: some 5,000 bets, a millisecond's work. */
export const FILE_CHUNK_BYTES = 256 * 1024;

/** Rows of a file that is made: 5 GB of them. */
export const MOST_BETS = 100_000_000;

/** Milliseconds for the demo's servers to listen, of which only a hang takes more: many that start at once on a slow machine,
 * beside the nodes of their engine, have needed over 30 s. */
export const DEMO_START_MS = 120_000;

/** Milliseconds for all of a demo to leave once the winners are told: a server waits 10 s for agencies that do not
 * come for theirs, and then has its own deadline; and a slow machine's share. */
export const DEMO_LEAVE_MS = 10_000 + ENGINE_SHUTDOWN_MS + 20_000;

/** Milliseconds for a demo to stop in, a little more than the server allows itself. */
export const DEMO_STOP_MS = SHUTDOWN_MS + 2_000;

/** Milliseconds for a page to be there before the demo goes on without it: a browser that has to start needs five. */
export const DEMO_PAGE_MS = 10_000;

/** Milliseconds that the longest upload of a demo takes that is watched, and those between its draw and its winners: a
 * person sees bars grow, the draw wait for the last one, and happen. */
export const WATCHED_UPLOAD_MS = 8_000;
export const WATCHED_ANNOUNCE_MS = 2_000;

/** The same of a lab's longest upload, its wait for a page, and its wait for the last process: who acts needs time, may have
 * to open the page by hand, and may have paused it. */
export const LAB_UPLOAD_MS = 40_000;
export const LAB_PAGE_MS = 60_000;
export const LAB_LEAVE_MS = 60 * 60_000;

/** Milliseconds for a demo's inspector to listen (of the sources a slow machine needs ten seconds, and a busy one several times that:
 * it lays out the charts first), and to end in, before it is killed. */
export const DEMO_INSPECTOR_START_MS = 120_000;
export const DEMO_INSPECTOR_STOP_MS = 2_000;

/** Bytes of memory that an agency's process takes, most of it Node's own. */
export const AGENCY_PROCESS_BYTES = 64 * 1024 * 1024;

/** Days that the development CA of `quiniela certs` is good for: longer than a clone of it is kept. */
export const AUTHORITY_DAYS = 3650;

/** Days that a certificate of `quiniela certs` is good for: a course, or a year of development. */
export const CERTIFICATE_DAYS = 365;

/** Milliseconds that a certificate is good for before it is made: clocks of two machines differ. */
export const CLOCK_SKEW_MS = 60 * 60 * 1000;

/** Bytes of a signature in `DONE`: that of an RSA key of 8,192 bits, twice the largest in use; Ed25519's has 64. */
export const SIGNATURE_BYTES = 1_024;

/** Bytes of a certificate that is kept with a signature: authorities make them of 400 to 2,000, and it must fit a fact of
 * a cluster's log. */
export const CERTIFICATE_BYTES = 16 * 1024;

/** Milliseconds between two attempts to reach the engine, or to open the draw in it: an election takes seconds. */
export const ENGINE_RETRY_MS = 500;

/** Milliseconds in which the engine answers a question; and in which it says that it keeps what was proposed, which is a sync
 * on most nodes. Longer means that a node is gone, and the proposal is made again. */
export const ENGINE_ANSWERS_MS = 3_000;
export const ENGINE_ACK_MS = 5_000;

/** Milliseconds between two questions whether a node is still there, and how many it may leave open: a paused one is given
 * up in 6 s, about as long as an election takes. */
export const ENGINE_PING_MS = 2_000;
export const ENGINE_PINGS_MISSED = 2;

/** Milliseconds in which a node says its first line, unless it waits for a handshake: those that wait for either do so for 50. */
export const ENGINE_SILENCE_MS = 1_000;

/** Milliseconds that an engine's clock may be ahead of ours if it says that what we show is over. */
export const ENGINE_CLOCK_MS = 1_000;

/** Readings in a row that may bring nothing, ENGINE_RETRY_MS apart, of entries that the engine is known to have: the reader of
 * each can be on a node that has just come back, and an election takes seconds. */
export const ENGINE_READS = 20;

/** Milliseconds between two signs of life of a reader's node: two that do not come end the reading. */
export const ENGINE_HEARTBEAT_MS = 1_000;

/** Milliseconds that one request for entries stands at most, and after which the engine forgets a reader that asks for none. */
export const ENGINE_PULL_MS = 10_000;
export const ENGINE_READER_IDLE_MS = 30_000;

/** Milliseconds after which the engine forgets the reader by which a server that starts learns whether it may read: it is asked
 * once, at once. */
export const ENGINE_PROBE_IDLE_MS = 5_000;

/** Bytes of entries that were handed to the engine's client and are not acknowledged: an agency has one entry there. */
export const ENGINE_FLIGHT_BYTES = 16 * 1024 * 1024;

/** Entries that may be on their way to a reader: of the facts only, a few hundred bytes each, and with their rows, 512 kB at
 * most. */
export const ENTRIES_FOLLOWED = 512;
export const ENTRIES_READ = 32;

/** Milliseconds for the connection to the engine to close. */
export const ENGINE_CLOSE_MS = 1_000;

/** Milliseconds for an image of a monitor to come: some 200 MB on a slow line. */
export const IMAGE_PULL_MS = 10 * 60 * 1000;

/** Seconds by which commits are told apart: from a disk that has a battery to one that hangs. */
export const COMMIT_BUCKETS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** Milliseconds between two looks at how late the event loop is: delays that long are seen, and to look takes 2 ms of
 * each second's processor time. */
export const LAG_RESOLUTION_MS = 20;

/** Milliseconds for which the worst delay is remembered at least: as long as between two scrapes by default. */
export const LAG_WINDOW_MS = 15_000;

/** Milliseconds after which METRICS_PORT is answered though the server does not listen yet: a start without a large
 * folder to recover is over by then. */
export const METRICS_LATE_MS = 1_000;

/** Milliseconds for which metrics that were made are said again: to make them takes one, and a flood is answered for
 * less than a hundredth of the time. */
export const METRICS_FRESH_MS = 100;

/** Connections to METRICS_PORT that are open at once, in all and from one address: a handful of scrapers and probes. The
 * oldest makes room. */
export const METRICS_CALLS = 64;
export const METRICS_CALLS_OF_ADDRESS = 48;

/** Connections that wait to be greeted there; further ones are reset. */
export const METRICS_ARRIVALS = 128;

/** Milliseconds that one of them may last: Prometheus' own patience is 10 s. */
export const METRICS_CALL_MS = 5_000;

/** Bytes of a question before its body: a browser's has 1 kB. */
export const METRICS_HEAD_BYTES = 8_192;

/** Milliseconds that an export waits for the engine at a stretch: three elections. */
export const EXPORT_WAIT_MS = 30_000;

/** Milliseconds in which something must go on while `make chaos` waits: the upload, which elections and restarts of servers
 * delay; and the end of servers and agencies, with the announcements after the draw. */
export const CHAOS_STEP_MS = 120_000;
export const CHAOS_DRAW_MS = 300_000;

/** Milliseconds between two looks how far the upload is: each reads the agencies' logs. */
export const CHAOS_LOOK_MS = 500;

/** Milliseconds for the engine of a demo to be ready, which is three seconds on a fast machine and a few elections on a slow
 * one, and between two looks. */
export const DEMO_ENGINE_START_MS = 120_000;
export const DEMO_ENGINE_LOOK_MS = 100;

/** Milliseconds in which one of its nodes answers a look; after which one that its leader still leaves out is started
 * again, as it is counted within one; and after which all are that have no leader: an election takes 9 s, and may fail. */
export const DEMO_ENGINE_ANSWER_MS = 2_000;
export const DEMO_ENGINE_JOIN_MS = 5_000;
export const DEMO_ENGINE_ELECT_MS = 25_000;

/** From which port on, and up to which, a demo takes ports for its nodes: below 32,768, where Linux begins to give ports to
 * outgoing calls, and above those that services are known by. */
export const DEMO_PORTS = [20_000, 32_000] as const;

/** Keys of a configuration file that are said to be unknown, each in a line: another file would fill the log. */
export const UNKNOWN_KEYS_SAID = 20;
