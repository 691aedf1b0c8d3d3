#include "server/synth/report/style.h"

namespace ctgan::synth::report {

const std::string_view k_style = R"(
:root { color-scheme: light dark;
  --ground: #ffffff; --raised: #f6f7f9; --line: #d5dae0; --ink: #1a1f26; --quiet: #4f5964; --link: #0b57a4;
  --original: #5b8fc7; --synthetic: #7a2900; --positive: #b33c00; --negative: #1f5fa8;
  --good: #18703a; --doubtful: #8a5a00; --bad: #b3261e; --unsure: #5b3d99; --skipped: #5a6470; --on-sign: #ffffff; }
@media (prefers-color-scheme: dark) { :root {
  --ground: #14181d; --raised: #1d232a; --line: #38424d; --ink: #e8ecf1; --quiet: #aab4bf; --link: #8ec1ff;
  --original: #4a7cb5; --synthetic: #ffd0ad; --positive: #ff9c66; --negative: #7db8ff;
  --good: #6fd08c; --doubtful: #f0c04f; --bad: #ff8f87; --unsure: #c3a8f5; --skipped: #aab4bf; --on-sign: #14181d; } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-behavior: auto; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif;
  overflow-wrap: anywhere; }
.top, main { max-width: 1240px; margin: 0 auto; padding: 0 16px; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 24px 0 8px; }
h2 { font-size: 1.3rem; margin: 0 0 8px; }
h3 { font-size: 1rem; margin: 0; }
p { margin: 8px 0; max-width: 76ch; }
a { color: var(--link); }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 0; padding: 0; }
section { border-top: 1px solid var(--line); margin: 24px 0 0; padding: 24px 0 0; }
#summary { margin-top: 12px; }
.quiet { color: var(--quiet); font-size: 0.875rem; }
.light { display: inline-flex; align-items: baseline; gap: 6px; font-weight: 600; }
.sign { width: 1.05em; height: 1.05em; flex: none; align-self: center; }
.light .shape { fill: currentColor; }
.light .stroke { fill: none; stroke: var(--on-sign); stroke-width: 2.2; }
.light.good { color: var(--good); } .light.doubtful { color: var(--doubtful); }
.light.bad { color: var(--bad); } .light.unsure { color: var(--unsure); } .light.skipped { color: var(--skipped); }
.overall { font-size: 1.25rem; }
.answers { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 340px), 1fr)); gap: 16px;
  margin: 12px 0; }
.answer { background: var(--raised); border: 1px solid var(--line); border-left: 6px solid var(--skipped);
  border-radius: 6px; padding: 12px 16px; }
.answer.good { border-left-color: var(--good); } .answer.doubtful { border-left-color: var(--doubtful); }
.answer.bad { border-left-color: var(--bad); } .answer.unsure { border-left-color: var(--unsure); }
.said { font-size: 1.1rem; }
.caution { background: var(--raised); border: 1px solid var(--line); border-radius: 6px; padding: 10px 14px; }
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 150px), 1fr)); gap: 8px 16px;
  margin: 16px 0; }
dt { color: var(--quiet); font-size: 0.875rem; } dd { margin: 0; font-weight: 600; }
.scroll { overflow-x: auto; margin: 12px 0; }
table { border-collapse: collapse; font-size: 0.9rem; }
caption { text-align: left; font-weight: 600; padding: 4px 0; }
.scroll caption span { position: sticky; left: 0; display: inline-block; max-width: calc(100vw - 32px); }
.scroll tbody th, .scroll thead th:first-child { position: sticky; left: 0; background: var(--ground); }
th, td { text-align: left; vertical-align: top; padding: 4px 14px 4px 0; border-bottom: 1px solid var(--line);
  overflow-wrap: normal; }
tbody th { font-weight: 400; }
thead th { color: var(--quiet); font-weight: 600; }
.number, details td { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
thead .number { white-space: normal; }
.lights { width: 100%; margin: 12px 0; } .lights td:last-child { overflow-wrap: anywhere; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 340px), 1fr)); gap: 16px;
  margin: 16px 0 0; }
.card { border: 1px solid var(--line); border-radius: 6px; padding: 12px; min-width: 0; }
.card header, .part header { display: flex; flex-wrap: wrap; gap: 2px 16px; }
.card header { justify-content: space-between; }
.card details { margin-top: 6px; font-size: 0.875rem; }
.card table { width: 100%; } .card tbody th { overflow-wrap: anywhere; } summary { cursor: pointer; color: var(--link); }
.chart { display: block; width: 100%; max-width: 460px; height: auto; }
.wide .chart { max-width: 640px; }
.chart text { paint-order: stroke; stroke: var(--ground); stroke-width: 3px; fill: var(--ink); font: 11px system-ui, sans-serif; }
.chart g text { font-size: inherit; }
.original { fill: var(--original); }
.synthetic { fill: none; stroke: var(--synthetic); stroke-width: 2; }
.synthetic.thick { stroke-width: 4; }
.axis { fill: none; stroke: var(--quiet); } .grid { fill: none; stroke: var(--line); }
.positive { fill: var(--positive); } .negative { fill: var(--negative); } .diagonal { fill: var(--quiet); fill-opacity: 0.55; }
.mark, .slash { fill: none; stroke: var(--ink); }
.line { fill: none; stroke-width: 2; stroke-linejoin: round; } .one { stroke: var(--negative); }
.two { stroke: var(--positive); stroke-dasharray: 7 4; } .three { stroke: var(--good); stroke-dasharray: 2 3; }
.four { stroke: var(--ink); stroke-dasharray: 10 3 2 3; }
.interval { fill: none; stroke: var(--ink); stroke-width: 2; } .estimate { fill: var(--ink); }
.limit { fill: none; stroke: var(--quiet); stroke-dasharray: 4 3; }
.joints { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 460px), 1fr)); gap: 20px 24px;
  margin: 12px 0 20px; }
.beside { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 210px), 1fr)); gap: 8px; }
.maps { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 350px), 1fr)); gap: 16px; }
figure { margin: 0; min-width: 0; } figcaption { font-weight: 600; }
.part { margin: 20px 0 0; } .attacks { padding-left: 0; list-style: none; max-width: 90ch; }
.attacks li { margin: 8px 0; }
.columns { display: flex; flex-wrap: wrap; gap: 0 48px; } .columns .scroll { min-width: 0; max-width: 100%; }
.notes { color: var(--quiet); padding-left: 20px; }
main { padding-bottom: 48px; }
@media (max-width: 560px) {
  .lights thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .lights tr { display: block; border-bottom: 1px solid var(--line); padding: 8px 0; }
  .lights th, .lights td { display: block; border: 0; padding: 0; }
}
@media print {
  @page { margin: 14mm; }
  :root { --ground: #ffffff; --raised: #f6f7f9; --line: #d5dae0; --ink: #1a1f26; --quiet: #4f5964;
    --link: #1a1f26; --original: #5b8fc7; --synthetic: #7a2900; --positive: #b33c00; --negative: #1f5fa8;
    --good: #18703a; --doubtful: #8a5a00; --bad: #b3261e; --unsure: #5b3d99; --skipped: #5a6470; --on-sign: #ffffff; }
  body { font-size: 11pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  nav, details { display: none; }
  .scroll { overflow: visible; } table { font-size: 8.5pt; }
  .card, figure, tr, .answer, .chart { break-inside: avoid; } h2, h3, caption { break-after: avoid; }
  .cards, .maps, .joints { grid-template-columns: repeat(2, 1fr); }
}
)";

}  // namespace ctgan::synth::report
