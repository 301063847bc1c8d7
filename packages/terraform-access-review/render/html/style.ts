/** Style of the report: readable on a light and a dark ground, and on paper. */
export const STYLE = `
:root{color-scheme:light dark;--ground:light-dark(#fff,#14171c);--card:light-dark(#f6f7f9,#1c2027);--line:light-dark(#d5dae1,#3a4250);--text:light-dark(#1b2330,#e6eaf0);--quiet:light-dark(#56606f,#a9b2c1);--more:light-dark(#a3151f,#ff9d9d);--less:light-dark(#0b6b3a,#6fd79c);--other:light-dark(#7a5400,#f0c667);--accent:light-dark(#1d4ed8,#9bb8ff);font:16px/1.5 system-ui,sans-serif}
*{box-sizing:border-box}
body{margin:0 auto;max-width:76rem;padding:1.5rem;background:var(--ground);color:var(--text)}
h1{font-size:1.4rem;margin:.2rem 0 1rem;overflow-wrap:anywhere}
h2{font-size:1.15rem;margin:2rem 0 .6rem}
h3{font-size:1rem;margin:0;display:inline}
code,pre{font-family:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.88em;overflow-wrap:anywhere}
pre{margin:.4rem 0 1rem;padding:.6rem .8rem;background:var(--card);border:1px solid var(--line);border-radius:6px;white-space:pre-wrap}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.digest{margin:0;padding:.8rem 1rem;list-style:none;background:var(--card);border:1px solid var(--line);border-radius:8px}
.digest li{overflow-wrap:anywhere}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%}
th,td{padding:.4rem .6rem;border-bottom:1px solid var(--line);text-align:start;vertical-align:top;overflow-wrap:anywhere}
thead th{color:var(--quiet);font-weight:600;border-bottom-width:2px}
td{min-width:5rem}
caption{text-align:start;color:var(--quiet);padding-bottom:.4rem}
.broadened,.destroyed,.replaced{color:var(--more)}
.narrowed{color:var(--less)}
.new,.added{color:var(--accent)}
.removed{color:var(--quiet)}
.changed,.moved,.imported,.forgotten,.drifted{color:var(--other)}
.quiet{color:var(--quiet)}
.losses li{margin:.4rem 0;overflow-wrap:anywhere}
details{border:1px solid var(--line);border-radius:8px;margin:.6rem 0;padding:.5rem .8rem}
summary{cursor:pointer}
#filter{display:flex;flex-wrap:wrap;gap:.6rem 1.4rem;margin:1rem 0;color:var(--quiet)}
select{font:inherit;color:inherit;background:var(--card);border:1px solid var(--line);border-radius:6px;padding:.15rem .4rem}
.picture{margin:1rem 0;overflow-x:auto}
.picture svg{min-width:56rem;width:100%;height:auto;font-size:12px}
.picture text{fill:var(--text);text-anchor:middle}
.picture .column{fill:var(--quiet);text-anchor:start}
.box rect{fill:var(--card);stroke:var(--line)}
.edge path{fill:none;stroke:var(--quiet);stroke-width:1.5}
.edge.new path{stroke:var(--accent);stroke-width:2.5}
.edge.removed path{stroke:var(--quiet);stroke-width:2.5;stroke-dasharray:6 4}
.edge.changed path{stroke:var(--other);stroke-width:2.5}
.edge.kept path{stroke-dasharray:2 4}
.tip{fill:var(--quiet)}.tip.new{fill:var(--accent)}.tip.changed{fill:var(--other)}
.badge circle{fill:var(--ground);stroke:var(--quiet)}
.badge text{font-size:11px;font-weight:600}
figcaption li{overflow-wrap:anywhere}
@media(max-width:44rem){body{padding:1rem}table,caption,tbody,tr,th,td{display:block}thead{position:absolute;clip-path:inset(50%)}tr{margin:.6rem 0;padding:.3rem 0;border:1px solid var(--line);border-radius:8px}th,td{padding:.15rem .6rem;border:0}td:empty{display:none}td:nth-of-type(2)::before{content:"Before: "}td:nth-of-type(3)::before{content:"Now: "}td:nth-of-type(n+4){color:var(--quiet)}}
[hidden]{display:none}
@media print{body{max-width:none;padding:0}#filter{display:none}details{break-inside:avoid}:root{color-scheme:light}}
`.trim();
