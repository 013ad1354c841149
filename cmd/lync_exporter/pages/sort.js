// Sorts and searches the list of domains in place when all of it is on the
// page. Without this script, the same links and the same form ask the server.
"use strict";

(() => {
  const table = document.querySelector("table.targets[data-whole]");
  const form = document.querySelector("form[role=search]");
  if (!table || !form) return;
  const body = table.tBodies[0];

  const text = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
  const byName = (a, b) => text(a.domain, b.domain) || text(a.view, b.view);
  const orders = {
    domain: byName,
    checked: (a, b) => b.checked - a.checked || byName(a, b),
    state: (a, b) => a.state - b.state || b.critical - a.critical || b.warnings - a.warnings || byName(a, b),
  };

  function sort(link) {
    const order = orders[link.dataset.sort];
    const rows = Array.from(body.rows);
    rows.sort((a, b) => order(a.dataset, b.dataset));
    body.append(...rows);
    for (const heading of table.tHead.rows[0].cells) heading.removeAttribute("aria-sort");
    link.closest("th").setAttribute("aria-sort", link.dataset.sort === "checked" ? "descending" : "ascending");
    form.elements.sort.value = link.dataset.sort;
    history.replaceState(null, "", link.href);
  }

  for (const link of table.querySelectorAll("a[data-sort]")) {
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      sort(link);
    });
  }

  // What the page was not asked for is not on it: only a longer search can be
  // answered here, any other by the form.
  const asked = form.elements.q.defaultValue.toLowerCase();
  form.elements.q.addEventListener("input", () => {
    const query = form.elements.q.value.trim().toLowerCase().replace(/\.$/, "");
    if (!query.includes(asked)) return;
    let found = 0;
    for (const row of body.rows) {
      row.hidden = !row.dataset.domain.includes(query) && !row.dataset.display.toLowerCase().includes(query);
      if (!row.hidden) found++;
    }
    document.querySelector(".paging").textContent = `${found} of ${body.rows.length}`;
  });
})();
