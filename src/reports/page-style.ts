/** The style sheet of the page: light and dark, screen and paper, wide and narrow. */
export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --ground: #ffffff; --ink: #1b2027; --quiet: #59636f; --rule: #e3e7eb; --grid: #eceff2;
  --good: #00694e; --warning: #8a5a00; --bad: #b3261e; --shade: #f3f5f7;
  --c0: #0072b2; --c1: #c77700; --c2: #00795a; --c3: #d55e00; --c4: #a1487e; --c5: #4a5568; --c6: #8a7a00;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --ground: #14181d; --ink: #e6e9ed; --quiet: #a2adb9; --rule: #2d343c; --grid: #252b32;
    --good: #4cc9a4; --warning: #e6b04a; --bad: #ff8a7a; --shade: #1c2229;
    --c0: #56b4e9; --c1: #e69f00; --c2: #2bc79a; --c3: #ff8a4c; --c4: #cc79a7; --c5: #a0aec0; --c6: #d9c72e;
  }
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--ground); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  font-variant-numeric: tabular-nums;
}
main, header, footer { max-width: 1100px; margin: 0 auto; padding: 0 24px; }
header { padding-top: 32px; }
h1 { font-size: 1.75rem; line-height: 1.25; margin: 6px 0 20px; max-width: 34em; text-wrap: pretty; overflow-wrap: anywhere; }
h2 { font-size: 1.25rem; line-height: 1.3; margin: 0 0 6px; }
section { margin-top: 56px; }
p { margin: 0 0 12px; max-width: 74ch; overflow-wrap: anywhere; }
.opening { font-size: 1.0625rem; margin-bottom: 16px; }
.method { color: var(--quiet); font-size: 0.8125rem; line-height: 1.5; margin: 14px 0 0; max-width: 96ch; }
.verdict { font-weight: 600; margin: 0; }
.good { color: var(--good); } .warning { color: var(--warning); } .bad { color: var(--bad); }
a { color: inherit; text-underline-offset: 3px; }
a:hover { text-decoration-thickness: 2px; }
:focus-visible { outline: 2px solid var(--c0); outline-offset: 2px; }

.strip { display: flex; flex-wrap: wrap; gap: 6px 32px; margin: 0; font-size: 0.875rem; }
.strip div { min-width: 0; }
.strip dt { color: var(--quiet); }
.strip dd { margin: 0; overflow-wrap: anywhere; }
.taints { list-style: none; margin: 16px 0 0; padding: 0; font-size: 0.9375rem; }
.taints li { margin-top: 4px; max-width: 90ch; overflow-wrap: anywhere; }
.taints .rule { color: var(--quiet); }

.tiles { display: grid; grid-template-columns: repeat(3, 1fr); gap: 24px 32px; margin: 28px 0 0; }
.tile { border-top: 1px solid var(--rule); padding-top: 10px; min-width: 0; }
.tile dt { font-size: 0.875rem; color: var(--quiet); overflow-wrap: anywhere; }
.tile dd { margin: 0; overflow-wrap: anywhere; }
.tile dt + dd strong { font-size: 1.625rem; line-height: 1.3; font-weight: 600; }
.tile .unit { font-size: 0.875rem; color: var(--quiet); white-space: nowrap; }
.tile .limit-text, .tile .basis { font-size: 0.8125rem; }
.tile .basis { color: var(--quiet); }

nav { margin-top: 28px; font-size: 0.875rem; }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 0; padding: 0; }

.scroll { overflow-x: auto; margin: 0 0 18px; }
table { border-collapse: collapse; font-size: 0.875rem; line-height: 1.4; }
caption { text-align: left; color: var(--quiet); font-size: 0.8125rem; padding: 0 0 4px; }
th, td { padding: 4px 14px 4px 0; vertical-align: baseline; text-align: right; }
.dense th, .dense td { padding-right: 9px; }
th:last-child, td:last-child { padding-right: 2px; }
thead th { font-weight: 600; vertical-align: bottom; border-bottom: 1px solid var(--quiet); }
thead th.group { text-align: center; color: var(--quiet); font-weight: 400; border-bottom: 1px solid var(--rule); }
tbody tr + tr > * { border-top: 1px solid var(--rule); }
tbody th { font-weight: 400; white-space: nowrap; }
tbody th, .text { text-align: left; }
td.number { white-space: nowrap; }
tfoot > tr > * { border-top: 1px solid var(--quiet); font-weight: 600; }
tfoot th { text-align: left; }
td.zero { color: var(--quiet); }
td.text { max-width: 46em; overflow-wrap: break-word; }
details { margin: 8px 0 14px; }
summary { cursor: pointer; font-size: 0.875rem; color: var(--quiet); width: fit-content; }
details[open] > summary { margin-bottom: 8px; }
details .scroll { max-height: 480px; overflow-y: auto; }
pre { font-size: 0.8125rem; overflow-x: auto; margin: 0; font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
.terms { display: grid; grid-template-columns: max-content 1fr; gap: 8px 24px; margin: 0; font-size: 0.9375rem; }
.terms dt { font-weight: 600; } .terms dd { margin: 0; max-width: 74ch; }
.swatch { display: inline-block; width: 10px; height: 10px; border-radius: 2px; margin-right: 7px; background: var(--c); }

.c0 { --c: var(--c0); } .c1 { --c: var(--c1); } .c2 { --c: var(--c2); } .c3 { --c: var(--c3); }
.c4 { --c: var(--c4); } .c5 { --c: var(--c5); } .c6 { --c: var(--c6); }
.total { --c: var(--ink); } svg .bad { --c: var(--bad); }
figure { margin: 20px 0 6px; }
figcaption { color: var(--quiet); font-size: 0.8125rem; max-width: 96ch; margin-top: 4px; }
svg { display: block; width: 100%; height: auto; overflow: visible; }
svg.narrow { display: none; max-width: 560px; }
svg text { font: 12px system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; font-variant-numeric: tabular-nums; fill: var(--quiet); }
svg .end { text-anchor: end; } svg .middle { text-anchor: middle; }
svg .panel, svg .note, svg .label { paint-order: stroke; stroke: var(--ground); stroke-width: 3px; stroke-linejoin: round; }
svg .panel { fill: var(--ink); font-size: 12.5px; }
svg .label { fill: var(--c); font-size: 12.5px; }
.grid { stroke: var(--grid); } .axis { stroke: var(--quiet); stroke-width: 0.75; }
.line { fill: none; stroke: var(--c); stroke-width: 1.6; stroke-linejoin: round; }
.line.dashed { stroke-dasharray: 5 4; stroke-width: 1.1; }
.line.faint { stroke: var(--quiet); stroke-width: 0.75; }
.leader { fill: none; stroke: var(--c); stroke-width: 0.6; }
.cut { fill: var(--c); }
.band { fill: var(--c); stroke: none; } .band.outer { opacity: 0.16; } .band.inner { opacity: 0.28; }
.bar, .layer, svg .name { fill: var(--c); } .layer { stroke: var(--ground); stroke-width: 0.3; }
.limit { stroke: var(--ink); stroke-width: 0.9; stroke-dasharray: 1 3; }
.mark { stroke: var(--quiet); stroke-width: 0.9; }
.shade { fill: var(--shade); }
.tip { fill: var(--ink); opacity: 0; } .tip:hover { opacity: 0.07; }

footer { margin-top: 64px; padding-bottom: 40px; color: var(--quiet); font-size: 0.8125rem; }

@media (max-width: 720px) {
  main, header, footer { padding: 0 16px; }
  header { padding-top: 20px; }
  h1 { font-size: 1.375rem; }
  section { margin-top: 44px; }
  .tiles { grid-template-columns: 1fr; gap: 16px; }
  tbody th { position: sticky; left: 0; background: var(--ground); }
  .terms { grid-template-columns: 1fr; gap: 0; } .terms dd { margin-bottom: 10px; }
  svg.wide { display: none; } svg.narrow { display: block; }
}
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
@media print {
  @page { size: A4; margin: 14mm; }
  html { font-size: 13px; }
  body { font-size: 10pt; }
  main, header, footer { max-width: none; padding: 0; }
  nav, details:not([open]) { display: none; }
  section { margin-top: 26px; }
  .tiles { grid-template-columns: repeat(3, 1fr); }
  svg.wide { display: block; } svg.narrow { display: none; }
  figure, tr, .tile, dt, dd, .opening { break-inside: avoid; }
  h2, .opening, caption, thead { break-after: avoid; }
  tbody tr:first-child { break-before: avoid; }
  .scroll, details .scroll { overflow: visible; max-height: none; }
  table { font-size: 7.5pt; }
  th, td { padding-right: 7px; }
  * { print-color-adjust: exact; }
}
`;
