"""Contrast by WCAG 2: of two colours, for tests of themes and charts, and of every text in a browser's page."""

from __future__ import annotations

# Every visible text below 4.5 to 1, colours blended with what lies below them, as "ratio text".
FAINT = """() => {
  const light = c => [.2126, .7152, .0722].reduce((sum, share, i) => {
    const part = c[i] / 255;
    return sum + share * (part <= .04045 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4);
  }, .05);
  const read = text => { const [r, g, b, a = 1] = text.match(/[\\d.]+/g).map(Number); return [r, g, b, a]; };
  const over = (top, below) => below.map((part, i) => top[i] * top[3] + part * (1 - top[3]));
  const ancestors = node => node ? [...ancestors(node.parentElement), node] : [];
  const faint = [], texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const node = texts.currentNode, holder = node.parentElement, range = document.createRange();
    range.selectNodeContents(node);
    const box = range.getBoundingClientRect();
    if (!node.data.trim() || !box.width || !holder.checkVisibility({opacityProperty: true, visibilityProperty: true}))
      continue;
    // A slider's value stands above its thumb, which holds it and is smaller.
    const behind = ancestors(holder).filter(each => each.getBoundingClientRect().height >= box.height - 1);
    const blend = (below, each) => over(read(getComputedStyle(each).backgroundColor), below);
    const page = behind.reduce(blend, [255, 255, 255]);
    const ink = read(getComputedStyle(holder).color);
    ink[3] *= ancestors(holder).reduce((all, each) => all * getComputedStyle(each).opacity, 1);
    const [a, b] = [light(over(ink, page)), light(page)], ratio = Math.max(a, b) / Math.min(a, b);
    if (ratio < 4.5) faint.push(`${ratio.toFixed(2)} ${node.data.trim().slice(0, 40)}`);
  }
  return faint;
}"""


def contrast(one: str, other: str) -> float:
    """(L₁ + 0.05) / (L₂ + 0.05) of two colours such as #0072B2, the lighter over the darker."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
