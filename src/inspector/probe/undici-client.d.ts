/** A part of undici, which has types for all of it only. */
declare module 'undici/lib/dispatcher/client.js' {
  export { Client as default } from 'undici';
}
