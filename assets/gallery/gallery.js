// Search and filters on the index; on the page of a map names and values of areas by pointer and keyboard, and tables that sort.
// Pages read without this script. Text from data is only ever set as text.
"use strict";

function filterCards(form) {
  const cards = [...document.querySelectorAll(".page-card")];
  const none = document.getElementById("page-none");
  const apply = () => {
    const wanted = Object.fromEntries(new FormData(form));
    const words = wanted.text.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const card of cards) {
      const data = card.dataset;
      card.hidden = !(words.every((word) => data.text.includes(word))
        && (!wanted.theme || data.theme === wanted.theme)
        && (!wanted.level || data.level === wanted.level)
        && (!wanted.year || data.year.split(" ").includes(wanted.year)));
      shown += card.hidden ? 0 : 1;
    }
    for (const theme of document.querySelectorAll(".page-theme")) {
      theme.hidden = !theme.querySelector(".page-card:not([hidden])");
    }
    const all = shown === cards.length;
    none.textContent = all ? "" : `显示 ${shown} / ${cards.length} 项。 ${shown} of ${cards.length} entries shown.`;
  };
  form.hidden = false;
  form.addEventListener("input", apply);
  form.addEventListener("reset", () => setTimeout(apply));
  form.addEventListener("submit", (event) => event.preventDefault());
  apply();
}

function enlarge(button) {
  const paper = document.querySelector(".page-paper");
  button.hidden = false;
  button.addEventListener("click", () => {
    const large = paper.classList.toggle("page-large");
    button.setAttribute("aria-pressed", String(large));
    if (large) paper.scrollTo(paper.scrollWidth / 2 - paper.clientWidth / 2, paper.scrollHeight / 2 - paper.clientHeight / 2);
  });
}

function readAreas(figure) {
  const svg = figure.querySelector("svg");
  const live = document.getElementById("page-live");
  const areas = svg ? areasOf(svg) : [];
  if (!areas.length) return;
  const tip = document.createElement("div");
  tip.id = "page-tip";
  tip.hidden = true;
  tip.setAttribute("aria-hidden", "true");
  document.body.append(tip);
  document.getElementById("page-hint").hidden = false;
  nameFigure(svg);
  // On the wrapper: browsers let the Tab key stop at an SVG that listens for focus.
  const stage = svg.parentElement;
  for (const area of areas) leave(area);
  let current = areas[0];
  stop(current);
  let middles = null;
  let halos = [];

  const mark = (area) => {
    halos.forEach((halo) => halo.remove());
    halos = area ? ["page-halo", "page-halo page-inner"].map((name) => haloOf(area, name)) : [];
  };
  const tell = (area, x, y) => {
    mark(area);
    tip.textContent = area.dataset.says;
    tip.hidden = false;
    const room = tip.getBoundingClientRect();
    tip.style.left = `${Math.max(4, Math.min(x + 14, innerWidth - room.width - 4))}px`;
    tip.style.top = `${y + 18 + room.height > innerHeight ? Math.max(4, y - room.height - 10) : y + 18}px`;
  };
  const moveTo = (area) => {
    leave(current);
    current = area;
    stop(current);
    current.focus({ preventScroll: !stage.classList.contains("page-large") });
  };
  const quiet = () => { tip.hidden = true; mark(null); };

  stage.addEventListener("pointermove", (event) => {
    const area = event.target.closest("[data-says]");
    if (area) tell(area, event.clientX, event.clientY);
    else if (!svg.contains(document.activeElement)) quiet();
    else tip.hidden = true;
  });
  stage.addEventListener("pointerleave", quiet);
  stage.addEventListener("pointerdown", (event) => {
    const area = event.target.closest("[data-says]");
    if (area) { live.textContent = area.dataset.says; event.preventDefault(); moveTo(area); }
  });
  stage.addEventListener("focusin", (event) => {
    const area = event.target.closest("[data-says]");
    if (!area) return;
    const box = area.getBoundingClientRect();
    tell(area, box.left + box.width / 2, box.top + box.height / 2);
    live.textContent = area.dataset.says;
  });
  stage.addEventListener("focusout", quiet);
  stage.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    middles ??= areas.map(middleOf);
    const next = event.key === "Home" ? areas[0]
      : event.key === "End" ? areas[areas.length - 1]
      : event.key === "Escape" ? (quiet(), null)
      : nearest(areas, middles, areas.indexOf(current), event.key);
    if (!next) return;
    event.preventDefault();
    moveTo(next);
  });
}

// One area at a time is what the Tab key reaches and a screen reader names; the arrow keys and the table lead to the others.
function stop(area) {
  area.setAttribute("tabindex", "0");
  area.setAttribute("role", "img");
  area.setAttribute("aria-label", area.dataset.says);
}

function leave(area) {
  area.setAttribute("tabindex", "-1");
  area.removeAttribute("role");
  area.removeAttribute("aria-label");
}

// The title of the whole figure becomes its label, or the browser would show it as a tooltip everywhere.
function nameFigure(svg) {
  const title = svg.querySelector(":scope > title");
  const label = title ? title.textContent.trim() : svg.getAttribute("aria-label");
  if (title) title.remove();
  svg.removeAttribute("aria-labelledby");
  svg.setAttribute("role", "group");
  if (label) svg.setAttribute("aria-label", label);
}

// Everything with a title of its own, but the figure as a whole. The browser's own tooltip would say the same twice.
function areasOf(svg) {
  const areas = [];
  for (const title of svg.querySelectorAll(":scope * > title")) {
    const area = title.parentElement;
    if (title.textContent.trim()) {
      area.dataset.says = title.textContent.trim();
      areas.push(area);
    }
    title.remove();
  }
  return areas;
}

function haloOf(area, name) {
  const halo = area.cloneNode(true);
  for (const part of [halo, ...halo.querySelectorAll("*")]) {
    for (const attribute of ["id", "tabindex", "role", "aria-label", "data-says", "style"]) part.removeAttribute(attribute);
  }
  halo.setAttribute("class", name);
  halo.setAttribute("aria-hidden", "true");
  area.parentElement.append(halo);
  return halo;
}

function middleOf(area) {
  const box = area.getBoundingClientRect();
  return [box.left + box.width / 2, box.top + box.height / 2];
}

// The area nearest in the direction of an arrow key; what lies aside counts double.
function nearest(areas, middles, from, key) {
  const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key];
  if (!way || from < 0) return null;
  let best = null;
  let least = Infinity;
  middles.forEach(([x, y], at) => {
    const [dx, dy] = [x - middles[from][0], y - middles[from][1]];
    const ahead = dx * way[0] + dy * way[1];
    const aside = Math.abs(dx * way[1]) + Math.abs(dy * way[0]);
    const far = ahead + 2 * aside;
    if (at !== from && ahead > 0.5 && aside <= 2 * ahead && far < least) [best, least] = [areas[at], far];
  });
  return best;
}

// A click on the head of a column sorts by it: numbers by size, the largest first, then text; cells without a number come last.
function sortable(table) {
  const heads = [...table.tHead.rows[0].cells];
  const rows = [...table.tBodies[0].rows];
  const numberOf = (text) => {
    const found = text.trim().replaceAll(",", "").replace("−", "-").match(/^-?\d+(\.\d+)?/);
    return found ? Number(found[0]) : NaN;
  };
  heads.forEach((head, at) => {
    const numeric = head.classList.contains("page-number");
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const falls = head.getAttribute("aria-sort") ? head.getAttribute("aria-sort") === "ascending" : numeric;
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", falls ? "descending" : "ascending");
      const keys = new Map(rows.map((row) => {
        const text = row.cells[at].textContent;
        return [row, numeric ? numberOf(text) : text];
      }));
      const compare = (a, b) => {
        const [x, y] = [keys.get(a), keys.get(b)];
        if (!numeric) return falls ? y.localeCompare(x, "zh-CN") : x.localeCompare(y, "zh-CN");
        if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
        return falls ? y - x : x - y;
      };
      table.tBodies[0].append(...[...rows].sort(compare));
    });
  });
}

for (const table of document.querySelectorAll(".page-scroll table")) sortable(table);
const filters = document.getElementById("page-filters");
if (filters) filterCards(filters);
const figure = document.getElementById("page-figure");
if (figure) {
  enlarge(document.getElementById("page-larger"));
  readAreas(figure);
}
