// The matrix view: a convolution as the matrix of a fully connected layer.
//
// A row of the matrix makes one result, a column carries one pixel. Equal colours are the same weight of the kernel; cells
// without colour are connections that were removed. What is pointed at is {result}, {pixel}, both, or {tap}: a weight.
// Everything is counted from 0 here and from 1 on the page.

const NINE = ["#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7", "#A6A6A6", "#8C6BB1"];
const number = (map, i) => String(Number((map.data[i] / map.divisor).toPrecision(12))).replace("-", "\u2212");
const signed = (words) => (words[0] === "\u2212" ? `(${words})` : words);

// The colour of a weight: apart from all others where there are few, else hue by column and lightness by row.
function dye(tap, rows, columns) {
  if (rows * columns <= NINE.length) {
    const hex = parseInt(NINE[tap].slice(1), 16);
    return [hex >> 16, (hex >> 8) & 255, hex & 255];
  }
  const hue = ((tap % columns) / columns) * 330, light = 0.38 + (0.42 * Math.floor(tap / columns)) / rows;
  return [0, 8, 4].map((n) => {
    const k = (n + hue / 30) % 12;
    return Math.round(255 * (light - 0.75 * Math.min(light, 1 - light) * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  });
}

class MatrixView {
  constructor(root) {
    this.looked = { result: 0 };
    this.box = make("div", "view", root);
    this.board = make("div", "board", this.box, { tabindex: 0, role: "slider", "aria-valuemin": 1 });
    const left = make("div", "left", this.board);
    this.field = this.panel(left, "field");
    this.kernel = this.panel(left, "kernel");
    this.matrix = this.panel(this.board, "matrix");
    this.stops = this.panel(this.board, "stops");
    this.sentence = make("p", "sentence", this.box);
    this.live = make("div", "unseen", this.box, { "aria-live": "polite", role: "status" });
    this.probe = make("span", "probe", this.box, { "aria-hidden": "true" });
    this.board.onkeydown = (event) => this.key(event);
    this.probe.ontransitionend = () => this.paint(); // the theme's text colour has changed
    this.watcher = new ResizeObserver(() => { if (this.box.clientWidth !== this.width) this.paint(); });
    this.watcher.observe(this.box);
    this.listen();
  }

  panel(parent, name) {
    const figure = make("figure", name, parent), caption = make("div", "caption", figure);
    return { name, figure, caption, canvas: make("canvas", "", figure, { "aria-hidden": "true" }) };
  }

  close() { this.watcher.disconnect(); }

  show(header) {
    Object.assign(this, { header, words: header.words, maps: header.arrays });
    this.results = this.maps.numbers.rows;
    this.pixels = this.maps.numbers.columns;
    const { looked: at } = this, taps = this.maps.kernel.rows * this.maps.kernel.columns;
    if ((at.result ?? 0) >= this.results || (at.pixel ?? 0) >= this.pixels || (at.tap ?? 0) >= taps) this.looked = { result: 0 };
    this.board.setAttribute("aria-label", this.words.name);
    this.board.setAttribute("aria-valuemax", this.results * this.pixels);
    this.paint();
  }

  // ---- pointing

  listen() {
    for (const panel of [this.field, this.kernel, this.matrix, this.stops]) {
      const point = (event) => {
        const box = panel.canvas.getBoundingClientRect();
        const found = this.hit(panel.name, event.clientX - box.left, event.clientY - box.top);
        if (found) { this.looked = found; this.ask(); }
      };
      panel.canvas.onpointermove = point;
      panel.canvas.onpointerdown = (event) => {
        if (event.button) return;
        point(event);
        this.say();
        this.board.focus({ preventScroll: true });
        event.preventDefault();
      };
    }
  }

  hit(name, x, y) {
    const { cell, small, lead } = this, { field, kernel, stops } = this.maps;
    const within = (size, map) => {
      const row = Math.floor(y / size), column = Math.floor(x / size);
      return row >= 0 && row < map.rows && column >= 0 && column < map.columns ? row * map.columns + column : null;
    };
    const inside = (at, many) => (at >= 0 && at < many ? at : null);
    if (name === "field") { const pixel = within(small, field); return pixel === null ? null : { pixel }; }
    if (name === "stops") { const result = within(small, stops); return result === null ? null : { result }; }
    if (name === "kernel") { const tap = within(small, kernel); return tap === null ? null : { tap }; }
    const pixel = inside(Math.floor(x / cell[0]), this.pixels), result = inside(Math.floor((y - lead) / cell[1]), this.results);
    if (result === null) return pixel === null ? null : { pixel };
    return pixel === null ? { result } : { result, pixel };
  }

  key(event) {
    const { result = 0, pixel = 0 } = this.looked, far = event.ctrlKey || event.metaKey;
    const moves = {
      ArrowLeft: [result, pixel - 1], ArrowRight: [result, pixel + 1], ArrowUp: [result - 1, pixel], ArrowDown: [result + 1, pixel],
      Home: [far ? 0 : result, 0], End: [far ? this.results - 1 : result, this.pixels - 1],
    };
    const to = moves[event.key];
    if (to) {
      this.looked = { result: clamp(to[0], 0, this.results - 1), pixel: clamp(to[1], 0, this.pixels - 1) };
      this.ask();
      this.say();
    } else if (event.key === "Tab" || event.key === "Escape" || far || event.altKey) return;
    event.stopPropagation();
    event.preventDefault();
  }

  say() { this.live.textContent = this.explain(); }

  // ---- what it means

  tapAt(result, pixel) { return this.maps.numbers.data[result * this.pixels + pixel]; }

  // Every cell of the matrix with a weight, of one row, one column or one weight.
  joined({ result, pixel, tap }) {
    const found = [];
    for (let r = result ?? 0; r <= (result ?? this.results - 1); r++)
      for (let p = pixel ?? 0; p <= (pixel ?? this.pixels - 1); p++) {
        const t = this.tapAt(r, p);
        if (t >= 0 && (tap === undefined || t === tap)) found.push({ r, p, t });
      }
    return found;
  }

  explain() {
    const { words: w, looked: { result, pixel, tap } } = this, { field, kernel, stops, listed } = this.maps;
    const cell = (map, i) => ({ row: Math.floor(i / map.columns) + 1, column: (i % map.columns) + 1 });
    if (tap !== undefined)
      return fill(w.tap, { weight: number(kernel, tap), ...cell(kernel, tap), count: this.joined({ tap }).length });
    if (pixel === undefined) {
      const found = this.joined({ result });
      const terms = found.slice(0, 25).map(({ p, t }) => `${number(field, p)}\u00d7${signed(number(kernel, t))}`);
      if (found.length > 25) terms.push(`\u2026 ${fill(w.more, { n: found.length - 25 })}`);
      return fill(w.result, {
        result: result + 1, ...cell(stops, result), terms: terms.join(" + "), value: number(listed, result),
        kept: found.length, removed: this.pixels - found.length,
      });
    }
    if (result === undefined)
      return fill(w.pixel, { pixel: pixel + 1, ...cell(field, pixel), value: number(field, pixel), count: this.joined({ pixel }).length });
    const t = this.tapAt(result, pixel), place = { result: result + 1, pixel: pixel + 1 };
    return t < 0 ? fill(w.none, place) : fill(w.cell, { ...place, weight: number(kernel, t), ...cell(kernel, t) });
  }

  // ---- drawing

  paint() {
    if (!this.header || !this.box.clientWidth) return;
    this.look = theme(this.box);
    const width = (this.width = this.box.clientWidth), wide = width >= 600, { field, kernel, stops } = this.maps;
    this.box.classList.toggle("narrow", !wide);
    const across = field.columns + stops.columns + (wide ? 0 : kernel.columns);
    this.small = wide ? Math.min(21, 230 / across, 190 / (field.rows + kernel.rows)) : Math.min(30, (width - 40) / across);
    const left = Math.max(field.columns, kernel.columns) * this.small;
    const room = wide ? width - left - Math.max(stops.columns * this.small, 86) - 40 : width - 6;
    this.end = 34;                                     // the list of results beside the matrix
    const w = Math.min(20, (room - this.end) / this.pixels), high = wide ? 200 : 260;
    this.cell = [w, Math.min(20, Math.max(w, 3), high / this.results)];
    this.lead = Math.max(16, Math.min(w, 20)) + 4;     // the list of pixels above it
    for (const panel of [this.field, this.kernel, this.stops]) {
      const map = this.maps[panel.name];
      panel.ratio = size(panel.canvas, map.columns * this.small, map.rows * this.small);
      panel.caption.textContent = this.words.captions[panel.name];
      panel.figure.style.maxWidth = wide ? `${Math.max(map.columns * this.small, 86)}px` : "";
    }
    this.matrix.caption.textContent = this.words.captions.matrix;
    this.matrix.ratio = size(this.matrix.canvas, w * this.pixels + this.end, this.lead + this.cell[1] * this.results + 3); // room for a frame
    this.matrix.figure.style.maxWidth = `${room}px`;
    this.draw();
  }

  ask() {
    if (!this.waiting) this.waiting = requestAnimationFrame(() => { this.waiting = 0; if (this.header && this.box.isConnected) this.draw(); });
  }

  draw() {
    this.drawMap(this.field, (i) => this.grey(this.maps.field, i));
    this.drawMap(this.kernel, (i) => dye(i, this.maps.kernel.rows, this.maps.kernel.columns));
    this.drawMap(this.stops, (i) => this.grey(this.maps.stops, i));
    this.drawMatrix();
    this.mark();
    const said = this.explain(), { result = 0, pixel = 0 } = this.looked;
    this.sentence.textContent = said;
    this.board.setAttribute("aria-valuenow", result * this.pixels + pixel + 1);
    this.board.setAttribute("aria-valuetext", said);
  }

  grey(map, i) {
    const [low, high] = this.header.spans[map === this.maps.field ? 0 : 1];
    const shade = Math.round(255 * (high > low ? clamp((map.data[i] / map.divisor - low) / (high - low), 0, 1) : 0.5));
    return [shade, shade, shade];
  }

  square(pen, words, colour, x, y, w, h) {
    pen.fillStyle = css(colour);
    pen.fillRect(x, y, w, h);
    if (Math.min(w, h) >= 6) {
      pen.strokeStyle = "rgba(127,127,127,.55)";
      pen.lineWidth = 1;
      pen.strokeRect(x + 0.5, y + 0.5, w - 1, h - 1);
    }
    const points = Math.min(13, h * 0.75, (w - 1.5) / (words.length * 0.58));
    if (points < 6.5) return;
    pen.fillStyle = ink(colour);
    write(pen, words, x + w / 2, y + h / 2, points, this.look.font);
  }

  drawMap(panel, colour) {
    const map = this.maps[panel.name], pen = (panel.pen = begin(panel.canvas, panel.ratio)), s = this.small;
    for (let i = 0; i < map.rows * map.columns; i++)
      this.square(pen, number(map, i), colour(i), (i % map.columns) * s, Math.floor(i / map.columns) * s, s, s);
  }

  drawMatrix() {
    const pen = (this.matrix.pen = begin(this.matrix.canvas, this.matrix.ratio)), { field, kernel, listed } = this.maps;
    const [w, h] = this.cell, { lead, pixels, results } = this, right = w * pixels;
    for (let p = 0; p < pixels; p++) this.square(pen, number(field, p), this.grey(field, p), p * w, 0, w, lead - 4);
    pen.fillStyle = this.look.soft;
    pen.fillRect(0, lead, right, h * results);
    const words = [...kernel.data].map((_, t) => number(kernel, t));
    for (let r = 0; r < results; r++)
      for (let p = 0; p < pixels; p++) {
        const t = this.tapAt(r, p);
        if (t >= 0) this.square(pen, words[t], dye(t, kernel.rows, kernel.columns), p * w, lead + r * h, w, h);
      }
    pen.strokeStyle = "rgba(127,127,127,.7)";
    pen.lineWidth = 1;
    pen.strokeRect(0.5, lead + 0.5, right - 1, h * results - 1);
    for (let r = 0; r < results; r++) this.square(pen, number(listed, r), this.grey(listed, r), right + 4, lead + r * h, this.end - 4, h);
  }

  // Frames around what is pointed at and around all that belongs to it.
  mark() {
    const { looked: { result, pixel, tap }, small: s, lead } = this, [w, h] = this.cell, { field, kernel, stops } = this.maps;
    const right = w * this.pixels, matrix = this.matrix.pen;
    const cell = (panel, map, i, colour) =>
      frame(panel.pen, (i % map.columns) * s + 1.5, Math.floor(i / map.columns) * s + 1.5, s - 3, s - 3, colour);
    const chosen = tap === undefined && result !== undefined && pixel !== undefined ? this.tapAt(result, pixel) : tap ?? -1;
    if (chosen >= 0) {
      for (const { r, p } of this.joined({ tap: chosen })) frame(matrix, p * w + 1, lead + r * h + 1, Math.max(w - 2, 2), Math.max(h - 2, 2), ROLE.link, 1.5);
      cell(this.kernel, kernel, chosen, ROLE.link);
    }
    if (pixel !== undefined) {
      frame(matrix, pixel * w - 1, 1, w + 2, lead + h * this.results - 2, ROLE.link);
      cell(this.field, field, pixel, ROLE.link);
      if (result === undefined) for (const { r } of this.joined({ pixel })) cell(this.stops, stops, r, ROLE.link);
    }
    if (result !== undefined) {
      frame(matrix, 1, lead + result * h - 1, right - 2, h + 2, ROLE.window);
      frame(matrix, right + 5, lead + result * h - 1, this.end - 6, h + 2, ROLE.stop);
      const { rows, columns } = this.header, R = Math.floor(result / stops.columns), C = result % stops.columns;
      const top = R * rows.stride - rows.before, left = C * columns.stride - columns.before;
      frame(this.field.pen, left * s + 1.5, top * s + 1.5, columns.kernel * s - 3, rows.kernel * s - 3, ROLE.window, 3);
      cell(this.stops, stops, result, ROLE.stop);
    }
  }
}

export default function ({ data, parentElement }) {
  const view = (parentElement.cnnvizMatrix ??= new MatrixView(parentElement));
  view.show(decode(data));
  return () => { view.close(); delete parentElement.cnnvizMatrix; };
}
