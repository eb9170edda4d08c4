/** An inspector as a real process, and a real browser to look at its page. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { type Browser, chromium, type Page } from 'playwright-core';
import type { InspectorEvent } from '../../src/inspector/view/events.ts';
import {
  type ActorPicture,
  apply,
  emptyPicture,
  fromData,
  type Picture,
} from '../../src/inspector/view/picture.ts';
import { Program } from '../support/program.ts';

export const CHROMIUM = '/usr/bin/chromium';

/** Why tests that need a browser are skipped, or false where they are not. */
export const withoutBrowser: string | false = existsSync(CHROMIUM) ? false : `there is no ${CHROMIUM}`;

/** Milliseconds for a page to show something on a machine that does a lot besides. */
export const PAGE_MS = 60_000;

export type RunningInspector = { program: Program; url: string };

export async function startInspector(
  t: TestContext,
  options: { port?: number; args?: string[] } = {},
): Promise<RunningInspector> {
  const program = new Program(['inspector', '--port', `${options.port ?? 0}`, ...(options.args ?? [])]);
  t.after(() => program.kill());
  const line = await program.line('action: inspect | result: in_progress');
  return { program, url: /page: (\S+)/.exec(line)![1]! };
}

export async function openBrowser(t: TestContext): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
    ],
  });
  t.after(() => browser.close());
  return browser;
}

/** A page in which nothing may go wrong: no error, no refused style or script. */
export async function openPage(t: TestContext, browser: Browser, url: string): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // The inspector may end before the page.
    if (message.type() === 'error' && !message.text().includes('net::ERR_')) complaints.push(message.text());
  });
  t.after(() => assert.deepEqual(complaints, []));
  await page.goto(url);
  return page;
}

/** What a page's tree says of each actor, in order. */
export const rowsOf = (page: Page) =>
  page.$$eval('#tree [data-actor]', (rows) =>
    rows.map((row) => {
      const { actor, status, value } = (row as unknown as { dataset: Record<string, string> }).dataset;
      return { id: actor!, status: status!, value: value! };
    }),
  );

export const textOf = async (page: Page, selector: string): Promise<string> =>
  (await page.textContent(selector)) ?? '';

/** Waits until an element has this text. */
export const seesText = (page: Page, selector: string, text: string): Promise<unknown> =>
  page.locator(selector, { hasText: text }).first().waitFor({ timeout: PAGE_MS });

export const askHub = async (url: string): Promise<Picture> =>
  fromData(await (await fetch(`${url}picture`)).json());

/** What a process itself has recorded. */
export const eventsIn = (file: string): InspectorEvent[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));

export function pictureOf(events: readonly InspectorEvent[]): Picture {
  const picture = emptyPicture();
  for (const event of events) apply(picture, event);
  return picture;
}

export const machinesOf = ({ actors }: Picture): ActorPicture[] =>
  [...actors.values()].filter(({ machine }) => machine !== undefined);
