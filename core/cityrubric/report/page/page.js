"use strict";
/* Filters, drill-down and keys. Without this script the page shows everything. */
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const say = (text, words) => text.replace(/\{(\w+)\}/g, (_, name) => words[name]);

  /* ---- filters ---- */
  const apply = (form) => {
    const list = document.getElementById(form.dataset.filters);
    const asked = [...form.querySelectorAll("select")].filter((field) => field.value);
    const boxes = [...form.querySelectorAll("input[type=checkbox]")];
    const checked = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    const text = form.elements.text.value.trim().toLowerCase();
    const items = [...list.querySelectorAll(".card")];
    for (const item of items) {
      const fits = checked.has(item.dataset[boxes[0].name])
        && asked.every((field) => item.dataset[field.name].split(" ").includes(field.value))
        && item.textContent.toLowerCase().includes(text);
      item.hidden = !fits;
    }
    for (const cards of list.querySelectorAll(".cards")) {
      cards.hidden = ![...cards.children].some((item) => !item.hidden);
      cards.previousElementSibling.hidden = cards.hidden;
    }
    const shown = items.filter((item) => !item.hidden).length;
    form.querySelector("output").value = shown ? say(data.words.shown, { n: shown, all: items.length }) : data.words.none;
  };
  for (const form of document.querySelectorAll("[data-filters]")) {
    if (!form.querySelector("input[type=checkbox]")) continue;
    form.hidden = false;
    form.addEventListener("input", () => apply(form));
    form.addEventListener("submit", (event) => event.preventDefault());
    apply(form);
  }
  const showAll = (form) => {
    for (const field of form.elements) {
      if (field.type === "checkbox") field.checked = true;
      else if ("value" in field && field.type !== "button") field.value = "";
    }
    apply(form);
  };

  /* ---- a link opens what it leads to, whatever hides it ---- */
  const arrive = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    const list = target.closest("[id$='-list']");
    if (list && target.hidden) showAll(document.querySelector(`[data-filters="${list.id}"]`));
    for (let at = target; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
    target.scrollIntoView();
    const place = target.tagName === "DETAILS" ? target.querySelector("summary") : target;
    if (place === target) target.tabIndex = -1;
    place.focus({ preventScroll: true });
  };
  window.addEventListener("hashchange", arrive);
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (link && link.getAttribute("href") === location.hash) arrive(); // the same place again is no change
  });
  arrive();

  /* ---- open and close all that is shown ---- */
  const fold = (id, open) => {
    for (const item of document.querySelectorAll(`#${id} > .cards > details:not([hidden])`)) item.open = open;
  };
  for (const button of document.querySelectorAll("[data-unfold]")) button.addEventListener("click", () => fold(button.dataset.unfold, true));
  for (const button of document.querySelectorAll("[data-fold]")) button.addEventListener("click", () => fold(button.dataset.fold, false));

  /* ---- the map: one stop for Tab, arrow keys within ---- */
  const cells = [...document.querySelectorAll(".map a.cell")];
  cells.forEach((cell, n) => { cell.tabIndex = n ? -1 : 0; });
  const moveTo = (from, to) => {
    if (!to) return;
    from.tabIndex = -1;
    to.tabIndex = 0;
    to.focus();
  };
  const nearest = (from, down) => {
    const at = from.getBoundingClientRect();
    const away = (cell) => {
      const there = cell.getBoundingClientRect();
      return { rows: down * (there.top - at.top), across: Math.abs(there.left - at.left) };
    };
    const beyond = cells.map((cell) => ({ cell, ...away(cell) })).filter((one) => one.rows > 4);
    const row = Math.min(...beyond.map((one) => one.rows));
    const candidates = beyond.filter((one) => one.rows < row + 4).sort((a, b) => a.across - b.across);
    return candidates.length ? candidates[0].cell : null;
  };
  document.querySelector(".map")?.addEventListener("keydown", (event) => {
    const n = cells.indexOf(document.activeElement);
    const steps = { ArrowRight: () => cells[n + 1], ArrowLeft: () => cells[n - 1], Home: () => cells[0], End: () => cells[cells.length - 1],
      ArrowDown: () => nearest(cells[n], 1), ArrowUp: () => nearest(cells[n], -1) };
    if (n < 0 || !(event.key in steps)) return;
    event.preventDefault();
    moveTo(cells[n], steps[event.key]());
  });
})();
