"""The page's script: the button between light and dark, and tables sorted by a click or a key on a head.

Without it, the page is whole; nothing is fetched and nothing is sent.
"""

from __future__ import annotations

SCRIPT = """
"use strict";
(() => {
  const root = document.documentElement, button = document.getElementById("theme");
  const system = matchMedia("(prefers-color-scheme: dark)");
  const kept = () => { try { return localStorage.getItem("theme"); } catch { return null; } };
  const dark = () => (root.dataset.theme || (system.matches ? "dark" : "light")) === "dark";
  const say = () => { button.textContent = dark() ? "Light" : "Dark"; };
  if (kept()) root.dataset.theme = kept();
  button.hidden = false;
  button.addEventListener("click", () => {
    root.dataset.theme = dark() ? "light" : "dark";
    try { localStorage.setItem("theme", root.dataset.theme); } catch { /* not kept, and no harm */ }
    say();
  });
  system.addEventListener("change", say);
  say();

  // On a narrow screen the first figure begins at its end, where the forecast is; what is cut says so.
  const first = document.querySelector("figure .scroll");
  if (first) first.scrollLeft = first.scrollWidth;
  const hint = () => {
    for (const box of document.querySelectorAll(".scroll")) {
      box.classList.toggle("cut", box.scrollWidth > box.clientWidth + 1);
    }
  };
  addEventListener("resize", hint);
  hint();

  const key = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.v === undefined ? cell.textContent.trim() : Number(cell.dataset.v);
  };
  // What has no number stays below, whichever way the others are sorted.
  const compare = (a, b, way) => {
    if (typeof a === "number" && typeof b === "number") return way * (a - b);
    if (typeof a === "number") return -1;
    if (typeof b === "number") return 1;
    return way * a.localeCompare(b);
  };
  for (const head of document.querySelectorAll("thead th")) {
    head.querySelector("button").addEventListener("click", () => {
      const way = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
      for (const other of head.parentNode.cells) other.setAttribute("aria-sort", "none");
      head.setAttribute("aria-sort", way === 1 ? "ascending" : "descending");
      const body = head.closest("table").tBodies[0], column = head.cellIndex;
      const rows = [...body.rows].sort((a, b) => compare(key(a, column), key(b, column), way));
      body.append(...rows);
      for (const row of rows) row.classList.remove("ruled");
    });
  }
})();
"""
