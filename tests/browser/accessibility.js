// What of WCAG 2.2 AA a machine can see: levels of headings, names of controls and regions, one of each
// id, text against its background. Returns the faults, each in words.
const faults = [];
document.querySelectorAll("details").forEach((card) => (card.open = true));

let level = 0;
for (const heading of document.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
  const next = Number(heading.tagName[1]);
  if (next > level + 1) faults.push("skips a level: " + heading.textContent);
  if (!heading.textContent.trim()) faults.push("empty heading");
  level = next;
}
if (document.querySelectorAll("h1").length !== 1) faults.push("not one h1");
if (!document.documentElement.lang) faults.push("no language");
if (document.querySelectorAll("main").length !== 1) faults.push("not one main");

const named = (element) => element.textContent.trim() || element.getAttribute("aria-label") || element.labels?.length;
for (const control of document.querySelectorAll("a, button, select, input, summary, [role=group], nav"))
  if (!named(control)) faults.push("no name: " + control.outerHTML.slice(0, 80));
for (const table of document.querySelectorAll("table"))
  for (const cell of table.querySelectorAll("th"))
    if (!cell.scope) faults.push("heading without scope: " + cell.textContent);

const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
for (const id of new Set(ids)) if (ids.filter((other) => other === id).length > 1) faults.push("twice: " + id);

const channels = (colour) => colour.match(/[\d.]+/g).map(Number);
const luminance = ([r, g, b]) => {
  const linear = (value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
};
const background = (element) => {
  for (let at = element; at; at = at.parentElement) {
    const colour = channels(getComputedStyle(at).backgroundColor);
    if (colour.length === 3 || colour[3] === 1) return colour;
  }
  return [255, 255, 255];
};
const seen = new Set();
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const element = walker.currentNode.parentElement;
  if (!walker.currentNode.data.trim() || !element.checkVisibility() || element.closest("svg, script, style, option")) continue;
  const text = channels(getComputedStyle(element).color);
  const [high, low] = [luminance(text), luminance(background(element))].sort((a, b) => b - a);
  const contrast = (high + 0.05) / (low + 0.05);
  const pair = element.className + " " + contrast.toFixed(2);
  if (contrast < 4.5 && !seen.has(pair)) faults.push("contrast " + pair + ": " + element.textContent.slice(0, 40));
  seen.add(pair);
}
return faults;
