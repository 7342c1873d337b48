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
window.addEventListener("hashchange", async () => {
  window.scrollTo(0, 0);
  await showAddress();
  // Who followed a link goes on reading at the heading; who chooses from the list goes on choosing.
  const heading = document.querySelector("section:not([hidden]) h2");
  if (document.activeElement === select) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
});
dark.addEventListener("change", showAddress);
showAddress();
