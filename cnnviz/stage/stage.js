// The stage: one picture in motion for every sweeping operation.
//
// Two maps and a table. The *field* is the map that the window sweeps over (with its padding); the *stops* are the map with
// one cell for each place where the window stops. Gathering operations (convolution, pooling) read the field and write a
// stop; scattering ones (transposed convolution, gradients) read a stop and stamp it onto the field. Both use the same
// table: stop (r, c) and tap (u, v) meet at field cell (r * stride - before + u * dilation, ...).
//
// Python sends one blob: 4 bytes with the header's length, the header as JSON, then the arrays. Numbers are integers with a
// common divisor wherever that is exact, so the sums shown are exact too: no rounding stands between a product and its sum.

const TYPES = { u1: Uint8Array, i2: Int16Array, i4: Int32Array, f4: Float32Array, f8: Float64Array };
const ROLE = { window: "#E69F00", kernel: "#0072B2", stop: "#009E73", link: "#CC79A7" }; // Okabe-Ito
const GAP = 16;
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
    map.exact = map.dtype[0] !== "f";
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
  const digits = isPowerOfTen(denominator) ? Math.round(Math.log10(denominator)) : 2;
  return minus(value.toFixed(digits).replace(/\.?0+$/, "") || "0");
}
const isShort = (numerator, denominator) => Number.isInteger(numerator) &&
  (Number.isInteger(numerator / denominator) || isPowerOfTen(denominator));

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
function shade(display, value) {
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
  return [grey, grey, grey];
}
const css = ([r, g, b]) => `rgb(${r},${g},${b})`;
const ink = ([r, g, b]) => (0.299 * r + 0.587 * g + 0.114 * b > 140 ? "#000" : "#fff");

// ------------------------------------------------------------------------------------------------ the stage

class Stage {
  constructor(root) {
    this.root = root;
    this.stop = [0, 0];
    this.playing = false;
    this.speed = null;
    this.hover = null;          // {map: "field" | "stops" | "taps", row, column}
    this.covered = false;       // whether results not yet visited are hidden
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
    this.stops = panel("stops");
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
    this.pace = field("speed", "range");
    this.scale = make("div", "scale", this.box);
    this.editor = make("input", "editor", this.box, { type: "text", inputmode: "decimal", hidden: "" });
    this.probe = make("span", "probe", this.box, { "aria-hidden": "true" });
    this.listen();
  }

  listen() {
    this.maps.onkeydown = (event) => this.key(event);
    for (const element of [this.bar, this.editor]) element.onkeydown = (event) => event.stopPropagation();
    for (const [name, panel] of [["field", this.field], ["stops", this.stops]]) {
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
      this.hover = place && { map: "taps", row: place.row, column: place.column };
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
    this.pace.input.oninput = () => { this.speed = Number(this.pace.input.value); this.label(); };
    this.probe.ontransitionend = () => { this.paint(); }; // the theme's text colour has changed
    this.watcher = new ResizeObserver(() => { if (this.box.clientWidth !== this.width) this.paint(); });
    this.watcher.observe(this.box);
  }

  close() {
    this.watcher.disconnect();
    cancelAnimationFrame(this.frame);
    clearTimeout(this.writing);
    this.playing = false;
  }

  // ---- what to show

  show(header, send) {
    const before = this.header;
    Object.assign(this, { header, send, rows: header.rows, columns: header.columns, words: header.words });
    this.axes = [this.rows, this.columns];
    this.maps_ = { field: header.arrays.field, stops: header.arrays.stops };
    this.kernel = header.arrays.kernel;
    const count = this.rows.stops * this.columns.stops;
    if (this.speed === null || !before || before.size !== count) {
      if (this.speed === null || (before && (before.size > 400) !== (count > 400))) this.speed = count > 400 ? 8 : 2;
    }
    header.size = count;
    if (!before) {
      const asked = /^(\d+)\.(\d+)$/.exec(new URLSearchParams(location.search).get("stop") || "");
      if (asked) this.stop = [asked[1] - 1, asked[2] - 1];
    }
    this.stop = this.stop.map((s, axis) => clamp(s, 0, this.axes[axis].stops - 1));
    if (!before || before.rows.stops !== this.rows.stops || before.columns.stops !== this.columns.stops) {
      this.seen = new Uint8Array(count);
      if (before && this.playing) this.seen.fill(1, 0, this.index());
    }
    this.hover = null;
    this.paint();
    this.label();
    if (!before && header.autoplay && !this.calm.matches) this.toggle();
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
    this.pace.words.textContent = w.speed;
    Object.assign(this.pace.input, { min: 0, max: STEPS_PER_SECOND.length - 1, step: 1, value: this.speed });
    this.pace.input.setAttribute("aria-valuetext", w.per_second.replace("{n}", STEPS_PER_SECOND[this.speed]));
    this.maps.setAttribute("aria-label", w.name);
    this.maps.setAttribute("aria-valuemax", this.header.size);
    this.bar.setAttribute("aria-label", w.bar);
    this.field.caption.textContent = w.field;
    this.stops.caption.textContent = w.stops;
    this.scale.textContent = w.scale || "";
  }

  // ---- moving

  go(row, column) { this.pause(); this.place(row, column); this.settle(); }

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
    if (this.index() >= this.header.size - 1) this.stop = [0, 0];
    this.cover(true);
    this.seen.fill(1, 0, this.index() + 1);
    this.repaintSeen();
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
    this.live.textContent = this.words.live.replace("{sentence}", this.explain(this.stop).long);
    clearTimeout(this.writing);
    if (this.header.autoplay) return;
    this.writing = setTimeout(() => {
      const url = new URL(location.href);
      if (this.index()) url.searchParams.set("stop", `${this.stop[0] + 1}.${this.stop[1] + 1}`);
      else url.searchParams.delete("stop");
      if (url.href !== location.href) history.replaceState(history.state, "", url);
    }, 250);
  }

  // ---- pointing

  cellAt(name, event) {
    const panel = this[name], box = panel.canvas.getBoundingClientRect();
    const across = name === "field" ? this.columns.before : 0, down = name === "field" ? this.rows.before : 0;
    return {
      row: Math.floor((event.clientY - box.top) / this.cell[1]) - down,
      column: Math.floor((event.clientX - box.left) / this.cell[0]) - across,
    };
  }

  point(name, event) {
    const at = this.cellAt(name, event);
    this.hover = { map: name, ...at };
    if (this.dragging === name) {
      if (name === "field") this.place(nearestStop(this.rows, at.row), nearestStop(this.columns, at.column));
      else this.place(at.row, at.column);
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
    const inside = h?.map === "stops" && h.row >= 0 && h.row < this.rows.stops && h.column >= 0 && h.column < this.columns.stops;
    return inside ? [h.row, h.column] : this.stop;
  }

  edit(place) {
    if (!place || place.grid.name !== "kernel" || !this.header.editable) return;
    const { grid, row, column } = place, { editor } = this;
    this.pause();
    const box = this.box.getBoundingClientRect(), canvas = this.middle.canvas.getBoundingClientRect();
    Object.assign(editor.style, {
      left: `${canvas.left - box.left + grid.x + column * grid.w}px`, top: `${canvas.top - box.top + grid.y + row * grid.h}px`,
      width: `${Math.max(grid.w, 44)}px`, height: `${Math.max(grid.h, 24)}px`,
    });
    editor.hidden = false;
    editor.value = text(this.weight(row, column), this.kernel.divisor).replace("\u2212", "-");
    editor.setAttribute("aria-label", this.words.weight.replace("{row}", row + 1).replace("{column}", column + 1));
    editor.select();
    const done = (keep) => {
      editor.onblur = null;
      editor.hidden = true;
      if (keep && editor.value.trim() !== "" && Number.isFinite(Number(editor.value))) this.send("weight", { row, column, value: Number(editor.value) });
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

  weight(u, v) { return this.kernel ? this.kernel.data[u * this.kernel.columns + v] : 1; }

  // Taps of a stop: where they lie, what the field holds there (0, or minus infinity, in the padding).
  taps([row, column]) {
    const field = this.maps_.field, empty = this.header.operation === "max" ? -Infinity : 0, found = [];
    for (let u = 0; u < this.rows.kernel; u++)
      for (let v = 0; v < this.columns.kernel; v++) {
        const r = tap(this.rows, row, u), c = tap(this.columns, column, v);
        const inside = r >= 0 && r < field.rows && c >= 0 && c < field.columns;
        found.push({ u, v, r, c, inside, value: inside ? field.data[r * field.columns + c] : empty });
      }
    return found;
  }

  // The stop's own number and how it comes about, as short and long text.
  explain(place) {
    const { header, words: w } = this, field = this.maps_.field, stops = this.maps_.stops;
    const taps = this.taps(place), at = this.index(place), shown = text(stops.data[at], stops.divisor);
    const head = w.place.replace("{row}", place[0] + 1).replace("{column}", place[1] + 1);
    const parts = [];
    let terms, sum = "", value = shown, winner = -1;
    if (header.operation === "max") {
      winner = taps.reduce((best, t, i) => (t.value > (best < 0 ? -Infinity : taps[best].value) ? i : best), -1);
      terms = `max(${this.list(taps.map((t) => text(t.value, field.divisor)), ", ")})`;
    } else if (header.operation === "average") {
      const counted = header.count_padding ? taps : taps.filter((t) => t.inside);
      terms = `(${this.list(counted.map((t) => text(t.value, field.divisor)), " + ")}) \u00f7 ${counted.length}`;
    } else {
      const whole = field.divisor * this.kernel.divisor;
      const total = taps.reduce((all, t) => all + t.value * this.weight(t.u, t.v), 0);
      terms = this.list(taps.map((t) => {
        const weight = text(this.weight(t.u, t.v), this.kernel.divisor);
        return `${text(t.value, field.divisor)}\u00d7${weight[0] === "\u2212" ? `(${weight})` : weight}`;
      }), " + ");
      sum = text(total, whole);
      const { scale, bias } = header;
      const tail = (scale === 1 ? "" : ` \u00f7 ${scale}`) + (bias.value === 0 ? "" : ` ${bias.value < 0 ? "\u2212" : "+"} ${text(Math.abs(bias.value), bias.divisor)}`);
      parts.push(["sum", `\u03a3 ${sum}`]);
      if (scale !== 1) parts.push(["scale", `\u00f7 ${scale}`]);
      if (bias.value !== 0) parts.push(["bias", `${bias.value < 0 ? "\u2212" : "+"} ${text(Math.abs(bias.value), bias.divisor)} ${w.bias}`]);
      if (tail) terms = `(${terms})${tail}`;
      if (scale === 1 && field.exact && this.kernel.exact) // exact: the same number, by the same integers
        value = text(total * bias.divisor + bias.value * whole, whole * bias.divisor);
    }
    const sign = isShort(stops.data[at], stops.divisor) ? "=" : "\u2248";
    if (value !== sum || parts.length > 1 || !parts.length) parts.push(["value", `${sign} ${value}`]);
    return { taps, winner, parts, value, long: `${head}: ${terms} ${sign} ${value}`, terms: `${terms} ${sign}`, head };
  }

  list(items, joint) {
    const most = this.header.most_terms || 25;
    if (items.length <= most) return items.join(joint);
    return [...items.slice(0, most), `\u2026 ${this.words.more.replace("{n}", items.length - most)}`].join(joint);
  }

  // ---- drawing: what does not move is painted once, what moves is drawn over it each frame

  theme() {
    const style = getComputedStyle(this.box);
    const pick = (name, otherwise) => style.getPropertyValue(name).trim() || otherwise;
    this.ink = pick("--st-text-color", "#31333f");
    this.paper = pick("--st-background-color", "#fff");
    this.soft = pick("--st-secondary-background-color", "#f0f2f6");
    this.font = pick("--st-font", "sans-serif");
  }

  layout() {
    const width = (this.width = this.box.clientWidth);
    const wide = width >= 600, field = this.maps_.field, stops = this.maps_.stops;
    const kernel = Math.max(this.rows.kernel, this.columns.kernel);
    this.box.classList.toggle("narrow", !wide);
    const middle = !wide ? width : kernel > 5 ? Math.min(280, width * 0.34) : Math.min(210, width * 0.28);
    const height = wide ? clamp(innerHeight - 396, 210, 480) : clamp(innerHeight * 0.36, 180, 300);
    const across = field.columns + this.columns.before + this.columns.after, down = field.rows + this.rows.before + this.rows.after;
    const room = width - (wide ? middle + 2 * GAP : GAP) - 4;
    let w = Math.min(46, room / (across + stops.columns)), h = Math.min(46, height / Math.max(down, stops.rows));
    w = h = Math.min(w, h);
    if (h * down < 14) h = Math.min(14 / down, height / Math.max(down, stops.rows));
    if (w * across < 14) w = Math.min(14 / across, room / (across + stops.columns));
    this.cell = [w, h];
    this.size(this.field, w * across, h * down);
    this.size(this.stops, w * stops.columns, h * stops.rows);
    this.plan(middle, wide ? height : 9999, wide);
  }

  size(panel, width, height) {
    const ratio = (this.ratio = Math.min(devicePixelRatio || 1, 3));
    panel.width = Math.max(1, width);
    panel.height = Math.max(1, height);
    panel.canvas.width = Math.ceil(panel.width * ratio);
    panel.canvas.height = Math.ceil(panel.height * ratio);
    panel.canvas.style.width = `${panel.width}px`;
    panel.canvas.style.height = `${panel.height}px`;
  }

  // Where the small grids of the middle stand: the patch, the kernel, the products.
  plan(width, height, wide) {
    const rows = this.rows.kernel, columns = this.columns.kernel, label = 16;
    const names = this.kernel ? ["patch", "kernel", "products"] : ["patch"];
    const all = wide ? (height - names.length * label) / (names.length * rows) >= 15 && width / columns >= 30
      : width / (names.length * columns) - 8 >= 22;
    const shown = all ? names : [names.includes(this.part) ? this.part : names[0]];
    const stacked = wide || shown.length === 1;
    const room = stacked ? width : (width - GAP * (shown.length - 1)) / shown.length;
    const w = Math.min(54, room / columns);
    const h = Math.min(30, wide ? (height - shown.length * label) / (shown.length * rows) : 26, Math.max(w, 15));
    this.grids = shown.map((name, i) => ({
      name, w, h, label: this.words[name], x: stacked ? 0 : i * (room + GAP), y: (stacked ? i * (h * rows + label) : 0) + label,
    }));
    this.size(this.middle, stacked ? w * columns + 1 : width, (stacked ? shown.length : 1) * (h * rows + label) + 1);
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

  // A map painted once into a canvas of its own.
  picture(map, display, { down = 0, across = 0, below = 0, after = 0, hatch = false } = {}) {
    const [w, h] = this.cell, ratio = this.ratio;
    const canvas = document.createElement("canvas");
    canvas.width = Math.ceil((map.columns + across + after) * w * ratio);
    canvas.height = Math.ceil((map.rows + down + below) * h * ratio);
    const pen = canvas.getContext("2d");
    pen.scale(ratio, ratio);
    this.padding(pen, map, down, across, below, after);
    this.pixels(pen, map, display, down, across);
    const size = this.fit(map, w, h);
    const colour = new Map();
    if (Math.min(w, h) >= 9) {
      for (let r = -down; r < map.rows + below; r++)
        for (let c = -across; c < map.columns + after; c++) {
          const inside = r >= 0 && r < map.rows && c >= 0 && c < map.columns;
          const x = (c + across) * w, y = (r + down) * h;
          if (inside) { pen.strokeStyle = "rgba(127,127,127,.55)"; pen.lineWidth = 1; pen.strokeRect(x + 0.5, y + 0.5, w - 1, h - 1); }
          if (!size) continue;
          const value = inside ? map.data[r * map.columns + c] : null;
          if (inside && !colour.has(value)) colour.set(value, ink(shade(display, value / map.divisor)));
          pen.fillStyle = inside ? colour.get(value) : this.ink;
          pen.globalAlpha = inside ? 1 : 0.7;
          this.write(pen, inside ? text(value, map.divisor) : this.header.operation === "max" ? "\u2212\u221e" : "0", x + w / 2, y + h / 2, size);
          pen.globalAlpha = 1;
        }
    }
    if (hatch) this.hatch(pen, map, down, across);
    return canvas;
  }

  pixels(pen, map, display, down, across) {
    const [w, h] = this.cell, image = new ImageData(map.columns, map.rows), out = image.data, known = new Map();
    for (let i = 0; i < map.rows * map.columns; i++) {
      const value = map.data[i];
      let colour = known.get(value);
      if (!colour) { colour = shade(display, value / map.divisor); if (known.size < 4096) known.set(value, colour); }
      out[4 * i] = colour[0]; out[4 * i + 1] = colour[1]; out[4 * i + 2] = colour[2]; out[4 * i + 3] = 255;
    }
    const small = document.createElement("canvas");
    small.width = map.columns; small.height = map.rows;
    small.getContext("2d").putImageData(image, 0, 0);
    pen.imageSmoothingEnabled = false;
    pen.drawImage(small, across * w, down * h, map.columns * w, map.rows * h);
  }

  // Padding is drawn apart: paler, dotted, outside a clear frame.
  padding(pen, map, down, across, below, after) {
    if (!(down || across || below || after)) return;
    const [w, h] = this.cell, width = (map.columns + across + after) * w, height = (map.rows + down + below) * h;
    pen.fillStyle = this.soft;
    pen.fillRect(0, 0, width, height);
    pen.strokeStyle = this.ink;
    pen.globalAlpha = 0.4;
    pen.setLineDash([2, 3]);
    if (Math.min(w, h) >= 9) {
      pen.beginPath();
      for (let c = 0; c <= map.columns + across + after; c++) { pen.moveTo(c * w, 0); pen.lineTo(c * w, height); }
      for (let r = 0; r <= map.rows + down + below; r++) { pen.moveTo(0, r * h); pen.lineTo(width, r * h); }
      pen.stroke();
    } else pen.strokeRect(0.5, 0.5, width - 1, height - 1);
    pen.setLineDash([]);
    pen.globalAlpha = 1;
    pen.lineWidth = 2;
    pen.strokeRect(across * w, down * h, map.columns * w, map.rows * h);
    pen.lineWidth = 1;
  }

  // Rows and columns that no window reads.
  hatch(pen, map, down, across) {
    const [w, h] = this.cell, read = [unread(this.rows), unread(this.columns)];
    pen.save();
    pen.beginPath();
    for (let r = 0; r < map.rows; r++) if (!read[0][r]) pen.rect(across * w, (r + down) * h, map.columns * w, h);
    for (let c = 0; c < map.columns; c++) if (!read[1][c]) pen.rect((c + across) * w, down * h, w, map.rows * h);
    pen.clip();
    pen.fillStyle = "rgba(213,94,0,.28)";
    pen.fillRect(0, 0, pen.canvas.width, pen.canvas.height);
    pen.strokeStyle = "rgba(213,94,0,.95)";
    pen.lineWidth = 1.5;
    pen.beginPath();
    const reach = pen.canvas.width + pen.canvas.height;
    for (let d = 0; d < reach; d += 7) { pen.moveTo(d, 0); pen.lineTo(0, d); }
    pen.stroke();
    pen.restore();
  }

  // The font size at which every number of the map fits its cell; 0 where none would be legible.
  fit(map, w, h) {
    if (Math.min(w, h) < 9 || map.data.length > 3000) return 0;
    let longest = 1;
    for (const value of map.data) longest = Math.max(longest, text(value, map.divisor).length);
    const size = Math.min(h * 0.5, (w - 3) / (longest * 0.58), 16);
    return size >= 7 ? size : 0;
  }

  write(pen, words, x, y, size, weight = "") {
    pen.font = `${weight} ${size}px ${this.font}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillText(words, x, y + size * 0.06);
  }

  paint() {
    if (!this.header || !this.box.clientWidth) return;
    this.theme();
    this.layout();
    const { rows, columns, header } = this;
    const shown = header.arrays.reads ? "reads" : "field";
    this.fieldPicture = this.picture(header.arrays[shown], header.display[shown],
      { down: rows.before, across: columns.before, below: rows.after, after: columns.after, hatch: true });
    this.stopsPicture = this.picture(this.maps_.stops, header.display.stops);
    this.repaintSeen();
    this.draw();
  }

  cover(on) {
    this.covered = on;
    if (on) this.seen.fill(0);
    this.repaintSeen();
    if (on) this.uncover(this.index(), this.index() + 1);
    this.label();
    this.ask();
  }

  repaintSeen() {
    if (!this.stopsPicture) return;
    const canvas = this.seenPicture ??= document.createElement("canvas");
    canvas.width = this.stopsPicture.width;
    canvas.height = this.stopsPicture.height;
    for (let i = 0; i < this.seen.length;) {           // whole runs at once
      if (!this.seen[i]) { i++; continue; }
      let end = i;
      while (end < this.seen.length && this.seen[end]) end++;
      this.reveal(i, end);
      i = end;
    }
  }

  uncover(from, to) { this.seen.fill(1, from, to); this.reveal(from, to); }

  // Copies stops [from, to) of the finished picture into the one seen so far, row by row.
  reveal(from, to) {
    if (!this.seenPicture) return;
    const pen = this.seenPicture.getContext("2d"), n = this.columns.stops;
    const w = this.stopsPicture.width / n, h = this.stopsPicture.height / this.rows.stops;
    while (from < to) {
      const row = Math.floor(from / n), column = from % n, count = Math.min(n - column, to - from);
      const x = Math.floor(column * w), y = Math.floor(row * h), wide = Math.ceil((column + count) * w) - x, high = Math.ceil((row + 1) * h) - y;
      pen.drawImage(this.stopsPicture, x, y, wide, high, x, y, wide, high);
      from += count;
    }
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
    if (!this.fieldPicture) return;
    const place = this.looked(), now = this.explain(place);
    this.drawField(place, now);
    this.drawStops(place);
    this.drawMiddle(now);
    const key = now.long;
    if (key !== this.said) {
      this.said = key;
      this.sentence.replaceChildren(`${now.head}: ${now.terms} `, Object.assign(document.createElement("b"), { textContent: now.value }));
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

  drawField(place, now) {
    const pen = this.start(this.field, this.fieldPicture), [w, h] = this.cell, h_ = this.hover;
    const at = (r, c) => [(c + this.columns.before) * w, (r + this.rows.before) * h];
    if (h_?.map === "taps") {                        // a weight: every cell that it meets
      pen.fillStyle = ROLE.link;
      pen.globalAlpha = 0.45;
      for (let r = 0; r < this.rows.stops; r++)
        for (let c = 0; c < this.columns.stops; c++) {
          const [x, y] = at(tap(this.rows, r, h_.row), tap(this.columns, c, h_.column));
          pen.fillRect(x, y, w, h);
        }
      pen.globalAlpha = 1;
    }
    const dilated = this.rows.dilation > 1 || this.columns.dilation > 1;
    if (dilated) for (const t of now.taps) {
      const [x, y] = at(t.r, t.c);
      if (Math.min(w, h) >= 4) this.frameBox(pen, x + 1.5, y + 1.5, w - 3, h - 3, ROLE.window, 2);
      else { pen.fillStyle = ROLE.window; pen.fillRect(x, y, Math.max(w, 2), Math.max(h, 2)); }
    }
    const [x, y] = at(tap(this.rows, place[0], 0), tap(this.columns, place[1], 0));
    pen.save();
    if (dilated) pen.setLineDash([5, 4]);
    this.frameBox(pen, x, y, extent(this.columns) * w, extent(this.rows) * h, ROLE.window);
    pen.restore();
    const marked = h_?.map === "taps" ? now.taps[h_.row * this.columns.kernel + h_.column] : now.taps[now.winner];
    if (marked) { const [mx, my] = at(marked.r, marked.c); this.frameBox(pen, mx + 2, my + 2, w - 4, h - 4, h_?.map === "taps" ? ROLE.link : ROLE.stop); }
    if (h_?.map === "field") { const [fx, fy] = at(h_.row, h_.column); this.frameBox(pen, fx + 1, fy + 1, w - 2, h - 2, ROLE.link, 2); }
  }

  drawStops(place) {
    const [w, h] = this.cell, h_ = this.hover;
    const pen = this.start(this.stops, this.covered ? this.seenPicture : this.stopsPicture);
    pen.lineWidth = 1;
    pen.strokeStyle = this.ink;
    pen.globalAlpha = 0.4;
    pen.strokeRect(0.5, 0.5, this.stops.width - 1, this.stops.height - 1);
    if (this.covered && Math.min(w, h) >= 9) {
      pen.beginPath();
      for (let c = 1; c < this.columns.stops; c++) { pen.moveTo(c * w, 0); pen.lineTo(c * w, this.stops.height); }
      for (let r = 1; r < this.rows.stops; r++) { pen.moveTo(0, r * h); pen.lineTo(this.stops.width, r * h); }
      pen.stroke();
    }
    pen.globalAlpha = 1;
    if (h_?.map === "field")                          // an input cell: every output that it feeds
      for (const r of stopsReading(this.rows, h_.row))
        for (const c of stopsReading(this.columns, h_.column))
          this.frameBox(pen, c * w + 1, r * h + 1, w - 2, h - 2, ROLE.link, 2);
    this.frameBox(pen, place[1] * w + 1, place[0] * h + 1, w - 2, h - 2, ROLE.stop);
  }

  drawMiddle(now) {
    const pen = this.start(this.middle), { kernel, header } = this, field = this.maps_.field;
    const whole = field.divisor * (kernel?.divisor || 1);
    const most = kernel ? kernel.data.reduce((m, v) => Math.max(m, Math.abs(v)), 0) / kernel.divisor : 1;
    const bright = Math.max(Math.abs(header.display.field.low), Math.abs(header.display.field.high));
    for (const grid of this.grids) {
      pen.fillStyle = this.ink;
      pen.font = `12px ${this.font}`;
      pen.textAlign = "left";
      pen.textBaseline = "alphabetic";
      pen.fillText(grid.label, grid.x, grid.y - 4);
      const cells = now.taps.map((t) => {
        const weight = this.weight(t.u, t.v);
        if (grid.name === "patch") return [t.value, field.divisor, t.inside ? shade(header.display.field, t.value / field.divisor) : null];
        if (grid.name === "kernel") return [weight, kernel.divisor, shade({ palette: "signed", high: most }, weight / kernel.divisor)];
        const product = t.value * weight;
        return [product, whole, shade({ palette: "signed", high: most * bright }, product / whole)];
      });
      const words = cells.map(([value, divisor]) => text(value, divisor));
      const longest = words.reduce((m, s) => Math.max(m, s.length), 1);
      const size = Math.min(grid.h * 0.55, (grid.w - 3) / (longest * 0.58), 15);
      now.taps.forEach((t, i) => {
        const x = grid.x + t.v * grid.w, y = grid.y + t.u * grid.h, colour = cells[i][2];
        pen.fillStyle = colour ? css(colour) : this.soft;
        pen.fillRect(x, y, grid.w, grid.h);
        pen.strokeStyle = "rgba(127,127,127,.6)";
        pen.lineWidth = 1;
        pen.strokeRect(x + 0.5, y + 0.5, grid.w - 1, grid.h - 1);
        if (size >= 5.5) { pen.fillStyle = colour ? ink(colour) : this.ink; this.write(pen, words[i], x + grid.w / 2, y + grid.h / 2, size); }
        if (i === now.winner) this.frameBox(pen, x + 2, y + 2, grid.w - 4, grid.h - 4, ROLE.stop, 2);
      });
      const role = { patch: ROLE.window, kernel: ROLE.kernel, products: ROLE.stop }[grid.name];
      pen.lineWidth = 2;
      pen.strokeStyle = role;
      pen.strokeRect(grid.x + 1, grid.y + 1, grid.w * this.columns.kernel - 2, grid.h * this.rows.kernel - 2);
      if (this.hover?.map === "taps") this.frameBox(pen, grid.x + this.hover.column * grid.w + 1, grid.y + this.hover.row * grid.h + 1, grid.w - 2, grid.h - 2, ROLE.link, 2);
    }
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  const stage = (parentElement.cnnvizStage ??= new Stage(parentElement));
  stage.show(decode(data), setTriggerValue);
  return () => { stage.close(); delete parentElement.cnnvizStage; };
}
