"use strict";
/* The radar: each city as two outlines, what is certain and what is possible; the table below says the same.
   `data.fixed` says how many of the cities, the first ones, are always drawn; the others are chosen. */
(() => {
  const { axes, cities, fixed } = JSON.parse(document.getElementById("data").textContent);
  const place = document.getElementById("radar");
  const table = document.getElementById("radar-table");
  if (axes.length < 3) return; // two axes are no area
  document.querySelector(".radar").hidden = false;

  const LIGHT = { ink: "#1c2430", rule: "#c4cbd4", cities: ["#1f4e8c", "#b3541e", "#5b2a86"] };
  const DARK = { ink: "#e6eaf0", rule: "#4a5563", cities: ["#8fb8f0", "#f0a36b", "#cf9df0"] };
  const SYMBOLS = [["circle", "●"], ["rect", "■"], ["triangle", "▲"]];
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const chart = echarts.init(place);
  const selects = [...document.querySelectorAll(".beside select")];
  const palette = () => (dark.matches ? DARK : LIGHT);

  const chosen = () => {
    const wanted = [...cities.keys()].slice(0, fixed);
    for (const select of selects) if (select.value && !wanted.includes(Number(select.value))) wanted.push(Number(select.value));
    return wanted.map((n) => cities[n]);
  };

  const hatched = (colour) => {
    const tile = document.createElement("canvas");
    tile.width = tile.height = 8;
    const pen = tile.getContext("2d");
    pen.strokeStyle = colour;
    pen.lineWidth = 1.5;
    for (const from of [-8, 0, 8]) { pen.moveTo(from, 8); pen.lineTo(from + 8, 0); }
    pen.stroke();
    return { image: tile, repeat: "repeat" };
  };

  const outline = (city, n, end, colours) => ({
    value: city.rates.map((rate) => (rate ? rate[end] : 100 * end)), // where nothing applies, nothing is said: 0 to 100
    symbol: SYMBOLS[n][0],
    symbolSize: 7,
    lineStyle: { color: colours.cities[n], width: end ? 1.5 : 2.5, type: end ? "dashed" : "solid" },
    itemStyle: { color: colours.cities[n] },
    areaStyle: n ? undefined : { color: end ? hatched(colours.rule) : colours.cities[n], opacity: end ? 1 : 0.35 },
  });

  const draw = (colours) => chart.setOption({
    animation: false,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    radar: {
      indicator: axes.map((name) => ({ name, min: 0, max: 100 })),
      radius: "80%",
      axisName: { color: colours.ink },
      axisLine: { lineStyle: { color: colours.rule } }, splitLine: { lineStyle: { color: colours.rule } }, splitArea: { show: false },
    },
    series: [{ type: "radar", data: chosen().flatMap((city, n) => [outline(city, n, 1, colours), outline(city, n, 0, colours)]) }],
  }, true);

  const cell = (row, tag, text) => { const made = row.appendChild(document.createElement(tag)); made.textContent = text; return made; };
  const list = (colours) => {
    table.textContent = "";
    const head = table.createTHead().insertRow();
    cell(head, "th", "%");
    for (const axis of axes) cell(head, "th", axis).scope = "col";
    chosen().forEach((city, n) => {
      const row = table.insertRow();
      const name = cell(row, "th", `${SYMBOLS[n][1]} ${city.name}`);
      name.scope = "row";
      name.style.color = colours.cities[n];
      for (const text of city.told) cell(row, "td", text);
    });
  };

  const show = (colours) => { draw(colours); list(colours); };
  const screen = () => show(palette());
  selects.forEach((select, at) => {
    if (fixed) select.add(new Option("—", ""));
    cities.forEach((city, n) => { if (n >= fixed) select.add(new Option(city.name, n)); });
    if (!fixed) select.selectedIndex = Math.min(at, cities.length - 1);
    select.addEventListener("change", screen);
  });
  document.querySelector(".beside").hidden = cities.length < 2;
  new ResizeObserver(() => chart.resize()).observe(place);
  dark.addEventListener("change", screen);
  window.addEventListener("beforeprint", () => show(LIGHT));
  window.addEventListener("afterprint", screen);
  chart.resize();
  screen();
})();
