"use strict";
(() => {
  const root = document.documentElement;

  // Colours: auto, light, dark. Storage may be refused to a page opened from disk.
  const remember = (value) => { try { localStorage.setItem("rowcast-theme", value); } catch { /* not kept */ } };
  const recall = () => { try { return localStorage.getItem("rowcast-theme"); } catch { return null; } };
  const themes = ["auto", "light", "dark"];
  const themeButton = document.getElementById("theme");
  const setTheme = (theme) => {
    if (theme === "auto") root.removeAttribute("data-theme"); else root.dataset.theme = theme;
    themeButton.textContent = `Colours: ${theme}`;
    themeButton.setAttribute("aria-label", `Colours: ${theme === "auto" ? "as the system has them" : theme}`);
  };
  setTheme(themes.includes(recall()) ? recall() : "auto");
  themeButton.addEventListener("click", () => {
    const next = themes[(themes.indexOf(root.dataset.theme ?? "auto") + 1) % themes.length];
    setTheme(next);
    remember(next);
  });

  // What is shown: one layout and scenario, and in tables the rows that hold the words looked for.
  const select = document.getElementById("view");
  const words = new Map();
  const showTable = (table) => {
    const view = select ? select.value : "";
    const wanted = words.get(table.id) ?? [];
    for (const row of table.tBodies[0].rows) {
      const inView = !view || !row.dataset.view || row.dataset.view === view;
      const text = wanted.length ? row.textContent.toLowerCase() : "";
      row.hidden = !inView || !wanted.every((word) => text.includes(word));
    }
  };
  const showAll = () => {
    const view = select ? select.value : "";
    document.querySelectorAll("table.sortable").forEach(showTable);
    for (const group of document.querySelectorAll(".plots")) {
      let shown = 0;
      for (const plot of group.children) {
        plot.hidden = Boolean(view && plot.dataset.view && plot.dataset.view !== view);
        shown += plot.hidden ? 0 : 1;
      }
      const none = group.nextElementSibling;
      if (none && none.classList.contains("no-view")) none.hidden = shown > 0;
    }
  };
  if (select) select.addEventListener("change", showAll);
  for (const input of document.querySelectorAll("input[data-filters]")) {
    input.addEventListener("input", () => {
      const table = document.getElementById(input.dataset.filters);
      words.set(table.id, input.value.toLowerCase().split(/\s+/).filter(Boolean));
      showTable(table);
    });
  }
  showAll();

  // Sorting: figures by value, names by spelling; what is missing comes last either way.
  const sortBy = (table, column, direction) => {
    const numeric = table.tHead.rows[0].cells[column].classList.contains("num");
    const key = (row) => {
      const value = row.cells[column].dataset.value;
      if (value === undefined) return null;
      return numeric ? Number(value) : value;
    };
    const rows = Array.from(table.tBodies[0].rows, (row) => [key(row), row]);
    rows.sort(([a], [b]) => {
      if (a === null || b === null) return (a === null) - (b === null);
      const order = numeric || typeof a === "number" ? a - b : a.localeCompare(b, "en", { numeric: true });
      return direction === "ascending" ? order : -order;
    });
    table.tBodies[0].append(...rows.map(([, row]) => row));
  };
  for (const table of document.querySelectorAll("table.sortable")) {
    const headers = Array.from(table.tHead.rows[0].cells);
    headers.forEach((header, column) => {
      header.querySelector("button").addEventListener("click", () => {
        const direction = header.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending";
        headers.forEach((other) => other.setAttribute("aria-sort", "none"));
        header.setAttribute("aria-sort", direction);
        sortBy(table, column, direction);
      });
    });
  }

  // Contents: mark the section in sight.
  const links = new Map(Array.from(document.querySelectorAll(".contents ol a"), (a) => [a.hash.slice(1), a]));
  const sections = Array.from(links.keys(), (id) => document.getElementById(id));
  let due = false;
  const mark = () => {
    due = false;
    let current = sections[0];
    for (const section of sections) if (section.getBoundingClientRect().top < innerHeight * 0.3) current = section;
    links.forEach((link, id) => link.classList.toggle("here", id === current.id));
  };
  addEventListener("scroll", () => { if (!due) { due = true; requestAnimationFrame(mark); } }, { passive: true });
  mark();

  // Print shows what is on the page, and what is folded away too.
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = Array.from(document.querySelectorAll("details:not([open])"));
    folded.forEach((details) => { details.open = true; });
  });
  addEventListener("afterprint", () => folded.forEach((details) => { details.open = false; }));
})();
