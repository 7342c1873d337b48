"use strict";
// Draws the figures of the chart that is shown, in the colours of the page.
const dark = window.matchMedia("(prefers-color-scheme: dark)");
const read = (id) => JSON.parse(document.getElementById(id).textContent);
const specs = read("figures");
const drawn = new Map();

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
    range: {
      category: dark.matches
        ? ["#59d3a4", "#8fb3ff", "#f0b45f", "#f0916f", "#d8a6f0", "#7fd3e8", "#e8df7f", "#f59ab5", "#b8b8c4", "#9adf6f"]
        : ["#0b6e4f", "#2450a8", "#a86a00", "#a23b1f", "#7a3ea8", "#0d6f86", "#6b6a00", "#a32a57", "#5c5c66", "#3d7a12"],
    },
  };
}

async function draw(section) {
  for (const place of section.querySelectorAll(".plot")) {
    const spec = specs[section.dataset.chart][place.dataset.figure];
    drawn.get(place)?.finalize();
    const result = await vegaEmbed(place, spec, { actions: false, renderer: "svg", config: config() });
    drawn.set(place, result);
    // What a screen reader hears is the caption and the table, not every mark.
    place.querySelector("svg")?.setAttribute("aria-hidden", "true");
  }
}

async function show(chart) {
  for (const section of document.querySelectorAll("section[data-chart]")) {
    section.hidden = section.dataset.chart !== chart;
    if (!section.hidden) await draw(section);
  }
  document.body.dataset.shown = chart;
}

function filter(section, words) {
  const wanted = words.trim().toLowerCase();
  const table = section.querySelector("table.entries");
  let left = 0;
  for (const row of table.tBodies[0].rows) {
    row.hidden = wanted !== "" && !row.textContent.toLowerCase().includes(wanted);
    left += row.hidden ? 0 : 1;
  }
  table.classList.toggle("whole", wanted !== "" || section.dataset.whole === "yes");
  section.querySelector(".left").textContent = wanted ? `${left} found` : "";
}

for (const section of document.querySelectorAll("section[data-chart]")) {
  section.querySelector("input").addEventListener("input", (event) => filter(section, event.target.value));
  section.querySelector("button.all")?.addEventListener("click", (event) => {
    section.dataset.whole = "yes";
    section.querySelector("table.entries").classList.add("whole");
    event.target.remove();
  });
}
const select = document.getElementById("chart");
select?.addEventListener("change", () => show(select.value));
dark.addEventListener("change", () => show(document.body.dataset.shown));
const first = document.querySelector("section[data-chart]");
if (first) show(select ? select.value : first.dataset.chart);
