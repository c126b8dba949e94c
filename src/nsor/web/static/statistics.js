// Charts beside the tables of the statistics. They say what the tables say and nothing more; a count
// that is hidden has no bar. Without this script, or where it fails, the tables are all there.

const { uPlot } = window; // from uplot/uPlot.iife.min.js, which the page loads before
const HEIGHT = 300;
const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Draw what a block of data says into its figure. */
async function draw(figure) {
  const { names, values } = JSON.parse(document.getElementById(figure.dataset.chart).textContent);
  const ink = style("--ink");
  const line = { stroke: style("--line"), width: 1 };
  const font = `13px ${getComputedStyle(figure.parentElement.querySelector("table")).fontFamily}`;
  const axis = { stroke: ink, grid: line, ticks: line, font };
  await document.fonts.load(font, names.join("")); // a canvas takes what is there and never looks again
  figure.hidden = false;
  const options = {
    width: figure.clientWidth,
    height: HEIGHT,
    legend: { show: false }, // the table below says it all
    cursor: { drag: { x: false, y: false } },
    scales: { x: { time: false, range: [-0.6, names.length - 0.4] }, y: { range: (_, __, most) => [0, Math.max(most, 1) * 1.05] } },
    axes: [
      { ...axis, grid: { show: false }, splits: () => names.map((_, place) => place), values: (_, splits) => splits.map((place) => names[place]), rotate: -45, size: 130 },
      { ...axis, size: 70, values: (_, splits) => splits.map((value) => value.toLocaleString("en")) },
    ],
    series: [
      {},
      {
        stroke: style("--accent"),
        fill: style("--accent"),
        paths: uPlot.paths.bars({ size: [0.7, 60] }),
        points: { show: false },
      },
    ],
  };
  const chart = new uPlot(options, [names.map((_, place) => place), values], figure);
  chart.root.setAttribute("aria-hidden", "true");
  new ResizeObserver(() => chart.setSize({ width: figure.clientWidth, height: HEIGHT })).observe(figure);
}

if (uPlot) document.querySelectorAll("[data-chart]").forEach(draw);
