import { test } from 'node:test';
import { freePort, startServer } from '../support/system.ts';
import { openBrowser, openPage, seesText, withoutBrowser } from './browser.ts';
import { startInspector } from './helpers.ts';

test("a page goes on with the hub that takes its own hub's place", { skip: withoutBrowser }, async (t) => {
  const port = await freePort();
  const first = await startInspector(t, { port });
  await startServer(t, { env: { INSPECT_URL: first.url } });
  const page = await openPage(t, await openBrowser(t), first.url);
  const server = page.locator('#tree .actor', { hasText: 'server' });
  await server.waitFor();
  await first.program.kill();
  await startInspector(t, { port });
  // Nothing happens in the server meanwhile.
  await seesText(page, '#notice', 'The inspector was restarted at ');
  await server.waitFor();
});
