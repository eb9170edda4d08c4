/** What watches a system of containers: each is a service of a compose file, and has a port of this machine. */

export const MONITORS = ['prometheus', 'grafana'] as const;
export type Monitor = (typeof MONITORS)[number];

/** The ports of those that are wanted. */
export type Monitors = Readonly<Partial<Record<Monitor, number>>>;

/** Where they are unless somebody is there already. */
export const USUAL_PORTS: Readonly<Record<Monitor, number>> = { prometheus: 9_090, grafana: 3_000 };

export const monitorNames = (monitors: Monitors): Monitor[] => MONITORS.filter((name) => name in monitors);
