"use strict";
(() => {
  const lower = (text) => text.toLocaleLowerCase("en");
  const keyOf = (cell) => {
    if (!cell.hasAttribute("data-v")) return cell.textContent.trim();
    const value = cell.getAttribute("data-v");
    return value === "" ? null : Number(value);
  };
  const compare = (one, other) =>
    typeof one === "string" ? one.localeCompare(other, "en", { numeric: true }) : one - other;

  function sort(table, place, direction) {
    const body = table.tBodies[table.tBodies.length - 1];
    const rows = [...body.rows];
    for (const [at, row] of rows.entries()) row.dataset.first ??= at;
    const first = (one, other) => one.dataset.first - other.dataset.first;
    const keys = new Map(direction ? rows.map((row) => [row, keyOf(row.cells[place])]) : []);
    rows.sort((one, other) => {
      if (!direction) return first(one, other);
      const [left, right] = [keys.get(one), keys.get(other)];
      // what has no number comes last, whichever way the others go
      if (left === null || right === null) return (left === null) - (right === null) || first(one, other);
      return direction * compare(left, right) || first(one, other);
    });
    body.append(...rows);
    const heads = [...table.tHead.rows[0].cells];
    for (const head of heads) head.removeAttribute("aria-sort");
    if (direction) heads[place].setAttribute("aria-sort", direction > 0 ? "ascending" : "descending");
  }

  function sortable(table, select) {
    for (const [place, head] of [...table.tHead.rows[0].cells].entries()) {
      const label = head.querySelector(".label");
      if (!label) continue;
      const natural = head.dataset.sort === "number" ? -1 : 1;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.append(...label.childNodes);
      label.replaceWith(button);
      button.addEventListener("click", () => {
        const now = { ascending: 1, descending: -1 }[head.getAttribute("aria-sort")];
        const direction = now === undefined ? natural : now === natural ? -natural : 0;
        sort(table, place, direction);
        select.value = direction === natural ? String(place) : "";
      });
      const option = document.createElement("option");
      option.value = String(place);
      option.textContent = button.textContent.trim();
      select.append(option);
    }
    select.addEventListener("change", () => {
      const place = Number(select.value);
      const head = table.tHead.rows[0].cells[place];
      sort(table, place, select.value === "" ? 0 : head.dataset.sort === "number" ? -1 : 1);
    });
  }

  function filterable(section, tools) {
    const text = tools.querySelector("input[type=search]");
    const severity = tools.querySelector("select.severity");
    const status = tools.querySelector("[role=status]");
    const bodies = section.querySelector("table.sortable").tBodies;
    const items = [...bodies[bodies.length - 1].rows].map((row) => {
      const link = row.querySelector("th a");
      const part = link && document.getElementById(link.hash.slice(1))?.closest("[data-part]");
      const words = [row, part].flatMap((each) => (each ? [...each.querySelectorAll(".find")] : []));
      return { row, part, text: lower(words.map((each) => each.textContent).join(" ")) };
    });
    const refresh = () => {
      const wanted = lower(text.value.trim());
      const verdict = section.querySelector("input[name=only]:checked")?.value ?? "";
      let left = 0;
      for (const item of items) {
        const out = !item.text.includes(wanted)
          || Boolean(severity?.value && item.row.dataset.severity !== severity.value);
        item.row.classList.toggle("out", out);
        item.part?.classList.toggle("out", out);
        left += !out && (!verdict || item.row.dataset.verdict === verdict);
      }
      status.textContent = `${left} of ${items.length} shown`;
    };
    for (const each of section.querySelectorAll("input[name=only]")) each.addEventListener("change", refresh);
    text.addEventListener("input", refresh);
    severity?.addEventListener("change", refresh);
    refresh();
  }

  async function copy(button) {
    const line = button.parentElement.querySelector("pre");
    try {
      await navigator.clipboard.writeText(line.textContent);
    } catch {
      const range = document.createRange();
      range.selectNodeContents(line);
      const selection = getSelection();
      selection.removeAllRanges();
      selection.addRange(range);
      if (!document.execCommand("copy")) { button.textContent = "Selected: copy it with the keyboard"; return; }
      selection.removeAllRanges();
    }
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  }

  function reveal() {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    for (let each = target; each; each = each.parentElement) if (each.tagName === "DETAILS") each.open = true;
    target.scrollIntoView();
  }

  for (const tools of document.querySelectorAll(".tools")) {
    const section = tools.parentElement;
    sortable(section.querySelector("table.sortable"), tools.querySelector("select.order"));
    filterable(section, tools);
    tools.hidden = false;
  }
  for (const button of document.querySelectorAll("button.copy")) {
    button.hidden = false;
    button.addEventListener("click", () => copy(button));
  }
  addEventListener("hashchange", reveal);
  reveal();
})();
