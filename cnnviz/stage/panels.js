// Maps beside one another, looked at together: the same place is marked on each, enlarged below, and put into words.
// A map of path counts shows its numbers where they fit, and a 0 as a hole.

const HOLE = [213, 94, 0];

class Panels {
  constructor(root) {
    this.box = make("div", "panels", root);
    this.maps = make("div", "maps", this.box, { tabindex: 0, role: "slider", "aria-valuemin": 0 });
    this.sentence = make("p", "sentence", this.box);
    this.live = make("div", "unseen", this.box, { "aria-live": "polite", role: "status" });
    this.probe = make("span", "probe", this.box, { "aria-hidden": "true" });
    this.panels = [];
    this.maps.onkeydown = (event) => this.key(event);
    this.probe.ontransitionend = () => this.paint(); // the theme's text colour has changed
    this.watcher = new ResizeObserver(() => { if (this.box.clientWidth !== this.width) this.paint(); });
    this.watcher.observe(this.box);
  }

  close() {
    this.watcher.disconnect();
    cancelAnimationFrame(this.waiting);
  }

  show(header) {
    const { panels } = header, first = header.arrays[panels[0].name];
    const same = this.rows === first.rows && this.columns === first.columns;
    Object.assign(this, { header, words: header.words, rows: first.rows, columns: first.columns });
    if (!same || !this.place) this.place = header.start;
    this.hover = null;
    while (this.panels.length > panels.length) this.panels.pop().figure.remove();
    while (this.panels.length < panels.length) this.panels.push(this.add());
    panels.forEach((panel, i) => Object.assign(this.panels[i], panel, { map: header.arrays[panel.name] }));
    for (const panel of this.panels) {
      panel.title.textContent = panel.caption;
      panel.lens.hidden = !header.zoom;
      panel.image = this.image(panel);
    }
    this.maps.setAttribute("aria-label", this.words.name);
    this.maps.setAttribute("aria-valuemax", this.rows * this.columns - 1);
    this.paint();
  }

  add() {
    const figure = make("div", "panel", this.maps), title = make("div", "caption", figure);
    const canvas = make("canvas", "", figure, { "aria-hidden": "true" }), lens = make("canvas", "", figure, { "aria-hidden": "true" });
    const at = (event) => {
      const box = canvas.getBoundingClientRect();
      return [clamp(Math.floor(((event.clientY - box.top) / box.height) * this.rows), 0, this.rows - 1), clamp(Math.floor(((event.clientX - box.left) / box.width) * this.columns), 0, this.columns - 1)];
    };
    canvas.onpointermove = (event) => { this.hover = at(event); this.ask(); };
    canvas.onpointerleave = () => { this.hover = null; this.ask(); };
    canvas.onpointerdown = (event) => {
      if (event.button) return;
      try { canvas.setPointerCapture(event.pointerId); } catch { /* a synthetic pointer cannot be captured */ }
      this.go(at(event));
      this.maps.focus({ preventScroll: true });
      event.preventDefault();
    };
    canvas.onpointerup = canvas.onpointercancel = () => { if (this.hover) this.go(this.hover); };
    return { figure, title, canvas, lens };
  }

  go([row, column]) {
    this.place = [clamp(row, 0, this.rows - 1), clamp(column, 0, this.columns - 1)];
    this.live.textContent = this.explain(this.place);
    this.ask();
  }

  key(event) {
    const [row, column] = this.place, far = event.ctrlKey || event.metaKey;
    const moves = {
      ArrowLeft: [row, column - 1], ArrowRight: [row, column + 1], ArrowUp: [row - 1, column], ArrowDown: [row + 1, column],
      Home: [far ? 0 : row, 0], End: [far ? 1e9 : row, 1e9], PageUp: [row - 10, column], PageDown: [row + 10, column],
    };
    if (moves[event.key]) { this.hover = null; this.go(moves[event.key]); }
    else if (event.key === "Tab" || event.key === "Escape" || far || event.altKey) return;
    event.stopPropagation();
    event.preventDefault();
  }

  // ---- words

  explain([row, column]) {
    const w = this.words, { factors } = this.header;
    if (factors) {
      const [a, b] = [factors[0][row], factors[1][column]], middle = [(this.rows - 1) / 2, (this.columns - 1) / 2];
      const away = { down: this.signed(row - middle[0]), across: this.signed(column - middle[1]) };
      return fill(a * b ? w.count : w.hole, { ...away, a: group(a), b: group(b), n: group(a * b) });
    }
    const values = this.panels.map(({ map, label }) => `${label}: ${this.value(map, row, column)}`);
    return fill(w.place, { row: row + 1, column: column + 1, values: values.join("; ") });
  }

  signed(n) { return n < 0 ? `\u2212${-n}` : n > 0 ? `+${n}` : "0"; }

  value(map, row, column) {
    const value = map.data[row * map.columns + column] / map.divisor;
    return String(Number.isInteger(value) ? value : Number(value.toPrecision(4))).replace("-", "\u2212");
  }

  // ---- drawing

  image({ map, low, high, palette }) {
    if (palette !== "paths") return pixels(map, [low, high]);
    const image = new ImageData(map.columns, map.rows);
    map.data.forEach((n, i) => image.data.set([...(n ? amount(n / high) : HOLE), 255], 4 * i));
    return stamp(image);
  }

  paint() {
    if (!this.header || !this.box.clientWidth) return;
    const width = (this.width = this.box.clientWidth), count = this.panels.length, most = this.header.most;
    const abreast = width / count >= 150 ? count : width >= 300 ? 2 : 1;
    const room = Math.min((width - 4 - 16 * (abreast - 1)) / abreast, most);
    this.theme = theme(this.box);
    const cell = Math.min(46, room / this.columns, most / this.rows);
    const least = (n) => Math.max(cell * n, 14); // a picture of one row is still seen
    this.size = [least(this.columns), least(this.rows)];
    this.lensSize = Math.min(room, 220);
    for (const panel of this.panels) {
      panel.figure.style.width = `${Math.max(this.size[0], this.header.zoom ? this.lensSize : 0, Math.min(room, 120))}px`;
      this.ratio = size(panel.canvas, ...this.size);
      if (this.header.zoom) size(panel.lens, this.lensSize, this.lensSize);
    }
    this.draw();
  }

  ask() {
    if (!this.waiting) this.waiting = requestAnimationFrame(() => {
      this.waiting = 0;
      if (this.header && this.box.clientWidth) this.draw();
    });
  }

  draw() {
    const place = this.hover ?? this.place, [row, column] = place;
    const w = this.size[0] / this.columns, h = this.size[1] / this.rows;
    for (const panel of this.panels) {
      const pen = begin(panel.canvas, this.ratio);
      pen.imageSmoothingEnabled = false;
      pen.drawImage(panel.image, 0, 0, ...this.size);
      if (panel.palette === "paths") this.numbers(pen, panel, w, h);
      if (this.header.zoom) this.enlarge(panel, pen, row, column, w, h);
      else frame(pen, column * w + 1, row * h + 1, Math.max(w - 2, 3), Math.max(h - 2, 3), ROLE.link);
    }
    const words = this.explain(place);
    if (words !== this.said) {
      this.sentence.textContent = this.said = words;
      this.maps.setAttribute("aria-valuenow", this.place[0] * this.columns + this.place[1]);
      this.maps.setAttribute("aria-valuetext", this.explain(this.place));
    }
  }

  // Path counts in their cells; a hole is crossed out, so that it is told not by its colour alone.
  numbers(pen, { map, high }, w, h) {
    const points = Math.min(h * 0.5, (w - 3) / (String(high).length * 0.58), 15);
    for (let r = 0; r < map.rows; r++)
      for (let c = 0; c < map.columns; c++) {
        const n = map.data[r * map.columns + c], x = c * w, y = r * h;
        if (!n && Math.min(w, h) >= 4) {
          pen.strokeStyle = "rgba(0,0,0,.55)";
          pen.lineWidth = 1;
          pen.beginPath();
          pen.moveTo(x + 1, y + 1); pen.lineTo(x + w - 1, y + h - 1);
          pen.stroke();
        }
        if (n && points >= 6.5) { pen.fillStyle = ink(amount(n / high)); write(pen, String(n), x + w / 2, y + h / 2, points, this.theme.font); }
        if (Math.min(w, h) >= 8) { pen.strokeStyle = "rgba(127,127,127,.5)"; pen.lineWidth = 1; pen.strokeRect(x + 0.5, y + 0.5, w - 1, h - 1); }
      }
  }

  enlarge(panel, pen, row, column, w, h) {
    const side = Math.min(this.header.zoom, Math.max(this.rows, this.columns)), lens = begin(panel.lens, this.ratio);
    const top = clamp(row - Math.floor(side / 2), 0, Math.max(0, this.rows - side)), left = clamp(column - Math.floor(side / 2), 0, Math.max(0, this.columns - side));
    const cell = this.lensSize / side;
    lens.imageSmoothingEnabled = false;
    const down = Math.min(side, this.rows), across = Math.min(side, this.columns);
    lens.drawImage(panel.image, left, top, across, down, 0, 0, across * cell, down * cell);
    frame(lens, (column - left) * cell + 1, (row - top) * cell + 1, Math.max(cell - 2, 2), Math.max(cell - 2, 2), ROLE.link, 1.5);
    frame(pen, left * w, top * h, across * w, down * h, ROLE.window);
  }
}

export default function ({ data, parentElement }) {
  const panels = (parentElement.cnnvizPanels ??= new Panels(parentElement));
  panels.show(decode(data));
  return () => { panels.close(); delete parentElement.cnnvizPanels; };
}
