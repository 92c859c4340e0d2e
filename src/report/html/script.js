"use strict";
// Opens what a link leads to, filters tasks and findings, sorts tables, takes ticks and comments.
// Without it the page only reads.

const open = () => {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let at = target; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
  if (target) target.scrollIntoView();
};

// What an element says, in lower case, without what can be edited in it: read once, as long pages take
// long to read.
const said = new WeakMap();
const words = (element) => {
  if (!said.has(element)) {
    const parts = [...element.children].filter((part) => !part.matches(".edit"));
    said.set(element, parts.map((part) => part.textContent).join(" ").toLowerCase());
  }
  return said.get(element);
};

// An element passes if it bears every word that was chosen, and has the text somewhere in it.
const passes = (element, wanted) => [...wanted].every(([name, value]) =>
  !value || (name === "text"
    ? words(element).includes(value.toLowerCase())
    : (name === "target" ? element.dataset.target.split(" ") : [element.dataset[name]]).includes(value)));

const filter = (form) => {
  const all = document.querySelectorAll("details." + form.dataset.filter);
  const wanted = new FormData(form);
  let shown = 0;
  for (const element of all) {
    element.hidden = !passes(element, wanted);
    shown += !element.hidden;
  }
  form.querySelector("output").value = shown < all.length ? shown + " of " + all.length : "";
};

const text = (row, column) => row.cells[column].textContent;

const sort = (heading) => {
  const body = heading.closest("table").tBodies[0];
  const up = heading.getAttribute("aria-sort") !== "ascending";
  const column = heading.cellIndex;
  const order = new Intl.Collator("en", { numeric: true });
  const rows = [...body.rows].sort((a, b) => order.compare(text(a, column), text(b, column)));
  if (!up) rows.reverse();
  for (const other of heading.parentElement.cells) other.removeAttribute("aria-sort");
  heading.setAttribute("aria-sort", up ? "ascending" : "descending");
  body.append(...rows);
};

for (const form of document.querySelectorAll("form.filter")) {
  form.hidden = false;
  // Tools that choose for a person may send one of the two only.
  for (const change of ["input", "change"]) form.addEventListener(change, () => filter(form));
  form.addEventListener("submit", (event) => event.preventDefault());
}
for (const heading of document.querySelectorAll("table.sortable thead th")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "sort";
  button.append(...heading.childNodes);
  button.addEventListener("click", () => sort(heading));
  heading.append(button);
}

// What people decide about tasks, by task: what the overlay said before, and what they change here.
const edits = new Map();
let unsaved = false;
const note = (card, field) => {
  const edit = edits.get(card.dataset.task);
  const value = field.type === "checkbox" ? field.checked : field.value.trim();
  if (value) edit[field.name] = value; else delete edit[field.name];
  card.classList.toggle("ticked", edit.done === true);
  unsaved = true;
};
const template = document.getElementById("edit");
for (const card of document.querySelectorAll("details.task")) {
  const edit = JSON.parse(card.dataset.edit || "{}");
  edits.set(card.dataset.task, edit);
  const form = template.content.cloneNode(true);
  for (const field of form.querySelectorAll("[name]")) {
    if (field.type === "checkbox") field.checked = edit.done === true; else field.value = edit[field.name] || "";
    field.addEventListener("input", () => note(card, field));
  }
  card.classList.toggle("ticked", edit.done === true);
  card.append(form);
}

// JSON is YAML, but for characters that YAML takes for the end of a line or does not print.
const overlay = () => {
  const tasks = JSON.parse(document.getElementById("plan").dataset.idle || "{}");
  for (const [task, edit] of edits) if (Object.keys(edit).length) tasks[task] = edit;
  return JSON.stringify({ tasks }, null, 2).replace(/[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
    (mark) => "\\u" + mark.charCodeAt(0).toString(16).padStart(4, "0")) + "\n";
};
const save = () => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([overlay()], { type: "application/yaml" }));
  link.download = "plan-overlay.yaml";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  unsaved = false;
};
for (const part of document.querySelectorAll(".save")) {
  part.hidden = false;
  part.querySelector("button").addEventListener("click", save);
}
addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });

// Paper cannot be unfolded: everything is open while it is printed, and as it was after.
let folded = [];
addEventListener("beforeprint", () => {
  folded = [...document.querySelectorAll("details:not([open])")];
  for (const element of folded) element.open = true;
});
addEventListener("afterprint", () => {
  for (const element of folded) element.open = false;
});
addEventListener("hashchange", open);
open();
