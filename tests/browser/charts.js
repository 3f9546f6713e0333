// Teams draws charts that the open renderer does not know. For looking at pictures these stand in for them:
// the same data, drawn plainly. What Teams draws has other fonts and colours.

const COLORS = {
  good: "#0b6a0b", warning: "#c19c00", attention: "#c4314b", neutral: "#8a8886",
  categoricalBlue: "#3a96dd", categoricalTeal: "#00b7c3", categoricalMarigold: "#eaa300",
};
const CATEGORICAL = ["#3a96dd", "#eaa300", "#00b7c3", "#8764b8", "#c4314b", "#6bb700", "#ca5010", "#8a8886"];
const SIZE = { width: 430, height: 180, left: 44, bottom: 22 };

const svg = (inner, height = SIZE.height) =>
  `<svg viewBox="0 0 ${SIZE.width} ${height}" width="100%" font-size="11" fill="currentColor">${inner}</svg>`;
const label = (x, y, text, anchor = "middle") =>
  `<text x="${x}" y="${y}" text-anchor="${anchor}">${String(text).replaceAll("<", "&lt;")}</text>`;
const legend = (names) =>
  `<div style="font-size:12px">${names.map(([name, color]) =>
    `<span style="margin-right:12px"><span style="color:${color}">■</span> ${name.replaceAll("<", "&lt;")}</span>`).join("")}</div>`;

function axes(top) {
  const y = (value) => SIZE.height - SIZE.bottom - (value / top) * (SIZE.height - SIZE.bottom - 10);
  const ticks = [0, top / 2, top].map((value) =>
    `<line x1="${SIZE.left}" x2="${SIZE.width}" y1="${y(value)}" y2="${y(value)}" stroke="#8886"/>` +
    label(SIZE.left - 6, y(value) + 4, Math.round(value), "end"));
  return { y, ticks: ticks.join("") };
}

function lines({ data }) {
  const days = data.flatMap((one) => one.values.map((value) => Date.parse(value.x)));
  const [first, last] = [Math.min(...days), Math.max(...days)];
  const x = (day) => SIZE.left + ((Date.parse(day) - first) / (last - first || 1)) * (SIZE.width - SIZE.left - 8);
  const { y, ticks } = axes(Math.max(1, ...data.flatMap((one) => one.values.map((value) => value.y))));
  const drawn = data.map((one, at) => {
    const path = one.values.map((value) => `${x(value.x)},${y(value.y)}`).join(" ");
    return `<polyline points="${path}" fill="none" stroke-width="2" stroke="${COLORS[one.color] ?? CATEGORICAL[at]}"/>`;
  });
  const ends = [first, last].map((day, at) =>
    label(at ? SIZE.width - 8 : SIZE.left, SIZE.height - 4, new Date(day).toISOString().slice(0, 10), at ? "end" : "start"));
  return svg(ticks + drawn.join("") + ends.join("")) +
    legend(data.map((one, at) => [one.legend, COLORS[one.color] ?? CATEGORICAL[at]]));
}

function bars({ data }) {
  const { y, ticks } = axes(Math.max(1, ...data.map((one) => one.y)));
  const step = (SIZE.width - SIZE.left) / data.length;
  const every = Math.ceil(data.length / 8);
  const drawn = data.map((one, at) => {
    const left = SIZE.left + at * step;
    return `<rect x="${left + step * 0.2}" width="${step * 0.6}" y="${y(one.y)}" height="${y(0) - y(one.y)}" fill="${CATEGORICAL[0]}"/>` +
      (at % every ? "" : label(left + step / 2, SIZE.height - 4, one.x));
  });
  return svg(ticks + drawn.join(""));
}

function grouped({ data }) {
  const { y, ticks } = axes(Math.max(1, ...data.flatMap((one) => one.values.map((value) => value.y))));
  const places = data[0].values.map((value) => value.x);
  const step = (SIZE.width - SIZE.left) / places.length;
  const wide = (step * 0.7) / data.length;
  const color = (at) => COLORS[data[at].color] ?? CATEGORICAL[at];
  const drawn = data.map((one, at) => one.values.map((value, place) =>
    `<rect x="${SIZE.left + place * step + step * 0.15 + at * wide}" width="${wide}" y="${y(value.y)}"
      height="${y(0) - y(value.y)}" fill="${color(at)}"/>`).join(""));
  const names = places.map((x, place) => label(SIZE.left + (place + 0.5) * step, SIZE.height - 4, x));
  return svg(ticks + drawn.join("") + names.join("")) + legend(data.map((one, at) => [one.legend, color(at)]));
}

function lying({ data }) {
  const top = Math.max(1, ...data.map((one) => one.y));
  const drawn = data.map((one, at) =>
    label(4, 13 + at * 36, `${one.x}  ${one.y}`, "start") +
    `<rect x="4" y="${18 + at * 36}" height="12" width="${(one.y / top) * (SIZE.width - 8)}" fill="${CATEGORICAL[0]}"/>`);
  return svg(drawn.join(""), data.length * 36);
}

function donut({ data, value }) {
  const whole = data.reduce((sum, one) => sum + one.value, 0) || 1;
  const circle = 2 * Math.PI * 60;
  let before = 0;
  const drawn = data.map((one, at) => {
    const part = (one.value / whole) * circle;
    const ring = `<circle cx="100" cy="90" r="60" fill="none" stroke-width="26" stroke="${CATEGORICAL[at % CATEGORICAL.length]}"
      stroke-dasharray="${part} ${circle - part}" stroke-dashoffset="${-before}" transform="rotate(-90 100 90)"/>`;
    before += part;
    return ring + `<rect x="200" y="${14 + at * 20}" width="10" height="10" fill="${CATEGORICAL[at % CATEGORICAL.length]}"/>` +
      label(216, 23 + at * 20, `${one.legend}  ${one.value}`, "start");
  });
  return svg(drawn.join("") + label(100, 94, value ?? ""));
}

function chart(type, draw) {
  class Chart extends AdaptiveCards.CardElement {
    getJsonTypeName() { return type; }
    internalParse(source, context) { super.internalParse(source, context); this.source = source; }
    internalRender() {
      const box = document.createElement("div");
      box.innerHTML = `<div style="font-size:13px;font-weight:600">${this.source.title ?? ""}</div>${draw(this.source)}`;
      return box;
    }
  }
  AdaptiveCards.GlobalRegistry.elements.register(type, Chart);
}

chart("Chart.Line", lines);
chart("Chart.VerticalBar", bars);
chart("Chart.VerticalBar.Grouped", grouped);
chart("Chart.HorizontalBar", lying);
chart("Chart.Donut", donut);
