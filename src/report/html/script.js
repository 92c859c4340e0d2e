"use strict";
// Opens what a link leads to, filters tasks and findings, sorts tables. Without it the page only reads.

const open = () => {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let at = target; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
  if (target) target.scrollIntoView();
};

// An element passes if it bears every word that was chosen, and has the text somewhere in it.
const passes = (element, wanted) => [...wanted].every(([name, value]) =>
  !value || (name === "text"
    ? element.textContent.toLowerCase().includes(value.toLowerCase())
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
