/** What the hub serves besides the events. In the bundled program this file is replaced by what it would load. */

export type Asset = {
  type: string;
  /** What is large is read or unpacked when somebody asks for it. */
  body: string | (() => Promise<string>);
  /** The one origin whose pages it shows in a frame. */
  frames?: string;
};

/** By path. */
export type Assets = ReadonlyMap<string, Asset>;

export const loadAssets = async (): Promise<Assets> =>
  new Map(await (await import('../../../tools/inspector-assets.ts')).buildAssets());
