/** Loaded before the program (NODE_OPTIONS=--import): whoever decodes or encodes the word `defect` throws. */
import { BatchEncoder } from '../../src/protocol/batch-encoder.ts';
import { ServerDecoder } from '../../src/protocol/server-decoder.ts';

for (const { prototype } of [ServerDecoder, BatchEncoder]) {
  const { push } = prototype;
  prototype.push = function (this: never, chunk: Buffer) {
    if (chunk.includes('defect')) throw new Error('planted');
    push.call(this, chunk);
  };
}
