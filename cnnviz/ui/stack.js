// The editor of a stack: a table with a row of plain inputs for each layer. Any change is sent as the stack's text.

const make = (tag, parent, attributes = {}) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  parent?.append(element);
  return element;
};

class Stack {
  constructor(root) {
    this.box = make("div", root, { class: "stack" });
    this.table = make("table", this.box);
    this.caption = make("caption", this.table, { class: "unseen" });
    this.head = make("tr", make("thead", this.table));
    this.body = make("tbody", this.table);
    const bar = make("div", this.box, { class: "add" });
    this.add = [make("button", bar, { type: "button" }), make("button", bar, { type: "button" })];
    this.add[0].onclick = () => this.grow(["c", 3, 1, 1, 1]);
    this.add[1].onclick = () => this.grow(["m", 2, 2, 0, 1]);
    this.live = make("div", this.box, { class: "unseen", role: "status" });
    this.box.onkeydown = (event) => event.stopPropagation();
  }

  show({ rows, most, bounds, words }, send) {
    Object.assign(this, { rows: rows.map((row) => [...row]), most, bounds, words, send });
    this.caption.textContent = words.name;
    this.head.replaceChildren();
    const heading = (text, long, name) => {
      const cell = make("th", this.head, { scope: "col", class: name });
      const inner = make(long === text ? "span" : "abbr", cell, long === text ? {} : { title: long });
      inner.textContent = text;
    };
    heading("#", "#", "n");
    heading(words.kind, words.kind, "kind");
    words.letters.forEach((letter, i) => heading(letter, words.numbers[i], ""));
    make("td", this.head, { class: "x" });
    while (this.body.rows.length > rows.length) this.body.lastChild.remove();
    while (this.body.rows.length < rows.length) this.line(this.body.rows.length);
    rows.forEach((row, i) => this.fill(i, row));
    this.add.forEach((button, i) => {
      button.textContent = i ? words.add_pool : words.add_conv;
      button.disabled = rows.length >= most;
      button.title = button.disabled ? words.full.replace("{most}", most) : "";
    });
    if (this.focusRow !== undefined) {
      const row = this.body.rows[Math.min(this.focusRow, rows.length - 1)];
      row?.querySelector(this.focusOn).focus({ preventScroll: true });
      this.focusRow = undefined;
    }
  }

  line(i) {
    const row = make("tr", this.body);
    make("th", row, { scope: "row", class: "n" });
    const select = make("select", make("td", row));
    for (const value of ["c", "m"]) make("option", select, { value });
    select.onchange = () => {
      this.rows[i][0] = select.value;
      if (select.value === "m") this.rows[i][2] = Math.min(this.rows[i][1], this.bounds[1][1]);
      this.tell();
    };
    this.bounds.forEach((_, j) => {
      const input = make("input", make("td", row), { type: "number", inputmode: "numeric", step: 1 });
      input.onchange = () => {
        this.rows[i][j + 1] = Math.round(Number(input.value)) || 0;
        this.tell();
        this.fill(i, this.rows[i]);
      };
    });
    const remove = make("button", make("td", row), { type: "button" });
    remove.textContent = "\u00d7";
    remove.onclick = () => { this.rows.splice(i, 1); this.focusRow = i; this.focusOn = "button"; this.tell(); };
  }

  fill(i, row) {
    const line = this.body.rows[i], w = this.words, layer = w.layer.replace("{n}", i + 1);
    line.cells[0].textContent = i + 1;
    const select = line.querySelector("select");
    [...select.options].forEach((option, j) => { option.textContent = j ? w.pool : w.conv; });
    select.value = row[0];
    select.setAttribute("aria-label", `${layer}, ${w.kind}`);
    line.querySelectorAll("input").forEach((input, j) => {
      const [low, high] = this.range(row, j);
      Object.assign(input, { min: low, max: high });
      if (Number(input.value) !== row[j + 1] || input.value === "") input.value = row[j + 1];
      input.setAttribute("aria-label", `${layer}, ${w.numbers[j]}`);
    });
    const remove = line.querySelector("button");
    remove.disabled = this.rows.length === 1;
    remove.setAttribute("aria-label", w.remove.replace("{n}", i + 1));
  }

  // A pooling's padding is at most half of its kernel.
  range(row, j) {
    const [low, high] = this.bounds[j];
    return [low, j === 2 && row[0] === "m" ? Math.floor(row[1] / 2) : high];
  }

  grow(row) {
    this.rows.push(row);
    this.focusRow = this.rows.length - 1;
    this.focusOn = "input";
    this.tell();
  }

  tell() {
    for (const row of this.rows)
      this.bounds.forEach((_, j) => { const [low, high] = this.range(row, j); row[j + 1] = Math.max(low, Math.min(high, row[j + 1])); });
    const text = this.rows.map(([kind, k, s, p, d]) => `${kind}${k}s${s}p${p}d${d}`).join("-");
    this.live.textContent = text;
    this.send("layers", text);
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  const stack = (parentElement.cnnvizStack ??= new Stack(parentElement));
  stack.show(data, setTriggerValue);
  return () => { delete parentElement.cnnvizStack; };
}
