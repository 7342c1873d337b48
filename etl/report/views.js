// The address says which view is shown, so that links and the back button work.
const select = document.getElementById("chart");

async function showAddress() {
  const views = all(document, "section[data-view]");
  const wanted = views.find((view) => view.dataset.view === decodeURIComponent(location.hash)) ?? views[0];
  if (!wanted) return;
  const hash = location.hash;
  delete document.body.dataset.drawn;
  for (const view of views) view.hidden = view !== wanted;
  if (select) select.value = wanted.dataset.view;
  await (wanted === compare ? fillComparison() : draw(wanted));
  document.body.dataset.drawn = hash;
}

select?.addEventListener("change", () => { location.hash = select.value; });
window.addEventListener("hashchange", () => { window.scrollTo(0, 0); showAddress(); });
dark.addEventListener("change", showAddress);
showAddress();
