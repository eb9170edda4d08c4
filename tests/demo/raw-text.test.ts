/** What the demo repeats of its processes came from anybody's file: it is shown, and does nothing. */
import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { createScreen } from '../../src/demo/screen.ts';

test('no line acts on the terminal, and all else stays as it is', () => {
  const [out, err] = [new PassThrough(), new PassThrough()].map((stream) => stream.setEncoding('utf8'));
  const screen = createScreen({
    out: out as unknown as NodeJS.WriteStream,
    err: err as unknown as NodeJS.WriteStream,
    env: {},
    nextSteps: [],
    againSteps: [],
  });
  const text = 'C:\\a | b, ñ ☃\n  \u001b[2J\u001b]0;t\u0007\u009b\u202e\r\u2028\u061cz';
  screen.say(text);
  screen.show({ type: 'screen.show', fact: { kind: 'notPossible', error: text } });
  const shown = 'C:\\a | b, ñ ☃\n  \\x1b[2J\\x1b]0;t\\x07\\x9b\\u202e\\r\\u2028\\u061cz\n';
  assert.equal(out!.read(), shown);
  assert.equal(err!.read(), `quiniela: ${shown}`);
});
