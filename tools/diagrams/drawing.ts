/** A machine's chart as a picture that stands alone: docs/diagrams/*.svg, light or dark as its reader has it. */
import type { Chart } from '../../src/inspector/charts/layout.ts';
import { toSvg } from '../../src/inspector/charts/svg.ts';

const STYLE = `
.chart{--ground:#fff;--ink:#1b2230;--soft:#5a6475;--wire:#8b94a5;background:var(--ground);font:11px system-ui,'DejaVu Sans',sans-serif}
@media (prefers-color-scheme:dark){.chart{--ground:#10141b;--ink:#e6eaf1;--soft:#9aa6b8;--wire:#6d7a8f}}
text{fill:var(--soft)}
.box{fill:var(--ground);stroke:var(--wire)}
.inner{fill:none;stroke:var(--wire)}
.every .box{stroke-dasharray:4 3}
.title{font-size:13px;font-weight:600;fill:var(--ink)}
.every .title{font-weight:400;font-style:italic;fill:var(--soft)}
.initial,.tip{fill:var(--wire)}
.wire{fill:none;stroke:var(--wire);stroke-width:1.2}
.words{text-anchor:middle;paint-order:stroke;stroke:var(--ground);stroke-width:3px}
`.replaceAll('\n', '');

export const toDrawing = (name: string, chart: Chart): string =>
  `${toSvg(chart, { title: `${name}, a state machine`, style: STYLE })}\n`;
