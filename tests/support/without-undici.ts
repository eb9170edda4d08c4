/** Loaded before the program (NODE_OPTIONS=--import): whoever loads undici fails. */
import { registerHooks } from 'node:module';

registerHooks({
  resolve(name, context, next) {
    if (name.startsWith('undici')) throw new Error('undici is loaded');
    return next(name, context);
  },
});
