/*
 * Loaded before a program of tools/compile.ts: when it ends it leaves behind what V8 has compiled of it, in the file
 * that CODE names.
 */
import { writeFileSync } from 'node:fs';
import v8 from 'node:v8';
import vm from 'node:vm';

const { CODE } = process.env;

vm.Script = class extends vm.Script {
  constructor(source, options) {
    super(source, options);
    process.once('exit', () => {
      // V8 takes code only if its options are those that it was made with: here as at the next start.
      v8.setFlagsFromString('--allocation-site-pretenuring');
      writeFileSync(CODE, this.createCachedData());
    });
  }
};
