/** What the inspector's machine hears: its hub, which serves the page, and whoever started it. */

export type HubEvent =
  /** `address` is where a browser finds it. */
  { type: 'hub.listening'; address: string } | { type: 'hub.failed'; reason: string };

/** The process that started the inspector has ended. */
export type OwnerEvent = { type: 'owner.left' };
