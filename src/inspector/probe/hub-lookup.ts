/**
 * Finds the hub by its name, without a thread of the pool that also writes the bets: the system's own lookup holds
 * one for as long as a name server does not answer, and with it the end of the process. It is only asked for names
 * that no server knows, which stand in the system's file of hosts perhaps.
 */
import { lookup, promises } from 'node:dns';
import { readFileSync } from 'node:fs';
import { isIP, type LookupFunction } from 'node:net';
import { LOOKUP_MS } from '../limits.ts';

export class HubLookup {
  readonly #servers: readonly string[] | undefined;
  /** Made for the first name: most hubs have an address, and it takes 1 ms. */
  #resolver: promises.Resolver | undefined;

  /** @param servers the system's name servers unless told */
  constructor(servers?: readonly string[]) {
    this.#servers = servers;
  }

  /** As `connect` wants it. */
  readonly find: LookupFunction = (name, options, tell) => {
    // Every system knows it by itself, and some name servers do not.
    if (name === 'localhost' || isIP(name)) {
      lookup(name, options, tell);
      return;
    }
    this.#resolver ??= this.#makeResolver();
    this.#resolver.resolve4(name).then(
      (addresses) => {
        const all = addresses.map((address) => ({ address, family: 4 }));
        if (options.all) tell(null, all);
        else tell(null, all[0]!.address, 4);
      },
      (error: NodeJS.ErrnoException) => {
        const isUnknown = error.code === 'ENOTFOUND' || error.code === 'ENODATA';
        if (isUnknown && isInHosts(name)) lookup(name, options, tell);
        else tell(error, '', 4);
      },
    );
  };

  /** Nobody waits for it any more. */
  cancel(): void {
    this.#resolver?.cancel();
  }

  #makeResolver(): promises.Resolver {
    const resolver = new promises.Resolver({ timeout: LOOKUP_MS, tries: 1 });
    if (this.#servers) resolver.setServers(this.#servers);
    return resolver;
  }
}

/** If it is not there, the system would ask the same servers again. */
function isInHosts(name: string): boolean {
  if (process.platform === 'win32') return true;
  try {
    return readFileSync('/etc/hosts', 'utf8').split(/\s+/).includes(name);
  } catch {
    return false;
  }
}
