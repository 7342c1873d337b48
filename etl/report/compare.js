// Compares what is on the page: the latest charts, and the shares of their largest artists.
const compare = document.querySelector("[data-view='#compare']");
const SHOWN = 12;
const sectionOf = (id) => all(document, "section[data-chart]").find((section) => section.dataset.chart === id);
const nameOf = (id) => sectionOf(id).getAttribute("aria-label");
const monthName = (day) => new Date(day).toLocaleDateString("en", { month: "long", year: "numeric", timeZone: "UTC" });
const counted = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;

function entriesOf(id) {
  return all(sectionOf(id), ".entries tbody tr").map((row) => ({
    position: Number(row.cells[0].textContent),
    song: row.dataset.s,
    artists: (row.dataset.a ?? "").split(" "),
    name: row.querySelector(".song b").textContent,
    credit: row.querySelector(".song span").textContent,
  }));
}

function element(tag, text, className = "") {
  const made = document.createElement(tag);
  made.textContent = text;
  made.className = className;
  return made;
}

function songTable(headings, rows) {
  const made = table(headings, rows.map(([, ...numbers]) => ["", ...numbers]));
  made.className = "compared";
  rows.forEach(([entry], index) => {
    const cell = made.tBodies[0].rows[index].cells[0];
    cell.className = "song";
    cell.append(element("b", entry.name), element("span", entry.credit));
  });
  const scroll = element("div", "", "scroll");
  scroll.append(made);
  return scroll;
}

// A screen reader says the sentence, and not all that is below it.
function tell(id, sentence, parts) {
  const [said, shown] = document.getElementById(id).children;
  said.textContent = sentence;
  shown.replaceChildren(...parts);
}

async function compareCharts(left, right) {
  const [here, there] = [entriesOf(left), entriesOf(right)];
  const byPosition = (entries) => new Map([...entries].reverse().map((entry) => [entry.song, entry]));
  const [inLeft, inRight] = [byPosition(here), byPosition(there)];
  const shared = [...inLeft.values()].filter((entry) => inRight.has(entry.song));
  const together = (entry) => entry.position + inRight.get(entry.song).position;
  shared.sort((one, other) => together(one) - together(other));
  const onlyIn = (entries, others) => entries.filter((entry) => !others.has(entry.song)).slice(0, 10);
  const days = [left, right].map((id) => page.charts[id].until);
  const parts = [];
  if (days[0] !== days[1]) parts.push(element("p", `The charts are not of the same time: ${days[0]} and ${days[1]}.`, "soft"));
  if (shared.length) {
    const rows = shared.slice(0, 20).map((entry) => [entry, entry.position, inRight.get(entry.song).position]);
    parts.push(element("h4", shared.length > 20 ? "The 20 highest of both" : "On both"), songTable(["Song", nameOf(left), nameOf(right)], rows));
  }
  const columns = element("div", "", "columns");
  for (const [id, entries, others] of [[left, here, inRight], [right, there, inLeft]]) {
    const column = element("div", "");
    column.append(element("h4", `Only on ${nameOf(id)}`), songTable(["Song", "Position"], onlyIn(entries, others).map((entry) => [entry, entry.position])));
    columns.append(column);
  }
  tell("compared-charts", `${counted(shared.length, "song")} in common, of ${here.length} and ${there.length}.`, [...parts, columns]);
  await drawOverlap(left, right);
}

// How much two markets have in common, month by month; only charts that stand for markets do.
async function drawOverlap(left, right) {
  const figure = document.getElementById("compared-months");
  const [parts, songs] = page.overlaps.pairs[[left, right].sort().join(" ")] ?? [[], []];
  const points = shares(page.overlaps.months, [["", parts]]).map((point, index) => ({ ...point, songs: songs[index] }));
  const known = points.filter(({ share }) => share !== null);
  figure.hidden = known.length < 2;
  if (figure.hidden) return;
  const told = ({ at, share }) => `${Math.round(100 * share)} % in ${monthName(at)}`;
  figure.querySelector("figcaption").textContent = `Songs in common, as a share of the songs on either chart, once a month: ${told(known[0])}, ${told(known.at(-1))}.`;
  await plot(figure.querySelector(".plot"), page.figures.overlap, points);
}

const songCharts = () => Object.keys(page.charts).filter((id) => page.charts[id].kind === "song");

// An artist whose id is known in some charts alone has several numbers.
function numbersOf(name) {
  const wanted = name.trim().toLowerCase();
  return page.artists.flatMap((one, number) => (one.toLowerCase() === wanted ? [String(number)] : []));
}

// The songs of the artist on each latest chart: how many, and the highest.
function presence(artists) {
  const found = new Map();
  for (const id of songCharts()) {
    const own = entriesOf(id).filter((entry) => entry.artists.some((artist) => artists.includes(artist)));
    if (own.length) found.set(id, own);
  }
  return found;
}

async function compareArtists(names) {
  const figure = document.getElementById("compared-shares");
  const numbers = names.map(numbersOf);
  const unknown = names.filter((name, index) => !numbers[index].length);
  figure.hidden = true;
  if (unknown.length) {
    tell("compared-artists", `No artist on this page is called “${unknown[0]}”.`, []);
    return;
  }
  names = numbers.map(([number]) => page.artists[number]);
  const [left, right] = numbers.map(presence);
  const songs = (id) => (left.get(id)?.length ?? 0) + (right.get(id)?.length ?? 0);
  const ids = songCharts().filter(songs).sort((one, other) => songs(other) - songs(one));
  const shown = ids.slice(0, SHOWN);
  const sums = [left, right].map((found, index) => `${names[index]} is on ${found.size}`);
  const more = ids.length > SHOWN ? ` These are the ${SHOWN} with the most songs of both.` : "";
  const say = (own) => (own ? `${counted(own.length, "song")}, highest ${own[0].position}: ${own[0].name}` : "–");
  const scroll = element("div", "", "scroll");
  scroll.append(table(["Latest chart", ...names], shown.map((id) => [nameOf(id), say(left.get(id)), say(right.get(id))])));
  scroll.firstChild.className = "compared texts";
  tell("compared-artists", `${sums.join(", ")} of ${counted(songCharts().length, "latest chart")}.${more}`, ids.length ? [scroll] : []);
  await drawShares(figure, numbers);
}

// Their shares of the chart where both have the most.
async function drawShares(figure, numbers) {
  const total = (parts) => parts.reduce((sum, part) => sum + (part ?? 0), 0);
  const linesOf = (id) => numbers.map((own) => (page.charts[id].artists ?? []).find(([artist]) => own.includes(String(artist))));
  const weight = (id) => Math.min(...linesOf(id).map((found) => (found ? total(found[1]) : 0)));
  const [best] = songCharts().filter((id) => (page.charts[id].months ?? []).length > 1 && weight(id)).sort((one, other) => weight(other) - weight(one));
  if (!best) return;
  figure.hidden = false;
  figure.querySelector("figcaption").textContent = `Share of each month on ${nameOf(best)}, where both have been among the largest.`;
  await plot(figure.querySelector(".plot"), page.figures.artists, shares(page.charts[best].months, named(linesOf(best))));
}

function biggestArtists() {
  const songs = new Map();
  for (const id of songCharts()) {
    for (const entry of entriesOf(id)) for (const artist of entry.artists) if (artist) songs.set(artist, (songs.get(artist) ?? 0) + 1);
  }
  return [...songs].sort((one, other) => other[1] - one[1]).slice(0, 2).map(([artist]) => page.artists[artist]);
}

// The first two charts of the same time.
function firstPair() {
  const ids = songCharts();
  for (const [index, left] of ids.entries()) {
    const right = ids.slice(index + 1).find((id) => page.charts[id].until === page.charts[left].until);
    if (right) return [left, right];
  }
  return [ids[0], ids.at(-1)];
}

async function fillComparison() {
  const [charts, artists] = ["chart", "artist"].map((what) => ["left", "right"].map((side) => document.getElementById(`${side}-${what}`)));
  const both = () => compareArtists(artists.map((input) => input.value));
  if (!compare.dataset.complete) {
    compare.dataset.complete = "yes";
    [charts[0].value, charts[1].value] = firstPair();
    for (const one of charts) one.addEventListener("change", () => compareCharts(...charts.map(({ value }) => value)));
    biggestArtists().forEach((name, index) => { artists[index].value = name; });
    document.getElementById("artist-names").append(...[...new Set(page.artists)].sort().map((name) => Object.assign(document.createElement("option"), { value: name })));
    for (const one of artists) one.addEventListener("change", both);
    if (charts[0].length > 1) await compareCharts(...charts.map(({ value }) => value));
  }
  if (artists.every(({ value }) => value)) await both();
}
