/**
 * One sheet for all reports. Colours are variables: paper and ink swap in the dark, and paper is white
 * in print. `right` and `wrong` differ in lightness as well as in hue, for those who see no red.
 */
export const style = `
:root {
  --paper: #fbfaf7; --card: #ffffff; --ink: #1c2126; --soft: #5c656d; --line: #e2dfd8;
  --right: #0a746c; --right-ink: #ffffff; --wrong: #c2410c; --wrong-ink: #ffffff; --second: #7a6ff0;
  --shadow: 0 1px 2px rgb(0 0 0 / 5%), 0 6px 20px rgb(0 0 0 / 4%);
  color-scheme: light dark;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14171a; --card: #1c2024; --ink: #e9e6df; --soft: #9aa3ab; --line: #2f353b;
    --right: #45c8b8; --right-ink: #06201d; --wrong: #ff8f66; --wrong-ink: #2b0d02; --second: #a79ffb;
    --shadow: none;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif;
  font-variant-numeric: tabular-nums; overflow-wrap: anywhere;
}
main { max-width: 70rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
header { margin-bottom: 1.5rem; }
h1 { font-size: clamp(1.5rem, 4vw, 2.2rem); line-height: 1.15; margin: 0; letter-spacing: -0.015em; }
h2 { font-size: 1.15rem; margin: 0 0 0.35rem; letter-spacing: -0.005em; }
h3 { font-size: 1rem; margin: 0; }
p { margin: 0 0 0.75rem; }
code { font: 0.86em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
.kicker { color: var(--soft); font-size: 0.85rem; margin: 0 0 0.35rem; }
.lead, .note { color: var(--soft); font-size: 0.92rem; max-width: 46rem; }
section { margin-top: 2.75rem; }
.cards { display: flex; flex-wrap: wrap; gap: 1rem; }
.cards .card { flex: 1 1 8.5rem; }
.cards .card.wide { flex: 3 1 20rem; }
.card {
  background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1rem 1.1rem;
  box-shadow: var(--shadow); break-inside: avoid; min-width: 0;
}
.number { white-space: nowrap; font-size: 2rem; font-weight: 650; line-height: 1.1; letter-spacing: -0.02em; }
.wide .number { font-size: clamp(2.6rem, 8vw, 3.6rem); color: var(--right); }
.label { color: var(--soft); font-size: 0.85rem; }
.scroll { overflow-x: auto; max-width: 100%; }
.scroll:focus-visible { outline: 2px solid var(--second); outline-offset: 3px; }
table { border-collapse: collapse; }
th, td { padding: 0.32rem 0.7rem; text-align: right; font-weight: 400; }
td, thead th { white-space: nowrap; } td b { display: inline-block; min-width: 4rem; font-weight: inherit; }
th[scope=row], thead th:first-child { text-align: left; }
thead th { color: var(--soft); font-size: 0.82rem; vertical-align: bottom; }
.rows { width: 100%; }
.rows tbody tr { border-top: 1px solid var(--line); }
.rows th[scope=row] { max-width: 22rem; }
.meter { display: inline-block; width: 5.5rem; height: 0.5rem; margin-right: 0.6rem; border-radius: 3px; background: var(--line); overflow: hidden; vertical-align: 0.06rem; }
.meter i { display: block; height: 100%; background: var(--right); }
.confusion td, .confusion thead th.n { width: 2.5rem; min-width: 2.5rem; padding: 0.3rem 0.2rem; text-align: center; }
.confusion td { position: relative; border: 1px solid var(--paper); background: var(--card); isolation: isolate; border-radius: 4px; }
.confusion td::before { content: ""; position: absolute; inset: 0; z-index: -1; border-radius: 4px; background: var(--wrong); opacity: var(--v, 0); }
.confusion td.hit::before { background: var(--right); }
.confusion td.deep { color: var(--wrong-ink); }
.confusion td.hit.deep { color: var(--right-ink); }
.confusion td.none { color: var(--line); }
.confusion th[scope=row] { white-space: nowrap; max-width: 18rem; overflow: hidden; text-overflow: ellipsis; }
.confusion thead th.n span { display: inline-block; max-height: 9rem; writing-mode: vertical-rl; transform: rotate(180deg); overflow: hidden; text-overflow: ellipsis; white-space: nowrap; text-align: left; }
.mistakes { display: grid; gap: 0.9rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 26rem), 1fr)); }
figure { margin: 0; }
figure img { display: block; width: 100%; height: auto; border-radius: 6px; background: var(--line); }
figcaption { margin-top: 0.6rem; font-size: 0.9rem; }
figcaption .path { display: block; color: var(--soft); font-size: 0.78rem; margin-top: 0.2rem; }
.is { color: var(--right); font-weight: 600; } .called { color: var(--wrong); font-weight: 600; }
.facts { margin: 0; font-size: 0.92rem; }
.facts div { display: grid; grid-template-columns: minmax(7rem, 12rem) 1fr; gap: 0.25rem 1rem; padding: 0.35rem 0; border-top: 1px solid var(--line); }
.facts dt { color: var(--soft); } .facts dd { margin: 0; }
.command { display: block; background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 0.75rem 1rem; white-space: pre-wrap; }
details { margin-top: 0.75rem; } .beside details { margin-top: 0; } summary { cursor: pointer; color: var(--soft); font-size: 0.9rem; }
.beside { display: flex; flex-wrap: wrap; gap: 1rem 2.5rem; align-items: flex-start; } .beside > * { max-width: 100%; }
.card + .note { margin-top: 0.75rem; }
.half { max-width: 36rem; margin-bottom: 0.75rem; }
.charts { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); }
svg { display: block; max-width: 100%; height: auto; }
svg text { fill: var(--soft); font-size: 11px; font-family: inherit; }
svg .names text { font-size: inherit; } svg .counts text { font-size: 10px; fill: var(--ink); pointer-events: none; }
svg .counts .deep-hit { fill: var(--right-ink); } svg .counts .deep-miss { fill: var(--wrong-ink); }
svg .grid { stroke: var(--line); stroke-width: 1; }
svg .axis { stroke: var(--soft); stroke-width: 1; }
svg .first { stroke: var(--right); } svg .second { stroke: var(--second); }
svg polyline { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
svg circle.first { fill: var(--right); stroke: none; } svg circle.second { fill: var(--second); stroke: none; }
svg .mark { stroke: var(--soft); stroke-dasharray: 3 3; }
svg .hit { fill: var(--right); } svg .miss { fill: var(--wrong); } svg .back { fill: var(--card); stroke: var(--line); }
svg .bar { fill: var(--right); } svg .bar.end { fill: var(--wrong); } svg .span { stroke: var(--right); stroke-width: 3; }
.legend { display: flex; gap: 1.25rem; flex-wrap: wrap; color: var(--soft); font-size: 0.85rem; margin-top: 0.4rem; }
.legend b { display: inline-block; width: 1.1rem; height: 0.2rem; border-radius: 2px; margin-right: 0.4rem; vertical-align: 0.25rem; background: var(--right); }
.legend b.second { background: var(--second); }
.layer { margin-top: 1rem; }
.layer .facts div { grid-template-columns: 1fr auto; gap: 0.5rem; }
.layer .head { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; align-items: baseline; justify-content: space-between; margin-bottom: 0.6rem; }
.layer .body { display: grid; gap: 1rem; grid-template-columns: minmax(0, 1fr) minmax(0, 15rem); align-items: start; }
.layer img, .frames img { display: block; width: 100%; height: auto; image-rendering: pixelated; border-radius: 4px; }
.gates { display: grid; grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)); gap: 14px 10px; }
.gates figure { margin: 0; }
.gates img { display: block; width: 100% !important; height: auto; image-rendering: pixelated; border-radius: 4px; }
.gates figcaption { font-size: 12px; line-height: 1.35; overflow-wrap: anywhere; margin-top: 4px; }
.frames img.smooth { image-rendering: auto; }
.row-name { color: var(--soft); font-size: 0.8rem; margin: 0.5rem 0 0.2rem; }
.layer .body > div > .row-name:first-child { margin-top: 0; }
@media (max-width: 44rem) { .layer .body { grid-template-columns: minmax(0, 1fr); } .facts div { grid-template-columns: 1fr; gap: 0; } .meter { display: none; } th, td { padding: 0.3rem 0.35rem; } }
@media print {
  :root { --paper: #fff; --card: #fff; --ink: #000; --soft: #444; --line: #ccc; --right: #0a746c; --right-ink: #fff; --wrong: #c2410c; --wrong-ink: #fff; --second: #5b50d6; --shadow: none; }
  body { font-size: 11pt; } main { max-width: none; padding: 0; } section { margin-top: 1.5rem; }
  .card, figure, tr { break-inside: avoid; } h2 { break-after: avoid; } .scroll { overflow: visible; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`.trim()
