"use strict";
/* Two cities compared, and the keys of the matrix. */
(() => {
  const { cities, items, words } = JSON.parse(document.getElementById("data").textContent);

  /* ---- words and marks of the verdicts, as the legend has them ---- */
  const verdicts = [...document.querySelectorAll(".legend [data-code]")].map((cell) => ({
    code: cell.dataset.code, mark: cell.textContent.trim(), word: cell.nextElementSibling.textContent,
  }));
  const add = (parent, tag, text = "") => {
    const made = parent.appendChild(document.createElement(tag));
    made.textContent = text;
    return made;
  };
  const place = (city, n) => `${city.href.split("/").map(encodeURIComponent).join("/")}#outcome:${items[n][0]}`;

  /* ---- two cities ---- */
  const selects = [document.getElementById("first"), document.getElementById("second")];
  const table = document.getElementById("differing");
  const compare = () => {
    const [one, other] = selects.map((select) => cities[select.value]);
    const heads = table.tHead.rows[0].cells;
    [heads[1].textContent, heads[2].textContent] = [one.name, other.name];
    table.tBodies[0].textContent = "";
    items.forEach(([id, title], n) => {
      if (one.verdicts[n] === other.verdicts[n]) return;
      const row = table.tBodies[0].insertRow();
      const head = add(row, "th");
      head.scope = "row";
      add(head, "code", id);
      head.append(` ${title}`);
      for (const city of [one, other]) {
        const cell = row.insertCell();
        const verdict = verdicts[city.verdicts[n]];
        if (!verdict) continue;
        const link = add(cell, "a", `${verdict.mark} ${verdict.word}`);
        link.className = `verdict v-${verdict.code}`;
        link.href = place(city, n);
      }
    });
    if (!table.tBodies[0].rows.length) table.tBodies[0].insertRow().insertCell().textContent = words.same;
  };
  for (const select of selects) select.addEventListener("change", compare);
  compare();

  /* ---- the matrix: one stop for Tab, arrow keys within ---- */
  const body = document.querySelector(".matrix tbody");
  const here = document.getElementById("here");
  let at = body.rows[0].cells[1];
  at.tabIndex = 0;
  const where = (cell) => [cell.parentElement.sectionRowIndex, cell.cellIndex - 1];
  const told = (cell) => {
    const [row, n] = where(cell);
    const verdict = verdicts[cities[row].verdicts[n]];
    return `${cities[row].name} · ${items[n].join(" ")} · ${verdict ? verdict.word : "—"}`;
  };
  const visit = (cell) => {
    if (!cell || !cell.matches("tbody td")) return;
    at.removeAttribute("tabindex");
    at = cell;
    at.tabIndex = 0;
    at.setAttribute("aria-label", told(at));
    at.focus();
    here.textContent = told(at);
  };
  const follow = (cell) => {
    const [row, n] = where(cell);
    if (cities[row].verdicts[n] !== null) location.href = place(cities[row], n);
  };
  body.addEventListener("keydown", (event) => {
    if (!event.target.matches("td")) return;
    const row = at.parentElement;
    const steps = { ArrowRight: at.nextElementSibling, ArrowLeft: at.previousElementSibling, Home: row.cells[1], End: row.lastElementChild,
      ArrowDown: row.nextElementSibling?.cells[at.cellIndex], ArrowUp: row.previousElementSibling?.cells[at.cellIndex] };
    if (event.key === "Enter") follow(at);
    else if (event.key in steps) visit(steps[event.key]);
    else return;
    event.preventDefault();
  });
  body.addEventListener("pointerover", (event) => {
    const cell = event.target.closest("td");
    if (cell) here.textContent = told(cell);
  });
  body.addEventListener("click", (event) => {
    const cell = event.target.closest("td");
    if (cell) follow(cell);
  });
})();
