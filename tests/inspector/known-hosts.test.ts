/** By which names a hub may be asked, and by whose page: a browser must not be its way around the loopback address. */
import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { networkInterfaces } from 'node:os';
import { test } from 'node:test';
import { Hosts } from '../../src/inspector/hub/hosts.ts';

const request = (headers: Record<string, string>) => ({ headers }) as unknown as IncomingMessage;
const isRight = (hosts: Hosts, host: string) => hosts.areRight(request({ host }));

test('it answers by its own address, by loopback and by the names that are allowed, on whatever port; by no other', () => {
  const hosts = new Hosts('10.1.2.3', ['inspector', '2001:db8::1']);
  for (const host of [
    '10.1.2.3',
    'localhost:8080',
    '127.0.0.1',
    '[::1]:80',
    'INSPECTOR:9',
    '[2001:db8::1]:9',
  ])
    assert.ok(isRight(hosts, host), host);
  for (const host of [
    '10.1.2.4',
    'evil.example',
    '',
    'localhost@evil.example',
    'localhost/x',
    '[2001:db8::2]',
  ])
    assert.ok(!isRight(hosts, host), host);
  assert.ok(!hosts.areRight(request({})), 'nor by none');
});

test('on every address it answers by each of this machine’s', () => {
  for (const everywhere of ['0.0.0.0', '::']) {
    const hosts = new Hosts(everywhere, []);
    for (const { address, family } of Object.values(networkInterfaces()).flatMap((entries) => entries ?? []))
      assert.ok(isRight(hosts, family === 'IPv6' ? `[${address}]:8080` : address), address);
    assert.ok(!isRight(hosts, everywhere === '::' ? '[::2]' : '0.0.0.1'));
  }
});

test('another site’s page may lead to ours, and not ask in its place', () => {
  const hosts = new Hosts('127.0.0.1', []);
  const own = { host: '127.0.0.1:8080' };
  const cross = { ...own, 'sec-fetch-site': 'cross-site' };
  for (const [headers, isOwn] of [
    [own, true],
    [{ ...own, origin: 'http://127.0.0.1:8080' }, true],
    [{ ...own, origin: 'http://127.0.0.1:9090' }, false],
    [{ ...cross, 'sec-fetch-mode': 'navigate' }, true],
    [{ ...cross, 'sec-fetch-mode': 'no-cors' }, false],
  ] as const)
    assert.equal(hosts.isOwnPage(request(headers)), isOwn, JSON.stringify(headers));
  for (const [origin, may] of [
    [undefined, true],
    ['http://localhost:5173', true],
    ['https://evil.example', false],
    ['null', false],
  ] as const)
    assert.equal(hosts.mayOpenSocket(request(origin === undefined ? {} : { origin })), may, `${origin}`);
});
