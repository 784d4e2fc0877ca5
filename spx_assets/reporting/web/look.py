"""The page's style sheet: one column for reading, tables that scroll in themselves, light, dark and print."""

from __future__ import annotations

from spx_assets.reporting.web.palette import DARK, LIGHT

_RULES = """
*{box-sizing:border-box}
html{scroll-behavior:smooth}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
body{margin:0;background:var(--ground);color:var(--ink);font:1.0625rem/1.55 Georgia,"Times New Roman",serif}
.skip{position:absolute;left:-999rem}
.skip:focus{left:1rem;top:1rem;background:var(--ground);padding:.5rem;z-index:2}
.bar{display:flex;gap:1rem;align-items:baseline;justify-content:space-between;border-bottom:1px solid var(--rule);
padding:.6rem 1rem;font:.875rem/1.4 "DejaVu Sans",Verdana,sans-serif;color:var(--muted)}
.layout{display:grid;grid-template-columns:12rem minmax(0,64rem);gap:2rem;max-width:80rem;margin:0 auto;
padding:0 1rem}
nav{position:sticky;top:0;align-self:start;padding:2rem 0;font:.875rem/1.5 "DejaVu Sans",Verdana,sans-serif;
max-height:100vh;overflow:auto}
nav ol{list-style:none;margin:0;padding:0}
nav li{margin:.35rem 0}
a{color:var(--accent)}
nav a{text-decoration:none}
nav a:hover,nav a:focus{text-decoration:underline}
main{padding:1rem 0 4rem;min-width:0}
main>section{padding-top:1.5rem}
h1{font-size:2.1rem;line-height:1.15;margin:.2rem 0 .4rem}
h2{font-size:1.55rem;line-height:1.25;margin:1.4rem 0 .6rem;border-top:1px solid var(--rule);padding-top:1.2rem}
section:first-of-type h2{border:0}
h3{font-size:1.05rem;margin:1.4rem 0 .3rem}
p{margin:.4rem 0 .7rem}
.lead{font-size:1.3rem;line-height:1.35;font-weight:bold;margin:.8rem 0}
.note,figcaption,caption,.after{font-size:.9375rem;line-height:1.45}
.note,.after{color:var(--muted)}
figure{margin:1.8rem 0}
figure h3{margin:0 0 .4rem}
figure img{display:block;width:100%;min-width:34rem;height:auto;filter:var(--picture)}
figcaption{margin-top:.4rem}
.scroll{overflow-x:auto}
.scroll.cut::before{content:"wider than the screen: scroll sideways";position:sticky;left:0;display:block;
width:max-content;color:var(--muted);font:.75rem/1.4 "DejaVu Sans",Verdana,sans-serif}
.tabular{margin-top:1.6rem}
table{border-collapse:collapse;width:auto;min-width:min(100%,34rem);border-top:2px solid var(--ink);
border-bottom:2px solid var(--ink);font:.78rem/1.35 "DejaVu Sans",Verdana,sans-serif;font-variant-numeric:tabular-nums}
caption{text-align:left;font:bold 1.05rem/1.4 Georgia,"Times New Roman",serif;padding-bottom:.4rem}
caption span{position:sticky;left:0;display:inline-block;max-width:min(100%,100vw - 2rem)}
thead th{vertical-align:bottom;font-weight:normal;color:var(--muted);border-bottom:1px solid var(--muted)}
th,td{padding:.3rem .36rem;text-align:left;white-space:nowrap}
th:first-child,td:first-child{padding-left:.1rem}
tbody th{font-weight:normal}
.strong th,.strong td{font-weight:bold}
.ruled th,.ruled td{border-top:1px solid var(--rule)}
.n{text-align:right}
.wrap{white-space:normal;min-width:14rem}
tbody tr:hover{background:var(--tint)}
button{font:inherit;color:inherit;background:none;border:0;padding:.1rem;margin:0;cursor:pointer;text-align:inherit}
thead button:hover{color:var(--ink);text-decoration:underline}
thead button::after{content:"\\2195";padding-left:.25em}
th[aria-sort=ascending] button::after{content:"\\2191"}
th[aria-sort=descending] button::after{content:"\\2193"}
#theme{border:1px solid var(--muted);border-radius:.3rem;padding:.25rem .7rem;color:var(--ink)}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
dl{display:grid;grid-template-columns:12rem minmax(0,1fr);gap:.5rem 1rem;font-size:.9375rem;line-height:1.45}
dt{font-weight:bold}
dd{margin:0}
footer{border-top:1px solid var(--rule);color:var(--muted);padding:1rem;font-size:.9375rem;text-align:center}
@media (max-width:60rem){.layout{display:block}nav{position:static;max-height:none;padding:1rem 0 0}
nav ol{display:flex;flex-wrap:wrap;gap:0 1rem}dl{display:block}dd{margin:0 0 .6rem}}
@page{margin:14mm}
@media print{html{font-size:75%}nav,#theme,.skip{display:none}.layout{display:block;padding:0}
main>section{padding-top:.5rem}h1,h2,h3,.lead{break-after:avoid}p{orphans:3;widows:3}
figure,.scroll,tr{break-inside:avoid}.scroll{overflow:visible}.scroll.cut::before{content:none}figure img{min-width:0}
.after,figcaption{break-before:avoid}
table{font-size:.7rem}th,td{padding:.16rem .26rem}thead button{padding:0}thead button::after{content:""}}
"""


def style_sheet() -> str:
    """Light unless the reader's system or the button says dark; paper is light."""
    dark = f"{{color-scheme:dark;{DARK.variables}}}"
    return (
        f":root{{color-scheme:light;{LIGHT.variables}}}"
        f"@media screen and (prefers-color-scheme:dark){{:root:not([data-theme=light]){dark}}}"
        f"@media screen{{:root[data-theme=dark]{dark}}}{_RULES}"
    )
