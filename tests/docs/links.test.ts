import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, test } from 'node:test';
import { anchorsOf, PAGES, type Page, pageOf, proseOf, ROOT } from './pages.ts';

const linksOf = (page: Page): string[] =>
  [...proseOf(page).matchAll(/\]\(([^()\s]+)\)/g)].map(([, target = '']) => target);

/** What is wrong with a link, or nothing. */
function faultOf(page: Page, link: string): string | undefined {
  const [file = '', anchor] = link.split('#', 2);
  const path = file === '' ? page.path : normalize(join(dirname(page.path), file));
  if (!existsSync(join(ROOT, path))) return `${link}: there is no ${path}`;
  if (anchor === undefined) return;
  if (!path.endsWith('.md')) return `${link}: only a page has anchors`;
  return anchorsOf(pageOf(path)).has(anchor) ? undefined : `${link}: no heading of ${path} has this anchor`;
}

describe('every relative link and anchor leads somewhere', () => {
  for (const page of PAGES) {
    test(page.path, () => {
      const links = linksOf(page).filter((link) => !/^https?:/.test(link));
      assert.deepEqual(
        links.flatMap((link) => faultOf(page, link) ?? []),
        [],
      );
    });
  }

  test('a wrong one is found', () => {
    const page = { path: 'docs/a.md', text: '# A b\n' };
    assert.match(faultOf(page, 'nowhere.md') ?? '', /there is no docs\/nowhere\.md/);
    assert.match(faultOf(page, 'protocol.md#nothing') ?? '', /no heading of docs\/protocol\.md/);
    assert.equal(faultOf(page, 'protocol.md#exactly-once'), undefined);
  });
});
