/** Prometheus and Grafana for `MONITORING=1`: those whose images can be had, each on a port that is free. */
import { type Container, missingImage } from '../engine.ts';
import { MONITORS, type Monitor, type Monitors, USUAL_PORTS } from '../monitors.ts';
import { readFragment } from '../templates.ts';
import { freePortFrom } from './host.ts';

const TITLES: Readonly<Record<Monitor, string>> = { prometheus: 'Prometheus', grafana: 'Grafana' };

const imageOf = (root: string, name: Monitor): string =>
  String(readFragment(root, name).map.getIn([name, 'image']));

type Asked = {
  root: string;
  project: string;
  own: readonly Container[];
  say: (line: string) => void;
  signal: AbortSignal;
};

/** Says of each that is not to be had why: the server runs without. @throws what `signal` is aborted with */
export async function chooseMonitors({ root, project, own, say, signal }: Asked): Promise<Monitors> {
  const chosen: Partial<Record<Monitor, number>> = {};
  for (const name of MONITORS) {
    const image = imageOf(root, name);
    const port = await freePortFrom(USUAL_PORTS[name], own, `${project}-${name}-1`);
    const why =
      port === undefined
        ? `every port from ${USUAL_PORTS[name]} on is taken`
        : await missingImage(image, signal);
    if (why !== undefined) say(`No ${TITLES[name]}: ${why}`);
    else if (port !== undefined) chosen[name] = port;
  }
  return chosen;
}

/** What whoever wants to look types. */
const PATHS: Readonly<Record<Monitor, string>> = { prometheus: 'alerts', grafana: 'd/quiniela' };

export const placeOf = (name: Monitor, port: number | undefined): string =>
  `${TITLES[name]}: http://127.0.0.1:${port}/${PATHS[name]}`;
