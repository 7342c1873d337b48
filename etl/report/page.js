"use strict";
// Shows one view at a time, and draws its figures in the colours of the page.
const dark = window.matchMedia("(prefers-color-scheme: dark)");
const page = JSON.parse(document.getElementById("columns").textContent);
const drawn = new Map();
const all = (within, selector) => [...within.querySelectorAll(selector)];

function config() {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  const text = { labelColor: colour("--ink"), titleColor: colour("--soft") };
  return {
    background: "transparent",
    font: "system-ui, sans-serif",
    view: { stroke: null },
    axis: { ...text, gridColor: colour("--line"), domainColor: colour("--line"), tickColor: colour("--line"), titleFontWeight: "normal" },
    legend: text,
    title: { color: colour("--ink"), fontWeight: 600 },
    line: { color: colour("--accent") },
    point: { color: colour("--accent") },
    text: { color: colour("--ink") },
    range: { category: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((number) => colour(`--c${number}`)) },
  };
}

// The points of the songs in the top ten; a line has one without a position where it breaks.
function topTen(chart) {
  const last = chart.ends.length - 1;
  return chart.top.flatMap(([song, artist, positions], run) => {
    const isThere = positions.map((position) => position > 0 && position <= 10);
    return positions.flatMap((position, index) =>
      isThere[index] || isThere[index - 1]
        ? [{ at: chart.ends[index], song, artist, run, is_last: index === last, position: isThere[index] ? position : null }]
        : []);
  });
}

function shares(months, lines) {
  return lines.flatMap(([name, parts]) =>
    // A line breaks in a month without a share.
    parts.map((part, index) => ({ at: months[index], name, share: part === null ? null : part / 1000 })));
}

const daysAfter = (first, days) => new Date(Date.parse(first) + days * 86_400_000).toISOString().slice(0, 10);

function line(chart, figure) {
  const points = ([first, days, values], of, isFamily) =>
    days.map((day, index) => ({ at: daysAfter(first, day), of, is_family: isFamily, value: figure === "mean_seconds" ? values[index] : values[index] / 1000 }));
  const own = points(chart.lines[figure], "this chart", false);
  const family = page.families[chart.family]?.[figure];
  const from = own[0].at;
  return family ? [...own, ...points(family, "median of its kind", true).filter(({ at }) => at >= from)] : own;
}

const named = (lines) => lines.map(([artist, parts]) => [page.artists[artist], parts]);
const largest = (lines) => named(lines.slice(0, 8));

function values(chart, figure) {
  switch (figure) {
    case "bump": return topTen(chart);
    case "artists": return shares(chart.months, largest(chart.artists));
    case "genres": return shares(chart.months, chart.genres);
    default: return line(chart, figure);
  }
}

async function plot(place, spec, points) {
  drawn.get(place)?.finalize();
  const result = await vegaEmbed(place, { ...spec, data: { values: points } }, { actions: false, renderer: "svg", config: config() });
  drawn.set(place, result);
  // What a screen reader hears is the caption and the table, not every mark.
  place.querySelector("svg")?.setAttribute("aria-hidden", "true");
}

function table(headings, rows) {
  const made = document.createElement("table");
  made.className = "numbers";
  for (const cells of [headings, ...rows]) {
    const row = (cells === headings ? made.createTHead() : made.tBodies[0] ?? made.createTBody()).insertRow();
    cells.forEach((text, index) => {
      const cell = document.createElement(cells === headings || index === 0 ? "th" : "td");
      if (cell.tagName === "TH") cell.scope = cells === headings ? "col" : "row";
      cell.textContent = text ?? "";
      row.append(cell);
    });
  }
  return made;
}

function tableOf(chart, figure) {
  if (figure === "bump") {
    return table([chart.kind, ...chart.ends], chart.top.map(([song, , positions]) => [song, ...positions.map((one) => one || "")]));
  }
  const lines = figure === "artists" ? largest(chart.artists) : chart.genres;
  const percent = (part) => (part === null ? "" : `${(part / 10).toFixed(1)} %`);
  return table(["", ...chart.months.map((month) => month.slice(0, 7))], lines.map(([name, parts]) => [name, ...parts.map(percent)]));
}

const LEVELS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

// A small line for the letters of recent positions, the highest at the top.
function drawSmallLine(cell) {
  const letters = cell.textContent.trim();
  const points = [...letters].map((letter, index) => (letter === "." ? null : `${index * 4 + 2},${2 + (16 * LEVELS.indexOf(letter)) / 61}`));
  const runs = points.reduce((found, point) => (point ? found.at(-1).push(point) : found.push([]), found), [[]]);
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", `0 0 ${letters.length * 4} 20`);
  svg.setAttribute("width", letters.length * 4);
  svg.setAttribute("height", 20);
  svg.setAttribute("aria-hidden", "true");
  for (const run of runs.filter((one) => one.length)) {
    // A line of one point is a dot.
    const polyline = document.createElementNS("http://www.w3.org/2000/svg", "polyline");
    polyline.setAttribute("points", (run.length > 1 ? run : [run[0], run[0]]).join(" "));
    if (run.length === 1) polyline.setAttribute("class", "dot");
    svg.append(polyline);
  }
  cell.replaceChildren(svg);
}

const STATES = { c: "complete", i: "incomplete", m: "missing" };

function drawStates(place) {
  place.replaceChildren(...[...place.dataset.states].map((letter) => {
    const cell = document.createElement("i");
    cell.className = cell.title = STATES[letter];
    return cell;
  }));
}

// What is only of use when a chart is seen is made when it is seen first.
function complete(section) {
  if (section.dataset.complete) return;
  section.dataset.complete = "yes";
  all(section, ".entries tbody td:nth-child(4)").filter((cell) => cell.textContent.trim()).forEach(drawSmallLine);
  all(section, "[data-states]").forEach(drawStates);
}

async function draw(section) {
  complete(section);
  const chart = page.charts[section.dataset.chart];
  for (const place of all(section, ".plot")) {
    const figure = place.dataset.figure;
    await plot(place, page.figures[figure], values(chart, figure));
    // What is wider than the window ends with what is latest.
    place.parentElement.scrollLeft = place.parentElement.scrollWidth;
  }
}

function filter(section, words) {
  const wanted = words.trim().toLowerCase();
  const entries = section.querySelector("table.entries");
  let left = 0;
  for (const row of entries.tBodies[0].rows) {
    row.hidden = wanted !== "" && !row.cells[2].textContent.toLowerCase().includes(wanted);
    left += row.hidden ? 0 : 1;
  }
  entries.classList.toggle("whole", wanted !== "" || section.dataset.whole === "yes");
  section.querySelector(".left").textContent = wanted ? `${left} found` : "";
}

for (const section of all(document, "section[data-chart]")) {
  section.querySelector("input").addEventListener("input", (event) => filter(section, event.target.value));
  section.querySelector("button.all")?.addEventListener("click", (event) => {
    section.dataset.whole = "yes";
    section.querySelector("table.entries").classList.add("whole");
    event.target.remove();
  });
  for (const details of all(section, "details[data-figure]")) {
    details.addEventListener("toggle", () => {
      if (details.querySelector("table")) return;
      const scroll = document.createElement("div");
      scroll.className = "scroll";
      scroll.append(tableOf(page.charts[section.dataset.chart], details.dataset.figure));
      details.append(scroll);
    });
  }
}
