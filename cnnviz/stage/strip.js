// The strip: pictures side by side, each also as the list that a fully connected layer reads.
//
// The first picture is the learner's, the second has its pixels in another order, the third, where there is one, is the
// second put back. One pixel is looked at; it and its four neighbours are marked wherever they are. `arrival` holds, for
// each pixel of the first picture, its place in the second. Places are counted from 0 here and from 1 on the page.

const GAP = 16;
const number = (map, i) => String(Number((map.data[i] / map.divisor).toPrecision(12))).replace("-", "\u2212");

class Strip {
  constructor(root) {
    this.on = 0;                // the picture that is pointed at
    this.at = 0;                // the place in it
    this.box = make("div", "strip", root);
    this.board = make("div", "board", this.box, { tabindex: 0, role: "slider", "aria-valuemin": 1 });
    this.pictures = make("div", "pictures", this.board);
    this.lists = make("div", "lists", this.board);
    this.panels = [0, 1, 2].map((on) => this.panel(this.pictures, on));
    this.bands = [0, 1, 2].map((on) => this.panel(this.lists, on));
    this.excerpt = this.panel(this.lists);
    this.sentence = make("p", "sentence", this.box);
    this.live = make("div", "unseen", this.box, { "aria-live": "polite", role: "status" });
    this.probe = make("span", "probe", this.box, { "aria-hidden": "true" });
    this.board.onkeydown = (event) => this.key(event);
    this.probe.ontransitionend = () => this.paint(); // the theme's text colour has changed
    this.watcher = new ResizeObserver(() => { if (this.box.clientWidth !== this.width) this.paint(); });
    this.watcher.observe(this.box);
    this.listen();
  }

  panel(parent, on) {
    const figure = make("figure", "", parent), caption = make("div", "caption", figure);
    return { figure, caption, canvas: make("canvas", "", figure, { "aria-hidden": "true" }), on };
  }

  close() { this.watcher.disconnect(); clearTimeout(this.writing); }

  // ---- what to show

  show(header, send) {
    const first = !this.header;
    Object.assign(this, { header, send, words: header.words });
    const { original, changed, restored, arrival } = header.arrays;
    this.maps = [original, changed, restored].filter(Boolean);
    [this.rows, this.columns] = [original.rows, original.columns];
    this.count = this.rows * this.columns;
    this.arrival = arrival.data;
    this.source = new Int32Array(this.count);
    this.arrival.forEach((place, pixel) => { this.source[place] = pixel; });
    if (first) this.at = this.linked() ?? Math.floor(this.rows / 2) * this.columns + Math.floor(this.columns / 2);
    if (this.at >= this.count || this.shape !== String([this.rows, this.columns])) this.at = first ? clamp(this.at, 0, this.count - 1) : Math.floor(this.rows / 2) * this.columns + Math.floor(this.columns / 2);
    this.shape = String([this.rows, this.columns]);
    this.on = Math.min(this.on, this.maps.length - 1);
    this.board.setAttribute("aria-label", this.words.name);
    this.board.setAttribute("aria-valuemax", this.count);
    this.paint();
  }

  // The pixel that the link names, as row.column.
  linked() {
    const found = /^(\d+)\.(\d+)$/.exec(new URLSearchParams(location.search).get("pixel") || "");
    if (!found) return null;
    return clamp(found[1] - 1, 0, this.rows - 1) * this.columns + clamp(found[2] - 1, 0, this.columns - 1);
  }

  // ---- pointing

  listen() {
    for (const panel of this.panels) {
      const { canvas, on } = panel;
      canvas.onpointerdown = (event) => {
        if (event.button) return;
        try { canvas.setPointerCapture(event.pointerId); } catch { /* a synthetic pointer cannot be captured */ }
        const cell = this.cell(panel, event);
        this.pulled = this.grab(cell);
        this.pressed = true;
        this.look(on, cell);
        this.board.focus({ preventScroll: true });
        event.preventDefault();
      };
      canvas.onpointermove = (event) => {
        const cell = this.cell(panel, event);
        if (this.pulled) this.pull(cell);
        else this.look(on, cell);
      };
      canvas.onpointerup = canvas.onpointercancel = () => {
        if (this.pulled) this.drop();
        if (this.pressed) this.settle();
        this.pressed = false;
      };
    }
    for (const band of this.bands) {
      band.canvas.onpointerdown = band.canvas.onpointermove = (event) => {
        const box = band.canvas.getBoundingClientRect();
        const place = clamp(Math.floor(((event.clientX - box.left) / box.width) * this.count), 0, this.count - 1);
        this.move(band.on, place);
        if (event.type === "pointerdown") this.settle();
      };
    }
    this.excerpt.canvas.onpointerdown = (event) => {
      const x = event.clientX - this.excerpt.canvas.getBoundingClientRect().left;
      const hit = this.cells?.find((cell) => x >= cell.x && x < cell.x + this.cellWidth);
      if (hit) { this.move(this.on, hit.place); this.settle(); }
    };
  }

  cell({ canvas }, event) {
    const box = canvas.getBoundingClientRect();
    return [
      clamp(Math.floor(((event.clientY - box.top) / box.height) * this.rows), 0, this.rows - 1),
      clamp(Math.floor(((event.clientX - box.left) / box.width) * this.columns), 0, this.columns - 1),
    ];
  }

  look(on, [row, column]) { this.move(on, row * this.columns + column); }

  move(on, place) {
    if (on === this.on && place === this.at) return;
    [this.on, this.at] = [on, place];
    this.ask();
  }

  key(event) {
    const row = Math.floor(this.at / this.columns), column = this.at % this.columns;
    const far = event.ctrlKey || event.metaKey, last = this.columns - 1, bottom = this.rows - 1;
    const moves = {
      ArrowLeft: [row, column - 1], ArrowRight: [row, column + 1], ArrowUp: [row - 1, column], ArrowDown: [row + 1, column],
      Home: far ? [0, 0] : [row, 0], End: far ? [bottom, last] : [row, last], PageUp: [row - 10, column], PageDown: [row + 10, column],
    };
    const to = moves[event.key];
    if (to) { this.look(this.on, [clamp(to[0], 0, bottom), clamp(to[1], 0, last)]); this.settle(); }
    else if (event.key === " ") { this.move((this.on + 1) % this.maps.length, this.at); this.settle(); }
    else if (event.key === "Tab" || event.key === "Escape" || far || event.altKey) return;
    event.stopPropagation();
    event.preventDefault();
  }

  // After a choice: say it, and keep the pixel in the link.
  settle() {
    this.live.textContent = this.explain();
    clearTimeout(this.writing);
    this.writing = setTimeout(() => {
      const url = new URL(location.href), { columns } = this;
      url.searchParams.set("pixel", `${Math.floor(this.at / columns) + 1}.${(this.at % columns) + 1}`);
      if (url.href !== location.href) history.replaceState(history.state, "", url);
    }, 250);
  }

  // ---- patches that are pulled to another place; the page swaps them when they are let go

  grab([row, column]) {
    if (!this.header.movable) return null;
    const which = this.header.patches.findIndex(([top, left, height, width]) => row >= top && row < top + height && column >= left && column < left + width);
    if (which < 0) return null;
    const [top, left] = this.header.patches[which];
    return { which, row: row - top, column: column - left, top, left };
  }

  pull([row, column]) {
    const [, , height, width] = this.header.patches[this.pulled.which];
    this.pulled.top = clamp(row - this.pulled.row, 0, this.rows - height);
    this.pulled.left = clamp(column - this.pulled.column, 0, this.columns - width);
    this.ask();
  }

  drop() {
    const { which, top, left } = this.pulled, [oldTop, oldLeft] = this.header.patches[which];
    this.pulled = null;
    if (top !== oldTop || left !== oldLeft) this.send("patch", { which, row: top, column: left });
    this.ask();
  }

  // ---- where things are

  // A pixel of the picture `on`, and its neighbours there, as places in every picture.
  places() {
    const here = [this.at, ...this.neighbours(this.at)];
    const pixels = here.map((place) => (this.on === 1 ? this.source[place] : place));
    return this.maps.map((_, map) => pixels.map((pixel) => (map === 1 ? this.arrival[pixel] : pixel)));
  }

  neighbours(place) {
    const row = Math.floor(place / this.columns), column = place % this.columns, found = [];
    if (column > 0) found.push(place - 1);
    if (column < this.columns - 1) found.push(place + 1);
    if (row > 0) found.push(place - this.columns);
    if (row < this.rows - 1) found.push(place + this.columns);
    return found;
  }

  explain() {
    const { words: w, at, columns } = this, row = Math.floor(at / columns) + 1, column = (at % columns) + 1;
    const one = (place) => group(place + 1), near = this.neighbours(at);
    const beside = near.filter((place) => Math.floor(place / columns) === row - 1), above = near.filter((place) => !beside.includes(place));
    const said = [fill(w.place, { row, column, width: columns, position: one(at), value: number(this.maps[this.on], at) })];
    if (beside.length) said.push(fill(w.beside, { numbers: beside.map(one).join(w.comma) }));
    if (above.length) said.push(fill(w.above, { numbers: above.map(one).join(w.comma), width: columns }));
    if (column === columns && row < this.rows && columns > 1) said.push(fill(w.next, { next: one(at + 1) }));
    if (this.header.moved) {
      const there = this.places()[this.on === 1 ? 0 : 1].map(one);
      const values = { position: there[0], numbers: there.slice(1).join(w.comma) };
      said.push(fill(this.on === 1 ? w.came : w.went, values));
    }
    return paragraph(said);
  }

  // ---- drawing: what does not move is painted once, what moves is drawn over it

  paint() {
    if (!this.header || !this.box.clientWidth) return;
    this.look_ = theme(this.box);
    const width = (this.width = this.box.clientWidth), wide = width >= 600, many = this.maps.length;
    const room = (width - 4 - GAP * (many - 1)) / many;
    const high = wide ? clamp(innerHeight - 404 - 48 * many, 140, 420) : 260;
    const w = Math.min(46, room / this.columns, high / this.rows);
    const across = clamp(w * this.columns, Math.min(14, room), room), down = clamp(w * this.rows, 14, high);
    this.panels.forEach((panel, on) => {
      panel.figure.hidden = on >= many;
      if (on >= many) return;
      panel.caption.textContent = this.words.pictures[on];
      panel.figure.style.maxWidth = `${room}px`;
      panel.ratio = size(panel.canvas, across, down);
      panel.cell = [across / this.columns, down / this.rows];
      panel.still = this.picture(panel, this.maps[on]);
    });
    this.bands.forEach((band, on) => {
      band.figure.hidden = on >= many;
      if (on >= many) return;
      band.caption.textContent = fill(this.words.lists[on], { share: this.share(width) });
      band.ratio = size(band.canvas, width - 4, 30);
      band.still = this.band(band, this.maps[on], width - 4);
    });
    this.excerpt.caption.textContent = this.words.excerpt;
    this.excerpt.ratio = size(this.excerpt.canvas, width - 4, 50);
    this.draw();
  }

  share(width) { return this.count > width ? fill(this.words.mean, { n: Math.ceil(this.count / (width - 4)) }) : ""; }

  shade(value) {
    const [low, high] = this.header.span;
    const grey = Math.round(255 * (high > low ? clamp((value - low) / (high - low), 0, 1) : 0.5));
    return [grey, grey, grey];
  }

  picture({ canvas, ratio, cell: [w, h] }, map) {
    const still = document.createElement("canvas");
    still.width = canvas.width; still.height = canvas.height;
    const pen = begin(still, ratio);
    pen.imageSmoothingEnabled = false;
    pen.drawImage(pixels(map, this.header.span), 0, 0, w * map.columns, h * map.rows);
    if (Math.min(w, h) >= 16)
      for (let i = 0; i < this.count; i++) this.square(pen, map, i, (i % this.columns) * w, Math.floor(i / this.columns) * h, w, h);
    return still;
  }

  // One cell with its number, as large as fits.
  square(pen, map, i, x, y, w, h) {
    const words = number(map, i), colour = this.shade(map.data[i] / map.divisor), points = Math.min(14, h * 0.5, (w - 3) / (words.length * 0.58));
    pen.fillStyle = css(colour);
    pen.fillRect(x, y, w, h);
    pen.strokeStyle = "rgba(127,127,127,.55)";
    pen.lineWidth = 1;
    pen.strokeRect(x + 0.5, y + 0.5, w - 1, h - 1);
    if (points < 7) return;
    pen.fillStyle = ink(colour);
    write(pen, words, x + w / 2, y + h / 2, points, this.look_.font);
  }

  // The whole list from left to right; where it is longer than the screen, each stripe is the mean of some numbers.
  band({ canvas, ratio, on }, map, width) {
    const still = document.createElement("canvas");
    still.width = canvas.width; still.height = canvas.height;
    const pen = begin(still, ratio), top = 6, high = 18, w = width / this.count;
    if (w >= 14) for (let i = 0; i < this.count; i++) this.square(pen, map, i, i * w, top, w, high);
    else {
      const stripes = Math.min(this.count, canvas.width), image = new ImageData(stripes, 1);
      for (let s = 0; s < stripes; s++) {
        const from = Math.floor((s * this.count) / stripes), to = Math.max(from + 1, Math.floor(((s + 1) * this.count) / stripes));
        let sum = 0;
        for (let i = from; i < to; i++) sum += map.data[i];
        image.data.set([...this.shade(sum / (to - from) / map.divisor), 255], 4 * s);
      }
      pen.imageSmoothingEnabled = false;
      pen.drawImage(stamp(image), 0, top, width, high);
    }
    if (on === 1 && this.header.mark) {
      pen.fillStyle = ROLE.link;
      for (let i = 0; i < this.count; i++)
        if (this.maps[0].data[i] / this.maps[0].divisor !== map.data[i] / map.divisor) pen.fillRect(i * w, 26, Math.max(w, 0.6), 4);
    }
    return still;
  }

  ask() {
    if (!this.frame) this.frame = requestAnimationFrame(() => { this.frame = 0; if (this.header && this.box.isConnected) this.draw(); });
  }

  draw() {
    const places = this.places();
    this.maps.forEach((map, on) => {
      this.drawPicture(this.panels[on], places[on], on);
      this.drawBand(this.bands[on], places[on]);
    });
    this.drawExcerpt();
    const said = this.explain();
    this.sentence.textContent = said;
    this.board.setAttribute("aria-valuenow", this.at + 1);
    this.board.setAttribute("aria-valuetext", said);
  }

  start({ canvas, ratio, still }) {
    const pen = begin(canvas, 1);
    if (still) pen.drawImage(still, 0, 0);
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    return pen;
  }

  drawPicture(panel, places, on) {
    const pen = this.start(panel), [w, h] = panel.cell;
    if (on < 2) this.header.patches.forEach(([top, left, height, width], which) => {
      const held = this.pulled?.which === which ? this.pulled : { top, left };
      frame(pen, held.left * w + 1, held.top * h + 1, width * w - 2, height * h - 2, ROLE.kernel);
      pen.fillStyle = ROLE.kernel;
      pen.fillRect(held.left * w, held.top * h, 16, 16);
      pen.fillStyle = "#fff";
      write(pen, "AB"[which], held.left * w + 8, held.top * h + 8, 12, this.look_.font);
    });
    const least = Math.max(w, 5), tall = Math.max(h, 5);
    places.forEach((_, i) => {
      const which = places.length - 1 - i, place = places[which]; // the pixel itself on top
      const x = (place % this.columns) * w + (w - least) / 2, y = Math.floor(place / this.columns) * h + (h - tall) / 2;
      frame(pen, x + 1, y + 1, least - 2, tall - 2, which ? ROLE.link : ROLE.window);
    });
  }

  drawBand(band, places) {
    const pen = this.start(band), w = (this.width - 4) / this.count;
    places.forEach((_, i) => {
      const which = places.length - 1 - i, x = (places[which] + 0.5) * w;
      pen.fillStyle = which ? ROLE.link : ROLE.window;
      if (w >= 8) frame(pen, places[which] * w + 1.5, 7.5, w - 3, 15, pen.fillStyle);
      else pen.fillRect(x - 1, 2, 2, 26);
      pen.strokeStyle = "rgba(0,0,0,.55)";
      pen.lineWidth = 1;
      pen.beginPath();
      pen.moveTo(x - 5, 0); pen.lineTo(x + 5, 0); pen.lineTo(x, 7); pen.closePath();
      pen.fill(); pen.stroke();
    });
  }

  // The list around the pixel and its neighbours, with the numbers between them counted.
  drawExcerpt() {
    const pen = this.start(this.excerpt), here = [this.at, ...this.neighbours(this.at)], width = this.width - 4, hole = 62;
    const around = (reach) => {
      const shown = new Set();
      for (const place of here) for (let i = place - reach; i <= place + reach; i++) if (i >= 0 && i < this.count) shown.add(i);
      return [...shown].sort((a, b) => a - b);
    };
    const holes = (shown) => shown.filter((place, i) => i && place > shown[i - 1] + 1).length;
    const fits = (shown) => (width - hole * holes(shown)) / shown.length;
    const shown = [3, 2, 1, 0].map(around).find((cells) => fits(cells) >= 27) || around(0);
    const w = (this.cellWidth = clamp(fits(shown), 12, 42)), { font, ink: dark } = this.look_;
    let x = 0;
    this.cells = [];
    shown.forEach((place, i) => {
      const skipped = i ? place - shown[i - 1] - 1 : 0;
      pen.fillStyle = dark;
      if (skipped) { write(pen, fill(this.words.more, { n: group(skipped) }), x + hole / 2, 16, 12, font); x += hole; }
      this.square(pen, this.maps[this.on], place, x, 2, w, 28);
      if (here.includes(place)) frame(pen, x + 1.5, 3.5, w - 3, 25, place === this.at ? ROLE.window : ROLE.link);
      pen.fillStyle = dark;
      const words = group(place + 1), points = Math.min(11, (w - 2) / (words.length * 0.56));
      if (points >= 7 || here.includes(place)) write(pen, words, x + w / 2, 41, Math.max(points, 7), font);
      this.cells.push({ place, x });
      x += w;
    });
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  const strip = (parentElement.cnnvizStrip ??= new Strip(parentElement));
  strip.show(decode(data), setTriggerValue);
  return () => { strip.close(); delete parentElement.cnnvizStrip; };
}
