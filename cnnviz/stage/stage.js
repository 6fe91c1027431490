// The stage: one picture in motion for every sweeping operation.
//
// Two maps and a table. The *field* is the map that the window sweeps over (with its padding); the *stops* are the map with
// one cell for each place where the window stops. Gathering operations (convolution, pooling) read the field and write a
// stop; scattering ones (transposed convolution, gradients) read a stop and stamp it onto the field, where stamps that
// overlap add up. Both use the same table: stop (r, c) and tap (u, v) meet at field cell (r * stride - before + u * dilation, ...).
//
// A *lane* is one plane of the field with its slice of the kernel and what comes of the two: a row of the stage. Either each
// lane keeps its own result (the stops have as many planes as there are lanes), or the lanes' partial maps add up to one.
//
// Python sends one blob: 4 bytes with the header's length, the header as JSON, then the arrays. Numbers are integers with a
// common divisor wherever that is exact, so the sums shown are exact too: no rounding stands between a product and its sum.

const TYPES = { u1: Uint8Array, i2: Int16Array, i4: Int32Array, f4: Float32Array, f8: Float64Array };
const ROLE = { window: "#E69F00", kernel: "#0072B2", stop: "#009E73", link: "#CC79A7" }; // Okabe-Ito
const GAP = 16;
const LABEL = 16;        // height of the line with a lane's name, or a small grid's
const MOST_DRAWN = 400;  // a larger window is shown as a picture, not cell by cell
const ICONS = { // drawn, because not every machine has a font with these signs
  first: "M3 2h2v12H3zM14 2v12L6 8z", back: "M11 2v12L3 8z", play: "M4 2l10 6-10 6z", pause: "M4 2h3v12H4zM9 2h3v12H9z",
  forward: "M5 2l8 6-8 6z", last: "M11 2h2v12h-2zM2 2l8 6-8 6z", cover: "M2 2h5v5H2zM9 9h5v5H9zM2 9h5v5H2z",
};
const STEPS_PER_SECOND = [0.5, 1, 2, 4, 8, 16, 60, 240, 1200, 6000];

// ------------------------------------------------------------------------------------------------ numbers

function decode(blob) {
  const bytes = blob instanceof Uint8Array ? blob : new Uint8Array(blob);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const length = view.getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  let at = 4 + length;
  for (const map of Object.values(header.arrays)) {
    const Type = TYPES[map.dtype];
    const size = map.shape.reduce((a, b) => a * b, 1) * Type.BYTES_PER_ELEMENT;
    map.data = new Type(bytes.slice(at, at + size).buffer);
    [map.planes, map.rows, map.columns] = map.shape;
    at += size;
  }
  return header;
}

const isPowerOfTen = (n) => { while (n > 1 && n % 10 === 0) n /= 10; return n === 1; };
const minus = (text) => text.replace("-", "\u2212");

// A fraction as text: whole and decimal numbers to the last digit, others to two decimals.
function text(numerator, denominator = 1) {
  if (!Number.isFinite(numerator)) return numerator === -Infinity ? "\u2212\u221e" : numerator > 0 ? "\u221e" : "NaN";
  const value = numerator / denominator;
  if (Number.isInteger(value)) return minus(String(value + 0));
  if (!Number.isInteger(numerator)) return minus(String(Number(value.toPrecision(4))));
  if (Math.abs(value) < 0.1 && !isPowerOfTen(denominator)) return minus(value.toPrecision(2).includes("e") ? value.toExponential(1) : String(Number(value.toPrecision(2))));
  const digits = isPowerOfTen(denominator) ? Math.round(Math.log10(denominator)) : 2;
  return minus(value.toFixed(digits).replace(/\.?0+$/, "") || "0");
}
const bracketed = (number) => (number[0] === "\u2212" ? `(${number})` : number);
const isShort = (numerator, denominator) => Number.isInteger(numerator) &&
  (isPowerOfTen(denominator) || (numerator * 100) % denominator === 0);

// ------------------------------------------------------------------------------------------------ geometry

// One axis of the table, from the header: {kernel, stride, before, after, dilation, stops, cells}.
const tap = (axis, stop, t) => stop * axis.stride - axis.before + t * axis.dilation;
const extent = (axis) => axis.dilation * (axis.kernel - 1) + 1;
const clamp = (value, low, high) => Math.max(low, Math.min(high, value));
const nearestStop = (axis, cell) =>
  clamp(Math.round((cell + axis.before - (extent(axis) - 1) / 2) / axis.stride), 0, axis.stops - 1);
function stopsReading(axis, cell) {
  const found = [];
  for (let t = 0; t < axis.kernel; t++) {
    const distance = cell + axis.before - t * axis.dilation;
    if (distance >= 0 && distance % axis.stride === 0 && distance / axis.stride < axis.stops) found.push(distance / axis.stride);
  }
  return found;
}
const around = (place, cells) => ((place % cells) + cells) % cells;
const unread = (axis) => {
  const mask = new Uint8Array(axis.cells);
  for (let s = 0; s < axis.stops; s++)
    for (let t = 0; t < axis.kernel; t++) {
      const cell = tap(axis, s, t);
      if (cell >= 0 && cell < axis.cells) mask[cell] = 1;
    }
  return mask;
};

// ------------------------------------------------------------------------------------------------ colour

const CIVIDIS = [[0, 32, 77], [0, 67, 106], [87, 92, 109], [124, 123, 120], [165, 155, 116], [209, 190, 95], [255, 234, 70]];
const mix = (a, b, t) => [0, 1, 2].map((i) => Math.round(a[i] + (b[i] - a[i]) * t));
function shade(display, value, plane = 0) {
  if (!Number.isFinite(value)) return [128, 128, 128];
  const v = display.absolute ? Math.abs(value) : value;
  if (display.palette === "signed") {
    const t = clamp(v / (display.high || 1), -1, 1);
    return t < 0 ? mix([247, 247, 247], [178, 73, 0], -t) : mix([247, 247, 247], [0, 84, 148], t);
  }
  const t = display.high > display.low ? clamp((v - display.low) / (display.high - display.low), 0, 1) : 0.5;
  if (display.palette === "amount") {
    const place = t * (CIVIDIS.length - 1), i = Math.min(Math.floor(place), CIVIDIS.length - 2);
    return mix(CIVIDIS[i], CIVIDIS[i + 1], place - i);
  }
  const grey = Math.round(255 * t);
  if (display.palette === "rgb" && plane < 3) return [0, 1, 2].map((i) => (i === plane ? grey : 0));
  return [grey, grey, grey];
}
const css = ([r, g, b]) => `rgb(${r},${g},${b})`;
const ink = ([r, g, b]) => (0.299 * r + 0.587 * g + 0.114 * b > 140 ? "#000" : "#fff");

// ------------------------------------------------------------------------------------------------ one map on the screen

// A map painted once into a canvas of its own: its planes below each other, `pitch` apart, each with `head` pixels above.
class Sheet {
  constructor(map, display, look) {
    Object.assign(this, { map, display, top: 0, right: 0, bottom: 0, left: 0, pitch: 0, head: 0 }, look);
    const [w, h] = this.cell;
    this.width = (map.columns + this.left + this.right) * w;
    this.high = (map.rows + this.top + this.bottom) * h;
    this.pitch = Math.max(this.pitch, this.head + this.high);
    this.height = this.pitch * (map.planes - 1) + this.head + this.high;
    this.fine = Math.min(w, h) >= 9;                 // whether single cells are told apart
    this.fontSize ??= this.fit();
    [this.canvas, this.pen] = this.blank();
    this.pen.scale(this.ratio, this.ratio);
    this.small = [];
    for (let plane = 0; plane < map.planes; plane++) this.paint(plane);
  }

  blank() {
    const canvas = document.createElement("canvas");
    canvas.width = Math.ceil(this.width * this.ratio);
    canvas.height = Math.ceil(this.height * this.ratio);
    return [canvas, canvas.getContext("2d")];
  }

  // A cell's upper left corner; rows and columns outside of the map lie in its padding.
  at(plane, row, column) { return [(column + this.left) * this.cell[0], plane * this.pitch + this.head + (row + this.top) * this.cell[1]]; }

  find(x, y) {
    const lane = clamp(Math.floor(y / this.pitch), 0, this.map.planes - 1);
    const row = Math.floor((y - lane * this.pitch - this.head) / this.cell[1]) - this.top, column = Math.floor(x / this.cell[0]) - this.left;
    return { lane, row, column };
  }

  inside(row, column) { return row >= 0 && row < this.map.rows && column >= 0 && column < this.map.columns; }
  number(plane, row, column) { return this.map.data[(plane * this.map.rows + row) * this.map.columns + column]; }

  // The font size at which every number of the map fits its cell; 0 where none would be legible.
  fit() {
    const [w, h] = this.cell, { data, divisor } = this.map;
    if (!this.fine || data.length > 3000) return 0;
    let longest = 1;
    for (const value of data) longest = Math.max(longest, text(value, divisor).length);
    const size = Math.min(h * 0.5, (w - 3) / (longest * 0.58), 16);
    return size >= 7 ? size : 0;
  }

  paint(plane) {
    const { map } = this;
    this.frame(plane);
    this.pixels(plane);
    if (!this.fine) return;
    for (let r = -this.top; r < map.rows + this.bottom; r++)
      for (let c = -this.left; c < map.columns + this.right; c++) this.write(plane, r, c);
  }

  // Padding is drawn apart: paler, dotted, outside a clear frame.
  frame(plane) {
    const { pen, map, top, right, bottom, left, width, high } = this, [w, h] = this.cell;
    if (!(top || right || bottom || left)) return;
    const y = this.at(plane, -top, 0)[1];
    pen.fillStyle = this.soft;
    pen.fillRect(0, y, width, high);
    if (this.wrap) this.wrapped(plane);
    pen.strokeStyle = this.ink;
    pen.globalAlpha = 0.4;
    pen.setLineDash([2, 3]);
    if (this.fine) {
      pen.beginPath();
      for (let c = 0; c <= map.columns + left + right; c++) { pen.moveTo(c * w, y); pen.lineTo(c * w, y + high); }
      for (let r = 0; r <= map.rows + top + bottom; r++) { pen.moveTo(0, y + r * h); pen.lineTo(width, y + r * h); }
      pen.stroke();
    } else pen.strokeRect(0.5, y + 0.5, width - 1, high - 1);
    pen.setLineDash([]);
    pen.globalAlpha = 1;
    pen.lineWidth = 2;
    pen.strokeRect(left * w, y + top * h, map.columns * w, map.rows * h);
    pen.lineWidth = 1;
  }

  // Padding that goes on at the other side of the map, paler than the map itself.
  wrapped(plane) {
    const { pen, map } = this, [w, h] = this.cell;
    pen.globalAlpha = 0.3;
    for (let r = -this.top; r < map.rows + this.bottom; r++)
      for (let c = -this.left; c < map.columns + this.right; c++) {
        if (this.inside(r, c)) continue;
        const [x, y] = this.at(plane, r, c);
        pen.fillStyle = css(shade(this.display, this.number(plane, around(r, map.rows), around(c, map.columns)) / map.divisor, plane));
        pen.fillRect(x, y, w, h);
      }
    pen.globalAlpha = 1;
  }

  pixels(plane) {
    const { map } = this, size = map.rows * map.columns, known = new Map();
    const image = new ImageData(map.columns, map.rows), out = image.data;
    for (let i = 0; i < size; i++) {
      const value = map.data[plane * size + i];
      let colour = known.get(value);
      if (!colour) { colour = shade(this.display, value / map.divisor, plane); if (known.size < 4096) known.set(value, colour); }
      out[4 * i] = colour[0]; out[4 * i + 1] = colour[1]; out[4 * i + 2] = colour[2]; out[4 * i + 3] = 255;
    }
    const canvas = document.createElement("canvas");
    canvas.width = map.columns; canvas.height = map.rows;
    this.small[plane] = { canvas, image, pen: canvas.getContext("2d") };
    this.blow(plane);
  }

  // The plane as it is kept, one pixel a cell, onto the sheet.
  blow(plane) {
    const { map, pen } = this, small = this.small[plane], [x, y] = this.at(plane, 0, 0);
    small.pen.putImageData(small.image, 0, 0);
    pen.imageSmoothingEnabled = false;
    pen.drawImage(small.canvas, x, y, map.columns * this.cell[0], map.rows * this.cell[1]);
  }

  // The number in a cell, and the line around it.
  write(plane, r, c) {
    const { pen, map } = this, [w, h] = this.cell, [x, y] = this.at(plane, r, c), inside = this.inside(r, c);
    if (inside) { pen.strokeStyle = "rgba(127,127,127,.55)"; pen.lineWidth = 1; pen.strokeRect(x + 0.5, y + 0.5, w - 1, h - 1); }
    if (!this.fontSize) return;
    const value = inside ? this.number(plane, r, c) : this.wrap ? this.number(plane, around(r, map.rows), around(c, map.columns)) : null;
    pen.fillStyle = inside ? ink(shade(this.display, value / map.divisor, plane)) : this.ink;
    pen.globalAlpha = inside ? 1 : 0.7;
    label(pen, value === null ? this.empty : text(value, map.divisor), x + w / 2, y + h / 2, this.fontSize, this.font);
    pen.globalAlpha = 1;
  }

  // A cell whose number has changed; `blow` shows it where cells are too small to be drawn one by one.
  touch(plane, r, c) {
    const { pen, small } = this, [w, h] = this.cell, [x, y] = this.at(plane, r, c);
    const colour = shade(this.display, this.number(plane, r, c) / this.map.divisor, plane);
    if (this.fine) { pen.fillStyle = css(colour); pen.fillRect(x, y, w, h); this.write(plane, r, c); }
    small[plane].image.data.set(colour, 4 * (r * this.map.columns + c));
  }

  // A second canvas, on which only the cells visited so far are to be seen.
  veil(seen) {
    [this.veiled, this.veilPen] = this.blank();
    for (let plane = 0; plane < this.map.planes; plane++) this.shroud(plane);
    for (let i = 0; i < seen.length;) {              // whole runs at once
      if (!seen[i]) { i++; continue; }
      let end = i;
      while (end < seen.length && seen[end]) end++;
      this.reveal(i, end);
      i = end;
    }
  }

  // What has not been visited: dotted, so that no result can look like it.
  shroud(plane) {
    const { map, veilPen: pen, ratio } = this, top = (plane * this.pitch + this.head) * ratio;
    const wide = map.columns * this.cell[0] * ratio, high = map.rows * this.cell[1] * ratio;
    pen.fillStyle = this.soft;
    pen.fillRect(0, top, wide, high);
    pen.fillStyle = this.ink;
    pen.globalAlpha = 0.3;
    for (let y = 4; y < high; y += 8 * ratio) for (let x = 4; x < wide; x += 8 * ratio) pen.fillRect(x, top + y, ratio, ratio);
    pen.globalAlpha = 1;
  }

  // Copies cells [from, to) of every plane onto the second canvas, row by row.
  reveal(from, to) {
    if (!this.veiled) return;
    const { map, ratio } = this, n = map.columns, w = this.cell[0] * ratio, h = this.cell[1] * ratio;
    while (from < to) {
      const row = Math.floor(from / n), column = from % n, count = Math.min(n - column, to - from);
      const x = Math.floor(column * w), wide = Math.ceil((column + count) * w) - x;
      for (let plane = 0; plane < map.planes; plane++) {
        const top = (plane * this.pitch + this.head) * ratio, y = Math.floor(top + row * h), high = Math.ceil(top + (row + 1) * h) - y;
        this.veilPen.drawImage(this.canvas, x, y, wide, high, x, y, wide, high);
      }
      from += count;
    }
  }
}

function label(pen, words, x, y, size, font, weight = "") {
  pen.font = `${weight} ${size}px ${font}`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillText(words, x, y + size * 0.06);
}

// ------------------------------------------------------------------------------------------------ the stage

class Stage {
  constructor(root) {
    this.root = root;
    this.stop = [0, 0];
    this.playing = false;
    this.speed = null;
    this.lane = 0;              // which lane is spoken of where each keeps its own result
    this.hover = null;          // {map: "field" | "partial" | "stops" | "taps", lane, row, column}
    this.covered = false;       // whether results not yet visited are hidden
    this.readings = new Map();  // what each stop reads, kept because large windows read much
    this.part = "products";     // which of the middle grids a large kernel shows
    this.calm = matchMedia("(prefers-reduced-motion: reduce)");
    this.drawing = [];          // milliseconds of the latest frames, for the benchmark
    this.build();
  }

  // ---- the elements, made once

  build() {
    const make = (tag, className, parent, attributes = {}) => {
      const element = document.createElement(tag);
      if (className) element.className = className;
      for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
      parent?.append(element);
      return element;
    };
    this.box = make("div", "stage", this.root);
    this.maps = make("div", "maps", this.box, { tabindex: 0, role: "slider", "aria-valuemin": 1 });
    const panel = (name) => {
      const figure = make("div", `panel ${name}`, this.maps);
      const caption = make("div", "caption", figure);
      const canvas = make("canvas", "", figure, { "aria-hidden": "true" });
      return { figure, caption, canvas, pen: canvas.getContext("2d") };
    };
    this.field = panel("field");
    this.middle = panel("middle");
    this.partial = panel("partial");
    this.stops = panel("stops");
    this.strip = make("div", "strip", this.box, { role: "group" });
    this.parts = make("div", "parts", this.box, { role: "radiogroup" });
    this.sum = make("div", "sum", this.box);
    this.sentence = make("p", "sentence", this.box);
    this.live = make("div", "unseen", this.box, { "aria-live": "polite", role: "status" });
    this.bar = make("div", "bar", this.box, { role: "toolbar" });
    const button = (name, act) => {
      const element = make("button", name, this.bar, { type: "button" });
      element.innerHTML = `<svg viewBox="0 0 16 16" aria-hidden="true"><path d="${ICONS[name]}"/></svg>`;
      element.onclick = act;
      return element;
    };
    this.buttons = {
      first: button("first", () => this.go(0, 0)),
      back: button("back", () => this.step(-1)),
      play: button("play", () => this.toggle()),
      forward: button("forward", () => this.step(1)),
      last: button("last", () => this.go(this.rows.stops - 1, this.columns.stops - 1)),
      cover: button("cover", () => this.cover(!this.covered)),
    };
    const field = (name, type) => {
      const label = make("label", `jump ${name}`, this.bar);
      const words = make("span", "", label);
      const input = make("input", "", label, { type });
      return { label, words, input };
    };
    this.jump = [field("row", "number"), field("column", "number")];
    this.choose = field("lane", "number");
    this.pace = field("speed", "range");
    this.scale = make("div", "scale", this.box);
    this.editor = make("input", "editor", this.box, { type: "text", inputmode: "decimal", hidden: "" });
    this.probe = make("span", "probe", this.box, { "aria-hidden": "true" });
    this.listen();
  }

  listen() {
    this.maps.onkeydown = (event) => this.key(event);
    for (const element of [this.bar, this.editor]) element.onkeydown = (event) => event.stopPropagation();
    for (const [name, panel] of [["field", this.field], ["partial", this.partial], ["stops", this.stops]]) {
      panel.canvas.onpointerdown = (event) => {
        if (event.button) return;
        this.pause();
        try { panel.canvas.setPointerCapture(event.pointerId); } catch { /* a synthetic pointer cannot be captured */ }
        this.dragging = name;
        this.point(name, event);
        this.maps.focus({ preventScroll: true });
        event.preventDefault();
      };
      panel.canvas.onpointermove = (event) => this.point(name, event);
      panel.canvas.onpointerup = panel.canvas.onpointercancel = () => { if (this.dragging) { this.dragging = null; this.settle(); } };
      panel.canvas.onpointerleave = () => { if (!this.dragging) { this.hover = null; this.ask(); } };
    }
    this.middle.canvas.onpointermove = this.middle.canvas.onpointerdown = (event) => {
      const place = this.tapAt(event);
      this.hover = place && { map: "taps", lane: place.grid.lane, row: place.row, column: place.column };
      if (place) this.turnTo(place.grid.lane);
      this.ask();
    };
    this.middle.canvas.onpointerleave = () => { this.hover = null; this.ask(); };
    this.middle.canvas.onclick = (event) => this.edit(this.tapAt(event));
    this.jump.forEach(({ input }, axis) => {
      input.onchange = () => {
        const place = [...this.stop];
        place[axis] = clamp(Math.round(Number(input.value) || 1), 1, this.axes[axis].stops) - 1;
        this.go(...place);
      };
    });
    this.choose.input.onchange = () => {
      this.turnTo(clamp(Math.round(Number(this.choose.input.value) || 1), 1, this.lanes.length) - 1);
      this.settle();
      this.ask();
    };
    this.pace.input.oninput = () => { this.speed = Number(this.pace.input.value); this.label(); };
    this.probe.ontransitionend = () => { this.paint(); }; // the theme's text colour has changed
    this.watcher = new ResizeObserver(() => { if (this.box.clientWidth !== this.width) this.paint(); });
    this.watcher.observe(this.box);
    this.asked = () => this.link();
    window.addEventListener("cnnviz-link", this.asked); // somebody is about to copy the link
  }

  close() {
    this.watcher.disconnect();
    window.removeEventListener("cnnviz-link", this.asked);
    cancelAnimationFrame(this.frame);
    clearTimeout(this.writing);
    this.playing = false;
  }

  // ---- what to show

  show(header, send) {
    const before = this.header;
    Object.assign(this, { header, send, rows: header.rows, columns: header.columns, words: header.words });
    this.axes = [this.rows, this.columns];
    this.kernel = header.arrays.kernel;
    this.lanes = header.lanes;
    this.lane = clamp(this.lane, 0, this.lanes.length - 1);
    this.apart = header.arrays.stops.planes > 1;     // each lane keeps its own result
    this.readings.clear();
    this.said = null;
    const count = this.rows.stops * this.columns.stops;
    if (this.speed === null || !before || before.size !== count) {
      if (this.speed === null || (before && (before.size > 400) !== (count > 400))) this.speed = count > 400 ? 8 : 2;
    }
    header.size = count;
    // The place: at first from the link, later from a worked example; a h behind it hides what comes after.
    const [example, place] = header.start;
    const asked = before ? example !== before.start[0] && (place || "-") : new URLSearchParams(location.search).get("stop") || "-";
    const [, row, column, hidden] = /^(\d+)\.(\d+)(h?)$/.exec(asked || "") || [];
    if (asked) this.stop = row ? [row - 1, column - 1] : this.origin();
    this.stop = this.stop.map((s, axis) => clamp(s, 0, this.axes[axis].stops - 1));
    if (!before || before.rows.stops !== this.rows.stops || before.columns.stops !== this.columns.stops) {
      this.seen = new Uint8Array(count);
      if ((before && this.covered) || hidden) this.seen.fill(1, 0, this.index() + 1);
    }
    if (asked) this.covered = Boolean(hidden);
    if (asked && before) this.playing = false;
    if (before && this.covered && before.scatter !== header.scatter) this.covered = this.playing = false;
    this.hover = null;
    this.paint();
    this.label();
    if (before) this.tell();
    if (!before && header.autoplay && !this.calm.matches) this.toggle();
  }

  // Where the window stands when nobody has said: in the middle of a large picture, where it can be seen and grabbed.
  origin() {
    const large = this.header.size > 400 && !this.header.autoplay;
    return large ? this.axes.map((axis) => Math.floor(axis.stops / 2)) : [0, 0];
  }

  index([row, column] = this.stop) { return row * this.columns.stops + column; }

  label() {
    const w = this.words, { buttons } = this;
    for (const name of ["first", "back", "forward", "last"]) { buttons[name].title = w[name]; buttons[name].setAttribute("aria-label", w[name]); }
    buttons.play.querySelector("path").setAttribute("d", ICONS[this.playing ? "pause" : "play"]);
    buttons.play.title = this.playing ? w.pause : w.play;
    buttons.play.setAttribute("aria-label", buttons.play.title);
    buttons.cover.title = w.cover;
    buttons.cover.setAttribute("aria-label", w.cover);
    buttons.cover.setAttribute("aria-pressed", String(this.covered));
    this.jump.forEach(({ words, input }, axis) => {
      words.textContent = axis ? w.column : w.row;
      Object.assign(input, { min: 1, max: this.axes[axis].stops, value: this.stop[axis] + 1 });
    });
    this.choose.label.hidden = !this.apart;
    this.choose.words.textContent = w.lane;
    Object.assign(this.choose.input, { min: 1, max: this.lanes.length, value: this.lane + 1 });
    this.pace.words.textContent = w.speed;
    Object.assign(this.pace.input, { min: 0, max: STEPS_PER_SECOND.length - 1, step: 1, value: this.speed });
    this.pace.input.setAttribute("aria-valuetext", w.per_second.replace("{n}", STEPS_PER_SECOND[this.speed]));
    this.maps.setAttribute("aria-label", w.name);
    this.maps.setAttribute("aria-valuemax", this.header.size);
    this.bar.setAttribute("aria-label", w.bar);
    this.field.caption.textContent = w.field;
    this.partial.caption.textContent = w.partial;
    this.stops.caption.textContent = w.stops;
    this.scale.textContent = w.scale || "";
  }

  // ---- moving

  go(row, column) { this.pause(); this.place(row, column); this.settle(); }

  turnTo(lane) {
    this.lane = lane;
    const { input } = this.choose;
    if (input.getRootNode().activeElement !== input) input.value = lane + 1;
  }

  place(row, column) {
    this.stop = [clamp(row, 0, this.rows.stops - 1), clamp(column, 0, this.columns.stops - 1)];
    this.uncover(this.index(), this.index() + 1);
    this.ask();
  }

  step(by) {
    this.pause();
    const next = clamp(this.index() + by, 0, this.header.size - 1);
    this.place(Math.floor(next / this.columns.stops), next % this.columns.stops);
    this.settle();
  }

  key(event) {
    const [row, column] = this.stop, last = this.columns.stops - 1, bottom = this.rows.stops - 1;
    const far = event.ctrlKey || event.metaKey;
    const moves = {
      ArrowLeft: [row, column - 1], ArrowRight: [row, column + 1], ArrowUp: [row - 1, column], ArrowDown: [row + 1, column],
      Home: far ? [0, 0] : [row, 0], End: far ? [bottom, last] : [row, last],
      PageUp: [row - 10, column], PageDown: [row + 10, column],
    };
    if (moves[event.key]) this.go(...moves[event.key]);
    else if (event.key === " ") this.toggle();
    else if (event.key === "Tab" || event.key === "Escape" || far || event.altKey) return;
    event.stopPropagation();
    event.preventDefault();
  }

  toggle() {
    if (this.playing) { this.pause(); this.settle(); return; }
    this.playing = true;
    if (this.index() >= this.header.size - 1 || (!this.touched && this.index() === this.index(this.origin()))) this.stop = [0, 0];
    this.cover(true);
    this.uncover(0, this.index() + 1);
    this.since = performance.now();
    this.label();
    this.ask();
  }

  pause() { if (this.playing) { this.playing = false; this.label(); } }

  // Moves on as far as the time since the last frame asks for; many stops a frame when it is fast.
  advance(now) {
    const due = Math.floor(((now - this.since) / 1000) * STEPS_PER_SECOND[this.speed]);
    if (due < 1) return;
    this.since = now;
    const from = this.index(), to = Math.min(from + due, this.header.size - 1);
    this.uncover(from, to + 1);
    this.stop = [Math.floor(to / this.columns.stops), to % this.columns.stops];
    if (to === this.header.size - 1) {
      this.playing = false;
      this.cover(false);
      if (this.header.autoplay) this.again = setTimeout(() => { if (this.box.isConnected && !this.playing && !this.touched) this.toggle(); }, 2500);
      this.settle(true);
    }
  }

  // After a move by hand: tell who listens, and keep the place in the link.
  settle(byItself = false) {
    if (!byItself) this.touched = true;
    this.label();
    this.tell();
  }

  // Says the sum at the window to who listens, and keeps the place in the link; not at every step of a fast move.
  tell() {
    clearTimeout(this.writing);
    this.writing = setTimeout(() => {
      this.live.textContent = this.explain(this.stop).long;
      this.link();
    }, 250);
  }

  link() {
    if (this.header.autoplay) return;
    const url = new URL(location.href), hidden = this.covered ? "h" : "";
    if (hidden || this.index() !== this.index(this.origin())) url.searchParams.set("stop", `${this.stop[0] + 1}.${this.stop[1] + 1}${hidden}`);
    else url.searchParams.delete("stop");
    if (url.href !== location.href) history.replaceState(history.state, "", url);
  }

  // ---- pointing

  point(name, event) {
    const { canvas, sheet } = this[name], box = canvas.getBoundingClientRect();
    const at = sheet.find(event.clientX - box.left, event.clientY - box.top);
    this.hover = { map: name, ...at };
    if (this.lanes.length > 1 && (this.apart || name !== "stops")) this.turnTo(at.lane);
    if (this.dragging === name) {
      if (name === "field") {
        const [down, across] = this.lanes[at.lane].moved;
        this.place(nearestStop(this.rows, at.row) + down, nearestStop(this.columns, at.column) + across);
      } else this.place(at.row, at.column);
    }
    this.ask();
  }

  tapAt(event) {
    const box = this.middle.canvas.getBoundingClientRect();
    const x = event.clientX - box.left, y = event.clientY - box.top;
    for (const grid of this.grids || []) {
      const row = Math.floor((y - grid.y) / grid.h), column = Math.floor((x - grid.x) / grid.w);
      if (row >= 0 && row < this.rows.kernel && column >= 0 && column < this.columns.kernel) return { grid, row, column };
    }
    return null;
  }

  // The stop that is looked at: the one under the pointer on the map of stops, else the window's own.
  looked() {
    const h = this.hover;
    const inside = (h?.map === "stops" || h?.map === "partial") && h.row >= 0 && h.row < this.rows.stops && h.column >= 0 && h.column < this.columns.stops;
    return inside ? [h.row, h.column] : this.stop;
  }

  edit(place) {
    if (!place || place.grid.name !== "kernel" || !this.header.editable) return;
    const { grid, row, column } = place, { editor } = this, lane = this.kernel.planes > 1 ? grid.lane : 0;
    this.pause();
    const box = this.box.getBoundingClientRect(), canvas = this.middle.canvas.getBoundingClientRect();
    Object.assign(editor.style, {
      left: `${canvas.left - box.left + grid.x + column * grid.w}px`, top: `${canvas.top - box.top + grid.y + row * grid.h}px`,
      width: `${Math.max(grid.w, 44)}px`, height: `${Math.max(grid.h, 24)}px`,
    });
    editor.hidden = false;
    const old = (editor.value = text(this.weight(lane, row, column), this.kernel.divisor).replace("\u2212", "-"));
    editor.setAttribute("aria-label", this.words.weight.replace("{row}", row + 1).replace("{column}", column + 1));
    editor.select();
    const done = (keep) => {
      editor.onblur = null;
      editor.hidden = true;
      const typed = editor.value.trim().replace("\u2212", "-");
      if (keep && typed !== "" && typed !== old) this.send("weight", { lane, row, column, value: typed });
      this.maps.focus({ preventScroll: true });
    };
    editor.onblur = () => done(true);
    editor.onkeydown = (event) => {
      event.stopPropagation();
      if (event.key === "Enter") done(true);
      if (event.key === "Escape") done(false);
    };
  }

  // ---- the arithmetic of one stop

  weight(lane, u, v) {
    const { kernel } = this;
    return kernel ? kernel.data[((kernel.planes > 1 ? lane : 0) * kernel.rows + u) * kernel.columns + v] : 1;
  }

  // The stop at which a lane reads what stands at this place: another one where the lane's results have been moved. Null: none.
  source(lane, [row, column]) {
    const { moved } = this.lanes[lane], { rows, columns } = this;
    let r = row - moved[0], c = column - moved[1];
    if (this.header.wrap) [r, c] = [around(r, rows.stops), around(c, columns.stops)];
    return r >= 0 && r < rows.stops && c >= 0 && c < columns.stops ? [r, c] : null;
  }

  // Taps of a lane at a place: where they lie, and what the map that is read holds there (0, or minus infinity, in the padding).
  taps(lane, place) {
    const { header, rows, columns } = this, map = header.arrays.read || header.arrays.field, found = [];
    const empty = header.operation === "max" ? -Infinity : 0, at = this.source(lane, place), plane = lane * map.rows * map.columns;
    if (!at) return found;
    for (let u = 0; u < rows.kernel; u++)
      for (let v = 0; v < columns.kernel; v++) {
        const r = tap(rows, at[0], u), c = tap(columns, at[1], v);
        const inside = r >= 0 && r < map.rows && c >= 0 && c < map.columns;
        const value = inside ? map.data[plane + r * map.columns + c]
          : header.wrap ? map.data[plane + around(r, map.rows) * map.columns + around(c, map.columns)] : empty;
        found.push({ u, v, r, c, inside, value });
      }
    return found;
  }

  // What every lane reads at a stop; the winner is the number of a tap, as the engine kept it.
  read(place) {
    const at = this.index(place);
    if (!this.readings.has(at)) {
      if (this.readings.size > 64) this.readings.clear();
      const { winners, stops } = this.header.arrays;
      this.readings.set(at, this.lanes.map((_, lane) => {
        const taps = this.taps(lane, place);
        if (!winners) return { taps, winner: -1 };
        const cell = winners.data[lane * stops.rows * stops.columns + at];
        const [r, c] = [Math.floor(cell / this.header.arrays.field.columns), cell % this.header.arrays.field.columns];
        const u = (r - taps[0].r) / this.rows.dilation, v = (c - taps[0].c) / this.columns.dilation;
        return { taps, winner: u * this.columns.kernel + v };
      }));
    }
    return this.readings.get(at);
  }

  // The stop's own number, and a lane's where there are several.
  stopNumber(lane, at) {
    const { stops } = this.header.arrays;
    return stops.data[(this.apart ? lane : 0) * stops.rows * stops.columns + at];
  }

  signed(value, divisor) { return `${value < 0 ? "\u2212" : "+"} ${text(Math.abs(value), divisor)}`; }

  // How a place's number comes about, as words and as a short row of parts.
  explain(place) {
    if (this.header.scatter) return this.explainStamp(place);
    const { header, words: w, lane } = this, { field, stops } = header.arrays, at = this.index(place);
    const lanes = this.read(place), own = this.stopNumber(lane, at), shown = text(own, stops.divisor);
    const sign = isShort(own, stops.divisor) ? "=" : "\u2248";
    const where = w.place.replace("{row}", place[0] + 1).replace("{column}", place[1] + 1);
    const head = this.apart ? `${this.lanes[lane].name} \u00b7 ${where}` : where;
    const finish = (terms, value, parts, more = "") =>
      ({ lanes, parts, value, more, terms: `${terms} ${sign}`, head, long: `${head}${this.words.colon}${terms} ${sign} ${value}${more}` });
    if (header.operation === "conv") return this.explainSum(place, finish, sign);
    const { taps, winner } = lanes[lane], counted = header.operation === "average" && !header.count_padding ? taps.filter((t) => t.inside) : taps;
    if (header.operation === "max") {
      const from = taps[winner], more = from ? w.from.replace("{row}", from.r + 1).replace("{column}", from.c + 1) : "";
      return finish(`max(${this.list(counted, ", ", (t) => text(t.value, field.divisor))})`, shown, [["value", `= ${shown}`]], more);
    }
    return finish(`(${this.list(counted, " + ", (t) => text(t.value, field.divisor))}) \u00f7 ${counted.length}`, shown, [["value", `${sign} ${shown}`]]);
  }

  // Products and sums: one lane alone, or every lane's sum and then all together.
  explainSum(place, finish, sign) {
    const { header, words: w, kernel } = this, { field, stops } = header.arrays, { scale, bias } = header;
    const whole = field.divisor * kernel.divisor, lanes = this.read(place);
    const spoken = this.lanes.map((it, lane) => ({ ...it, lane })).filter((it) => !this.apart || it.lane === this.lane);
    const sums = spoken.map((it) => ({
      ...it,
      sum: lanes[it.lane].taps.reduce((all, t) => all + t.value * this.weight(it.lane, t.u, t.v), 0),
      terms: lanes[it.lane].taps.length ? this.list(lanes[it.lane].taps, " + ", (t) => {
        const weight = text(this.weight(it.lane, t.u, t.v), kernel.divisor);
        return `${bracketed(text(t.value, field.divisor))}\u00d7${bracketed(weight)}`;
      }) : w.absent,
    }));
    const total = sums.reduce((all, it) => all + it.sign * it.sum, 0), own = this.stopNumber(this.lane, this.index(place));
    const value = scale === 1 && field.exact && kernel.exact // the same number, by the same integers: nothing is rounded
      ? text(total * bias.divisor + bias.value * whole, whole * bias.divisor) : text(own, stops.divisor);
    const divided = scale === 1 ? "" : ` \u00f7 ${scale}`, added = bias.value === 0 ? "" : ` ${this.signed(bias.value, bias.divisor)}`;
    const biased = added ? [["bias", `${added.trim()} ${w.bias}`]] : [];
    if (sums.length === 1) {
      const sum = text(total, whole), parts = [["sum", `\u03a3 ${sum}`]];
      if (divided) parts.push(["scale", divided.trim()]);
      parts.push(...biased);
      if (parts.length > 1 || value !== sum) parts.push(["value", `${sign} ${value}`]);
      return finish(divided || added ? `(${sums[0].terms})${divided}${added}` : sums[0].terms, value, parts);
    }
    const unit = whole * scale;
    const each = sums.map((it, i) => {
      const joint = it.sign < 0 ? "\u2212 " : i ? "+ " : "", shown = text(it.sum, unit);
      return joint + (it.sum < 0 && joint ? `(${shown})` : shown);
    });
    const said = sums.map((it) => `${it.name}${w.colon}${divided && lanes[it.lane].taps.length ? `(${it.terms})${divided}` : it.terms} ${isShort(it.sum, unit) ? "=" : "\u2248"} ${text(it.sum, unit)}`);
    return finish(`${said.join(w.semicolon)}${w.stop}${w.together} ${each.join(" ")}${added}`, value, [...each.map((words) => ["sum", words]), ...biased, ["value", `${sign} ${value}`]]);
  }

  list(items, joint, words) {
    const most = this.lanes.length > 1 && !this.apart ? 9 : 25;
    if (items.length > most && items.some((it) => it.inside)) items = items.filter((it) => it.inside !== false); // the padding goes without saying
    if (items.length <= most) return items.map(words).join(joint);
    return [...items.slice(0, most).map(words), `\u2026 ${this.words.more.replace("{n}", items.length - most)}`].join(joint);
  }

  // ---- scattering: what one stop adds to the cells under its window

  // The unit in which stamps are whole numbers.
  unit() { return this.header.arrays.stops.divisor * (this.kernel ? this.kernel.divisor * this.header.scale : this.header.unit); }

  // The taps of a stop, each with the amount that it adds to its cell, in units.
  stamp(lane, place) {
    const { header } = this, reading = this.read(place)[lane], { taps, winner } = reading, value = this.stopNumber(lane, this.index(place));
    const n = header.count_padding ? taps.length : taps.filter((t) => t.inside).length;
    return (reading.stamp ??= taps.map((t, i) => ({
      ...t,
      amount: this.kernel ? value * this.weight(lane, t.u, t.v)
        : header.operation === "max" ? (i === winner ? value * header.unit : 0)
        : t.inside || header.count_padding ? value * (header.unit / n) : 0,
      n,
    })));
  }

  explainStamp(place) {
    const h = this.hover, { header, words: w, lane } = this, { field, stops } = header.arrays;
    if (h?.map === "field" && h.row >= 0 && h.row < field.rows && h.column >= 0 && h.column < field.columns) return this.explainCell(place, h);
    const lanes = this.read(place), stamp = this.stamp(lane, place), at = this.index(place), unit = this.unit();
    const value = text(this.stopNumber(lane, at), stops.divisor), where = w.place.replace("{row}", place[0] + 1).replace("{column}", place[1] + 1);
    const head = this.apart ? `${this.lanes[lane].name} \u00b7 ${where}` : where;
    let terms, result = value, more = "";
    if (this.kernel) {
      terms = w.stamped.replace("{value}", value).replace("{n}", stamp.filter((t) => t.inside).length);
      result = "";
    } else if (header.operation === "max") {
      const to = stamp[lanes[lane].winner];
      terms = w.routed.replace("{row}", to.r + 1).replace("{column}", to.c + 1).replace("{index}", to.r * field.columns + to.c);
    } else {
      const { n } = stamp[0], share = this.stopNumber(lane, at) * (header.unit / n), lost = header.count_padding ? stamp.filter((t) => !t.inside).length : 0;
      result = text(share, unit);
      terms = `${w.spread.replace("{n}", n)} ${value} \u00f7 ${n} ${isShort(share, unit) ? "=" : "\u2248"}`;
      if (lost) more = w.lost.replace("{n}", lost);
    }
    return { lanes, stamp, head, terms, value: result, more, parts: [["value", result || value]], long: `${head}${this.words.colon}${terms} ${result}${more}` };
  }

  // A cell of the field: what it receives from all the stops that reach it.
  explainCell(place, { lane, row, column }) {
    const w = this.words, from = this.feeding(lane, row, column), unit = this.unit(), { bias } = this.header;
    const total = from.reduce((all, it) => all + it.amount, 0);
    const { stops } = this.header.arrays, spread = !this.kernel && this.header.operation === "average";
    const terms = from.length ? this.list(from, " + ", (it) => (spread && !isShort(it.amount, unit) // a third is not 0.33
      ? `${text(this.stopNumber(lane, this.index([it.r, it.c])), stops.divisor)}\u00f7${it.n}` : text(it.amount, unit))) : "0";
    const value = text(total * bias.divisor + bias.value * unit, unit * bias.divisor);
    const head = w.receives.replace("{row}", row + 1).replace("{column}", column + 1).replace("{n}", from.length);
    const ends = bias.value === 0 ? "" : ` ${this.signed(bias.value, bias.divisor)}`;
    const sign = isShort(total, unit) ? "=" : "\u2248";
    return { lanes: this.read(place), stamp: this.stamp(lane, place), head, terms: `${terms}${ends} ${sign}`, value, more: "", parts: [["value", `${sign} ${value}`]], long: `${head}${this.words.colon}${terms}${ends} ${sign} ${value}` };
  }

  // The stops that a cell of the field is linked with; in scattering only those that add something to it.
  feeding(lane, row, column) {
    const { rows, columns, header } = this, { field } = header.arrays, { moved } = this.lanes[lane], found = [];
    const sides = (cell, cells) => (header.wrap ? [cell - cells, cell, cell + cells] : [cell]);
    const stops = (axis, cell, cells) => [...new Set(sides(cell, cells).flatMap((x) => stopsReading(axis, x)))];
    for (const r0 of stops(rows, row, field.rows))
      for (const c0 of stops(columns, column, field.columns)) {
        let r = r0 + moved[0], c = c0 + moved[1];
        if (header.wrap) [r, c] = [around(r, rows.stops), around(c, columns.stops)];
        if (r < 0 || r >= rows.stops || c < 0 || c >= columns.stops) continue;
        if (!header.scatter) { found.push({ r, c }); continue; }
        const t = this.stamp(lane, [r, c]).find((x) => x.r === row && x.c === column);
        if (t.amount || header.operation !== "max" || this.kernel) found.push({ r, c, amount: t.amount, n: t.n });
      }
    return found.sort((a, b) => a.r - b.r || a.c - b.c);
  }

  // ---- drawing: what does not move is painted once, what moves is drawn over it each frame

  theme() {
    const style = getComputedStyle(this.box);
    const pick = (name, otherwise) => style.getPropertyValue(name).trim() || otherwise;
    this.ink = pick("--st-text-color", "#31333f");
    this.soft = pick("--st-secondary-background-color", "#f0f2f6");
    this.font = pick("--st-font", "sans-serif");
    this.ratio = Math.min(devicePixelRatio || 1, 3);
  }

  // The small grids of the middle, from what is read to what comes of it.
  names() {
    if (this.header.scatter) return this.kernel ? ["kernel", "products"] : ["patch", "products"];
    return this.kernel ? ["patch", "kernel", "products"] : ["patch"];
  }

  layout() {
    const width = (this.width = this.box.clientWidth), wide = width >= 600, n = this.lanes.length;
    const { rows, columns, header } = this, { field, partial, stops, reads, maps } = header.arrays;
    const kernel = Math.max(rows.kernel, columns.kernel);
    this.box.classList.toggle("narrow", !wide);
    this.box.classList.toggle("laned", n > 1);
    this.box.classList.toggle("summed", n > 1 && !this.apart);
    const share = n > 1 ? clamp(kernel * 24, 96, this.names().length > 1 ? 96 : 190) * this.names().length : kernel > 5 ? 280 : 210;
    const middle = !wide ? width : Math.min(share, width * (n > 1 ? 0.38 : kernel > 5 ? 0.34 : 0.28));
    const height = wide ? clamp(innerHeight - 396 - (maps ? 30 : 0), 210, 480) + 90 * Math.max(n - 3, 0) : clamp(innerHeight * 0.36, 180, 300);
    const head = n > 1 ? LABEL : 0, high = height / n - head, gaps = (wide ? 2 : 1) + (partial ? 1 : 0);
    const across = field.columns + columns.before + columns.after, down = field.rows + rows.before + rows.after;
    const all = across + stops.columns + (partial ? partial.columns : 0), tall = Math.max(down, stops.rows);
    const room = width - (wide ? middle : 0) - gaps * GAP - 4;
    let w = Math.min(46, room / all), h = Math.min(46, high / tall);
    w = h = Math.min(w, h);
    if (h * down < 14) h = Math.min(14 / down, high / tall);
    if (w * across < 14) w = Math.min(14 / across, room / all);
    // A map of few stops is drawn larger than to scale, and so is the one that several lanes add up to.
    const least = n > 1 && !wide ? 90 : 0; // what a caption needs on a phone
    const free = room - Math.max(w * across, least) - (partial ? Math.max(w * partial.columns, least) : 0), limit = n > 1 && !this.apart ? Math.min(height * 0.8, 2 * h * stops.rows) : Math.min(40, high);
    const larger = Math.min(46, free / stops.columns, limit / Math.max(stops.rows, this.apart || n === 1 ? stops.columns : 1));
    const own = larger > Math.max(w, h) ? [larger, larger] : [w, h];
    const look = { ratio: this.ratio, ink: this.ink, soft: this.soft, font: this.font, empty: header.operation === "max" && !header.scatter ? "\u2212\u221e" : "0", wrap: header.wrap };
    const margins = { top: rows.before, right: columns.after, bottom: rows.after, left: columns.before };
    const shown = reads ? "reads" : "field";
    this.put(this.field, new Sheet(header.arrays[shown], header.display[shown], { ...look, ...margins, cell: [w, h], head }));
    const { pitch } = this.field.sheet;
    if (partial) this.put(this.partial, new Sheet(partial, header.display.partial, { ...look, cell: [w, h], head, pitch }));
    this.partial.figure.hidden = !partial;
    this.put(this.stops, new Sheet(stops, header.display.stops, { ...look, cell: own, head: this.apart ? head : 0, pitch }));
    this.plan(middle, wide ? height : 9999, wide, pitch);
    this.hang();
  }

  put(panel, sheet) {
    panel.sheet = sheet;
    this.size(panel, sheet.width, sheet.height);
    panel.caption.style.maxWidth = this.lanes.length > 1 && this.box.classList.contains("narrow") ? `${Math.max(panel.width, 90)}px` : "";
  }

  size(panel, width, height) {
    panel.width = Math.max(1, width);
    panel.height = Math.max(1, height);
    panel.canvas.width = Math.ceil(panel.width * this.ratio);
    panel.canvas.height = Math.ceil(panel.height * this.ratio);
    panel.canvas.style.width = `${panel.width}px`;
    panel.canvas.style.height = `${panel.height}px`;
  }

  // Where the small grids of the middle stand: below each other for one lane, side by side for each of several.
  plan(width, height, wide, pitch) {
    const rows = this.rows.kernel, columns = this.columns.kernel, n = this.lanes.length, names = this.names(), several = n > 1;
    const beside = (count) => (width - GAP / 2 * (count - 1)) / count;
    const high = several ? (wide ? pitch : 9999) : height;
    this.large = rows * columns > MOST_DRAWN;
    const all = this.large || (wide && !several ? (height - names.length * LABEL) / (names.length * rows) >= 15 && width / columns >= 30
      : beside(names.length) / columns >= 20 && (high - LABEL) / rows >= 12);
    const shown = all ? names : [names.includes(this.part) ? this.part : names[0]];
    const stacked = !several && (wide || shown.length === 1), room = stacked ? width : beside(shown.length);
    const count = stacked ? shown.length : 1;
    let w = Math.min(54, room / columns), h = Math.min(30, wide ? (high - count * LABEL) / (count * rows) : 26, Math.max(w, 15));
    if (this.large) w = h = Math.min(room / columns, wide ? (high - count * LABEL) / (count * rows) : 9999, 150 / rows);
    const step = several ? Math.max(wide ? pitch : 0, rows * h + LABEL) : 0;
    this.grids = this.lanes.flatMap((_, lane) => shown.map((name, i) => ({
      name, lane, w, h, label: this.words[name], room, x: stacked ? 0 : i * (room + GAP / 2), y: lane * step + (stacked ? i * (h * rows + LABEL) : 0) + LABEL,
    })));
    const used = stacked ? w * columns + 1 : (shown.length - 1) * (room + GAP / 2) + w * columns + 1;
    this.size(this.middle, Math.max(used, several ? 60 : Math.min(width, 165)), step * (n - 1) + count * (h * rows + LABEL) + 1);
    this.parts.hidden = shown.length === names.length;
    this.parts.setAttribute("aria-label", this.words.parts);
    this.parts.replaceChildren(...(this.parts.hidden ? [] : names.map((name) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = this.words[name];
      button.setAttribute("role", "radio");
      button.setAttribute("aria-checked", String(shown[0] === name));
      button.onclick = () => { this.part = name; this.paint(); this.parts.children[names.indexOf(name)].focus(); };
      return button;
    })));
  }

  // Small pictures of all the maps that there are, to choose the one on the stage from.
  hang() {
    const { maps } = this.header.arrays;
    this.strip.hidden = !maps;
    if (!maps) { this.strip.replaceChildren(); return; }
    this.strip.setAttribute("aria-label", this.words.maps);
    const focused = [...this.strip.children].indexOf(this.strip.getRootNode().activeElement);
    const side = clamp(this.width / maps.planes - 14, 20, 44), cell = Math.min(side / maps.rows, side / maps.columns);
    this.strip.replaceChildren(...Array.from({ length: maps.planes }, (_, i) => {
      const plane = { ...maps, planes: 1, data: maps.data.subarray(i * maps.rows * maps.columns, (i + 1) * maps.rows * maps.columns) };
      const { canvas } = new Sheet(plane, this.header.display.maps, { cell: [cell, cell], ratio: this.ratio, fontSize: 0 });
      canvas.style.width = `${cell * maps.columns}px`;
      canvas.style.height = `${cell * maps.rows}px`;
      const button = document.createElement("button");
      button.type = "button";
      button.append(canvas, String(i + 1));
      button.setAttribute("aria-label", this.words.map.replace("{n}", i + 1));
      button.setAttribute("aria-pressed", String(i === this.header.chosen));
      button.onclick = () => this.send("map", { index: i });
      return button;
    }));
    if (focused >= 0) this.strip.children[Math.min(focused, maps.planes - 1)].focus();
  }

  paint() {
    if (!this.header || !this.box.clientWidth) return;
    this.theme();
    this.layout();
    this.cut();
    this.renew();
    this.draw();
  }

  // Hatches the rows and columns that no window reads.
  cut() {
    const { sheet } = this.field, { pen, map } = sheet, [w, h] = sheet.cell, read = [unread(this.rows), unread(this.columns)];
    if (this.header.wrap || (read[0].every(Boolean) && read[1].every(Boolean))) return;
    pen.save();
    pen.beginPath();
    for (let plane = 0; plane < map.planes; plane++) {
      const [left, top] = sheet.at(plane, 0, 0);
      for (let r = 0; r < map.rows; r++) if (!read[0][r]) pen.rect(left, top + r * h, map.columns * w, h);
      for (let c = 0; c < map.columns; c++) if (!read[1][c]) pen.rect(left + c * w, top, w, map.rows * h);
    }
    pen.clip();
    pen.fillStyle = "rgba(213,94,0,.28)";
    pen.fillRect(0, 0, sheet.width, sheet.height);
    pen.strokeStyle = "rgba(213,94,0,.95)";
    pen.lineWidth = 1.5;
    pen.beginPath();
    for (let d = 0; d < sheet.width + sheet.height; d += 7) { pen.moveTo(d, 0); pen.lineTo(0, d); }
    pen.stroke();
    pen.restore();
  }

  // ---- results that appear one by one

  cover(on) {
    this.covered = on;
    if (on) this.seen.fill(0);
    this.renew();
    if (on) this.uncover(this.index(), this.index() + 1);
    this.label();
    this.ask();
  }

  // Makes what is seen so far anew: the stops visited, or in scattering the field with their stamps.
  renew() {
    if (!this.field.sheet) return;
    if (!this.header.scatter) {
      for (const { sheet } of this.results()) sheet.veil(this.seen);
      return;
    }
    const { field, stops } = this.header.arrays, { bias } = this.header, unit = this.unit() * bias.divisor;
    const data = new Float64Array(field.data.length).fill(bias.value * this.unit());
    const { sheet } = this.field, { cell, top, right, bottom, left, head, ratio, ink, soft, font, empty, fontSize } = sheet;
    this.growing = this.covered ? new Sheet({ ...field, data, divisor: unit }, sheet.display, { cell, top, right, bottom, left, head, ratio, ink, soft, font, empty, fontSize }) : null;
    if (this.growing) for (let i = 0; i < stops.rows * stops.columns; i++) if (this.seen[i]) this.press(i);
  }

  results() { return [this.stops, ...(this.header.arrays.partial ? [this.partial] : [])]; }

  uncover(from, to) {
    if (this.header.scatter) {
      for (let i = from; i < to; i++) if (!this.seen[i]) { this.seen[i] = 1; if (this.growing) this.press(i); }
      return;
    }
    this.seen.fill(1, from, to);
    for (const { sheet } of this.results()) sheet.reveal(from, to);
  }

  // Adds a stop's stamp to the field that grows.
  press(at) {
    const { map } = this.growing, place = [Math.floor(at / this.columns.stops), at % this.columns.stops];
    const { winners, stops } = this.header.arrays, size = stops.rows * stops.columns;
    const add = (lane, r, c, amount) => {
      map.data[(lane * map.rows + r) * map.columns + c] += amount * this.header.bias.divisor;
      this.growing.touch(lane, r, c);
    };
    for (let lane = 0; lane < this.lanes.length; lane++) {
      if (winners) {
        const cell = winners.data[lane * size + at];
        add(lane, Math.floor(cell / map.columns), cell % map.columns, this.stopNumber(lane, at));
      } else for (const t of this.stamp(lane, place)) if (t.inside && t.amount) add(lane, t.r, t.c, t.amount);
    }
    this.stale = true;
  }

  ask() {
    if (!this.frame) this.frame = requestAnimationFrame((now) => {
      this.frame = 0;
      if (!this.header || !this.box.isConnected) return;
      const start = performance.now();
      if (this.playing) this.advance(now);
      this.draw();
      this.drawing.push(performance.now() - start);
      if (this.drawing.length > 600) this.drawing.shift();
      if (this.playing) this.ask();
    });
  }

  draw() {
    if (!this.field.sheet) return;
    const place = this.looked(), now = this.explain(place);
    if (this.stale && this.growing && !this.growing.fine) for (let plane = 0; plane < this.growing.map.planes; plane++) this.growing.blow(plane);
    this.stale = false;
    this.drawField(place, now);
    if (this.header.arrays.partial) this.drawResult(this.partial, place, this.partialSigns());
    this.drawResult(this.stops, place);
    this.drawMiddle(now);
    const key = now.long;
    if (key !== this.said) {
      this.said = key;
      this.sentence.replaceChildren(`${now.head}${this.words.colon}${now.terms} `, Object.assign(document.createElement("b"), { textContent: now.value }), now.more || "");
      this.sum.replaceChildren(...now.parts.map(([name, words]) => Object.assign(document.createElement("span"), { className: name, textContent: words })));
      this.maps.setAttribute("aria-valuenow", this.index() + 1);
      this.maps.setAttribute("aria-valuetext", now.long);
      this.jump.forEach(({ input }, axis) => { if (input.getRootNode().activeElement !== input) input.value = this.stop[axis] + 1; });
    }
  }

  start(panel, picture) {
    const { pen } = panel;
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, panel.canvas.width, panel.canvas.height);
    if (picture) pen.drawImage(picture, 0, 0);
    pen.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    return pen;
  }

  // A frame that is seen on any ground: a dark line with a bright one inside.
  frameBox(pen, x, y, w, h, colour, thick = 3) {
    const least = 5;
    if (w < least) { x -= (least - w) / 2; w = least; }
    if (h < least) { y -= (least - h) / 2; h = least; }
    pen.lineWidth = thick + 2;
    pen.strokeStyle = "rgba(0,0,0,.55)";
    pen.strokeRect(x, y, w, h);
    pen.lineWidth = thick;
    pen.strokeStyle = colour;
    pen.strokeRect(x, y, w, h);
  }

  // The names of the lanes above their planes.
  nameLanes(pen, sheet, words) {
    if (!sheet.head) return;
    pen.fillStyle = this.ink;
    pen.font = `12px ${this.font}`;
    pen.textAlign = "left";
    pen.textBaseline = "alphabetic";
    words.forEach((name, lane) => pen.fillText(name, 0, lane * sheet.pitch + sheet.head - 4));
  }

  partialSigns() { return this.lanes.map(({ sign }, lane) => (sign < 0 ? "\u2212" : lane ? "+" : "")); }

  drawField(place, now) {
    const { sheet } = this.field, [w, h] = sheet.cell, h_ = this.hover;
    const pen = this.start(this.field, (this.covered && this.growing || sheet).canvas);
    this.nameLanes(pen, sheet, this.lanes.map(({ name }) => name));
    const tapped = h_?.map === "taps" ? h_ : null, dilated = this.rows.dilation > 1 || this.columns.dilation > 1;
    if (tapped) {                                    // a weight: every cell that it meets
      pen.fillStyle = ROLE.link;
      pen.globalAlpha = 0.45;
      for (let r = 0; r < this.rows.stops; r++)
        for (let c = 0; c < this.columns.stops; c++) {
          const [x, y] = sheet.at(tapped.lane, tap(this.rows, r, tapped.row), tap(this.columns, c, tapped.column));
          pen.fillRect(x, y, w, h);
        }
      pen.globalAlpha = 1;
    }
    now.lanes.forEach(({ taps, winner }, lane) => {
      if (!taps.length) return;
      if (dilated) for (const t of taps) {
        const [x, y] = sheet.at(lane, t.r, t.c);
        if (Math.min(w, h) >= 4) this.frameBox(pen, x + 1.5, y + 1.5, w - 3, h - 3, ROLE.window, 2);
        else { pen.fillStyle = ROLE.window; pen.fillRect(x, y, Math.max(w, 2), Math.max(h, 2)); }
      }
      const [x, y] = sheet.at(lane, taps[0].r, taps[0].c);
      pen.save();
      if (this.lanes.length > 1) {                   // a window that hangs over does not run into the next lane
        pen.beginPath();
        pen.rect(0, lane * sheet.pitch + sheet.head - 3, sheet.width, sheet.high + 6);
        pen.clip();
      }
      if (dilated) pen.setLineDash([5, 4]);
      this.frameBox(pen, x, y, extent(this.columns) * w, extent(this.rows) * h, ROLE.window);
      pen.restore();
      const met = tapped?.lane === lane, marked = met ? taps[tapped.row * this.columns.kernel + tapped.column] : taps[winner];
      if (marked) { const [mx, my] = sheet.at(lane, marked.r, marked.c); this.frameBox(pen, mx + 2, my + 2, w - 4, h - 4, met ? ROLE.link : ROLE.stop); }
    });
    if (h_?.map === "field") { const [fx, fy] = sheet.at(h_.lane, h_.row, h_.column); this.frameBox(pen, fx + 1, fy + 1, w - 2, h - 2, ROLE.link, 2); }
  }

  // The stops, or the partial maps, which have a cell for each stop as well.
  drawResult(panel, place, names = []) {
    const { sheet } = panel, { map } = sheet, [w, h] = sheet.cell, h_ = this.hover, hidden = this.covered && !this.header.scatter;
    const pen = this.start(panel, hidden ? sheet.veiled : sheet.canvas);
    this.nameLanes(pen, sheet, names);
    for (let plane = 0; plane < map.planes; plane++) {
      const [x, y] = sheet.at(plane, 0, 0);
      pen.lineWidth = 1;
      pen.strokeStyle = this.ink;
      pen.globalAlpha = 0.4;
      pen.strokeRect(x + 0.5, y + 0.5, sheet.width - 1, sheet.high - 1);
      if (hidden && sheet.fine) {
        pen.beginPath();
        for (let c = 1; c < map.columns; c++) { pen.moveTo(c * w, y); pen.lineTo(c * w, y + sheet.high); }
        for (let r = 1; r < map.rows; r++) { pen.moveTo(0, y + r * h); pen.lineTo(sheet.width, y + r * h); }
        pen.stroke();
      }
      pen.globalAlpha = 1;
      const box = (row, column, colour, thick) => {
        const [left, top] = sheet.at(plane, row, column);
        this.frameBox(pen, left + 1, top + 1, w - 2, h - 2, colour, thick);
      };
      if (h_?.map === "field" && (map.planes === 1 || plane === h_.lane)) // a cell of the field: every stop that it is linked with
        for (const { r, c } of this.feeding(h_.lane, h_.row, h_.column)) box(r, c, ROLE.link, 2);
      box(...place, ROLE.stop);
    }
  }

  drawMiddle(now) {
    const pen = this.start(this.middle), { kernel, header } = this, read = header.arrays.read || header.arrays.field;
    const display = header.display[header.arrays.read ? "read" : "field"], whole = read.divisor * (kernel?.divisor || 1), unit = this.unit();
    const most = kernel ? kernel.data.reduce((m, v) => Math.max(m, Math.abs(v)), 0) / kernel.divisor : 1;
    const bright = Math.max(Math.abs(display.low), Math.abs(display.high));
    const stamps = header.scatter ? this.lanes.map((_, lane) => this.stamp(lane, this.looked())) : null;
    for (const grid of this.grids) {
      pen.fillStyle = this.ink;
      pen.font = `12px ${this.font}`;
      pen.textAlign = "left";
      pen.textBaseline = "alphabetic";
      pen.fillText(grid.label, grid.x, grid.y - 4, Math.max(grid.room, grid.w * this.columns.kernel));
      const { taps, winner } = now.lanes[grid.lane], role = { patch: ROLE.window, kernel: ROLE.kernel, products: ROLE.stop }[grid.name];
      const framed = (colour, thick, x = grid.x, y = grid.y, w = grid.w * this.columns.kernel, h = grid.h * this.rows.kernel) => {
        pen.lineWidth = thick;
        pen.strokeStyle = colour;
        pen.strokeRect(x + 1, y + 1, w - 2, h - 2);
      };
      if (this.large) { this.drawLarge(pen, grid, taps, winner); framed(role, 2); continue; }
      const cells = taps.map((t, i) => {
        const weight = this.weight(grid.lane, t.u, t.v);
        if (grid.name === "patch") return [t.value, read.divisor, t.inside || header.wrap ? shade(display, t.value / read.divisor, grid.lane) : null];
        if (grid.name === "kernel") return [weight, kernel.divisor, shade({ palette: "signed", high: most }, weight / kernel.divisor)];
        if (stamps) return [stamps[grid.lane][i].amount, unit, shade(header.display.field, stamps[grid.lane][i].amount / unit)];
        const product = t.value * weight;
        return [product, whole, shade({ palette: "signed", high: most * bright }, product / whole)];
      });
      const words = cells.map(([value, divisor]) => text(value, divisor));
      const longest = words.reduce((m, s) => Math.max(m, s.length), 1);
      const size = Math.min(grid.h * 0.55, (grid.w - 3) / (longest * 0.58), 15);
      taps.forEach((t, i) => {
        const x = grid.x + t.v * grid.w, y = grid.y + t.u * grid.h, colour = cells[i][2];
        pen.fillStyle = colour ? css(colour) : this.soft;
        pen.fillRect(x, y, grid.w, grid.h);
        pen.strokeStyle = "rgba(127,127,127,.6)";
        pen.lineWidth = 1;
        pen.strokeRect(x + 0.5, y + 0.5, grid.w - 1, grid.h - 1);
        if (size >= 5.5) { pen.fillStyle = colour ? ink(colour) : this.ink; label(pen, words[i], x + grid.w / 2, y + grid.h / 2, size, this.font); }
        if (i === winner) this.frameBox(pen, x + 2, y + 2, grid.w - 4, grid.h - 4, ROLE.stop, 2);
      });
      framed(role, 2);
      const h = this.hover;
      if (h?.map === "taps" && h.lane === grid.lane) this.frameBox(pen, grid.x + h.column * grid.w + 1, grid.y + h.row * grid.h + 1, grid.w - 2, grid.h - 2, ROLE.link, 2);
    }
  }

  // A window of very many cells: the part of the picture that it reads, or the field that it stamps.
  drawLarge(pen, grid, taps, winner) {
    if (!taps.length) return;
    const sheet = this.field.sheet, { canvas } = sheet.small[grid.lane], [first] = taps;
    pen.imageSmoothingEnabled = false;
    if (grid.name === "patch" && this.header.arrays.read) {
      this.readSheet ??= new Map();
      const key = this.header.arrays.read;
      if (!this.readSheet.has(key)) { this.readSheet.clear(); this.readSheet.set(key, new Sheet(key, this.header.display.read, { cell: [1, 1], ratio: 1, fontSize: 0 })); }
      pen.drawImage(this.readSheet.get(key).small[grid.lane].canvas, first.c, first.r, this.columns.kernel, this.rows.kernel, grid.x, grid.y, this.columns.kernel * grid.w, this.rows.kernel * grid.h);
    } else pen.drawImage(canvas, first.c, first.r, this.columns.kernel, this.rows.kernel, grid.x, grid.y, this.columns.kernel * grid.w, this.rows.kernel * grid.h);
    const t = taps[winner];
    if (t) this.frameBox(pen, grid.x + t.v * grid.w, grid.y + t.u * grid.h, grid.w, grid.h, ROLE.stop, 2);
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  const stage = (parentElement.cnnvizStage ??= new Stage(parentElement));
  stage.show(decode(data), setTriggerValue);
  return () => { stage.close(); delete parentElement.cnnvizStage; };
}
