/* Draws each chart of the board from the table beside it, and folds the table: its figures are the chart's. */
const styles = getComputedStyle(document.documentElement);
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
const colours = [1, 2, 3, 4].map((number) => styles.getPropertyValue(`--c-${number}`).trim());
const ink = styles.getPropertyValue("--text").trim();
const grey = styles.getPropertyValue("--line").trim();
/* What tells the series apart without colour: a pattern in a bar, a mark and a dash on a line. */
const light = "rgba(255, 255, 255, 0.55)";
const patterns = [
  null,
  { color: light, dashArrayX: [1, 0], dashArrayY: [3, 4], rotation: -Math.PI / 4 },
  { color: light, symbol: "circle", dashArrayX: [[6, 6], [0, 6, 6, 0]], dashArrayY: [4, 0], symbolSize: 0.7 },
  { color: light, dashArrayX: [1, 0], dashArrayY: [2, 5], rotation: 0 },
];
const symbols = ["circle", "diamond", "triangle", "rect"];
const dashes = ["solid", "dashed", "dotted", [8, 3, 2, 3]];

function read(table, most) {
  const heads = [...table.tHead.rows[0].cells];
  const rows = [...table.tBodies[0].rows].slice(0, most || undefined);
  const label = (row) => row.cells[0].dataset.label ?? row.cells[0].textContent.trim();
  const figure = (cell) => Number(cell.dataset.value ?? cell.textContent) || 0;
  const series = heads.flatMap((head, place) =>
    "series" in head.dataset
      ? [{ name: head.textContent.trim(), data: rows.map((row) => figure(row.cells[place])) }]
      : []);
  return { labels: rows.map(label), series };
}

function drawn(one, place, kind, stacked) {
  const colour = colours[place];
  if (kind === "lines") {
    return {
      ...one, type: "line", symbol: symbols[place], symbolSize: 7,
      lineStyle: { color: colour, width: 2, type: dashes[place] }, itemStyle: { color: colour },
    };
  }
  return {
    ...one, type: "bar", stack: stacked ? "all" : undefined, barMaxWidth: 28,
    itemStyle: { color: colour, decal: patterns[place] },
    label: {
      show: true, position: stacked ? "inside" : kind === "rows" ? "right" : "top", color: ink, fontSize: 12,
      ...(stacked ? { backgroundColor: "#fff", padding: [1, 4], borderRadius: 2 } : {}),
      formatter: (at) => (at.value || kind === "rows" ? String(at.value) : ""),
    },
  };
}

function draw(place) {
  const { labels, series } = read(document.getElementById(place.dataset.of), Number(place.dataset.most));
  if (!labels.length) return;
  const { kind } = place.dataset;
  const across = kind === "rows";
  const whole = series.every((one) => one.data.every(Number.isInteger));
  place.hidden = false;
  const names = {
    type: "category", data: labels, inverse: across, axisTick: { show: false }, axisLine: { lineStyle: { color: grey } },
    axisLabel: { color: ink, ...(across ? { width: Math.round(place.clientWidth * 0.36), overflow: "truncate" } : {}) },
  };
  const numbers = { type: "value", minInterval: whole ? 1 : 0, axisLabel: { color: ink }, splitLine: { lineStyle: { color: grey } } };
  if (across) place.style.height = `${Math.max(120, 70 + labels.length * 18 * series.length)}px`;
  const chart = window.echarts.init(place, null, { renderer: "canvas" });
  chart.setOption({
    animation: !still,
    animationDuration: 250,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    legend: { show: series.length > 1, top: 0, left: 8, textStyle: { color: ink }, itemHeight: 12 },
    grid: { left: 8, right: across ? 48 : 16, top: series.length > 1 ? 32 : 12, bottom: 6, containLabel: true },
    [across ? "yAxis" : "xAxis"]: names,
    [across ? "xAxis" : "yAxis"]: numbers,
    series: series.map((one, number) => drawn(one, number, kind, "stacked" in place.dataset)),
  });
  addEventListener("resize", () => chart.resize());
  place.parentElement.querySelector("details").open = false;
  place.dataset.drawn = "";
}

if (window.echarts) for (const place of document.querySelectorAll(".chart")) draw(place);
